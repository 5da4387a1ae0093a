/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * worker_test.c -- the hot loop attributes times to the right kind of op, and ends on time.
 *
 * The engine here has two kinds of ops whose costs are known because each is also measured alone: a read loads a line
 * that is in no cache, and a write waits until all earlier instructions are done, but does nothing else. With a clock
 * that does not wait for loads, the write of a mix pays for the read before it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "run/worker.h"

#define TABLE_BYTES (256u << 20)
#define LINE        64u

static uint8_t *table;
static struct clock clk;
static uint64_t sink;

static int
load_or_wait(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	(void)lane;
	for (unsigned i = 0; i < n; i++) {
		if (ops[i].kind == OP_READ)
			sink += table[ops[i].lba * LINE];
#if defined(__x86_64__)
		else
			__asm__ volatile("lfence" ::: "memory");
#endif
	}
	return 0;
}

static unsigned slept;

static int
sleep_20_ms(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	const struct timespec pause = {.tv_nsec = 20000000};

	slept++;
	(void)lane;
	(void)ops;
	(void)n;
	return nanosleep(&pause, NULL);
}

/* The ops that the engine was told of, and how many submits were as told. */
static struct {
	unsigned ahead, submits, told, told_data;
	uint64_t expected[3], data; /* expected[i]: of the op i submits later */
} foresight;

static void
note_expected(const struct engine_lane *lane, struct op op)
{
	(void)lane;
	foresight.expected[foresight.ahead] = op.lba;
}

static void
note_expected_data(const struct engine_lane *lane, struct op op)
{
	(void)lane;
	foresight.data = op.lba;
}

static int
compare_with_expected(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	static uint64_t data_of_this;

	(void)lane;
	(void)n;
	foresight.submits++;
	foresight.told += foresight.expected[0] == ops->lba;
	foresight.told_data += data_of_this == ops->lba;
	data_of_this = foresight.data;
	foresight.expected[0] = foresight.expected[1];
	foresight.expected[1] = foresight.expected[2];
	return 0;
}

static const struct engine_ops known_costs = {.name = "known costs", .submit = load_or_wait};
static const struct engine_ops slow = {.name = "slow", .submit = sleep_20_ms};

static struct worker *
new_worker(const struct engine_ops *ops, unsigned percent_reads)
{
	struct worker *w = aligned_alloc(WORKER_PAD, (sizeof(*w) / WORKER_PAD + 1) * WORKER_PAD);
	const struct pattern_params params = {
		.kind = PATTERN_UNIFORM,
		.percent = {[OP_READ] = percent_reads, [OP_WRITE] = 100 - percent_reads},
		.nlba = TABLE_BYTES / LINE,
		.blocks = 1,
		.seed = 1};
	static struct engine engine = {.bs = LINE};

	assert_non_null(w);
	memset(w, 0, sizeof(*w));
	w->lane = (struct engine_lane){
		.engine = &engine, .blocks = 1, .write_buf = calloc(1, 2 * LINE)};
	w->engine = ops;
	w->clock = &clk;
	pattern_init(&w->pattern, &params);
	worker_reset(w);
	return w;
}

static void
free_worker(struct worker *w)
{
	free(w->lane.write_buf);
	free(w);
}

/* p25: a busy machine makes it longer by little */
static void
drive_mix(unsigned percent_reads, double *read_ns, double *write_ns)
{
	struct worker *w = new_worker(&known_costs, percent_reads);
	_Atomic int never = 0;

	worker_drive(w, &never, 300000, WORKER_NO_LIMIT);
	if (percent_reads > 0)
		*read_ns = (double)histogram_percentile_ns(&w->service[OP_READ], 25);
	if (percent_reads < 100)
		*write_ns = (double)histogram_percentile_ns(&w->service[OP_WRITE], 25);
	free_worker(w);
}

