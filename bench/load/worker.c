/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * worker.c -- the hot loop: a row of ops is drawn, driven, taken into the histograms, and so on.
 *
 * One reading of the clock an op: its end is the next one's start. A service time therefore holds the
 * bare loop too; the cost of the whole harness stands in every result.
 *
 * What stands between two ops must not keep the processor from overlapping their cache misses, as it
 * does in a loop that measures nothing. Hence the rows: drawing is many instructions, and a histogram's
 * bucket is a store to an address that depends on the clock, for which all that follows in the program
 * would wait. And hence lookahead=next: a processor may hold back loads behind a clock reading, and
 * fetches them early where there is none; so the engine is told of the next op before this one.
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

/* the next ops; the first was drawn with the row before, whose last op was told of it */
static void
draw_row(struct worker *w)
{
	w->row[0].op = w->row[WORKER_ROW].op;
	for (unsigned i = 1; i <= WORKER_ROW; i++)
		w->row[i].op = pattern_next(&w->pattern);
}

/*
 * Up to `count` ops of the row until *stop; how many were done. The loop touches this worker's lines
 * and *stop, nothing else.
 */
static unsigned
drive_row(struct worker *w, unsigned count, const _Atomic int *stop)
{
	uint64_t now = clock_ticks(w->clock);
	unsigned i;

	for (i = 0; i < count && !atomic_load_explicit(stop, memory_order_relaxed); i++) {
		struct worker_slot *slot = &w->row[i];

		if (w->expect)
			w->expect(&w->lane, slot[1].op);
		slot->start = now;
		slot->err = w->engine->submit(&w->lane, slot->op);
		slot->end = now = clock_ticks(w->clock);
		if (__builtin_expect(slot->err, 0))
			note_failure(w, slot->op, now);
	}
	return i;
}

static void
take_in_row(struct worker *w, unsigned count)
{
	uint64_t done[OP_KINDS] = {0};

	for (unsigned i = 0; i < count; i++) {
		const struct worker_slot *slot = &w->row[i];

		if (slot->err)
			continue;
		histogram_record(&w->service[slot->op.kind],
				 clock_ns(w->clock, slot->end - slot->start));
		done[slot->op.kind]++;
	}
	for (int k = 0; k < OP_KINDS; k++)
		atomic_store_explicit(
			&w->done[k],
			atomic_load_explicit(&w->done[k], memory_order_relaxed) + done[k],
			memory_order_relaxed);
}

void
worker_drive(struct worker *w, const _Atomic int *stop, uint64_t ops_most)
{
	w->row[WORKER_ROW].op = pattern_next(&w->pattern);
	w->started = clock_ticks(w->clock);
	while (ops_most && !atomic_load_explicit(stop, memory_order_relaxed)) {
		unsigned count = ops_most < WORKER_ROW ? (unsigned)ops_most : WORKER_ROW;

		draw_row(w);
		count = drive_row(w, count, stop);
		take_in_row(w, count);
		ops_most -= count;
	}
	w->ended = clock_ticks(w->clock);
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
