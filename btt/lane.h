/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lane.h -- what belongs to one lane whatever arena it works in: its name at the door to media and
 * its counters. Used by one thread at a time; counters may be read by any, but while the lane is
 * adopted. Padded: lanes share no line.
 */
#ifndef BTT_LANE_H
#define BTT_LANE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "pad.h"
#include "media/persist.h"

struct lane {
	_Alignas(PAD_BYTES) struct persist_lane media;
	_Atomic uint64_t lock_waits, reader_waits, read_retries;
	size_t mapped; /* bytes of memory of its own that begin here; 0: it lies beside others */
};

void lane_init(struct lane *lane, unsigned number);

/* gives back memory of its own, if it has any */
void lane_release(struct lane *lane);
void lane_get_counters(const struct lane *lane, struct btt_counters *counters);

#endif
