/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair_flog.c -- the slots of a flog. Kernels before 4.15 used slots 0 and 2; all other writers
 * use 0 and 1, and keep 2 and 3 zero.
 *
 * Conversion, in an order so that readers understand the log after a power failure at any moment:
 *	1. set the error flag			nobody writes to a half converted log
 *	2. copy lba and old_map of slot 2 to slot 1	its seq is 0: slot 1 is not valid yet
 *	3. copy new_map and seq			slots 1 and 2 hold the same entry; slot 2 counts
 *						while another group has its entry there only
 *	4. set slots 2 and 3 to zero		seq first: the slot is invalid before it is empty
 *	5. restore the error flag
 * A fence follows each step. Clearing dirty padding alone is step 4.
 */
#include <string.h>

#include "flog.h"
#include "repair_arena.h"
#include "repair_steps.h"

#define HALF (FORMAT_FLOG_GROUP / FORMAT_FLOG_SLOTS / 2)

/* The 8-byte halves of a group: slot s consists of halves 2s and 2s + 1. */
struct group {
	uint64_t half[FORMAT_FLOG_GROUP / HALF];
};

static uint64_t
half_off(const struct repair *r, uint32_t group, unsigned half)
{
	return r->arena->off + r->arena->info.flogoff + (uint64_t)group * FORMAT_FLOG_GROUP +
	       half * HALF;
}

/* Stores one half in every group where `value` differs from it, and fences. */
static int
store_halves(const struct repair *r, unsigned half,
	     uint64_t (*value)(const struct group *g, unsigned half))
{
	const struct persist *media = r->arena->media;

	for (uint32_t i = 0; i < r->arena->flog.nfree; i++) {
		struct group g;

		if (persist_read(media, r->lane, &g, sizeof(g), half_off(r, i, 0)))
			return -1;
		if (value(&g, half) != g.half[half] &&
		    persist_store8(media, r->lane, half_off(r, i, half), value(&g, half)))
			return -1;
	}
	return persist_fence(media, r->lane);
}

static uint64_t
next_slot(const struct group *g, unsigned half)
{
	return g->half[half + 2];
}

static uint64_t
zero(const struct group *g, unsigned half)
{
	(void)g;
	(void)half;
	return 0;
}

/* step 4, in each slot the half with the seq first */
static int
clear_padding(const struct repair *r)
{
	return store_halves(r, 5, zero) || store_halves(r, 7, zero) || store_halves(r, 4, zero) ||
			       store_halves(r, 6, zero)
		       ? -1
		       : 0;
}

static int
convert(struct repair *r)
{
	uint32_t flags = r->arena->info.flags;

	if (!(flags & FORMAT_FLAG_ERROR) && repair_store_flags(r, flags | FORMAT_FLAG_ERROR))
		return -1;
	if (store_halves(r, 2, next_slot) || store_halves(r, 3, next_slot) || clear_padding(r))
		return -1;
	if (!(flags & FORMAT_FLAG_ERROR) && repair_store_flags(r, flags))
		return -1;
	repair_report(r, BTT_REPAIRED,
		      repair_place("flog", BTT_NOT_SAID, BTT_NOT_SAID, BTT_NOT_SAID),
		      "moved slots 0 and 2, which kernels before 4.15 used, to slots 0 and 1");
	return repair_load(r);
}

static int
has_dirt(const struct flog *flog)
{
	for (uint32_t i = 0; i < flog->nfree; i++) {
		if (flog->groups[i]->is_padding_dirty)
			return 1;
	}
	return 0;
}

int
repair_flog(struct repair *r)
{
	const struct flog *flog = &r->arena->flog;

	if (flog->second_slot == 2)
		return convert(r);
	if (flog->second_slot != 1 || !has_dirt(flog))
		return 0;
	if (clear_padding(r))
		return -1;
	repair_report(r, BTT_REPAIRED,
		      repair_place("flog.padding", BTT_NOT_SAID, BTT_NOT_SAID, BTT_NOT_SAID),
		      "set slots 2 and 3 to zero");
	return repair_load(r);
}