/* If time of one kind is counted as the other's, every attempt shows it. The load of a neighbour does not. */
static void
ops_of_known_different_cost_do_not_mix(void **state)
{
	(void)state;
#if !defined(__x86_64__)
	skip();
#endif
	for (int i = 0; i < 5; i++) {
		double read_alone = 0, write_alone = 0, read = 0, write = 0;

		drive_mix(100, &read_alone, &write_alone);
		drive_mix(0, &read_alone, &write_alone);
		drive_mix(50, &read, &write);
		print_message(
			"read %.0f ns alone, %.0f in the mix; write %.0f alone, %.0f in the mix\n",
			read_alone, read, write_alone, write);
		if (read_alone < write_alone + 40 && i == 0)
			skip(); /* the table is in a cache: the costs do not differ */
		if (read_alone < write_alone + 40)
			continue;
		if (read > 0.7 * read_alone &&
		    write < write_alone + 0.3 * (read_alone - write_alone))
			return;
	}
	fail_msg("times of reads and writes mix in each of five attempts");
}

static void
a_slow_op_is_counted_when_it_is_done(void **state)
{
	struct worker *w = new_worker(&slow, 100);
	_Atomic int never = 0;

	(void)state;
	worker_drive(w, &never, 3, WORKER_NO_LIMIT);
	assert_int_equal(w->done[OP_READ], 3);
	/* the phase may end in the middle of a row of WORKER_ROW ops */
	worker_reset(w);
	slept = 0;
	worker_drive(w, &never, WORKER_NO_LIMIT, 110000000);
	assert_true(clock_ns(&clk, w->ended - w->started) >= 109999999);
	assert_int_equal(w->done[OP_READ], slept);
	assert_in_range(slept, 1, 6);
	free_worker(w);
}

/* Without a controller that says stop. */
static void
the_phase_ends_by_the_worker_s_own_clock(void **state)
{
	struct worker *w = new_worker(&known_costs, 50);
	_Atomic int never = 0;
	uint64_t shortest = UINT64_MAX;

	(void)state;
	/* 20 phases at least; a busy machine may prolong these, but not hundreds */
	for (int i = 0; i < 400 && (i < 20 || shortest >= 5100000); i++) {
		uint64_t ns;

		worker_drive(w, &never, WORKER_NO_LIMIT, 5000000);
		ns = clock_ns(&clk, w->ended - w->started);
		assert_true(ns >= 4999999);
		if (ns < shortest)
			shortest = ns;
	}
	assert_true(shortest < 5100000);
	free_worker(w);
}

/* The ops of a row that took too long are not dropped. */
static void
a_cut_row_does_not_change_the_sequence_of_ops(void **state)
{
	struct worker *w = new_worker(&slow, 50), *whole = new_worker(&known_costs, 50);
	_Atomic int never = 0;

	(void)state;
	worker_drive(w, &never, 10, WORKER_NO_LIMIT);
	worker_drive(whole, &never, 10, WORKER_NO_LIMIT);
	assert_int_equal(w->done[OP_READ], whole->done[OP_READ]);
	assert_int_equal(w->done[OP_WRITE], whole->done[OP_WRITE]);
	free_worker(w);
	free_worker(whole);
}

static uint64_t submitted;

static int
count_submits(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	(void)lane;
	(void)ops;
	submitted += n;
	return 0;
}

/* Every fourth op fails. */
static int
fail_some(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	(void)lane;
	errno = EIO;
	submitted += n;
	return ops->lba % 4 ? 0 : -1;
}

static const struct engine_ops counting = {.name = "counting", .submit = count_submits};
static const struct engine_ops failing = {.name = "failing", .submit = fail_some};

static void
all_ops_count_and_one_in_each_group_is_timed(void **state)
{
	static const unsigned groups[] = {1, 2, 7, 64, 100, 1000};
	_Atomic int never = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct worker *w = new_worker(&counting, 100);

		worker_time_every(w, groups[i], 1, 0);
		submitted = 0;
		worker_drive(w, &never, 700000, WORKER_NO_LIMIT);
		assert_int_equal(submitted, 700000);
		assert_int_equal(w->done[OP_READ], 700000);
		assert_int_equal(histogram_count(&w->service[OP_READ]), 700000 / groups[i]);
		free_worker(w);
	}
}

