/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * engine.h -- engines: the ways to do ops. Each engine is a table of functions.
 *
 * The workers of jobs that run together share one open engine; each worker submits through its own
 * lane. submit is the hot path: no allocation, no lock except those of the BTT protocol, no system
 * call except the op itself (engine=block).
 */
#ifndef BENCH_ENGINE_H
#define BENCH_ENGINE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "job/job.h"
#include "why.h"
#include "pattern/op.h"
#include "btt.h"
#include "ns.h"
#include "target.h"

struct library;
struct verify;

/* The open file of engine=block. */
struct direct {
	int fd; /* O_DIRECT */
	int is_device;
};

/* the counters of a lane since the engine was opened */
struct engine_counters {
	struct btt_counters btt;
	uint64_t lane_waits; /* ops that found their lane in use by another worker */
};

/* Taken by the workers that share a lane; padded, so that locks share no cache line. */
struct engine_lane_lock {
	_Alignas(128) _Atomic int held;
};

/* The part of one worker in the counters of its lane. Only this worker uses it. */
struct engine_share {
	_Alignas(128) struct engine_counters counters;
};

struct engine {
	const struct engine_ops *ops;
	struct btt_ns *ns;           /* borrowed; NULL: a block device */
	struct btt_ns_facts facts;   /* engine=block: base is NULL, since it uses no mapping */
	struct btt *btt;             /* engine=btt only */
	int may_format, must_format; /* as in struct target */
	const uint8_t *layout_uuid;  /* as in struct target */
	int is_blank;                /* engine=btt: the layout is new, every block reads as zeros */
	const char *pool_set;        /* engine=pmemblk on a pool set: its description, else NULL */
	struct library *library;     /* engine=pmemblk only */
	struct direct direct;        /* engine=block only */
	uint32_t bs;                 /* block size in bytes */
	uint64_t nlba;               /* number of blocks */
	unsigned nlane;      /* lanes; if workers share them, worker w uses lane w % nlane */
	unsigned lanes_each; /* engine=btt: lanes that each worker owns; 0, 1: one, maybe shared */
	struct engine_lane_lock *lane_locks; /* nlane, NULL: each worker has a lane of its own */
	struct engine_share *shares;         /* one for each worker, where lane_locks is set */
	struct verify *verify; /* verify=stamp: the wrapper around this engine, else NULL */
};

/* Bytes of a worker's data beyond the bytes of an op: few enough for the L2 cache of any processor. */
#define ENGINE_DATA_BYTES 131072u

/*
 * The data that a worker writes: made before the load, and never copied. Each write takes its data from
 * another start. The starts are `slot` bytes apart: 512 bytes, or one block if that is no multiple of 512
 * bytes. So the marks of earlier writes (engine_lane_mark) lie in few bytes of a block. With engine=block
 * they are one block apart, at most a page, as O_DIRECT needs.
 */
struct engine_data {
	const uint8_t *end;    /* behind the last start */
	size_t slot, size;     /* bytes; all starts lie in `size` bytes */
	size_t step;           /* from one start to the next, bytes below size; visits all starts */
	unsigned dedupe, debt; /* percent; a write repeats the last one when the debt reaches 100 */
	unsigned blocks;       /* of one submit */
};

/* One worker's access to the engine. Only that worker uses it. */
struct engine_lane {
	const struct engine *engine;
	unsigned number; /* of the worker */
	unsigned lane;   /* the first one that it uses; see engine_lane_first */
	unsigned blocks; /* blocks per op, consecutive from the op's lba */
	/* blocks * bs bytes for each op of a submit */
	uint8_t *read_buf;  /* page-aligned */
	uint8_t *write_buf; /* one of the starts of `data` */
	struct engine_data data;
	uint64_t sequence; /* of engine_lane_mark */
	int *errors;       /* of a batch (engine_ops.submit); NULL: the worker has no batches */
};

/* Returns the first lane of a worker. */
static inline unsigned
engine_lane_first(const struct engine *engine, unsigned worker)
{
	return engine->lanes_each > 1 ? worker * engine->lanes_each : worker % engine->nlane;
}

/* Returns the buffer of op i of a submit: writes take their data from it, reads put theirs there. */
static inline uint8_t *
engine_lane_buf(const struct engine_lane *lane, enum op_kind kind, unsigned i)
{
	return (kind == OP_READ ? lane->read_buf : lane->write_buf) +
	       (size_t)i * lane->blocks * lane->engine->bs;
}

/*
 * Makes the data of the job in write_buf, which is page-aligned and has ENGINE_DATA_BYTES after the bytes
 * of an op. The seed and the number of the worker determine them.
 */
void engine_lane_set_data(struct engine_lane *lane, const struct job *job, uint64_t seed);

