/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * io.h -- reading and changing one block of one arena; the algorithm is in io.c.
 *
 * premap is below the arena's external_nlba, buffers are external_lbasize long. 0, or -1 with EIO
 * (the block is marked bad, its map entry is out of range, or media failed) or EROFS. Threads: one
 * call at a time for each lane; any number of lanes at once.
 */
#ifndef BTT_IO_H
#define BTT_IO_H

#include "arena.h"
#include "lane.h"
#include "rtt.h"

/* who does it: a lane, among all that read */
struct io {
	struct lane *lane;
	struct rtt *rtt;
	enum btt_commit commit;
};

int io_read(struct arena *a, const struct io *io, uint32_t premap, void *buf);
int io_write(struct arena *a, const struct io *io, uint32_t premap, const void *buf);

/* flag: FORMAT_MAP_ZERO or FORMAT_MAP_ERROR; durable on return */
int io_set_flag(struct arena *a, const struct io *io, uint32_t premap, uint32_t flag);

/*
 * Before closing: makes durable what commit order two-fence leaves to the next write of each of
 * `nlane` lanes, which are idle.
 */
int io_settle(const struct arena *a, struct persist_lane *lane, unsigned nlane);

#endif
