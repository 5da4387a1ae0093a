/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rtt.h -- read tracking: which block each lane is reading, so that no writer stores into it.
 *
 * A block that a write takes out of the map becomes that lane's free block; a reader that found it
 * in the map just before may still be copying it. So:
 *
 *	reader				writer
 *	R1 publish the block		W1 take the block out of the map
 *	R2 full fence			W2 full fence
 *	R3 look at the map again	W3 look at every lane's slot; wait while one holds the block
 *	R4 copy if still mapped		W4 store into the block
 *	R5 clear the slot (release)
 *
 * Invariant: of R3 and W3 at least one sees the other's store, since a full fence stands between
 * store and load on both sides. Either the reader sees the block gone and looks again, or the writer
 * waits. W1 is the map store of the lane's write before; W2 and W3 open the next one.
 *
 * A slot is written by its lane's thread only.
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
	struct rtt_slot *slots; /* one per lane */
	unsigned nlane;
	/* lanes that have ever read: [0, nread). Raised before such a lane's first R1, looked at
	 * after W2 */
	_Atomic unsigned nread;
};

/* a block of the whole layout in one number */
static inline uint64_t
rtt_block(unsigned arena, uint32_t postmap)
{
	return (uint64_t)arena << 32 | postmap;
}

/* 1: there is no other lane whose write could take a block from under a reader */
static inline int
rtt_is_alone(const struct rtt *rtt)
{
	return rtt->nlane == 1;
}

/* counts `lane` among those that read */
void rtt_enlist(struct rtt *rtt, unsigned lane);

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

/* W2 and W3 on behalf of `lane`; 1 when it had to wait, else 0 */
int rtt_wait(struct rtt *rtt, unsigned lane, uint64_t block);

#endif
