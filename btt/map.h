/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * map.h -- one arena's map: where each pre-map block lies, and the locks under which that changes.
 *
 * Lock rule: an entry is stored only while its line's lock is held. Entries of one cache line share
 * a lock, so no two threads store into one map line at once; several lines share one lock too.
 * Loads need no lock.
 */
#ifndef BTT_MAP_H
#define BTT_MAP_H

#include <stdatomic.h>
#include <stdint.h>

#include "format.h"
#include "pad.h"
#include "media/persist.h"

struct map_lock {
	_Alignas(PAD_BYTES) _Atomic uint32_t held;
};

struct map {
	const struct persist *media;
	uint64_t off; /* from the BTT's start */
	uint32_t nlba;
	struct map_lock *locks;
	uint32_t lock_mask; /* number of locks - 1, a power of two less one */
};

/* locks for `nlane` lanes; 0, or -1/ENOMEM */
int map_init(struct map *map, const struct persist *media, uint64_t off, uint32_t nlba,
	     unsigned nlane);
void map_fini(struct map *map);

static inline uint64_t
map_entry_off(const struct map *map, uint32_t premap)
{
	return map->off + (uint64_t)premap * sizeof(le32);
}

/* 1 when both entries lie in one cache line */
static inline int
map_is_one_line(uint32_t premap, uint32_t other)
{
	return premap / FORMAT_MAP_ENTRIES_LINE == other / FORMAT_MAP_ENTRIES_LINE;
}

/* post-map block that an entry names */
static inline uint32_t
map_entry_postmap(uint32_t entry, uint32_t premap)
{
	return entry & FORMAT_MAP_NORMAL ? entry & FORMAT_MAP_POSTMAP : premap;
}

/* the entry with initial written out: as a log keeps it */
static inline uint32_t
map_entry_explicit(uint32_t entry, uint32_t premap)
{
	return entry & FORMAT_MAP_NORMAL ? entry : premap | FORMAT_MAP_NORMAL;
}

/* 1 when the block reads as zeros */
static inline int
map_entry_is_zero(uint32_t entry)
{
	uint32_t flags = entry & FORMAT_MAP_NORMAL;

	return flags == FORMAT_MAP_ZERO || flags == 0;
}

static inline int
map_entry_is_error(uint32_t entry)
{
	return (entry & FORMAT_MAP_NORMAL) == FORMAT_MAP_ERROR;
}

/* acquire: what a writer stored before this entry is visible after it */
static inline int
map_load(const struct map *map, struct persist_lane *lane, uint32_t premap, uint32_t *entry)
{
	uint32_t raw;

	if (persist_load4(map->media, lane, map_entry_off(map, premap), &raw))
		return -1;
	*entry = le32toh(raw);
	return 0;
}

/* not fenced; the lock is held, and kept until the fence: see persist_store4 */
int map_store(const struct map *map, struct persist_lane *lane, uint32_t premap, uint32_t entry);

/* the same, seen by whoever takes the lock next: it may be given up before the fence */
int map_publish(const struct map *map, struct persist_lane *lane, uint32_t premap, uint32_t entry);

/* what any thread stored into the entry's line becomes durable at this thread's next fence */
int map_flush(const struct map *map, struct persist_lane *lane, uint32_t premap);

/* the same where the page may be bad: what is lost with it need not be durable */
int map_settle(const struct map *map, struct persist_lane *lane, uint32_t premap);

/* 1 while some thread may be storing into the entry; looked at after map_load, see io.c */
int map_is_locked(const struct map *map, uint32_t premap);

/* the lock that covers an entry, taken; *waits is raised when another thread had it */
struct map_lock *map_lock(const struct map *map, uint32_t premap, _Atomic uint64_t *waits);
void map_unlock(struct map_lock *lock);

/* hints: the entry is about to be loaded, or stored to */
static inline void
map_prefetch_read(const struct map *map, uint32_t premap)
{
	persist_prefetch_read(map->media, map_entry_off(map, premap), sizeof(le32));
}

static inline void
map_prefetch_write(const struct map *map, uint32_t premap)
{
	persist_prefetch_write(map->media, map_entry_off(map, premap));
}

#endif
