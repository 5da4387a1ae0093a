/* SPDX-License-Identifier: BSD-3-Clause */
#include "recover.h"

#include <errno.h>

#include "free_set.h"

static void
check_groups(struct arena *a)
{
	if (a->do_infos_differ && info_check_same(&a->info, &a->other))
		arena_mark_damaged(a, "arena %u: %s", a->index, btt_errormsg());
	if (a->info.flags & FORMAT_FLAG_ERROR)
		arena_mark_damaged(a, "arena %u: its error flag is set", a->index);
	if (!a->flog.second_slot)
		arena_mark_damaged(a,
				   "arena %u: flog: written partly in slot 1 and partly in slot 2",
				   a->index);
	for (uint32_t i = 0; i < a->flog.nfree; i++) {
		const struct flog_group *group = a->flog.groups[i];

		if (group->damage_field)
			arena_mark_damaged(a, "arena %u: flog of lane %u: %s=%u: %s", a->index, i,
					   group->damage_field, group->damage_value,
					   group->damage_why);
	}
}

/* 1 when the write of the group is committed and not in the map, 0 when not, -1/errno */
static int
is_pending(struct arena *a, struct persist_lane *lane, const struct flog_group *group)
{
	uint32_t old_map = group->current.old_map & FORMAT_MAP_POSTMAP;
	uint32_t new_map = group->current.new_map & FORMAT_MAP_POSTMAP;
	uint32_t entry;

	if (group->damage_field || old_map == new_map)
		return 0;
	if (map_load(&a->map, lane, group->current.lba, &entry)) {
		if (errno != EIO)
			return -1;
		arena_mark_damaged(
			a,
			"arena %u: the map entry of block %u, the last write of a lane, cannot "
			"be read",
			a->index, group->current.lba);
		return 0;
	}
	return map_entry_postmap(entry, group->current.lba) == old_map;
}

static int
collect_pending(struct arena *a, struct persist_lane *lane)
{
	const struct pending_write *other;

	if (pending_init(&a->pending, a->flog.nfree))
		return errormsg_set(ENOMEM, "arena %u: no memory for recovery", a->index);
	for (uint32_t i = 0; i < a->flog.nfree; i++) {
		const struct flog_entry *entry = &a->flog.groups[i]->current;
		int pending = is_pending(a, lane, a->flog.groups[i]);

		if (pending < 0)
			return -1;
		if (pending)
			pending_add(&a->pending, entry->lba, entry->new_map & FORMAT_MAP_POSTMAP);
	}
	other = pending_sort(&a->pending);
	if (other)
		arena_mark_damaged(a, "arena %u: two lanes have an unfinished write of block %u",
				   a->index, other->premap);
	return 0;
}

static int
check_free_blocks(struct arena *a, struct persist_lane *lane)
{
	struct free_set set;
	struct free_set_clash clash;
	int err = -1;

	if (free_set_init(&set, &a->flog))
		return errormsg_set(ENOMEM, "arena %u: no memory for recovery", a->index);
	if (free_set_find_shared(&set, &clash))
		arena_mark_damaged(a, "arena %u: lanes %u and %u have one free block, %u", a->index,
				   clash.lane, clash.other, clash.postmap);
	switch (free_set_find_mapped(&set, a, lane, &clash)) {
	case 1:
		arena_mark_damaged(a,
				   "arena %u: free block %u of lane %u is also mapped, by block %u",
				   a->index, clash.postmap, clash.lane, clash.other);
		/* fall through */
	case 0:
		err = 0;
	}
	free_set_fini(&set);
	return err;
}

int
recover_roll_forward(struct arena *a, struct persist_lane *lane)
{
	for (uint32_t i = 0; i < a->pending.count; i++) {
		const struct pending_write *write = &a->pending.writes[i];

		if (map_store_locked(&a->map, lane, write->premap,
				     write->postmap | FORMAT_MAP_NORMAL))
			return -1;
	}
	if (a->pending.count && persist_fence(a->media, lane))
		return -1;
	pending_fini(&a->pending);
	return 0;
}

/*
 * The bytes that were read may exist only in the caches: the process that stored them may have been
 * killed before its fence, with the power on. If a map entry is made from a log entry that is lost
 * later, it names a free block; if a log entry is overwritten before its map entry is durable, a
 * write is lost. So the log becomes durable as it was read, and so do the map entries of its
 * blocks. Without a mapping every store is durable already.
 */
static int
make_tables_durable(struct arena *a, struct persist_lane *lane)
{
	const struct flog *flog = &a->flog;

	if (!a->media->base)
		return 0;
	for (uint32_t i = 0; i < flog->nfree; i++) {
		if (flog_flush(flog, lane, i) ||
		    map_flush_if_good(&a->map, lane, flog->groups[i]->lba))
			return -1;
	}
	return persist_fence(a->media, lane);
}

int
recover_arena(struct arena *a, struct persist_lane *lane, enum btt_mode mode)
{
	atomic_store_explicit(&a->readonly, mode == BTT_READ_ONLY, memory_order_relaxed);
	check_groups(a);
	if (collect_pending(a, lane) || check_free_blocks(a, lane))
		return -1;
	if (a->readonly)
		return 0;
	return make_tables_durable(a, lane) || recover_roll_forward(a, lane) ? -1 : 0;
}
