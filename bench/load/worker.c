/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * worker.c -- the hot loop.
 *
 * One reading of the clock an op: its end is the next one's start, so that the times add up to the
 * time that passed. A service time therefore holds the harness too, whose cost stands in every
 * result.
 */
#include "worker.h"

#include <errno.h>

static struct result_errno *
errno_slot(struct worker_failures *f, int err)
{
	for (unsigned i = 0; i < f->nerrnos; i++) {
		if (f->errnos[i].err == err)
			return &f->errnos[i];
	}
	return f->nerrnos < RESULT_ERRNOS_MAX ? &f->errnos[f->nerrnos++] : NULL;
}

/* off the hot path: a failed op never enters a histogram */
static __attribute__((noinline, cold)) void
note_failure(struct worker *w, struct op op, uint64_t now)
{
	struct worker_failures *f = &w->failures[op.kind];
	struct result_errno *slot = errno_slot(f, errno);

	f->count++;
	atomic_store_explicit(&w->failed,
			      atomic_load_explicit(&w->failed, memory_order_relaxed) + 1,
			      memory_order_relaxed);
	if (!slot)
		return;
	if (slot->count++ == 0) {
		slot->err = errno;
		slot->first_lba = op.lba;
		slot->first_ns = clock_ns(w->clock, now - w->started);
	}
}

static inline void
note(struct worker *w, struct op op, int err, uint64_t start, uint64_t now)
{
	if (__builtin_expect(err, 0)) {
		note_failure(w, op, now);
		return;
	}
	histogram_record(&w->service[op.kind], clock_ns(w->clock, now - start));
	atomic_store_explicit(&w->done[op.kind],
			      atomic_load_explicit(&w->done[op.kind], memory_order_relaxed) + 1,
			      memory_order_relaxed);
}

void
worker_drive(struct worker *w, const _Atomic int *stop, uint64_t ops_most)
{
	struct op next = pattern_next(&w->pattern);
	uint64_t now = clock_ticks(w->clock);

	w->started = now;
	/*
	 * The loop touches this worker's lines and *stop, nothing else. The next op is drawn before this
	 * one is submitted: what stands between two ops keeps the processor from overlapping their
	 * cache misses, as it does in any caller's loop.
	 */
	while (ops_most-- && !atomic_load_explicit(stop, memory_order_relaxed)) {
		struct op op = next;
		uint64_t start = now;
		int err;

		next = pattern_next(&w->pattern);
		err = w->engine->submit(&w->lane, op);
		now = clock_ticks(w->clock);
		note(w, op, err, start, now);
	}
	w->ended = now;
}

void
worker_reset(struct worker *w)
{
	for (int k = 0; k < OP_KINDS; k++) {
		histogram_init(&w->service[k]);
		w->failures[k] = (struct worker_failures){0};
		atomic_store_explicit(&w->done[k], 0, memory_order_relaxed);
	}
	atomic_store_explicit(&w->failed, 0, memory_order_relaxed);
}
