/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair_owners.c -- resolves blocks of the data area that have several owners.
 *
 * An owner is a map entry or a lane. An owner that loses its block gets a block that has no owner.
 * There are as many of those as there are surplus owners, if every map entry and every log can be
 * understood. If not, a block that seems to have no owner may have one, and nothing is given away.
 *
 *	1. Map entries that lose: the new block, marked bad. One store each.
 *	2. Lanes that lose: complete an interrupted write of the lane. Then write an entry that
 *	   changes nothing into its other slot, {lba, new block, current block of lba}, in halves
 *	   as a write does. Every reader takes it for a write that is in the map already.
 * A fence follows each. A power failure in between leaves fewer conflicts than before.
 */
#include <errno.h>
#include <stdlib.h>

#include "free_set.h"
#include "owners.h"
#include "repair_arena.h"
#include "repair_steps.h"

#define NONE BTT_NOT_SAID

struct sharing {
	struct repair *r;
	struct owners owners;
	uint32_t next;         /* the search for a block without owner continues here */
	uint64_t losers;       /* map entries that lose their block */
	uint64_t out_of_range; /* map entries */
};

static const struct repair_keep *
find_keep(const struct repair *r, uint32_t postmap)
{
	size_t low = 0, high = r->nkeep;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct repair_keep *keep = &r->keep[middle];

		if (keep->arena == r->arena->index && keep->postmap == postmap)
			return keep;
		if (keep->arena < r->arena->index ||
		    (keep->arena == r->arena->index && keep->postmap < postmap))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int
is_loser(const struct repair *r, uint32_t premap, uint32_t entry)
{
	const struct repair_keep *keep = find_keep(r, map_entry_postmap(entry, premap));

	return keep && keep->premap != premap;
}

static int
count_entry(void *arg, uint32_t premap, uint32_t entry)
{
	struct sharing *s = arg;

	s->losers += (uint64_t)is_loser(s->r, premap, entry);
	s->out_of_range += map_entry_postmap(entry, premap) >= s->r->arena->info.internal_nlba;
	return 0;
}

static int
take_entry(void *arg, uint32_t premap, uint32_t entry)
{
	struct sharing *s = arg;

	owners_take(&s->owners, map_entry_postmap(entry, premap));
	return 0;
}

/* Marks the owners of the next window. 1, 0 when no window is left, -1/errno. */
static int
fill_window(struct sharing *s)
{
	const struct arena *a = s->r->arena;
	uint64_t unreadable;

	if (!owners_next_window(&s->owners))
		return 0;
	for (uint32_t i = 0; i < a->flog.nfree; i++)
		owners_take(&s->owners, a->flog.groups[i]->free);
	s->next = s->owners.first;
	if (arena_each_entry(a, s->r->lane, &unreadable, take_entry, s))
		return -1;
	if (unreadable) /* a page has gone bad since find_obstacle() */
		return errormsg_set(EIO, "arena %u: %ju map entries can no longer be read",
				    a->index, (uintmax_t)unreadable);
	return 1;
}

/* Returns each block without owner once. 0 or -1/errno. */
static int
give_block(struct sharing *s, uint32_t *postmap)
{
	while (s->owners.end == 0 ||
	       (s->next = owners_find_unowned(&s->owners, s->next)) == s->owners.end) {
		int more = fill_window(s);

		if (more < 0)
			return -1;
		if (!more)
			return errormsg_set(EIO, "arena %u: no block without owner is left",
					    s->r->arena->index);
	}
	*postmap = s->next++;
	return 0;
}

static int
move_entry(void *arg, uint32_t premap, uint32_t entry)
{
	struct sharing *s = arg;
	uint32_t postmap = map_entry_postmap(entry, premap), fresh;

	if (!is_loser(s->r, premap, entry))
		return 0;
	if (give_block(s, &fresh) ||
	    map_store_locked(&s->r->arena->map, s->r->lane, premap, fresh | FORMAT_MAP_ERROR))
		return -1;
	repair_report(s->r, BTT_REPAIRED, repair_place("map", NONE, premap, fresh),
		      "marked bad, in a block that had no owner: block %u keeps post-map block %u",
		      find_keep(s->r, postmap)->premap, postmap);
	return 0;
}

/* an interrupted write of the lane would be lost with its entry */
static int
complete_write(const struct repair *r, const struct flog_group *group)
{
	const struct pending_write *write = pending_find(&r->arena->pending, group->current.lba);

	if (!write || write->postmap != (group->current.new_map & FORMAT_MAP_POSTMAP))
		return 0;
	repair_report(r, BTT_REPAIRED, repair_place("map", NONE, write->premap, write->postmap),
		      "completed a write that was interrupted after its commit");
	return map_store_locked(&r->arena->map, r->lane, write->premap,
				write->postmap | FORMAT_MAP_NORMAL) ||
			       persist_fence(r->arena->media, r->lane)
		       ? -1
		       : 0;
}

static int
move_lane(struct sharing *s, uint32_t lane)
{
	struct repair *r = s->r;
	const struct flog *flog = &r->arena->flog;
	struct flog_group *group = flog->groups[lane];
	uint32_t was = group->free, fresh, entry;

	if (give_block(s, &fresh) || complete_write(r, group) ||
	    map_load(&r->arena->map, r->lane, group->current.lba, &entry))
		return -1;
	group->free = map_entry_postmap(entry, group->current.lba);
	if (flog_store_half1(flog, r->lane, group, group->current.lba, fresh | FORMAT_MAP_NORMAL) ||
	    persist_fence(flog->media, r->lane) || flog_commit_half2(flog, r->lane, group) ||
	    persist_fence(flog->media, r->lane))
		return -1;
	repair_report(r, BTT_REPAIRED, repair_place("flog", lane, NONE, fresh),
		      "got this free block, which had no owner: free block %u had another owner",
		      was);
	return 0;
}

/* lanes that lose: a map entry keeps their free block, or an earlier lane of the set has it */
static int
each_losing_lane(struct sharing *s, const struct free_set *set,
		 int (*each)(struct sharing *s, uint32_t lane))
{
	for (uint32_t i = 0; i < set->count; i++) {
		const struct free_block *block = &set->blocks[i];
		int is_shared = i && block[-1].postmap == block->postmap;

		if ((is_shared || find_keep(s->r, block->postmap)) && each(s, block->lane))
			return -1;
	}
	return 0;
}

static int
count_lane(struct sharing *s, uint32_t lane)
{
	(void)lane;
	s->losers++;
	return 0;
}

/* the reason why a block that seems to have no owner may have one; NULL = none */
static const char *
find_obstacle(const struct sharing *s, uint64_t unreadable)
{
	const struct arena *a = s->r->arena;

	if (s->out_of_range || unreadable)
		return "map entries are out of range or cannot be read";
	if (!a->flog.second_slot)
		return "the log is written partly in slot 1 and partly in slot 2";
	for (uint32_t i = 0; i < a->flog.nfree; i++) {
		if (a->flog.groups[i]->damage_field)
			return "the log of a lane cannot be used";
	}
	for (uint32_t i = 1; i < a->pending.count; i++) {
		if (a->pending.writes[i - 1].premap == a->pending.writes[i].premap)
			return "two lanes have an unfinished write of one block";
	}
	return NULL;
}

static int
resolve_owners(struct sharing *s, const struct free_set *set)
{
	const struct arena *a = s->r->arena;
	uint64_t unreadable;
	const char *obstacle;

	if (each_losing_lane(s, set, count_lane) ||
	    arena_each_entry(a, s->r->lane, &unreadable, count_entry, s))
		return -1;
	if (!s->losers)
		return 0;
	obstacle = find_obstacle(s, unreadable);
	if (obstacle) {
		repair_report(s->r, BTT_LEFT, repair_place("map", NONE, NONE, NONE),
			      "cannot give new blocks to the owners that lose theirs: %s",
			      obstacle);
		return 0;
	}
	if (arena_each_entry(a, s->r->lane, &unreadable, move_entry, s) ||
	    persist_fence(a->media, s->r->lane) || each_losing_lane(s, set, move_lane))
		return -1;
	return repair_load(s->r);
}

int
repair_owners(struct repair *r)
{
	struct sharing s = {.r = r};
	struct free_set set;
	int err = -1;

	if (free_set_init(&set, &r->arena->flog))
		return errormsg_set(ENOMEM, "arena %u: no memory for the repair", r->arena->index);
	if (!owners_init(&s.owners, r->arena->info.internal_nlba))
		err = resolve_owners(&s, &set);
	else
		errormsg_set(ENOMEM, "arena %u: no memory for the repair", r->arena->index);
	owners_fini(&s.owners);
	free_set_fini(&set);
	return err;
}
