/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * verify.h -- verify=stamp: wraps the job's engine, stamps every written block and checks every
 * block that is read.
 *
 * The wrapper replaces the engine's submit, so the hot loop is the same with and without it, and
 * verify=none costs nothing. With verify=stamp, measured times include stamping and checking. A
 * finding is of one of these kinds:
 *
 *	torn		words of more than one write; the unit is 8 bytes
 *	misdirected	a whole stamp of another block
 *	stale		a value that a later write has replaced: seq < floor (see blockstate.h)
 *	future		a value before its write has begun: seq > started
 *	foreign		no stamp of this history where one must be
 *	unreadable	the sweep can't read a block with known content
 *
 * Memory: VERIFY_BYTES_PER_BLOCK per block of the engine, in memory or in a state file. A state
 * file outlives the process, also when it is killed: the next run then knows the legal values of
 * each block.
 *
 * Threads: each worker submits through its own lane. No worker may submit during the calls below.
 */
#ifndef BENCH_VERIFY_H
#define BENCH_VERIFY_H

#include "result/result.h"
#include "engine/engine.h"
#include "why.h"

#define VERIFY_BYTES_PER_BLOCK 8u

struct verify;

struct verify_options {
	const char *state_path; /* NULL: in memory; else a file or DAX device, created if missing */
	const char *state_option; /* of the command line, that names state_path, for messages */
	int state_must_exist;     /* the file is not created */
	unsigned nworkers;
	unsigned blocks; /* of one submit, at most */
	/* Content of the blocks at open, unless a state file knows it. STAMPED: zeros or whole stamps
	 * of any history, and the job only reads. */
	enum verify_content { VERIFY_ZERO, VERIFY_UNKNOWN, VERIFY_STAMPED } content;
};

/*
 * Wraps an open engine; NULL with one line in `why`. With an existing state file every block is
 * checked against it (not for VERIFY_STAMPED); the next verify_report has the findings.
 */
struct verify *verify_open(struct engine *engine, const struct verify_options *options,
			   struct why *why);

/* Unwraps the engine and frees `v`. */
void verify_close(struct verify *v, struct engine *engine);

/* Reads and checks every block through lane 0; 0, or -1/ENOMEM. */
int verify_sweep(struct verify *v, const struct engine *engine);

/* The same for `count` blocks from `first` on. */
int verify_sweep_range(struct verify *v, const struct engine *engine, uint64_t first,
		       uint64_t count);

/* Checks that map and free blocks form a bijection. Does nothing without a BTT. */
void verify_layout(struct verify *v, const struct engine *engine);

/* Moves the findings of all lanes, the sweep and verify_layout since the last call to `report`. */
void verify_report(struct verify *v, struct result_verify *report);

#endif
