/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arena.h -- one arena, open: its info, map and flog, and whether it may be written.
 */
#ifndef BTT_ARENA_H
#define BTT_ARENA_H

#include "btt.h"
#include "errormsg.h"
#include "flog.h"
#include "info.h"
#include "map.h"
#include "pending.h"
#include "media/persist.h"

struct arena {
	const struct persist *media;
	unsigned index;
	uint64_t off;      /* from the BTT's start */
	uint64_t room;     /* from there to the end of the namespace */
	uint64_t data_off; /* of post-map block 0, from the BTT's start */
	struct info info;
	enum info_state primary, backup; /* as found */
	struct map map;
	struct flog flog;
	struct pending pending;    /* not in the map, and not to be brought there: see recover.h */
	_Atomic int readonly;      /* 1: opened so, or damaged */
	char damage[ERRORMSG_MAX]; /* the first reason why it can't be trusted; empty = none */
};

/* bytes before the data of a post-map block, from the BTT's start */
static inline uint64_t
arena_block_off(const struct arena *a, uint32_t postmap)
{
	return a->data_off + (uint64_t)postmap * a->info.internal_lbasize;
}

/*
 * Finds and judges the info blocks of the arena at `off`. 0; or -1 with ENOENT when neither place
 * holds a signature, EINVAL when what is there can't be used.
 */
int arena_find(struct arena *a, const struct persist *media, struct persist_lane *lane,
	       unsigned index, uint64_t off);

/* loads flog and map of an arena that was found, for `nlane` lanes; 0 or -1/errno */
int arena_load(struct arena *a, struct persist_lane *lane, unsigned nlane);
void arena_fini(struct arena *a);

/* writes the primary info block anew from the backup when only that was good; durable on return */
int arena_restore_primary(struct arena *a, struct persist_lane *lane);

/* not to be written any more: keeps the first reason; any thread */
void arena_condemn(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* why it can't be written, NULL = it can; the text lives as long as the arena */
const char *arena_readonly_reason(const struct arena *a);

/* the map entry as it counts: what is pending comes before what the map shows; 0 or -1/errno */
static inline int
arena_load_entry(const struct arena *a, struct persist_lane *lane, uint32_t premap, uint32_t *entry)
{
	const struct pending_write *write;

	if (__builtin_expect(a->pending.count, 0) &&
	    (write = pending_find(&a->pending, premap)) != NULL) {
		*entry = write->postmap | FORMAT_MAP_NORMAL;
		return 0;
	}
	return map_load(&a->map, lane, premap, entry);
}

/*
 * Calls `each` with every map entry as it counts, in order; stops when it does not return 0, and
 * returns that. Entries on a page that can't be read (EIO) are left out and counted; -1/errno for
 * other failures.
 */
int arena_each_entry(const struct arena *a, struct persist_lane *lane, uint64_t *unreadable,
		     int (*each)(void *arg, uint32_t premap, uint32_t entry), void *arg);

#endif
