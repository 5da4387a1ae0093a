/* SPDX-License-Identifier: BSD-3-Clause */
#include "lane.h"

#include <string.h>
#include <sys/mman.h>

#include "format.h"

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

/* the stores of a write besides the data */
#define HALVES      2u
#define WRITE_EXTRA (HALVES * 8u + 4u) /* bytes: the halves, and the map entry */

struct btt_counters
lane_counters(const struct lane *lane, enum btt_commit commit, uint32_t lbasize)
{
	const uint64_t lines = (lbasize + FORMAT_LINE - 1) / FORMAT_LINE + HALVES;
	const uint64_t far = counter_get(&lane->writes[1]);
	const uint64_t single = lane_writes(lane);
	const uint64_t writes = single + counter_get(&lane->batched);
	const uint64_t flags = counter_get(&lane->flags_set);
	const uint64_t saved = counter_get(&lane->flags_saved);

	return (struct btt_counters){
		.fences = (single + counter_get(&lane->batches)) *
				  (commit == BTT_COMMIT_STRICT ? 4 : 2) +
			  flags + saved,
		.lines_flushed = writes * lines + single + far + counter_get(&lane->batch_lines) +
				 flags + saved,
		.bytes_stored = writes * (lbasize + WRITE_EXTRA) + flags * sizeof(le32),
		.lock_waits = counter_get(&lane->lock_waits),
		.reader_waits = counter_get(&lane->reader_waits),
		.read_retries = counter_get(&lane->read_retries),
		.idle_zeroes = counter_get(&lane->idle_zeroes),
		.zero_reads = counter_get(&lane->zero_reads),
		.scans = counter_get(&lane->scans) + counter_get(&lane->batches),
	};
}
