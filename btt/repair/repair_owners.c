/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair_owners.c -- blocks of the data area with several owners.
 *
 * An owner is a map entry or a lane's log. Who loses its block gets one that nobody owns: there are as many
 * of these as there are owners too many, as long as every entry and log can be understood; where one can't,
 * a block that seems to be nobody's may be its, and nothing is given away.
 *
 *	1. map entries that lose: the new block, marked bad. One store each.
 *	2. lanes that lose: a write of theirs that was cut is completed, then their other slot gets an
 *	   entry that changes nothing, {lba, new block, where lba is}, in halves as a write would: it reads
 *	   as a write that is in the map, which every reader of logs understands.
 * A fence after each. A cut in between leaves fewer clashes than there were.
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
	uint32_t next;      /* block of the window to look from for one that nobody owns */
	uint64_t losers;    /* map entries that lose their block */
	uint64_t senseless; /* map entries out of range */
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
	s->senseless += map_entry_postmap(entry, premap) >= s->r->arena->info.internal_nlba;
	return 0;
}

static int
take_entry(void *arg, uint32_t premap, uint32_t entry)
{
	struct sharing *s = arg;

	owners_take(&s->owners, map_entry_postmap(entry, premap));
	return 0;
}

/* all owners of the next window's blocks; 1, 0 when there is no more window, -1/errno */
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
	/* a page that has gone bad since why_not() looked */
	return unreadable ? errormsg_set(EIO, "arena %u: %ju map entries can't be read any more",
					 a->index, (uintmax_t)unreadable)
			  : 1;
}

/* a block that nobody owns, each only once; 0 or -1/errno */
static int
give_block(struct sharing *s, uint32_t *postmap)
{
	while (s->owners.end == 0 ||
	       (s->next = owners_find_unowned(&s->owners, s->next)) == s->owners.end) {
		int more = fill_window(s);

		if (more < 0)
			return -1;
		if (!more)
			return errormsg_set(EIO, "arena %u: no block is left that nobody owns",
					    s->r->arena->index);
	}
	*postmap = s->next++;
	return 0;
}

static int
store_entry(const struct repair *r, uint32_t premap, uint32_t entry)
{
	_Atomic uint64_t waits = 0;
	struct map_lock *lock = map_lock(&r->arena->map, premap, &waits);
	int err = map_store(&r->arena->map, r->lane, premap, entry);

	map_unlock(lock);
	return err;
}

static int
move_entry(void *arg, uint32_t premap, uint32_t entry)
{
	struct sharing *s = arg;
	uint32_t postmap = map_entry_postmap(entry, premap), fresh;

	if (!is_loser(s->r, premap, entry))
		return 0;
	if (give_block(s, &fresh) || store_entry(s->r, premap, fresh | FORMAT_MAP_ERROR))
		return -1;
	repair_say(s->r, BTT_REPAIRED, repair_place("map", NONE, premap, fresh),
		   "marked bad, in a block that was nobody's: block %u keeps post-map block %u",
		   find_keep(s->r, postmap)->premap, postmap);
	return 0;
}

/* the lane's cut write, if it has one, would be forgotten with its entry */
static int
complete_write(const struct repair *r, const struct flog_group *group)
{
	const struct pending_write *write = pending_find(&r->arena->pending, group->current.lba);

	if (!write || write->postmap != (group->current.new_map & FORMAT_MAP_POSTMAP))
		return 0;
	repair_say(r, BTT_REPAIRED, repair_place("map", NONE, write->premap, write->postmap),
		   "a write that was cut after its commit is completed");
	return store_entry(r, write->premap, write->postmap | FORMAT_MAP_NORMAL) ||
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
	repair_say(r, BTT_REPAIRED, repair_place("flog", lane, NONE, fresh),
		   "has this free block now, which was nobody's: %u was not its alone", was);
	return 0;
}

/* lanes whose free block is kept by a map entry, or is also that of a lane before them in the set */
static int
each_losing_lane(struct sharing *s, const struct free_set *set,
		 int (*each)(struct sharing *s, uint32_t lane))
{
	for (uint32_t i = 0; i < set->count; i++) {
		const struct free_block *block = &set->blocks[i];
		int is_twin = i && block[-1].postmap == block->postmap;

		if ((is_twin || find_keep(s->r, block->postmap)) && each(s, block->lane))
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

/* why blocks that seem to be nobody's may not be; NULL = they are */
static const char *
why_not(const struct sharing *s, uint64_t unreadable)
{
	const struct arena *a = s->r->arena;

	if (s->senseless || unreadable)
		return "map entries are out of range or can't be read";
	if (!a->flog.second_slot)
		return "the log is written partly in slot 1 and partly in slot 2";
	for (uint32_t i = 0; i < a->flog.nfree; i++) {
		if (a->flog.groups[i]->damage_field)
			return "the log of a lane can't be used";
	}
	for (uint32_t i = 1; i < a->pending.count; i++) {
		if (a->pending.writes[i - 1].premap == a->pending.writes[i].premap)
			return "two lanes have an unfinished write of one block";
	}
	return NULL;
}

static int
share_out(struct sharing *s, const struct free_set *set)
{
	const struct arena *a = s->r->arena;
	uint64_t unreadable;
	const char *why;

	if (each_losing_lane(s, set, count_lane) ||
	    arena_each_entry(a, s->r->lane, &unreadable, count_entry, s))
		return -1;
	if (!s->losers)
		return 0;
	why = why_not(s, unreadable);
	if (why) {
		repair_say(s->r, BTT_LEFT, repair_place("map", NONE, NONE, NONE),
			   "no block can be given to those that would lose theirs: %s", why);
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
		err = share_out(&s, &set);
	else
		errormsg_set(ENOMEM, "arena %u: no memory for the repair", r->arena->index);
	owners_fini(&s.owners);
	free_set_fini(&set);
	return err;
}
