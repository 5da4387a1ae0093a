/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arena.h -- one open arena: its info block, map and flog, and the reason if it is read-only.
 *
 * Lock rule: `readonly` and `damage` may be set by any thread and never change back; see
 * arena_mark_damaged.
 */
#ifndef BTT_ARENA_H
#define BTT_ARENA_H

#include <errno.h>

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
	uint64_t off;      /* from the start of the BTT */
	uint64_t room;     /* bytes from there to the end of the namespace */
	uint64_t data_off; /* of post-map block 0, from the start of the BTT */
	struct info info;
	enum info_state primary, backup; /* as found */
	int do_infos_differ; /* both are good, and uuids differ: `other` is the backup */
	struct info other;
	struct map map;
	struct flog flog;
	struct pending pending;    /* committed writes that the map must not get: see recover.h */
	_Atomic int readonly;      /* 1: opened for reading, or damaged */
	char damage[ERRORMSG_MAX]; /* the first reason; empty = sound */
};

/* offset of the data of a post-map block from the start of the BTT */
static inline uint64_t
arena_block_off(const struct arena *a, uint32_t postmap)
{
	return a->data_off + (uint64_t)postmap * a->info.internal_lbasize;
}

/*
 * Reads and checks the info blocks of the arena at `off`. If both are good and only uuids
 * differ, the first one counts; any other difference is an error. 0; or -1 with ENOENT when neither place
 * holds a signature, with EINVAL when no info block can be used.
 */
int arena_find(struct arena *a, const struct persist *media, struct persist_lane *lane,
	       unsigned index, uint64_t off);

/* Loads flog and map after arena_find, for `nlane` lanes. 0 or -1/errno. */
int arena_load(struct arena *a, struct persist_lane *lane, unsigned nlane);
void arena_fini(struct arena *a);

/* Writes the primary info block from the backup if only the backup was good. Durable on return. */
int arena_restore_primary(struct arena *a, struct persist_lane *lane);

/* Makes the arena read-only and keeps the first reason. Any thread. */
void arena_mark_damaged(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* the reason why the arena is read-only, or NULL; lives as long as the arena */
const char *arena_readonly_reason(const struct arena *a);

/* Loads the valid map entry: a pending write hides the entry in the map. 0 or -1/errno. */
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

#define ARENA_ENTRIES_AT_ONCE (FORMAT_PAGE / (uint32_t)sizeof(le32)) /* media fails by pages */

/*
 * Calls `each` with every valid map entry in order. Stops when `each` returns another value than 0,
 * and returns that value. Entries on bad pages are skipped and counted in *unreadable. -1/errno for
 * other failures. Inlined, so that the compiler calls `each` directly: a map has up to 2^30 entries.
 */
static inline __attribute__((always_inline)) int
arena_each_entry(const struct arena *a, struct persist_lane *lane, uint64_t *unreadable,
		 int (*each)(void *arg, uint32_t premap, uint32_t entry), void *arg)
{
	const int has_pending = a->pending.count > 0;
	le32 raw[ARENA_ENTRIES_AT_ONCE];
	int result = 0;

	*unreadable = 0;
	for (uint32_t first = 0; first < a->map.nlba && !result; first += ARENA_ENTRIES_AT_ONCE) {
		uint32_t left = a->map.nlba - first;
		uint32_t count = left < ARENA_ENTRIES_AT_ONCE ? left : ARENA_ENTRIES_AT_ONCE;

		if (persist_read(a->media, lane, raw, count * sizeof(*raw),
				 map_entry_off(&a->map, first))) {
			if (errno != EIO)
				return -1;
			*unreadable += count;
			continue;
		}
		for (uint32_t i = 0; i < count && !result; i++) {
			const struct pending_write *write =
				has_pending ? pending_find(&a->pending, first + i) : NULL;

			result =
				each(arg, first + i,
				     write ? write->postmap | FORMAT_MAP_NORMAL : le32_get(raw[i]));
		}
	}
	return result;
}

#endif
