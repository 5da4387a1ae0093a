/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * worker.c -- the hot loop. It draws a row of ops, drives them, takes them into the histograms, and
 * starts again.
 *
 * Each op costs one clock reading: the end of an op is the start of the next one. A service time
 * therefore includes the bare loop; every result shows the cost of the whole harness. The default
 * clock waits for an op's loads, so the cache misses of successive ops do not overlap; a loop
 * without a clock may be faster (clock.h). With latency_every the clock is read around one op in a
 * group, and the others overlap. The op is chosen at random: a fixed one could be the same block of
 * each round of a sequential pattern.
 *
 * Drawing takes many instructions, and recording misses the cache. So neither is done between two
 * ops of a row. A row that takes long is taken in earlier: the time series needs it.
 *
 * With a lookahead the engine learns of the next ops before the current one is submitted, and fetches
 * their map lines, or also their data. A client does not have this foresight.
 *
 * The open loop uses the row as a ring. It draws and takes in ops one at a time while no op is due,
 * so neither delays an op that is due. A service time starts at the clock reading that found the op
 * due: the end of the op before it, if the op was due then.
 */
#include "worker.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>

/* Only one thread writes the counter, any thread may read it: no locked instruction is needed. */
static void
add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

static struct result_errno *
errno_slot(struct worker_failures *f, int err)
{
	for (unsigned i = 0; i < f->nerrnos; i++) {
		if (f->errnos[i].err == err)
			return &f->errnos[i];
	}
	return f->nerrnos < RESULT_ERRNOS_MAX ? &f->errnos[f->nerrnos++] : NULL;
}

/* Off the hot path. A failed op never enters a histogram. */
static __attribute__((noinline, cold)) void
note_failure(struct worker *w, struct op op, uint64_t now)
{
	struct worker_failures *f = &w->failures[op.kind];
	struct result_errno *slot = errno_slot(f, errno);

	f->count++;
	add(&w->failed, 1);
	if (!slot)
		return;
	if (slot->count++ == 0) {
		slot->err = errno;
		slot->first_lba = op.lba;
		slot->first_ns = clock_ns(w->clock, now - w->started);
	}
}

/* Draws a row. The lookahead of the last row needed its first ops, so these are drawn already. */
static void
draw_row(struct worker *w)
{
	for (unsigned i = 0; i < WORKER_AHEAD; i++)
		w->ops[i] = w->ops[WORKER_ROW + i];
	pattern_draw(&w->pattern, w->ops + WORKER_AHEAD, WORKER_ROW);
}

/* Ops until the next timed one, after one at place `timed` of its group. */
static unsigned
next_wait(struct worker *w)
{
	unsigned rest = w->every - 1 - w->timed;

	w->timed = (unsigned)rng_below(&w->choice, w->every);
	return rest + w->timed;
}

/*
 * Drives the ops from `from` to `count` of the row until *stop, the deadline, or WORKER_ROW_NS after its start; returns
 * the number of the first op that is not done. The loop touches only this worker's cache lines and *stop. `is_sparse` is
 * a constant: it times the op after w->wait others, and a row ends early only behind a timed op.
 */
static inline __attribute__((always_inline)) unsigned
drive_row(struct worker *w, unsigned from, unsigned count, const _Atomic int *stop, int is_sparse)
{
	int (*submit)(const struct engine_lane *, const struct op *, unsigned) = w->engine->submit;
	const struct clock *clock = w->clock;
	uint64_t now = clock_ticks(clock);
	uint64_t row_end = now + w->row_ticks_most;
	uint64_t until = row_end < w->deadline ? row_end : w->deadline;
	unsigned i;

	for (i = from;
	     i < count && now < until && !atomic_load_explicit(stop, memory_order_relaxed); i++) {
		const struct op *op = &w->ops[i];
		struct worker_slot *slot = &w->row[i];

		if (w->expect)
			w->expect(&w->lane, op[w->ahead]);
		if (w->expect_data)
			w->expect_data(&w->lane, op[1]);
		if (is_sparse && w->wait) {
			engine_lane_mark(&w->lane, op->kind);
			slot->start = slot->end = 0;
			slot->err = submit(&w->lane, op, 1);
			w->wait--;
		} else {
			slot->start = is_sparse ? clock_ticks(clock) : now;
			engine_lane_mark(&w->lane, op->kind);
			slot->err = submit(&w->lane, op, 1);
			slot->end = now = clock_ticks(clock);
			if (is_sparse)
				w->wait = next_wait(w);
		}
		if (__builtin_expect(slot->err, 0))
			note_failure(w, *op, is_sparse ? clock_ticks(clock) : now);
	}
	w->ended = is_sparse ? clock_ticks(clock) : now;
	return i;
}

