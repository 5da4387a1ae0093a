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

int
rtt_wait(const struct rtt *rtt, unsigned lane, uint64_t block)
{
	unsigned turns = 0, nread;

	atomic_thread_fence(memory_order_seq_cst);
	nread = atomic_load_explicit(&rtt->nread, memory_order_relaxed);
	for (unsigned i = 0; i < nread; i++) {
		if (i == lane)
			continue;
		while (atomic_load_explicit(&rtt->slots[i].block, memory_order_acquire) == block)
			spin_turn(&turns);
	}
	return turns > 0;
}