/*
 * Changes the blocks of an op and the ops of a submit after engine_lane_set_data. `blocks` * `batch` is at most its value
 * there.
 */
void engine_lane_set_blocks(struct engine_lane *lane, unsigned blocks, unsigned batch);

/*
 * Chooses the data of the next submit. Each block of a write has data of its own and begins with the worker's
 * number and a sequence number, or the write repeats the data of the last one.
 */
static inline void
engine_lane_mark(struct engine_lane *lane, enum op_kind kind)
{
	struct engine_data *data = &lane->data;
	uint8_t *block;

	if (kind != OP_WRITE)
		return;
	data->debt += data->dedupe;
	if (data->debt >= 100) {
		data->debt -= 100;
		return;
	}
	lane->write_buf += data->step;
	if (lane->write_buf >= data->end)
		lane->write_buf -= data->size;
	block = lane->write_buf;
	for (unsigned i = 0; i < data->blocks; i++, block += lane->engine->bs) {
		const uint64_t mark[2] = {lane->number, lane->sequence++};

		memcpy(block, mark, sizeof(mark));
	}
}

struct engine_ops {
	const char *name;
	/*
	 * Fills `engine`, in which ops, ns and facts are set; 0, or -1 with one line in `why`. A
	 * target that was opened read-only is not changed; nlba may then be 0 (unknown), and no op
	 * follows.
	 */
	int (*open)(struct engine *engine, const struct job *job, unsigned nworkers,
		    struct why *why);
	void (*close)(struct engine *engine); /* NULL: nothing to close */
	/*
	 * Moves the engine's memory for this lane to the caller's node. The lane's own thread calls
	 * this, pinned, before its first op. Returns the memory and its size in bytes, or NULL/errno.
	 * NULL function: the engine has no such memory, or does not show where it is.
	 */
	const void *(*adopt)(const struct engine_lane *lane, size_t *size);
	/*
	 * Does n >= 1 ops in order. Each op covers lane->blocks blocks from its lba on, all below
	 * nlba. Op i reads into or writes from engine_lane_buf(lane, kind, i). Returns 0, or -1/errno at the
	 * first block that failed; the blocks before it are done.
	 *
	 * n > 1 is a batch: at most JOB_BATCH_MAX ops of one kind and one block each, and lane->errors has a place
	 * for each. Only engine=btt and engine=null do it. After -1, errors[i] is 0 or the errno of op i, and all
	 * ops without an error are done.
	 */
	int (*submit)(const struct engine_lane *lane, const struct op *ops, unsigned n);
	/*
	 * Sets *off to the byte of the namespace where the block lies now. Returns 0, 1 if the block
	 * holds no written data, or -1/errno. NULL: the engine does not use the mapped memory.
	 */
	int (*locate)(const struct engine *engine, uint64_t lba, uint64_t *off);
	/*
	 * Makes the engine's own memory present, so that ops take no page faults; for stores if `writes`.
	 * Returns early if is_stopped returns non-zero. NULL: the engine works on the mapping of the
	 * namespace, or has no such memory.
	 */
	void (*warm)(const struct engine *engine, int writes, int (*is_stopped)(void));
	/*
	 * Prefetches, without waiting, for an op that follows the next submit, or one submit later. NULL: no
	 * prefetch.
	 */
	void (*expect)(const struct engine_lane *lane, struct op op);
	/*
	 * Prefetches the data of the op that follows the next submit. `expect` was called for it before. NULL:
	 * no prefetch, or `expect` does it.
	 */
	void (*expect_data)(const struct engine_lane *lane, struct op op);
	/* Reads the counters of this lane since open. NULL: the engine has none. */
	void (*count)(const struct engine_lane *lane, struct engine_counters *counters);
};

extern const struct engine_ops engine_btt, engine_raw, engine_null, engine_pmemblk, engine_block,
	engine_floor;

/* May engine=raw, floor or block overwrite existing content? ENGINE_FORCE: yes. */
enum engine_force { ENGINE_SAFE, ENGINE_FORCE };

/*
 * Checks that the job may run on this target. A block device needs engine=block. engine=raw,
 * engine=floor and engine=block ignore any layout; without ENGINE_FORCE they may not write to a target with content
 * (content.h), unless it is may_format. 0, or -1 with one line in `why`.
 */
int engine_check(const struct job *job, const struct target *target, enum engine_force force,
		 struct why *why);

/* Opens the job's engine on a target that passed engine_check; 0, or -1 with one line in `why`. */
int engine_open(struct engine *engine, const struct job *job, const struct target *target,
		unsigned nworkers, struct why *why);
void engine_close(struct engine *engine);

#define ENGINE_BS_DEFAULT 4096u

#endif