static void
failed_ops_are_neither_counted_nor_timed(void **state)
{
	struct worker *w = new_worker(&failing, 100);
	_Atomic int never = 0;

	(void)state;
	worker_time_every(w, 2, 1, 0);
	worker_drive(w, &never, 100000, WORKER_NO_LIMIT);
	assert_int_equal(w->done[OP_READ] + w->failures[OP_READ].count, 100000);
	assert_in_range(w->failures[OP_READ].count, 24000, 26000);
	assert_in_range(histogram_count(&w->service[OP_READ]), 36500, 38500);
	free_worker(w);
}

/* The first of four blocks takes 1 us. */
static int
wait_at_first_block(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	uint64_t end = clock_ticks(&clk) + clock_ticks_of_ns(&clk, 1000);

	(void)lane;
	(void)n;
	while (ops->lba % 4 == 0 && clock_ticks(&clk) < end)
		;
	return 0;
}

static const struct engine_ops slow_at_first = {.name = "slow at first",
						.submit = wait_at_first_block};

static void
the_timed_op_is_not_always_the_same_block_of_a_sequence(void **state)
{
	struct worker *w = new_worker(&slow_at_first, 100);
	const struct pattern_params params = {.kind = PATTERN_SEQ,
					      .percent = {[OP_READ] = 100},
					      .nlba = 4,
					      .blocks = 1,
					      .seed = 1};
	_Atomic int never = 0;

	(void)state;
	pattern_init(&w->pattern, &params);
	worker_time_every(w, 4, 1, 0);
	worker_drive(w, &never, 40000, WORKER_NO_LIMIT);
	assert_int_equal(histogram_count(&w->service[OP_READ]), 10000);
	/* a quarter of the timed ops takes 1 us */
	assert_true(histogram_percentile_ns(&w->service[OP_READ], 70) < 900);
	assert_true(histogram_percentile_ns(&w->service[OP_READ], 80) >= 990);
	free_worker(w);
}

static void
a_phase_with_sparse_timing_ends_by_the_worker_s_own_clock(void **state)
{
	struct worker *w = new_worker(&slow, 100);
	_Atomic int never = 0;

	(void)state;
	worker_time_every(w, 3, 1, 0);
	slept = 0;
	worker_drive(w, &never, WORKER_NO_LIMIT, 100000000);
	assert_true(clock_ns(&clk, w->ended - w->started) >= 99999999);
	assert_int_equal(w->done[OP_READ], slept);
	assert_in_range(slept, 1, 5 + 2 * 3 - 2);
	free_worker(w);
}

/* An open loop with spare time never turns a whole row. */
static void
a_worker_away_from_its_cpu_is_seen_in_an_open_loop(void **state)
{
	struct worker *w = new_worker(&known_costs, 50);
	_Atomic int never = 0;

	(void)state;
	pace_init(&w->pace, &clk,
		  &(struct pace_params){
			  .rate = 20000, .seed = 1, .count = 1, .origin = clock_ticks(&clk)});
	w->cpu = -1; /* no CPU is this one */
	worker_drive(w, &never, 64 * 20, WORKER_NO_LIMIT);
	assert_true(w->strays >= 10);
	free_worker(w);
}

static const struct engine_ops comparing = {.name = "comparing", .submit = compare_with_expected};

/* 1000 ops with a lookahead of `ahead`; open: all are due at once */
static void
drive_with_lookahead(unsigned ahead, int is_open)
{
	struct worker *w = new_worker(&comparing, 50);
	_Atomic int never = 0;

	memset(&foresight, 0, sizeof(foresight));
	foresight.ahead = ahead;
	w->ahead = ahead;
	w->expect = note_expected;
	w->expect_data = ahead == 2 ? note_expected_data : NULL;
	if (is_open)
		pace_init(&w->pace, &clk,
			  &(struct pace_params){.rate = PACE_RATE_MAX, .seed = 1, .count = 1});
	worker_drive(w, &never, 1000, WORKER_NO_LIMIT);
	assert_int_equal(foresight.submits, 1000);
	free_worker(w);
}

/* Also at the end of a row, in the closed loop. */
static void
a_lookahead_tells_of_the_op_that_is_submitted_next_or_after_the_next(void **state)
{
	(void)state;
	drive_with_lookahead(1, 0);
	assert_int_equal(foresight.told, 999);
	assert_int_equal(foresight.told_data, 0);
	drive_with_lookahead(2, 0);
	assert_int_equal(foresight.told, 998);
	assert_int_equal(foresight.told_data, 999);
}

