/* SPDX-License-Identifier: BSD-3-Clause */
#include "region.h"
#include "job/job_key.h"

#include <inttypes.h>

#define PERCENT_ONE 1000000u /* millionths */

static uint64_t
millionths(double percent)
{
	return (uint64_t)(percent * PERCENT_ONE + 0.5);
}

/* Rounds down to a whole block. */
static uint64_t
blocks_of_percent(const struct engine *engine, uint64_t percent_millionths)
{
	return (uint64_t)((unsigned __int128)engine->nlba * percent_millionths /
			  (100u * PERCENT_ONE));
}

static uint64_t
blocks_of(const struct engine *engine, const struct job_extent *extent)
{
	return extent->is_percent ? blocks_of_percent(engine, millionths(extent->percent))
				  : extent->bytes / engine->bs;
}

/*
 * Returns the end of the region. Two percentages are added before they are rounded: if the
 * percentages of two regions meet, the regions have no gap and no overlap.
 */
static uint64_t
end_of(const struct engine *engine, const struct job_region *r, uint64_t first)
{
	if (r->to_end)
		return engine->nlba;
	if (r->offset.is_percent && r->size.is_percent)
		return blocks_of_percent(engine, millionths(r->offset.percent) +
							 millionths(r->size.percent));
	return first + blocks_of(engine, &r->size);
}

static int
is_whole(const struct engine *engine, const struct job_extent *extent)
{
	return extent->is_percent || extent->bytes % engine->bs == 0;
}

static int
check_room(const struct region *region, const struct job *job, const struct engine *engine,
	   unsigned workers, struct why *why)
{
	uint64_t places = region->count / job->blocks;

	if (!places)
		return job_key_error(job, job->blocks > 1 ? "blocks" : "region", why,
				     "the region has %" PRIu64
				     " blocks of %u bytes (allowed: a region of %u at least)",
				     region->count, engine->bs, job->blocks);
	if (job->partition == JOB_PARTITION_THREAD && places < workers)
		return job_key_error(job, "partition", why,
				     "%u threads, and blocks for %" PRIu64
				     " operations (allowed: at most as many threads, or "
				     "partition=shared)",
				     workers, places);
	return 0;
}

int
region_resolve(struct region *region, const struct job *job, const struct engine *engine,
	       unsigned workers, struct why *why)
{
	const struct job_region *r = &job->region;
	uint64_t end;

	if (!is_whole(engine, &r->offset) || (!r->to_end && !is_whole(engine, &r->size)))
		return job_key_error(job, "region", why,
				     "not whole blocks (allowed: multiples of %u bytes, or %%)",
				     engine->bs);
	region->first = blocks_of(engine, &r->offset);
	end = end_of(engine, r, region->first);
	if (region->first >= engine->nlba || end > engine->nlba)
		return job_key_error(job, "region", why,
				     "beyond the end (allowed: up to %" PRIu64 " bytes, %" PRIu64
				     " blocks of %u)",
				     engine->nlba * engine->bs, engine->nlba, engine->bs);
	region->count = end - region->first;
	return check_room(region, job, engine, workers, why);
}

int
region_check(const struct job *jobs, unsigned count, const unsigned *workers,
	     const struct engine *engine, struct why *why)
{
	struct region region;
	int err = 0;

	for (unsigned i = 0; i < count && !err; i++)
		err = region_resolve(&region, &jobs[i], engine, workers[i], why);
	return err;
}

struct region
region_part(const struct region *region, unsigned blocks, unsigned number, unsigned workers)
{
	uint64_t share = region->count / blocks / workers * blocks;
	struct region part = {.first = region->first + share * number, .count = share};

	if (number + 1 == workers)
		part.count = region->count - share * number;
	return part;
}

int
region_equal(const struct region *a, const struct region *b)
{
	return a->first == b->first && a->count == b->count;
}
