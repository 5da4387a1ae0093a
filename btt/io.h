/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * io.h -- reads and changes one block of one arena; io.c describes the algorithm.
 *
 * `premap` is below external_nlba of the arena, buffers are external_lbasize long. Functions return
 * 0, or -1 with EIO (the block is marked bad, its map entry is out of range, or media failed) or
 * EROFS. Threads: one call at a time for each lane; any number of lanes at the same time.
 */
#ifndef BTT_IO_H
#define BTT_IO_H

#include "arena.h"
#include "lane.h"
#include "rtt.h"

/* Shared by all lanes of a BTT. */
struct io {
	struct rtt rtt;
	enum btt_commit commit;
	unsigned
		rotate; /* groups of each arena that a lane uses in turn, at least 1; see rotate.h */
};

int io_read(struct io *io, struct arena *a, struct lane *lane, uint32_t premap, void *buf);
int io_write(struct io *io, struct arena *a, struct lane *lane, uint32_t premap, const void *buf);

/* One block of a batch. */
struct io_block {
	struct arena *a;
	struct lane *lane; /* of this block alone */
	union {
		const void *from; /* to write */
		void *to;         /* to read */
	};
	uint32_t premap;
	int error; /* 0; becomes the errno of this block */
};

/*
 * n is 1 to BTT_BATCH_MAX. The functions return -1 with the errno of the first block that failed; the others are read
 * or written.
 */
int io_read_batch(struct io *io, struct io_block blocks[], unsigned n);
int io_write_batch(struct io *io, struct io_block blocks[], unsigned n);

/* Sets EIO and a message about a map entry that is out of range. Returns -1. */
int io_error_bad_entry(const struct arena *a, uint32_t premap, uint32_t entry)
	__attribute__((cold));

/* `flag` is FORMAT_MAP_ZERO or FORMAT_MAP_ERROR. Durable on return. */
int io_set_flag(struct arena *a, struct lane *lane, uint32_t premap, uint32_t flag);

/*
 * Makes the map entries durable that commit order two-fence leaves to the next write of each group of the flog that a
 * lane uses. All lanes are idle.
 */
int io_make_durable(const struct io *io, const struct arena *a, struct persist_lane *lane);

#endif
