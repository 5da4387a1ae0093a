/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * check.c -- checks that a layout is consistent. It reads everything from media again and changes
 * nothing.
 *
 * For each arena: both info blocks, the error flag, every flog group, every map entry, and the
 * owners: each block of the data area is mapped exactly once or free in exactly one lane. A bitmap
 * of at most 32 MiB holds the owners; a large arena takes several passes over the map (owners.h).
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "btt_impl.h"
#include "owners.h"
#include "recover.h"

#define NONE BTT_NOT_SAID
/* for so many blocks with two owners the other owner is named, each by a pass over the map */
#define NAMED_MOST 16u

struct check {
	const struct arena *arena;
	struct persist_lane *lane;
	void (*found)(void *arg, const struct btt_finding *finding);
	void *arg;
	uint64_t errors;
	uint64_t first_lba; /* of the arena, in the namespace */
	unsigned named;     /* counts up to NAMED_MOST, over all arenas */
	struct owners owners;
};

static struct btt_finding
error_at(const char *field, int64_t lane, int64_t premap, int64_t postmap)
{
	return (struct btt_finding){.severity = BTT_ERROR,
				    .field = field,
				    .lane = lane,
				    .premap = premap,
				    .postmap = postmap};
}

static struct btt_finding
warning_at(const char *field, int64_t lane, int64_t premap, int64_t postmap)
{
	struct btt_finding finding = error_at(field, lane, premap, postmap);

	finding.severity = BTT_WARNING;
	return finding;
}

