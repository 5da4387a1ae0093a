/* SPDX-License-Identifier: BSD-3-Clause */
#include "lane.h"

#include <string.h>
#include <sys/mman.h>

void
lane_init(struct lane *lane, unsigned number)
{
	memset(lane, 0, sizeof(*lane));
	lane->media.number = number;
}

void
lane_release(struct lane *lane)
{
	if (lane->mapped)
		munmap(lane, lane->mapped);
}

static uint64_t
get(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void
lane_get_counters(const struct lane *lane, struct btt_counters *counters)
{
	*counters = (struct btt_counters){
		.fences = get(&lane->media.fences),
		.lines_flushed = get(&lane->media.lines_flushed),
		.bytes_stored = get(&lane->media.bytes_stored),
		.lock_waits = get(&lane->lock_waits),
		.reader_waits = get(&lane->reader_waits),
		.read_retries = get(&lane->read_retries),
	};
}