static void
take_in_row(struct worker *w, unsigned from, unsigned to)
{
	uint64_t done[OP_KINDS] = {0};

	for (unsigned i = from; i < to; i++) {
		const struct worker_slot *slot = &w->row[i];

		if (slot->err)
			continue;
		done[w->ops[i].kind]++;
		if (slot->end)
			histogram_record(&w->service[w->ops[i].kind],
					 clock_latency_ns(w->clock, slot->end - slot->start));
	}
	for (int k = 0; k < OP_KINDS; k++)
		add(&w->done[k], done[k]);
}

static void
drive_closed(struct worker *w, const _Atomic int *stop, uint64_t ops_most)
{
	unsigned from = 0, to = 0, count = 0;

	pattern_draw(&w->pattern, w->ops + WORKER_ROW, WORKER_AHEAD);
	while (ops_most && w->ended < w->deadline &&
	       !atomic_load_explicit(stop, memory_order_relaxed)) {
		if (from == count) {
			draw_row(w);
			from = 0;
			count = ops_most < WORKER_ROW ? (unsigned)ops_most : WORKER_ROW;
		}
		w->strays += sched_getcpu() != w->cpu;
		to = w->every > 1 ? drive_row(w, from, count, stop, 1)
				  : drive_row(w, from, count, stop, 0);
		take_in_row(w, from, to);
		ops_most -= to - from;
		from = to;
	}
}

/* Off the hot path. Returns the number of ops that failed. */
static __attribute__((noinline, cold)) unsigned
note_batch_failures(struct worker *w, unsigned n, uint64_t now)
{
	unsigned failed = 0;

	if (n == 1)
		w->errors[0] = errno;
	for (unsigned i = 0; i < n; i++) {
		if (!w->errors[i])
			continue;
		errno = w->errors[i];
		note_failure(w, w->ops[i], now);
		failed++;
	}
	return failed;
}

/*
 * Each batch has the kind of its first op, so that the blocks have the mix of the job. It is drawn before its clock
 * starts: a batch costs two readings.
 */
static void
drive_batches(struct worker *w, const _Atomic int *stop, uint64_t ops_most)
{
	int (*submit)(const struct engine_lane *, const struct op *, unsigned) = w->engine->submit;

	static_assert(WORKER_ROW >= JOB_BATCH_MAX, "a batch fits into a row");
	while (ops_most && w->ended < w->deadline &&
	       !atomic_load_explicit(stop, memory_order_relaxed)) {
		unsigned n = ops_most < w->batch ? (unsigned)ops_most : w->batch, failed = 0;
		enum op_kind kind;
		uint64_t start;

		w->strays += sched_getcpu() != w->cpu;
		pattern_draw(&w->pattern, w->ops, n);
		kind = w->ops[0].kind;
		for (unsigned i = 1; i < n; i++)
			w->ops[i].kind = kind;
		engine_lane_mark(&w->lane, kind);
		start = clock_ticks(w->clock);
		failed = submit(&w->lane, w->ops, n) ? n : 0;
		w->ended = clock_ticks(w->clock);
		if (__builtin_expect(failed, 0))
			failed = note_batch_failures(w, n, w->ended);
		else
			histogram_record(&w->batch_time[kind],
					 clock_latency_ns(w->clock, w->ended - start));
		add(&w->done[kind], n - failed);
		ops_most -= n;
	}
}

static struct worker_slot *
slot_of(struct worker *w, uint64_t number)
{
	return &w->row[number % WORKER_ROW];
}

static struct op *
op_of(struct worker *w, uint64_t number)
{
	return &w->ops[number % WORKER_ROW];
}

/* Draws up to `most` ops, not beyond the end of the ring. There is room for them. */
static void
draw_some(struct worker *w, uint64_t most)
{
	uint64_t left = WORKER_ROW - w->drawn % WORKER_ROW;
	unsigned n = (unsigned)(most < left ? most : left);

	pattern_draw(&w->pattern, op_of(w, w->drawn), n);
	for (struct worker_slot *slot = slot_of(w, w->drawn), *end = slot + n; slot < end; slot++)
		slot->due = pace_next(&w->pace);
	w->drawn += n;
}

/* Takes in the ops before number `to`. */
static void
take_in_before(struct worker *w, uint64_t to)
{
	uint64_t done[OP_KINDS] = {0}, behind_most = w->behind_ticks;

	for (uint64_t i = w->taken; i < to; i++) {
		const struct worker_slot *slot = slot_of(w, i);
		enum op_kind kind = op_of(w, i)->kind;

		if (slot->start - slot->due > behind_most)
			behind_most = slot->start - slot->due;
		if (slot->err)
			continue;
		histogram_record(&w->service[kind],
				 clock_latency_ns(w->clock, slot->end - slot->start));
		histogram_record(&w->response[kind],
				 clock_latency_ns(w->clock, slot->end - slot->due));
		done[kind]++;
	}
	w->taken = to;
	w->behind_ticks = behind_most;
	for (int k = 0; k < OP_KINDS; k++)
		add(&w->done[k], done[k]);
}