/* An open loop is told of ops that are due and drawn: not across the end of a row. */
static void
an_open_loop_is_told_of_ops_that_are_due(void **state)
{
	(void)state;
	drive_with_lookahead(1, 1);
	assert_in_range(foresight.told, 900, 999);
	drive_with_lookahead(2, 1);
	assert_in_range(foresight.told, 900, 998);
	assert_in_range(foresight.told_data, 900, 999);
}

/* The submits of a worker with batches. */
static struct {
	unsigned submits, last, ops, mixed, reads;
} batches;

static int
fail_every_fifth_lba(const struct engine_lane *lane, const struct op *ops, unsigned n)
{
	int err = 0;

	batches.submits++;
	batches.last = n;
	batches.ops += n;
	for (unsigned i = 0; i < n; i++) {
		lane->errors[i] = ops[i].lba % 5 == 0 ? EIO : 0;
		err |= lane->errors[i];
		batches.mixed += ops[i].kind != ops[0].kind;
		batches.reads += ops[i].kind == OP_READ;
	}
	errno = EIO;
	return err ? -1 : 0;
}

static const struct engine_ops fifth = {.name = "fifth", .submit = fail_every_fifth_lba};

static void
each_block_of_a_batch_is_done_or_failed_and_a_batch_has_one_kind(void **state)
{
	struct worker *w = new_worker(&fifth, 70);
	_Atomic int never = 0;
	uint64_t done, failed, timed;

	(void)state;
	memset(&batches, 0, sizeof(batches));
	w->batch = 8;
	w->lane.errors = w->errors;
	worker_drive(w, &never, 80003, WORKER_NO_LIMIT);
	done = w->done[OP_READ] + w->done[OP_WRITE];
	failed = w->failures[OP_READ].count + w->failures[OP_WRITE].count;
	timed = histogram_count(&w->batch_time[OP_READ]) +
		histogram_count(&w->batch_time[OP_WRITE]);
	assert_int_equal(batches.submits, 10001);
	assert_int_equal(batches.last, 3);
	assert_int_equal(batches.ops, 80003);
	assert_int_equal(batches.mixed, 0);
	assert_int_equal(done + failed, 80003);
	assert_int_equal(failed, w->failed);
	assert_in_range(failed, 80003 / 5 - 600, 80003 / 5 + 600);
	assert_in_range(batches.reads, 80003 * 7 / 10 - 3000, 80003 * 7 / 10 + 3000);
	/* batches without a failed block: 0.8 to the 8th power of them */
	assert_in_range(timed, 1678 - 250, 1678 + 250);
	assert_int_equal(histogram_count(&w->service[OP_READ]), 0);
	free_worker(w);
}

static int
open_all(void **state)
{
	(void)state;
	table = mmap(NULL, TABLE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (table == MAP_FAILED || clock_open(&clk))
		return -1;
	memset(table, 1, TABLE_BYTES);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ops_of_known_different_cost_do_not_mix),
		cmocka_unit_test(a_slow_op_is_counted_when_it_is_done),
		cmocka_unit_test(the_phase_ends_by_the_worker_s_own_clock),
		cmocka_unit_test(a_cut_row_does_not_change_the_sequence_of_ops),
		cmocka_unit_test(all_ops_count_and_one_in_each_group_is_timed),
		cmocka_unit_test(failed_ops_are_neither_counted_nor_timed),
		cmocka_unit_test(the_timed_op_is_not_always_the_same_block_of_a_sequence),
		cmocka_unit_test(a_phase_with_sparse_timing_ends_by_the_worker_s_own_clock),
		cmocka_unit_test(
			a_lookahead_tells_of_the_op_that_is_submitted_next_or_after_the_next),
		cmocka_unit_test(an_open_loop_is_told_of_ops_that_are_due),
		cmocka_unit_test(a_worker_away_from_its_cpu_is_seen_in_an_open_loop),
		cmocka_unit_test(each_block_of_a_batch_is_done_or_failed_and_a_batch_has_one_kind),
	};

	return cmocka_run_group_tests(tests, open_all, NULL);
}
