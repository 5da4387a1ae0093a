/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rtt.h -- read tracking: the block that each lane is reading, so that no writer stores into it.
 *
 * A write takes a block out of the map, and the block becomes the free block of that lane. A reader
 * that found the block in the map shortly before may still be copying it. Therefore:
 *
 *	reader				writer
 *	R1 publish the block		W1 take the block out of the map
 *	R2 full fence			W2 full fence
 *	R3 load the map entry again	W3 scan all slots; wait while one holds the block
 *	R4 copy if it is unchanged	W4 store into the block
 *	R5 clear the slot (release)
 *
 * Invariant: at least one of R3 and W3 sees the store of the other thread, since a full fence
 * stands between store and load on both sides. Either the reader sees that the block is gone and
 * starts again, or the writer waits. W1 is the map store of the previous write of the lane; W2 and
 * W3 begin the next one.
 *
 * One W2 and W3 serve all blocks that the lane took out of the map before W2 (rtt_scan). If W3 does not see
 * the R1 of a block, that R3 sees W1. So a block that no slot holds at W3 has no reader until the lane puts it
 * into the map again, and W4 may come at any time before that. A block that a slot holds needs another W2
 * and W3.
 *
 * Lock rule: none. Only the thread of a lane writes the slot of that lane.
 */
#ifndef BTT_RTT_H
#define BTT_RTT_H

#include <stdatomic.h>
#include <stdint.h>

#include "pad.h"

#define RTT_NONE UINT64_MAX

struct rtt_slot {
	_Alignas(PAD_BYTES) _Atomic uint64_t block;
};

struct rtt {
	struct rtt_slot *slots; /* one for each lane */
	unsigned nlane;
	/*
	 * lanes that have ever read: [0, nread). Raised before the first R1 of a lane, loaded after
	 * W2.
	 */
	_Atomic unsigned nread;
};

/* the number of a block in the whole layout */
static inline uint64_t
rtt_block(unsigned arena, uint32_t postmap)
{
	return (uint64_t)arena << 32 | postmap;
}

/* 1: no other lane exists, so no write can take a block from a reader */
static inline int
rtt_is_alone(const struct rtt *rtt)
{
	return rtt->nlane == 1;
}

/* Adds `lane` to the lanes that read. */
void rtt_enlist(struct rtt *rtt, unsigned lane);

/*
 * R1 for one of several blocks, each in the slot of a lane of its own; rtt_fence is R2 for all of them. For
 * ThreadSanitizer, which does not know fences, each store is a full fence instead.
 */
static inline void
rtt_announce(struct rtt *rtt, unsigned lane, uint64_t block)
{
	if (__builtin_expect(lane >= atomic_load_explicit(&rtt->nread, memory_order_relaxed), 0))
		rtt_enlist(rtt, lane);
#ifdef RTT_SEQ_CST
	atomic_exchange_explicit(&rtt->slots[lane].block, block, memory_order_seq_cst);
#else
	atomic_store_explicit(&rtt->slots[lane].block, block, memory_order_relaxed);
#endif
}

static inline void
rtt_fence(void)
{
#ifndef RTT_SEQ_CST
	atomic_thread_fence(memory_order_seq_cst);
#endif
}

/* R1 and R2 */
static inline void
rtt_publish(struct rtt *rtt, unsigned lane, uint64_t block)
{
	if (__builtin_expect(lane >= atomic_load_explicit(&rtt->nread, memory_order_relaxed), 0))
		rtt_enlist(rtt, lane);
#if defined(__x86_64__)
	atomic_exchange_explicit(&rtt->slots[lane].block, block,
				 memory_order_seq_cst); /* a full fence here */
#else
	atomic_store_explicit(&rtt->slots[lane].block, block, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
#endif
}

/* R5 */
static inline void
rtt_clear(struct rtt *rtt, unsigned lane)
{
	atomic_store_explicit(&rtt->slots[lane].block, RTT_NONE, memory_order_release);
}

/* 0, or -1/ENOMEM */
int rtt_init(struct rtt *rtt, unsigned nlane);
void rtt_fini(struct rtt *rtt);

/* W2 and W3 for `lane`: 1 when it had to wait, else 0. */
int rtt_wait(struct rtt *rtt, unsigned lane, uint64_t block);

/* The same for several blocks and lanes of one thread: one W2, one scan. */
int rtt_wait_each(struct rtt *rtt, const uint64_t blocks[], unsigned n);

#define RTT_SCAN_MAX 32u

/*
 * W2 and W3 of `lane` for 1 to RTT_SCAN_MAX blocks. Waits for the readers of blocks[0] only. Sets bit i of *held if a
 * lane may be reading blocks[i]. 1 when it had to wait, else 0.
 */
int rtt_scan(struct rtt *rtt, unsigned lane, const uint64_t *blocks, unsigned count,
	     uint32_t *held);

#endif
