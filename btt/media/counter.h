/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * counter.h -- counters that one thread changes and any thread may read.
 *
 * A load and a store, no locked instruction: a second thread that changed the counter would lose
 * counts.
 */
#ifndef BTT_COUNTER_H
#define BTT_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>

struct counter {
	_Atomic uint64_t n;
};

static inline uint64_t
counter_get(const struct counter *counter)
{
	return atomic_load_explicit(&counter->n, memory_order_relaxed);
}

static inline void
counter_add(struct counter *counter, uint64_t n)
{
	atomic_store_explicit(&counter->n, counter_get(counter) + n, memory_order_relaxed);
}

#endif
