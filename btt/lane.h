/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lane.h -- the records of one lane that do not depend on an arena: its number and its counters.
 *
 * One thread at a time uses a lane. Any thread may read its counters, except while the lane is
 * adopted. Records are padded: two lanes share no line.
 */
#ifndef BTT_LANE_H
#define BTT_LANE_H

#include <stddef.h>

#include "btt.h"
#include "pad.h"
#include "media/counter.h"
#include "media/persist.h"

struct lane {
	_Alignas(PAD_BYTES) struct persist_lane media;
	/*
	 * Calls that succeeded. Each kind of call does the same stores, flushes and fences each time, so one count
	 * stands for all of them.
	 */
	struct counter writes[2];   /* [1]: two map lines flushed, [0]: one */
	struct counter flags_set;   /* zeroes and marks of errors that were stored */
	struct counter flags_saved; /* reads that made the flag of another lane durable */
	struct counter lock_waits, reader_waits, read_retries, idle_zeroes, zero_reads;
	/* batches of which a block was written, their blocks, and the map lines that they flushed */
	struct counter batches, batched, batch_lines;
	struct counter
		scans; /* of a lane that rotates; otherwise each single write has one, as each batch has */
	size_t mapped; /* bytes of a mapping that begins with this record; 0 = part of an array */
};

void lane_init(struct lane *lane, unsigned number);

/* Unmaps a record that has a mapping. */
void lane_release(struct lane *lane);

/* Single writes that succeeded. */
static inline uint64_t
lane_writes(const struct lane *lane)
{
	return counter_get(&lane->writes[0]) + counter_get(&lane->writes[1]);
}

/* The counters of a lane of a BTT with blocks of `lbasize` bytes. Each block begins at a line. */
struct btt_counters lane_counters(const struct lane *lane, enum btt_commit commit,
				  uint32_t lbasize);

#endif
