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

struct btt_counters
lane_counters(const struct lane *lane)
{
	return (struct btt_counters){
		.fences = counter_get(&lane->media.fences),
		.lines_flushed = counter_get(&lane->media.lines_flushed),
		.bytes_stored = counter_get(&lane->media.bytes_stored),
		.lock_waits = counter_get(&lane->lock_waits),
		.reader_waits = counter_get(&lane->reader_waits),
		.read_retries = counter_get(&lane->read_retries),
		.idle_zeroes = counter_get(&lane->idle_zeroes),
		.zero_reads = counter_get(&lane->zero_reads),
	};
}