/* Takes in or draws one op while no op is due. Returns 0 if nothing is left to do. */
static int
do_spare_work(struct worker *w)
{
	if (w->taken < w->driven) {
		w->strays += w->taken % WORKER_ROW == 0 && sched_getcpu() != w->cpu;
		take_in_before(w, w->taken + 1);
	} else if (w->drawn < w->taken + WORKER_ROW)
		draw_some(w, 1);
	else
		return 0;
	return 1;
}

/* Without spare time: takes in a whole row and draws the next one, as in the closed loop. */
static void
turn_row(struct worker *w)
{
	w->strays += sched_getcpu() != w->cpu;
	take_in_before(w, w->driven);
	while (w->drawn < w->taken + WORKER_ROW)
		draw_some(w, w->taken + WORKER_ROW - w->drawn);
}

/* It is `now`. Waits until `due`, the deadline or *stop; returns the time. */
static uint64_t
wait_until(struct worker *w, uint64_t now, uint64_t due, const _Atomic int *stop)
{
	if (due > w->deadline)
		due = w->deadline;
	while (now < due && !atomic_load_explicit(stop, memory_order_relaxed)) {
		if (due - now > w->pace.ticks_near && !do_spare_work(w))
			pace_rest(&w->pace, due - now);
		now = clock_ticks(w->clock);
	}
	return now;
}

/* Tells the engine of an op only if it is due already: a real client would know of it. */
static void
expect_due(struct worker *w, uint64_t now)
{
	uint64_t next = w->driven + 1, last = w->driven + w->ahead;

	if (w->expect && last < w->drawn && slot_of(w, last)->due <= now)
		w->expect(&w->lane, *op_of(w, last));
	if (w->expect_data && next < w->drawn && slot_of(w, next)->due <= now)
		w->expect_data(&w->lane, *op_of(w, next));
}

/* Counts the ops due by `end` and not started, as if the schedule had no end. */
static uint64_t
count_overdue(struct worker *w, uint64_t end)
{
	uint64_t n = 0;

	while (w->driven + n < w->drawn && slot_of(w, w->driven + n)->due <= end)
		n++;
	return w->driven + n < w->drawn ? n : n + pace_overdue(&w->pace, end);
}

static void
drive_open(struct worker *w, const _Atomic int *stop, uint64_t ops_most)
{
	int (*submit)(const struct engine_lane *, const struct op *, unsigned) = w->engine->submit;
	uint64_t now = w->started;

	w->taken = w->driven = w->drawn = w->behind_ticks = 0;
	pace_start(&w->pace, w->started);
	for (turn_row(w); w->driven < ops_most; w->driven++) {
		const struct op *op = op_of(w, w->driven);
		struct worker_slot *slot = slot_of(w, w->driven);

		if (w->driven == w->drawn) {
			turn_row(w);
			now = clock_ticks(w->clock);
		}
		slot->start = now = wait_until(w, now, slot->due, stop);
		if (now >= w->deadline || atomic_load_explicit(stop, memory_order_relaxed))
			break;
		expect_due(w, now);
		engine_lane_mark(&w->lane, op->kind);
		slot->err = submit(&w->lane, op, 1);
		slot->end = now = clock_ticks(w->clock);
		if (__builtin_expect(slot->err, 0))
			note_failure(w, *op, now);
	}
	w->ended = clock_ticks(w->clock);
	take_in_before(w, w->driven);
	w->scheduled = w->ended < w->deadline ? w->ended : w->deadline;
	w->overdue = count_overdue(w, w->scheduled);
	w->unstarted = w->overdue < ops_most - w->driven ? w->overdue : ops_most - w->driven;
}

void
worker_drive(struct worker *w, const _Atomic int *stop, uint64_t ops_most, uint64_t length_ns)
{
	w->row_ticks_most = clock_ticks_of_ns(w->clock, WORKER_ROW_NS);
	w->started = w->ended = clock_ticks(w->clock);
	w->deadline = length_ns == WORKER_NO_LIMIT
			      ? UINT64_MAX
			      : w->started + clock_ticks_of_ns(w->clock, length_ns);
	if (w->pace.gap_q24)
		drive_open(w, stop, ops_most);
	else if (w->batch > 1)
		drive_batches(w, stop, ops_most);
	else
		drive_closed(w, stop, ops_most);
}

void
worker_time_every(struct worker *w, unsigned every, uint64_t seed, unsigned stream)
{
	w->every = every;
	rng_seed(&w->choice, seed, RNG_STREAM_CHOICE + stream);
	w->timed = w->wait = (unsigned)rng_below(&w->choice, every);
}

void
worker_reset(struct worker *w)
{
	for (int k = 0; k < OP_KINDS; k++) {
		histogram_init(&w->service[k], w->clock->unit_ns);
		histogram_init(&w->response[k], w->clock->unit_ns);
		histogram_init(&w->batch_time[k], w->clock->unit_ns);
		w->failures[k] = (struct worker_failures){0};
		atomic_store_explicit(&w->done[k], 0, memory_order_relaxed);
	}
	atomic_store_explicit(&w->failed, 0, memory_order_relaxed);
	w->strays = 0;
}
