/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * verify.h -- verify=stamp: an engine around the job's engine that stamps what is written and checks
 * what is read.
 *
 * It stands between worker and engine, so that the hot loop is the same with and without it, and
 * verify=none costs nothing. Times measured through it hold the stamping and the checking. Each read
 * is checked for
 *
 *	torn		words of more than one write, at a grain of 8 bytes
 *	misdirected	whole, but another block's
 *	stale		a value that a later one has replaced: floor <= seq is broken (see blockstate.h)
 *	future		a value that nobody has begun to write: seq <= started is broken
 *	foreign		no stamp of this history, where one must be
 *
 * Memory: VERIFY_BYTES_PER_BLOCK for each block of the engine, in memory or in a state file. A state
 * file outlives the process: whoever opens it again, after a kill too, knows of each block what may
 * be in it. Threads: each worker submits through its own lane; everything else has it to itself.
 */
#ifndef BENCH_VERIFY_H
#define BENCH_VERIFY_H

#include "result/result.h"
#include "engine/engine.h"
#include "why.h"

#define VERIFY_BYTES_PER_BLOCK 8u

struct verify;

struct verify_options {
	const char *state_path; /* NULL: in memory; else a file or DAX device, made when missing */
	unsigned nworkers;
	unsigned blocks; /* of an op, the most */
	/* of a block before it is written, where no state file says it; STAMPED: zeros, or whole stamps
	 * of any history, and nothing is written */
	enum verify_content { VERIFY_ZERO, VERIFY_UNKNOWN, VERIFY_STAMPED } content;
};

/*
 * Puts itself around an open engine; NULL with one line in `why`. Where a state file was taken up,
 * every block is checked against it.
 */
struct verify *verify_open(struct engine *engine, const struct verify_options *options,
			   struct why *why);

/* takes itself off again */
void verify_close(struct verify *v, struct engine *engine);

/* reads and checks every block through lane 0; 0, or -1/errno when there is no memory */
int verify_sweep(struct verify *v, const struct engine *engine);

/* bijection of map and free blocks; nothing without a BTT */
void verify_layout(struct verify *v, const struct engine *engine);

/* what all lanes, the sweep and verify_layout found since the last report; no lane is at work */
void verify_report(struct verify *v, struct result_verify *report);

#endif
