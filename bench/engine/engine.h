/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * engine.h -- what ops are done to: one table of functions for each way.
 *
 * An engine is opened once for a job and shared by its workers; each worker submits through a lane
 * of its own. submit is the hot path: no lock but the protocol's, no allocation, no system call.
 */
#ifndef BENCH_ENGINE_H
#define BENCH_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "job/job.h"
#include "why.h"
#include "pattern/op.h"
#include "btt.h"
#include "ns.h"
#include "target.h"

struct library;
struct verify;

/* engine=block's way in */
struct direct {
	int fd; /* O_DIRECT */
	int is_device;
};

struct engine {
	const struct engine_ops *ops;
	struct btt_ns *ns;         /* borrowed; NULL: a block device */
	struct btt_ns_facts facts; /* engine=block: base NULL, since nothing is mapped for it */
	struct btt *btt;           /* engine=btt only */
	int is_blank; /* engine=btt: laid out just now, so that every block reads as zeros */
	struct library *library; /* engine=pmemblk only */
	struct direct direct;    /* engine=block only */
	uint32_t bs;             /* bytes of a block */
	uint64_t nlba;           /* blocks of that size */
	unsigned nlane;          /* workers it can serve */
	struct verify *verify;   /* verify=stamp: what stands around the engine, else NULL */
};

/* one worker's way in */
struct engine_lane {
	const struct engine *engine;
	unsigned number;
	unsigned blocks; /* consecutive blocks of an op, from its lba on */
	void *buf;       /* blocks * bs bytes for each op of a submit, page-aligned */
};

/* the buffer of op i of a submit */
static inline void *
engine_lane_buf(const struct engine_lane *lane, unsigned i)
{
	return (uint8_t *)lane->buf + (size_t)i * lane->blocks * lane->engine->bs;
}

struct engine_ops {
	const char *name;
	/*
	 * ns and facts are set, the rest is not; 0, or -1 with one line in `why`. On a target that is open to read
	 * nothing changes, and no op follows; nlba may then be 0, not known.
	 */
	int (*open)(struct engine *engine, const struct job *job, unsigned nworkers,
		    struct why *why);
	void (*close)(struct engine *engine);
	/*
	 * By the lane's own thread, pinned, before its first op: brings what the engine keeps of the lane near. Where
	 * that is; NULL/errno. The function itself NULL: the engine keeps nothing, or says not where.
	 */
	const void *(*adopt)(const struct engine_lane *lane, size_t *size);
	/*
	 * Does n >= 1 ops in their order, each on lane->blocks blocks from its lba on, all below nlba. Op i
	 * reads into or writes from engine_lane_buf(lane, i). Returns 0, or -1/errno at the first block
	 * that failed; the blocks before it are done.
	 */
	int (*submit)(const struct engine_lane *lane, const struct op *ops, unsigned n);
	/* the op that follows the next submit: fetch what can be had without waiting; NULL: nothing can */
	void (*expect)(const struct engine_lane *lane, struct op op);
	/* sums of this lane so far; NULL: the engine keeps none */
	void (*count)(const struct engine_lane *lane, struct btt_counters *counters);
};

extern const struct engine_ops engine_btt, engine_raw, engine_null, engine_pmemblk, engine_block;

/* whether a run may overwrite what engine=raw or engine=block finds */
enum engine_force { ENGINE_SAFE, ENGINE_FORCE };

/*
 * Checks whether the job may go to this target: a block device is for engine=block alone, and no engine that writes
 * past the layout does so over what somebody may miss. 0, or -1 with one line in `why`.
 */
int engine_check(const struct job *job, const struct target *target, enum engine_force force,
		 struct why *why);

/* opens the job's engine on a target that engine_check let pass; 0, or -1 with one line in `why` */
int engine_open(struct engine *engine, const struct job *job, const struct target *target,
		unsigned nworkers, struct why *why);
void engine_close(struct engine *engine);

#define ENGINE_BS_DEFAULT 4096u

#endif
