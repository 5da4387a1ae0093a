/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * map.h -- the map of one arena: the place of each pre-map block, and the locks that protect
 * changes.
 *
 * Lock rule: an entry is stored only while the lock of its line is held. Entries of one cache line
 * share a lock, so no two threads store into one map line at the same time; several lines share one
 * lock too. A thread that takes several locks takes them in the order of arenas and of map_lock_order. Loads need no
 * lock.
 */
#ifndef BTT_MAP_H
#define BTT_MAP_H

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>

#include "format.h"
#include "pad.h"
#include "media/counter.h"
#include "media/persist.h"

struct map_lock {
	_Alignas(PAD_BYTES) _Atomic uint32_t held;
};

struct map {
	const struct persist *media;
	uint64_t off; /* from the BTT's start */
	uint32_t nlba;
	int initial_is_zero; /* flavour pmdk: initial entries read as zeros, not as data */
	struct map_lock *locks;
	uint32_t lock_mask; /* number of locks - 1; that number is a power of two */
	unsigned lock_bits; /* its logarithm */
};

/* Allocates locks for `nlane` lanes. The caller sets initial_is_zero. 0, or -1/ENOMEM. */
int map_init(struct map *map, const struct persist *media, uint64_t off, uint32_t nlba,
	     unsigned nlane);
void map_fini(struct map *map);

static inline uint64_t
map_entry_off(const struct map *map, uint32_t premap)
{
	return map->off + (uint64_t)premap * sizeof(le32);
}

/* 1 when both entries are in one cache line */
static inline int
map_is_one_line(uint32_t premap, uint32_t other)
{
	return premap / FORMAT_MAP_ENTRIES_LINE == other / FORMAT_MAP_ENTRIES_LINE;
}

/* the post-map block that an entry names */
static inline uint32_t
map_entry_postmap(uint32_t entry, uint32_t premap)
{
	return entry & FORMAT_MAP_NORMAL ? entry & FORMAT_MAP_POSTMAP : premap;
}

/* the entry with its post-map block written out, as the flog keeps it */
static inline uint32_t
map_entry_explicit(uint32_t entry, uint32_t premap)
{
	return entry & FORMAT_MAP_NORMAL ? entry : premap | FORMAT_MAP_NORMAL;
}

static inline int
map_entry_is_initial(uint32_t entry)
{
	return (entry & FORMAT_MAP_NORMAL) == 0;
}

/* 1 when the block reads as zeros */
static inline int
map_entry_is_zero(const struct map *map, uint32_t entry)
{
	return map_entry_is_initial(entry) ? map->initial_is_zero
					   : (entry & FORMAT_MAP_NORMAL) == FORMAT_MAP_ZERO;
}

/* 1 when the block reads as the data of its post-map block */
static inline int
map_entry_is_data(const struct map *map, uint32_t entry)
{
	return (entry & FORMAT_MAP_NORMAL) == FORMAT_MAP_NORMAL ||
	       (map_entry_is_initial(entry) && !map->initial_is_zero);
}

static inline int
map_entry_is_error(uint32_t entry)
{
	return (entry & FORMAT_MAP_NORMAL) == FORMAT_MAP_ERROR;
}

/* acquire: everything that a writer stored before this entry is visible afterwards */
static inline int
map_load(const struct map *map, struct persist_lane *lane, uint32_t premap, uint32_t *entry)
{
	uint32_t raw;

	if (persist_load4(map->media, lane, map_entry_off(map, premap), &raw))
		return -1;
	*entry = le32toh(raw);
	return 0;
}

/* 1 while a thread may be storing into the entry; call it after map_load, see io.c */
int map_is_locked(const struct map *map, uint32_t premap);

/*
 * Stores an entry, flushed and not fenced. The caller holds the lock and keeps it until the fence,
 * see persist_store4.
 */
static inline int
map_store(const struct map *map, struct persist_lane *lane, uint32_t premap, uint32_t entry)
{
	assert(map_is_locked(map, premap));
	return persist_store4(map->media, lane, map_entry_off(map, premap), htole32(entry));
}

/*
 * Stores an entry that the next owner of the lock sees, so the lock may be released at once. It is not flushed: see
 * persist_publish4.
 */
static inline int
map_publish(const struct map *map, struct persist_lane *lane, uint32_t premap, uint32_t entry)
{
	assert(map_is_locked(map, premap));
	return persist_publish4(map->media, lane, map_entry_off(map, premap), htole32(entry));
}

/* map_store under the lock, for callers that use the arena alone; not fenced */
int map_store_locked(const struct map *map, struct persist_lane *lane, uint32_t premap,
		     uint32_t entry);

/*
 * Visible stores of any thread to the line of the entry become durable at the next fence of this
 * thread.
 */
static inline int
map_flush(const struct map *map, struct persist_lane *lane, uint32_t premap)
{
	return persist_flush(map->media, lane, map_entry_off(map, premap), sizeof(le32));
}

/*
 * The same where a bad page is no error: an entry that is lost with its page need not be durable.
 */
static inline int
map_flush_if_good(const struct map *map, struct persist_lane *lane, uint32_t premap)
{
	return map_flush(map, lane, premap) && errno != EIO ? -1 : 0;
}

static inline struct map_lock *
map_lock_of(const struct map *map, uint32_t premap)
{
	assert(premap < map->nlba);
	return &map->locks[premap / FORMAT_MAP_ENTRIES_LINE & map->lock_mask];
}

/*
 * A number for each block of the arena, below 1 << FORMAT_MAP_POSTMAP_BITS: it orders blocks by their lock, and blocks
 * with one lock by their number. A thread that holds one lock takes others only in this order.
 */
static inline uint32_t
map_lock_order(const struct map *map, uint32_t premap)
{
	const unsigned bits = FORMAT_MAP_POSTMAP_BITS - map->lock_bits;
	uint32_t line = premap / FORMAT_MAP_ENTRIES_LINE;

	return (line & map->lock_mask) << bits |
	       (line >> map->lock_bits) * FORMAT_MAP_ENTRIES_LINE |
	       premap % FORMAT_MAP_ENTRIES_LINE;
}

/* Takes the lock of an entry. Counts in `waits`, unless NULL, when another thread had it. */
struct map_lock *map_lock(const struct map *map, uint32_t premap, struct counter *waits);
void map_unlock(struct map_lock *lock);

/* Hints: the entry will be loaded, or stored to, soon. */
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