static void report(struct check *c, struct btt_finding finding, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
report(struct check *c, struct btt_finding finding, const char *format, ...)
{
	char text[ERRORMSG_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	finding.arena = c->arena->index;
	finding.lba = finding.premap == NONE ? NONE : (int64_t)c->first_lba + finding.premap;
	finding.text = text;
	c->errors += finding.severity == BTT_ERROR;
	if (c->found)
		c->found(c->arg, &finding);
}

static void
check_info(struct check *c)
{
	const struct arena *a = c->arena;

	if (a->primary != INFO_GOOD)
		report(c, error_at("info", NONE, NONE, NONE),
		       "the info block %s; the backup is good", info_state_text(a->primary));
	if (a->backup ==
	    INFO_NONE) /* libpmemblk writes it last: the layout may have been cut there */
		report(c, warning_at("backup", NONE, NONE, NONE),
		       "the backup info block is missing; repair restores it");
	else if (a->backup != INFO_GOOD)
		report(c, error_at("backup", NONE, NONE, NONE),
		       "the backup info block %s; repair restores it", info_state_text(a->backup));
	else if (a->do_infos_differ && info_check_same(&a->info, &a->other))
		report(c, error_at("backup", NONE, NONE, NONE), "%s; repair keeps the first",
		       btt_errormsg());
	if (a->info.flags & FORMAT_FLAG_ERROR)
		report(c, error_at("flags", NONE, NONE, NONE), "the error flag is set");
	if (a->info.flags & ~FORMAT_FLAG_ERROR)
		report(c, warning_at("flags", NONE, NONE, NONE), "unknown flags %#x",
		       a->info.flags);
}

static void
check_flog(struct check *c)
{
	const struct flog *flog = &c->arena->flog;

	if (!flog->second_slot)
		report(c, error_at("flog", NONE, NONE, NONE),
		       "written partly in slot 1 and partly in slot 2");
	if (flog->second_slot == 2)
		report(c, warning_at("flog", NONE, NONE, NONE),
		       "slots 0 and 2 are used, as by kernels before 4.15; other readers reject "
		       "it");
	for (uint32_t i = 0; i < flog->nfree; i++) {
		const struct flog_group *group = flog->groups[i];

		if (group->damage_field)
			report(c, error_at(group->damage_field, i, NONE, NONE), "%u %s",
			       group->damage_value, group->damage_why);
		if (group->is_padding_dirty)
			report(c, warning_at("flog.padding", i, NONE, NONE),
			       "slots 2 and 3 are not zero");
	}
}

static void
check_pending(struct check *c)
{
	const struct pending *pending = &c->arena->pending;

	for (uint32_t i = 0; i < pending->count; i++)
		report(c,
		       warning_at("map", NONE, pending->writes[i].premap,
				  pending->writes[i].postmap),
		       "a write was interrupted after its commit; opening the namespace for "
		       "writing completes it");
}

static void
take_free_blocks(struct check *c)
{
	const struct flog *flog = &c->arena->flog;

	for (uint32_t i = 0; i < flog->nfree; i++) {
		const struct flog_group *group = flog->groups[i];

		if (!group->damage_field && owners_take(&c->owners, group->free))
			report(c, error_at("flog", i, NONE, group->free),
			       "its free block is also the free block of another lane");
	}
}

struct search {
	uint32_t postmap, premap;
};

/* 1 at the first entry that names the block */
static int
match_postmap(void *arg, uint32_t premap, uint32_t entry)
{
	struct search *search = arg;

	search->premap = premap;
	return map_entry_postmap(entry, premap) == search->postmap;
}

/* names the other owner, so that the user can choose one for a repair */
static __attribute__((noinline, cold)) void
report_clash(struct check *c, uint32_t premap, uint32_t postmap)
{
	const struct flog *flog = &c->arena->flog;
	struct search search = {.postmap = postmap};
	uint64_t unreadable;

	for (uint32_t i = 0; i < flog->nfree; i++) {
		if (flog->groups[i]->damage_field || flog->groups[i]->free != postmap)
			continue;
		report(c, error_at("map", i, premap, postmap),
		       "its block is also the free block of this lane");
		return;
	}
	if (c->named++ < NAMED_MOST &&
	    arena_each_entry(c->arena, c->lane, &unreadable, match_postmap, &search) > 0)
		report(c, error_at("map", NONE, premap, postmap),
		       "its block also belongs to lba %ju",
		       (uintmax_t)(c->first_lba + search.premap));
	else
		report(c, error_at("map", NONE, premap, postmap),
		       "its block also belongs to another lba");
}

static int
take_mapped(void *arg, uint32_t premap, uint32_t entry)
{
	struct check *c = arg;
	uint32_t postmap = map_entry_postmap(entry, premap);

	if (postmap >= c->arena->info.internal_nlba) {
		if (c->owners.first == 0)
			report(c, error_at("map", NONE, premap, postmap), "out of range (below %u)",
			       c->arena->info.internal_nlba);
	} else if (owners_take(&c->owners, postmap)) {
		report_clash(c, premap, postmap);
	}
	return 0;
}

static void
find_unowned(struct check *c)
{
	const struct owners *o = &c->owners;
	uint64_t unowned = 0;
	uint32_t last = 0;

	for (uint32_t i = owners_find_unowned(o, o->first); i < o->end;
	     i = owners_find_unowned(o, i + 1)) {
		unowned++;
		last = i;
	}
	if (unowned)
		report(c, error_at("map", NONE, NONE, last),
		       "%ju blocks up to this one are neither mapped nor free", (uintmax_t)unowned);
}

static int
check_owners(struct check *c)
{
	uint64_t unreadable = 0;
	int err = 0;

	if (owners_init(&c->owners, c->arena->info.internal_nlba))
		return errormsg_set(ENOMEM, "arena %u: no memory for the check", c->arena->index);
	while (!err && owners_next_window(&c->owners)) {
		take_free_blocks(c);
		err = arena_each_entry(c->arena, c->lane, &unreadable, take_mapped, c);
		if (!err && !unreadable)
			find_unowned(c);
	}
	owners_fini(&c->owners);
	if (!err && unreadable)
		report(c, error_at("map", NONE, NONE, NONE), "%ju entries cannot be read",
		       (uintmax_t)unreadable);
	return err;
}

/* the arena as it is on media now; interrupted writes count as done */
static int
check_arena(struct check *c, const struct arena *opened)
{
	struct arena fresh;
	int err;

	if (arena_find(&fresh, opened->media, c->lane, opened->index, opened->off)) {
		if (errno != EINVAL && errno != ENOENT)
			return -1;
		c->arena = opened;
		report(c, error_at("info", NONE, NONE, NONE), "%s", btt_errormsg());
		return 0;
	}
	c->arena = &fresh;
	err = arena_load(&fresh, c->lane, 1) || recover_arena(&fresh, c->lane, BTT_READ_ONLY);
	if (!err) {
		check_info(c);
		check_flog(c);
		check_pending(c);
		err = check_owners(c);
	}
	arena_fini(&fresh);
	return err ? -1 : 0;
}

int
btt_check_each(struct btt *btt, void (*found)(void *arg, const struct btt_finding *finding),
	       void *arg)
{
	struct check c = {.found = found, .arg = arg, .lane = &btt->own_lane};

	for (uint32_t i = 0; i < btt->narenas; i++) {
		if (check_arena(&c, &btt->arenas[i]))
			return -1;
		c.first_lba += btt->arenas[i].info.external_nlba;
	}
	return c.errors == 0;
}

int
btt_check(struct btt *btt)
{
	return btt_check_each(btt, NULL, NULL);
}
