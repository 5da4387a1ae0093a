/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rotate.h -- a lane with several free blocks writes them in turn.
 *
 * With n lanes that rotate over k groups, lane l has the groups l, l + n, ..., l + (k - 1)n of the flog of each
 * arena. Each write uses the next one. A group keeps its own log entry and its own last map line, so in the
 * commit orders of io.c each group is a lane of its own, which happens to have the thread of another one.
 *
 * Only the tracking of reads (rtt.h) knows that the groups belong together. A scan before a write looks for all free
 * blocks of the lane. It waits for the block of this write. The other blocks that it finds unread need no
 * scan when their turn comes: with k groups and no reader in between, one write in k scans.
 *
 * A batch (io_batch.c) uses the next group of each of its lanes, and scans for all of them, marked or not.
 *
 * Invariant
 *   Q1 The free block of a group has no reader, or the group has the mark may_be_read. A write that frees a block
 *      sets the mark (flog_advance). Only a scan that begins after that, and does not find the block, clears it.
 *
 * Lock rule: none. Only the thread of a lane uses its groups.
 */
#ifndef BTT_ROTATE_H
#define BTT_ROTATE_H

#include "io.h"

/* The group for the next write of a lane that rotates. Readers may still copy its free block. */
struct flog_group *rotate_next(const struct io *io, const struct arena *a, unsigned lane);

/* The same; on return nobody reads the free block. Counts in `lane` a scan and a wait. */
struct flog_group *rotate_take(struct io *io, const struct arena *a, struct lane *lane)
	__attribute__((noinline));

#endif
