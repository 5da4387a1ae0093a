/* SPDX-License-Identifier: BSD-3-Clause */
/* region.h -- region=: the blocks of an open engine that a job uses, and each worker's part. */
#ifndef BENCH_REGION_H
#define BENCH_REGION_H

#include "engine/engine.h"
#include "job/job.h"
#include "why.h"

struct region {
	uint64_t first, count; /* blocks */
};

/*
 * Computes the job's region in blocks. It must lie within the engine and have room for one op; with
 * partition=thread, for one op per worker. 0, or -1 with a reason in `why`.
 */
int region_resolve(struct region *region, const struct job *job, const struct engine *engine,
		   unsigned workers, struct why *why);

/* Checks the regions of `count` jobs with workers[i] each. 0, or -1 with a reason in `why`. */
int region_check(const struct job *jobs, unsigned count, const unsigned *workers,
		 const struct engine *engine, struct why *why);

/*
 * Returns the part of worker `number` (0 ... workers - 1). All parts have the same number of whole
 * ops of `blocks` blocks; the last one also gets the rest. With more workers than ops, all parts
 * but the last are empty.
 */
struct region region_part(const struct region *region, unsigned blocks, unsigned number,
			  unsigned workers);

int region_equal(const struct region *a, const struct region *b);

#endif
