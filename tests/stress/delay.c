/* SPDX-License-Identifier: BSD-3-Clause */
#include "delay.h"

#include <sched.h>
#include <stddef.h>
#include <time.h>

#include "flog.h"
#include "map.h"
#include "media/persist.h"
#include "rtt.h"

#define SPINS_LOG2_MOST 10u   /* the longest spin: about 40 us */
#define LINE            64u   /* a copy pauses at a multiple of this */
#define NAP_NS          20000 /* long enough for every other thread to run */

static _Thread_local uint64_t state;

void
delay_begin(uint64_t seed)
{
	state = seed;
}

static uint64_t
draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Mostly no delay, sometimes one long enough for the others to run through all of theirs. */
void
delay(void)
{
	uint64_t drawn;

	if (!state)
		return;
	drawn = draw();
	if (drawn % 8)
		return;
	if (drawn >> 8 & 1023) {
		for (uint64_t i = 1ull << (drawn >> 32) % SPINS_LOG2_MOST; i; i--)
			__builtin_ia32_pause();
	} else if (drawn >> 20 & 1) {
		sched_yield();
	} else {
		nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
	}
}

/* Bytes of a copy before the pause in it; 0: no pause. */
static size_t
first_part(size_t len)
{
	return state && len > LINE && draw() % 4 == 0 ? draw() % (len / LINE) * LINE : 0;
}

/* the linker's names: the real function, and the wrapper */
#define REAL(name) __real_##name
#define WRAP(name) __wrap_##name

/* Wraps a library call with a pause before and after it. */
#define HELD_UP(type, name, params, args) \
	type REAL(name) params;           \
	type WRAP(name) params;           \
	type WRAP(name) params            \
	{                                 \
		type result;              \
                                          \
		delay();                  \
		result = REAL(name) args; \
		delay();                  \
		return result;            \
	}

#define HELD_UP_VOID(name, params, args) \
	void REAL(name) params;          \
	void WRAP(name) params;          \
	void WRAP(name) params           \
	{                                \
		delay();                 \
		REAL(name) args;         \
		delay();                 \
	}

#define ON_MEDIA const struct persist *media, struct persist_lane *lane, uint64_t off

HELD_UP(int, persist_load4, (ON_MEDIA, uint32_t *value), (media, lane, off, value))
HELD_UP(int, persist_store4, (ON_MEDIA, uint32_t value), (media, lane, off, value))
HELD_UP(int, persist_store8, (ON_MEDIA, uint64_t value), (media, lane, off, value))
HELD_UP(int, persist_publish4, (ON_MEDIA, uint32_t value), (media, lane, off, value))
HELD_UP(int, persist_flush, (ON_MEDIA, size_t len), (media, lane, off, len))
HELD_UP(int, persist_fence, (const struct persist *media, struct persist_lane *lane), (media, lane))
HELD_UP(struct map_lock *, map_lock,
	(const struct map *map, uint32_t premap, struct counter *waits), (map, premap, waits))
HELD_UP(int, map_is_locked, (const struct map *map, uint32_t premap), (map, premap))
HELD_UP(int, rtt_wait, (struct rtt * rtt, unsigned lane, uint64_t block), (rtt, lane, block))
HELD_UP(int, rtt_wait_each, (struct rtt * rtt, const uint64_t blocks[], unsigned n),
	(rtt, blocks, n))
HELD_UP(int, rtt_scan,
	(struct rtt * rtt, unsigned lane, const uint64_t *blocks, unsigned count, uint32_t *held),
	(rtt, lane, blocks, count, held))
HELD_UP_VOID(map_unlock, (struct map_lock * lock), (lock))
HELD_UP_VOID(rtt_enlist, (struct rtt * rtt, unsigned lane), (rtt, lane))
HELD_UP_VOID(flog_advance, (struct flog_group * group, uint32_t lba, uint32_t freed),
	     (group, lba, freed))

int REAL(persist_read)(const struct persist *media, struct persist_lane *lane, void *buf,
		       size_t len, uint64_t off);
int WRAP(persist_read)(const struct persist *media, struct persist_lane *lane, void *buf,
		       size_t len, uint64_t off);
int
WRAP(persist_read)(const struct persist *media, struct persist_lane *lane, void *buf, size_t len,
		   uint64_t off)
{
	size_t first = first_part(len);
	int err = 0;

	delay();
	if (first) {
		err = REAL(persist_read)(media, lane, buf, first, off);
		delay();
	}
	if (!err)
		err = REAL(persist_read)(media, lane, (char *)buf + first, len - first,
					 off + first);
	delay();
	return err;
}

int REAL(persist_store)(ON_MEDIA, const void *src, size_t len);
int WRAP(persist_store)(ON_MEDIA, const void *src, size_t len);
int
WRAP(persist_store)(ON_MEDIA, const void *src, size_t len)
{
	size_t first = first_part(len);
	int err = 0;

	delay();
	if (first) {
		err = REAL(persist_store)(media, lane, off, src, first);
		delay();
	}
	if (!err)
		err = REAL(persist_store)(media, lane, off + first, (const char *)src + first,
					  len - first);
	delay();
	return err;
}
