/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair_open.c -- what must be repaired before a BTT opens at all, even for reading.
 *
 *	1. A pool whose first layout was interrupted gets this layout (unwritten.h). Until the first info
 *	   block is whole, an interrupted repair leaves the same state or the backup alone.
 *	2. Of two good info blocks that differ, the one that the caller chose replaces the
 *	   other. An interrupted repair leaves the chosen one, and the other one damaged.
 */
#include <errno.h>
#include <string.h>

#include "layout.h"
#include "probe.h"
#include "repair_arena.h"
#include "repair_steps.h"
#include "unwritten.h"

#define NONE BTT_NOT_SAID

static int
complete_pool(struct repair *r, const struct persist_namespace *from, const struct btt_probe *probe)
{
	const struct btt_format_options options = unwritten_options(probe);
	struct persist_lane lane = {0};
	struct arena first = {0};
	struct persist media;
	int err, is_unwritten = unwritten_pool(from, probe);

	if (is_unwritten != 1)
		return is_unwritten;
	if (persist_open(&media, from, BTT_START_POOL))
		return -1;
	err = layout_write(&media, &lane, &options);
	persist_close(&media);
	r->arena = &first;
	if (!err)
		repair_report(r, BTT_REPAIRED, repair_place("info", NONE, NONE, NONE),
			      "completed the layout of this pool, which was interrupted before any "
			      "block was written");
	r->arena = NULL;
	return err;
}

/* the info blocks of one arena; *next = the offset of the next arena, 0 = there is none */
static int
choose_info(struct repair *r, const struct persist *media, struct persist_lane *lane,
	    enum btt_repair_use use, uint64_t *next)
{
	struct arena a = {.media = media, .off = *next, .room = media->size - *next};
	uint64_t off = *next;
	const char *which = use == BTT_USE_FIRST ? "the first info block" : "the backup";

	a.index = (unsigned)(off / BTT_ARENA_SIZE_MAX);
	*next = 0;
	if (info_read(media, lane, off, &a.primary, &a.info))
		return -1;
	if (a.primary != INFO_GOOD || info_check(&a.info, a.room))
		return 0; /* opening reports it */
	if (info_read(media, lane, off + a.info.infooff, &a.backup, &a.other))
		return -1;
	if (a.backup == INFO_GOOD && info_check_same(&a.info, &a.other)) {
		uint64_t infooff = a.info.infooff;

		if (use == BTT_USE_BACKUP &&
		    (info_check(&a.other, a.room) || a.other.infooff != infooff))
			return errormsg_set(EINVAL,
					    "arena %u: the backup info block cannot be used: %s",
					    a.index, btt_errormsg());
		if (use == BTT_USE_BACKUP)
			a.info = a.other;
		if (info_store(media, lane, off + (use == BTT_USE_FIRST ? infooff : 0), &a.info) ||
		    persist_fence(media, lane))
			return -1;
		r->arena = &a;
		repair_report(
			r, BTT_REPAIRED,
			repair_place(use == BTT_USE_FIRST ? "backup" : "info", NONE, NONE, NONE),
			"replaced by %s, as chosen: the two were valid and different", which);
		r->arena = NULL;
	}
	if (a.info.nextoff && off + a.info.nextoff < media->size)
		*next = off + a.info.nextoff;
	return 0;
}

static int
choose_infos(struct repair *r, const struct persist_namespace *from, uint64_t start,
	     enum btt_repair_use use)
{
	struct persist_lane lane = {0};
	struct persist media;
	uint64_t next = 0;
	int err;

	if (persist_open(&media, from, start))
		return -1;
	do {
		err = choose_info(r, &media, &lane, use, &next);
	} while (!err && next);
	persist_close(&media);
	return err;
}

int
repair_before_open(struct repair *r, const struct persist_namespace *from,
		   const struct btt_repair_options *options)
{
	uint64_t start = options->start;
	struct btt_probe probe;
	int err = 0;

	if (start == BTT_START_PROBE) {
		if (probe_namespace(from, &probe))
			return -1;
		if (complete_pool(r, from, &probe))
			return -1;
		if (probe_choose(&probe, &start))
			return 0; /* opening reports it */
	}
	if (options->use)
		err = choose_infos(r, from, start, options->use);
	return err;
}
