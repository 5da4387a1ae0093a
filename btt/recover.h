/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * recover.h -- completes interrupted writes when an arena is opened.
 *
 * If old_map of a flog entry is still in the map, the write was interrupted between its commit and
 * its map entry: recovery rolls it forward. If the map holds new_map, or any third block, there is
 * nothing to do. Entries and map are compared without flags, so that logs of every flavour are
 * understood.
 *
 * The arena becomes read-only, with the reason, when it is damaged: the info blocks differ, the error flag is set, a flog
 * group cannot be used, two lanes share a free block, or a free block is also mapped.
 */
#ifndef BTT_RECOVER_H
#define BTT_RECOVER_H

#include "arena.h"

/*
 * Checks every flog group of a loaded arena, in any order. A writable, sound arena gets its pending
 * writes into the map, durably. Any other arena keeps them in arena.pending, and nothing is stored.
 * 0 or -1/errno.
 */
int recover_arena(struct arena *a, struct persist_lane *lane, enum btt_mode mode);

/* Stores the pending writes into the map, durably, and forgets them. 0 or -1/errno. */
int recover_roll_forward(struct arena *a, struct persist_lane *lane);

#endif
