/* SPDX-License-Identifier: BSD-3-Clause */
/* region.h -- region=: the blocks of an open engine that a job keeps to, and each worker's part. */
#ifndef BENCH_REGION_H
#define BENCH_REGION_H

#include "engine/engine.h"
#include "job/job.h"
#include "why.h"

struct region {
	uint64_t first, count; /* blocks */
};

/*
 * The job's region, held against what the engine has and what `workers` need: for each of them one op's
 * blocks where partition=thread, else for all. 0, or -1 with a reason.
 */
int region_resolve(struct region *region, const struct job *job, const struct engine *engine,
		   unsigned workers, struct why *why);

/* the same for jobs that run together, `workers` of each, in their order */
int region_check(const struct job *jobs, unsigned count, const unsigned *workers,
		 const struct engine *engine, struct why *why);

/*
 * The part of worker `number`: whole ops, all of one length, but for what is left over, which is the last
 * one's. Where there are more workers than ops, it is empty for all but the last.
 */
struct region region_part(const struct region *region, unsigned blocks, unsigned number,
			  unsigned workers);

int region_equal(const struct region *a, const struct region *b);

#endif
