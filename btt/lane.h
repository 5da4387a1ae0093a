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

#include "pad.h"
#include "media/counter.h"
#include "media/persist.h"

struct lane {
	_Alignas(PAD_BYTES) struct persist_lane media;
	struct counter lock_waits, reader_waits, read_retries, idle_zeroes, zero_reads;
	size_t mapped; /* bytes of a mapping that begins with this record; 0 = part of an array */
};

void lane_init(struct lane *lane, unsigned number);

/* Unmaps a record that has a mapping. */
void lane_release(struct lane *lane);
struct btt_counters lane_counters(const struct lane *lane);

#endif
