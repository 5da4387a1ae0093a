/* SPDX-License-Identifier: BSD-3-Clause */
#include "map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "spin.h"

/* with 64 locks for each lane, a lane meets another by chance on fewer than 1 in 64 writes */
#define LOCKS_PER_LANE 64u
#define LOCKS_MAX      4096u

int
map_init(struct map *map, const struct persist *media, uint64_t off, uint32_t nlba, unsigned nlane)
{
	uint32_t nlocks = LOCKS_PER_LANE;

	while (nlocks < LOCKS_MAX && nlocks < (uint64_t)LOCKS_PER_LANE * nlane)
		nlocks *= 2;
	*map = (struct map){.media = media,
			    .off = off,
			    .nlba = nlba,
			    .lock_mask = nlocks - 1,
			    .lock_bits = (unsigned)__builtin_ctz(nlocks)};
	map->locks = aligned_alloc(PAD_BYTES, sizeof(*map->locks) * nlocks);
	if (!map->locks)
		return -1;
	memset(map->locks, 0, sizeof(*map->locks) * nlocks);
	return 0;
}

void
map_fini(struct map *map)
{
	free(map->locks);
}

int
map_is_locked(const struct map *map, uint32_t premap)
{
	return atomic_load_explicit(&map_lock_of(map, premap)->held, memory_order_acquire) != 0;
}

static __attribute__((noinline, cold)) void
wait_for(struct map_lock *lock, struct counter *waits)
{
	unsigned turns = 0;

	do {
		while (atomic_load_explicit(&lock->held, memory_order_relaxed))
			spin_turn(&turns);
	} while (atomic_exchange_explicit(&lock->held, 1, memory_order_acquire));
	if (waits)
		counter_add(waits, 1);
}

struct map_lock *
map_lock(const struct map *map, uint32_t premap, struct counter *waits)
{
	struct map_lock *lock = map_lock_of(map, premap);

	if (atomic_exchange_explicit(&lock->held, 1, memory_order_acquire))
		wait_for(lock, waits);
	return lock;
}

void
map_unlock(struct map_lock *lock)
{
	atomic_store_explicit(&lock->held, 0, memory_order_release);
}

int
map_store_locked(const struct map *map, struct persist_lane *lane, uint32_t premap, uint32_t entry)
{
	struct map_lock *lock = map_lock(map, premap, NULL);
	int err = map_store(map, lane, premap, entry);

	map_unlock(lock);
	return err;
}
