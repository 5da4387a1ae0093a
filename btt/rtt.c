/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtt.h"

#include <stdlib.h>

#include "spin.h"

int
rtt_init(struct rtt *rtt, unsigned nlane)
{
	rtt->nlane = nlane;
	rtt->slots = aligned_alloc(RTT_PAD, sizeof(*rtt->slots) * nlane);
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

unsigned
rtt_wait(const struct rtt *rtt, unsigned lane, uint64_t block)
{
	unsigned waits = 0;

	atomic_thread_fence(memory_order_seq_cst);
	for (unsigned i = 0; i < rtt->nlane; i++) {
		unsigned turns = 0;

		if (i == lane)
			continue;
		while (atomic_load_explicit(&rtt->slots[i].block, memory_order_acquire) == block)
			spin_turn(&turns);
		waits += turns > 0;
	}
	return waits;
}
