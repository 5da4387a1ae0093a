/* SPDX-License-Identifier: BSD-3-Clause */
#include "age.h"

#include <math.h>

#define RUN_PAIRS 64u   /* four lines of the map: few pages are touched */
#define RUNS      1024u /* evenly over the region */

struct pairs {
	uint64_t place_bytes; /* from the place of a block to the next place */
	uint64_t count, adjacent;
};

/* Adds the pairs of blocks first ... first + count. */
static void
look_at_run(const struct engine *engine, uint64_t first, uint64_t count, struct pairs *pairs)
{
	uint64_t off = 0, before = 0;
	int is_written = 0, was_written = 0;

	for (uint64_t i = 0; i <= count; i++) {
		is_written = btt_locate(engine->btt, first + i, &off) == 0;
		if (is_written && was_written) {
			pairs->count++;
			pairs->adjacent += off == before + pairs->place_bytes;
		}
		before = off;
		was_written = is_written;
	}
}

double
age_look(const struct engine *engine, const struct region *region)
{
	struct pairs pairs = {0};
	struct btt_arena_info arena;
	uint64_t npairs = region->count - 1;

	if (!engine->btt || btt_get_arena(engine->btt, 0, &arena, sizeof(arena)))
		return NAN;
	pairs.place_bytes = arena.internal_lbasize;
	if (npairs <= RUNS * RUN_PAIRS)
		look_at_run(engine, region->first, npairs, &pairs);
	for (uint64_t i = 0; i < RUNS && npairs > RUNS * RUN_PAIRS; i++)
		look_at_run(engine, region->first + (npairs - RUN_PAIRS) / (RUNS - 1) * i,
			    RUN_PAIRS, &pairs);
	return pairs.count ? (double)pairs.adjacent / (double)pairs.count : NAN;
}
