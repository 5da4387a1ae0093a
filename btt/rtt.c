/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt.h"

#include <stdlib.h>

#include "spin.h"

int
rtt_init(struct rtt *rtt, unsigned nlane)
{
	rtt->nlane = nlane;
	atomic_init(&rtt->nread, 0);
	rtt->slots = aligned_alloc(PAD_BYTES, sizeof(*rtt->slots) * nlane);
	if (!rtt->slots)
		return -1;
	for (unsigned i = 0; i < nlane; i++)
		atomic_init(&rtt->slots[i].block, RTT_NONE);
	return 0;
}

void
rtt_fini(struct rtt *rtt)
{
	free(rtt->slots);
}

void
rtt_enlist(struct rtt *rtt, unsigned lane)
{
	unsigned nread = atomic_load_explicit(&rtt->nread, memory_order_relaxed);

	while (nread <= lane &&
	       !atomic_compare_exchange_weak_explicit(&rtt->nread, &nread, lane + 1,
						      memory_order_seq_cst, memory_order_relaxed))
		;
}

#ifdef RTT_SEQ_CST
/*
 * ThreadSanitizer does not know fences. For it W2 is part of each load: an operation on the same
 * word that changes nothing and is a full fence on every processor.
 */
#define SCAN_FENCE()           ((void)0)
#define SCAN_LOAD(word, order) atomic_fetch_add_explicit(word, 0, memory_order_seq_cst)
#else
#define SCAN_FENCE()           atomic_thread_fence(memory_order_seq_cst)
#define SCAN_LOAD(word, order) atomic_load_explicit(word, order)
#endif

int
rtt_wait(struct rtt *rtt, unsigned lane, uint64_t block)
{
	unsigned turns = 0, nread;

	SCAN_FENCE();
	nread = SCAN_LOAD(&rtt->nread, memory_order_relaxed);
	for (unsigned i = 0; i < nread; i++) {
		if (i == lane)
			continue;
		while (SCAN_LOAD(&rtt->slots[i].block, memory_order_acquire) == block)
			spin_turn(&turns);
	}
	return turns > 0;
}

static int
is_one_of(uint64_t block, const uint64_t blocks[], unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (blocks[i] == block)
			return 1;
	}
	return 0;
}

int
rtt_wait_each(struct rtt *rtt, const uint64_t blocks[], unsigned n)
{
	unsigned turns = 0, nread;

	SCAN_FENCE();
	nread = SCAN_LOAD(&rtt->nread, memory_order_relaxed);
	for (unsigned i = 0; i < nread; i++) {
		uint64_t block;

		while ((block = SCAN_LOAD(&rtt->slots[i].block, memory_order_acquire)) !=
			       RTT_NONE &&
		       is_one_of(block, blocks, n))
			spin_turn(&turns);
	}
	return turns > 0;
}

int
rtt_scan(struct rtt *rtt, unsigned lane, const uint64_t *blocks, unsigned count, uint32_t *held)
{
	unsigned turns = 0, nread;

	*held = 0;
	SCAN_FENCE();
	nread = SCAN_LOAD(&rtt->nread, memory_order_relaxed);
	for (unsigned i = 0; i < nread; i++) {
		uint64_t block;

		if (i == lane)
			continue;
		block = SCAN_LOAD(&rtt->slots[i].block, memory_order_acquire);
		for (unsigned k = 1; k < count; k++)
			*held |= (uint32_t)(block == blocks[k]) << k;
		for (; block == blocks[0];
		     block = SCAN_LOAD(&rtt->slots[i].block, memory_order_acquire))
			spin_turn(&turns);
	}
	return turns > 0;
}
