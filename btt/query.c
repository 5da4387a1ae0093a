/* SPDX-License-Identifier: BSD-3-Clause */
/* query.c -- facts about an open BTT. */
#include <errno.h>
#include <string.h>

#include "abi.h"
#include "btt_impl.h"
#include "geometry.h"

static enum btt_flavour
flavour_of(const struct btt *btt)
{
	if (!btt_is_laid_out(btt) || btt->arenas[0].flog.entry_mask == FLOG_MASK_FLAGS)
		return BTT_FLAVOUR_PMDK;
	return btt->arenas[0].info.major == 2 ? BTT_FLAVOUR_UEFI : BTT_FLAVOUR_KERNEL;
}

static uint64_t
size_unused(const struct btt *btt)
{
	const struct arena *last;

	if (!btt_is_laid_out(btt))
		return btt->planned.size_unused;
	last = &btt->arenas[btt->narenas - 1];
	return last->room - (last->info.infooff + FORMAT_PAGE);
}

void
btt_get_layout(const struct btt *btt, struct btt_layout *layout, size_t size)
{
	int laid_out = btt_is_laid_out(btt);
	struct btt_layout known = {
		.flavour = flavour_of(btt),
		.laid_out = laid_out,
		.start = btt->media.start,
		.nlba = btt->nlba,
		.size_unused = size_unused(btt),
		.lbasize = btt->lbasize,
		.nfree = laid_out ? btt_smallest_nfree(btt) : BTT_NFREE_DEFAULT,
		.narenas = laid_out ? btt->narenas : btt->planned.narenas,
		.nlane = btt->nlane,
		.tracking = !rtt_is_alone(&btt->io.rtt),
		.rotate = btt->io.rotate,
	};

	memcpy(known.parent_uuid, laid_out ? btt->arenas[0].info.parent_uuid : btt->parent_uuid,
	       sizeof(known.parent_uuid));
	abi_fill(layout, size, &known, sizeof(known));
}

static const struct arena *
arena_of(const struct btt *btt, unsigned arena)
{
	if (btt_is_laid_out(btt) && arena < btt->narenas)
		return &btt->arenas[arena];
	errormsg_set(EINVAL, "there is no arena %u", arena);
	return NULL;
}

int
btt_get_arena(const struct btt *btt, unsigned arena, struct btt_arena_info *info, size_t size)
{
	const struct arena *a = arena_of(btt, arena);
	struct btt_arena_info known;

	if (!a)
		return -1;
	known = (struct btt_arena_info){
		.start = btt->media.start + a->off,
		.flags = a->info.flags,
		.external_lbasize = a->info.external_lbasize,
		.external_nlba = a->info.external_nlba,
		.internal_lbasize = a->info.internal_lbasize,
		.internal_nlba = a->info.internal_nlba,
		.nfree = a->info.nfree,
		.infosize = a->info.infosize,
		.major = a->info.major,
		.minor = a->info.minor,
		.nextoff = a->info.nextoff,
		.dataoff = a->info.dataoff,
		.mapoff = a->info.mapoff,
		.flogoff = a->info.flogoff,
		.infooff = a->info.infooff,
		.flog_second_slot = a->flog.second_slot,
		.damage = a->damage[0] ? a->damage : NULL,
		.initial_is_data = !a->map.initial_is_zero,
	};
	memcpy(known.uuid, a->info.uuid, sizeof(known.uuid));
	memcpy(known.parent_uuid, a->info.parent_uuid, sizeof(known.parent_uuid));
	abi_fill(info, size, &known, sizeof(known));
	return 0;
}

struct tally {
	const struct arena *arena;
	struct btt_arena_usage usage;
};

static int
tally_entry(void *arg, uint32_t premap, uint32_t entry)
{
	struct tally *t = arg;

	if (map_entry_postmap(entry, premap) >= t->arena->info.internal_nlba)
		t->usage.out_of_range++;
	else if (map_entry_is_initial(entry))
		t->usage.initial++;
	else if (map_entry_is_error(entry))
		t->usage.error++;
	else if (map_entry_is_zero(&t->arena->map, entry))
		t->usage.zero++;
	else
		t->usage.normal++;
	return 0;
}

int
btt_get_usage(struct btt *btt, unsigned arena, struct btt_arena_usage *usage, size_t size)
{
	struct tally t = {.arena = arena_of(btt, arena)};
	const struct flog *flog;

	if (!t.arena)
		return -1;
	flog = &t.arena->flog;
	for (uint32_t i = 0; i < flog->nfree; i++) {
		if (flog->groups[i]->damage_field)
			t.usage.lanes_damaged++;
		else if (flog->groups[i]->written)
			t.usage.lanes_used++;
		else
			t.usage.lanes_unused++;
	}
	if (arena_each_entry(t.arena, &btt->own_lane, &t.usage.unreadable, tally_entry, &t))
		return -1;
	abi_fill(usage, size, &t.usage, sizeof(t.usage));
	return 0;
}

const char *
btt_readonly_reason(const struct btt *btt)
{
	for (uint32_t i = 0; btt_is_laid_out(btt) && i < btt->narenas; i++) {
		const char *reason = arena_readonly_reason(&btt->arenas[i]);

		if (reason)
			return reason;
	}
	return NULL;
}

int
btt_get_counters(const struct btt *btt, unsigned lane, struct btt_counters *counters, size_t size)
{
	struct btt_counters known;

	if (lane >= btt->nlane)
		return errormsg_set(EINVAL, "lane %u: there are %u", lane, btt->nlane);
	known = lane_counters(btt->lanes[lane], btt->io.commit, btt->lbasize);
	if (rtt_is_alone(&btt->io.rtt))
		known.scans = 0;
	else if (btt->io.rotate == 1)
		known.scans += lane_writes(btt->lanes[lane]);
	abi_fill(counters, size, &known, sizeof(known));
	return 0;
}
