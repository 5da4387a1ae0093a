/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * check.c -- is the layout consistent? Everything is read from media anew; nothing is changed.
 *
 * Per arena: both info blocks, the error flag, every flog group, every map entry, and that each
 * block of the data area is mapped exactly once or free in exactly one lane. Owners of blocks are
 * counted in a bitmap of at most 32 MiB, in as many passes over the map as that takes.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "btt_impl.h"
#include "recover.h"

#define NONE          BTT_NOT_SAID
#define WINDOW_BLOCKS (1u << 28) /* 32 MiB of bits */

struct check {
	const struct arena *arena;
	struct persist_lane *lane;
	void (*found)(void *arg, const struct btt_finding *finding);
	void *arg;
	uint64_t errors;
	uint64_t *owned;     /* a bit per block of the window */
	uint32_t first, end; /* the window: post-map blocks [first, end) */
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
	if (a->backup != INFO_GOOD)
		report(c, error_at("backup", NONE, NONE, NONE), "the backup info block %s",
		       info_state_text(a->backup));
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
	for (uint32_t i = 0; i < flog->nfree; i++) {
		const struct flog_group *group = &flog->groups[i];

		if (group->damage_field)
			report(c, error_at(group->damage_field, i, NONE, NONE), "%u %s",
			       group->damage_value, group->damage_why);
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
		       "a write was cut after its commit; opening the namespace for writing "
		       "completes it");
}

static int
is_in_window(const struct check *c, uint32_t postmap)
{
	return postmap >= c->first && postmap < c->end;
}

/* 1 when the block had an owner already */
static int
take(struct check *c, uint32_t postmap)
{
	uint64_t *word = &c->owned[(postmap - c->first) / 64];
	uint64_t bit = 1ull << (postmap - c->first) % 64;
	int taken = (*word & bit) != 0;

	*word |= bit;
	return taken;
}

static void
take_free_blocks(struct check *c)
{
	const struct flog *flog = &c->arena->flog;

	for (uint32_t i = 0; i < flog->nfree; i++) {
		const struct flog_group *group = &flog->groups[i];

		if (!group->damage_field && is_in_window(c, group->free) && take(c, group->free))
			report(c, error_at("flog", i, NONE, group->free),
			       "its free block is another lane's too");
	}
}

static int
take_mapped(void *arg, uint32_t premap, uint32_t entry)
{
	struct check *c = arg;
	uint32_t postmap = map_entry_postmap(entry, premap);

	if (postmap >= c->arena->info.internal_nlba) {
		if (c->first == 0)
			report(c, error_at("map", NONE, premap, postmap), "out of range (below %u)",
			       c->arena->info.internal_nlba);
	} else if (is_in_window(c, postmap) && take(c, postmap)) {
		report(c, error_at("map", NONE, premap, postmap),
		       "its block is free in a lane, or another block's too");
	}
	return 0;
}

static void
find_unowned(struct check *c)
{
	uint64_t unowned = 0;
	uint32_t last = 0;

	for (uint32_t i = c->first; i < c->end; i++) {
		if (!(c->owned[(i - c->first) / 64] >> (i - c->first) % 64 & 1)) {
			unowned++;
			last = i;
		}
	}
	if (unowned)
		report(c, error_at("map", NONE, NONE, last),
		       "%ju blocks up to this one are neither mapped nor free", (uintmax_t)unowned);
}

static int
check_owners(struct check *c)
{
	uint32_t nlba = c->arena->info.internal_nlba;
	uint64_t unreadable = 0;
	uint32_t window = nlba < WINDOW_BLOCKS ? nlba : WINDOW_BLOCKS;
	size_t bytes = ((size_t)window + 63) / 64 * sizeof(*c->owned);
	int err = 0;

	c->owned = malloc(bytes);
	if (!c->owned)
		return errormsg_set(ENOMEM, "arena %u: no memory for the check", c->arena->index);
	for (c->first = 0; c->first < nlba && !err; c->first = c->end) {
		c->end = nlba - c->first < window ? nlba : c->first + window;
		memset(c->owned, 0, bytes);
		take_free_blocks(c);
		err = arena_each_entry(c->arena, c->lane, &unreadable, take_mapped, c);
		if (!err && !unreadable)
			find_unowned(c);
	}
	free(c->owned);
	if (!err && unreadable)
		report(c, error_at("map", NONE, NONE, NONE), "%ju entries can't be read",
		       (uintmax_t)unreadable);
	return err;
}

/* the arena as it is on media now, writes that are cut short counted as done */
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
	}
	return c.errors == 0;
}

int
btt_check(struct btt *btt)
{
	return btt_check_each(btt, NULL, NULL);
}
