/* SPDX-License-Identifier: BSD-3-Clause */
/* pace_test.c -- gaps, their distribution and the rate of pattern/pace. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "pattern/pace.h"

/* 2.5 ticks per nanosecond */
static const struct clock fake = {.ns_per_tick_q32 = 1717986918, .ticks_per_s = 2.5e9};

static struct pace
new_pace(uint64_t rate, enum pace_arrival arrival, uint64_t seed, unsigned worker)
{
	struct pace p;

	pace_init(&p, &fake,
		  &(struct pace_params){.rate = rate,
					.arrival = arrival,
					.seed = seed,
					.stream = worker,
					.count = 1,
					.origin = 1000000});
	pace_start(&p, 1000000);
	return p;
}

static void
linear_ops_are_due_at_even_distances(void **state)
{
	struct pace p = new_pace(10000, PACE_LINEAR, 1, 0);

	(void)state;
	for (uint64_t i = 1; i <= 1000; i++)
		assert_int_equal(pace_next(&p), 1000000 + i * 250000);
}

/* 2.5e9 / 3 and 2.5e9 / 7e6 are not whole: an error of 2^-25 ticks per gap would be 0.03 ticks here. */
static void
linear_rate_with_a_fractional_gap_does_not_drift(void **state)
{
	static const uint64_t rates[] = {3, 7000000, 2000000, 999983};

	(void)state;
	for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++) {
		struct pace p = new_pace(rates[r], PACE_LINEAR, 1, 0);
		const uint64_t n = 1000000;
		uint64_t due = 0;

		for (uint64_t i = 0; i < n; i++)
			due = pace_next(&p);
		assert_true(fabs((double)(due - 1000000) - (double)n * 2.5e9 / (double)rates[r]) <
			    1.5);
	}
}

static struct pace
pace_of_many(uint64_t rate, unsigned number, unsigned count, uint64_t start)
{
	struct pace p;

	pace_init(&p, &fake,
		  &(struct pace_params){
			  .rate = rate, .number = number, .count = count, .origin = 1000000});
	pace_start(&p, start);
	return p;
}

/* The workers start one after the other, and later than the schedule, as threads do. */
static void
linear_schedules_of_workers_fill_the_gaps_of_each_other(void **state)
{
	static const uint64_t rates[] = {1, 3, 1000, 7000000};
	static const unsigned counts[] = {1, 2, 3, 7, 64};

	(void)state;
	for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++)
		for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
			double gap = 2.5e9 / (double)rates[r];

			for (unsigned i = 0; i < counts[c]; i++) {
				uint64_t start = 1000000 + UINT64_C(40000000000) + 12345 * i;
				struct pace p = pace_of_many(rates[r], i, counts[c], start);
				uint64_t due = pace_next(&p);
				/* gaps from the origin to the due time, less the offset: a whole number */
				double gaps = ((double)due - 1000000) / gap - (double)i / counts[c];

				assert_true(due + 1 > start && (double)(due - start) <= gap + 1);
				assert_true(fabs(gaps - nearbyint(gaps)) < 2.5 / gap + 1e-6);
			}
		}
}

static void
linear_schedule_that_starts_at_its_origin_waits_for_its_offset(void **state)
{
	struct pace first = pace_of_many(10000, 0, 4, 1000000);
	struct pace last = pace_of_many(10000, 3, 4, 1000000);

	(void)state;
	assert_int_equal(pace_next(&first), 1000000 + 250000);
	assert_int_equal(pace_next(&last), 1000000 + 187500);
	assert_int_equal(pace_next(&last), 1000000 + 187500 + 250000);
}

/* In any time, the ops that are due differ from time * rate by less than one: pace_error counts none as missed. */
static void
offsets_are_no_error_of_the_pace(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 16; i++)
		for (uint64_t late = 0; late < 500000; late += 12345) {
			uint64_t start = 1000000 + late, end = start + 10 * UINT64_C(2500000);
			struct pace p = pace_of_many(10000, i, 16, start);
			uint64_t n = 0;

			while (pace_next(&p) <= end)
				n++;
			assert_true(pace_error(PACE_LINEAR, 10000, 0.01, n, 0) == 0);
			/* the op drawn last is the first one after the end */
			assert_int_equal(pace_overdue(&p, p.due + 3 * 250000), 3);
		}
}

static void
poisson_schedule_starts_at_the_start_and_has_no_offset(void **state)
{
	struct pace p[2];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		pace_init(&p[i], &fake,
			  &(struct pace_params){.rate = 1000,
						.arrival = PACE_POISSON,
						.seed = 1,
						.number = i,
						.count = 2});
		pace_start(&p[i], 1000001);
	}
	assert_int_equal(p[0].due, 1000001);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(pace_next(&p[0]), pace_next(&p[1]));
}

#define VARIATES 1000000

static int
compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double *
draw_variates(void)
{
	double *v = malloc(VARIATES * sizeof *v);
	struct rng rng;

	assert_non_null(v);
	rng_seed(&rng, 42, RNG_STREAM_PACE);
	for (int i = 0; i < VARIATES; i++)
		v[i] = ldexp((double)pace_draw_exponential(&rng), -64);
	return v;
}

/* The distance of Kolmogorov and Smirnov; by chance it exceeds 2.3 / sqrt(n) once in 20000 times. */
static void
gaps_are_exponential(void **state)
{
	double *v = draw_variates(), furthest = 0;

	(void)state;
	qsort(v, VARIATES, sizeof *v, compare_doubles);
	for (int i = 0; i < VARIATES; i++) {
		double below = -expm1(-v[i]);

		furthest = fmax(furthest, fabs(below - (double)i / VARIATES));
		furthest = fmax(furthest, fabs(below - (double)(i + 1) / VARIATES));
	}
	assert_true(furthest < 2.3 / sqrt(VARIATES));
	free(v);
}

/* The moments about 0 of order 1, 2 and 3 are 1, 2 and 6, their variances 1, 20 and 684. */
static void
mean_and_higher_moments_of_gaps_have_no_bias(void **state)
{
	static const double moment[] = {1, 2, 6}, variance[] = {1, 20, 684};
	double *v = draw_variates();

	(void)state;
	for (int order = 0; order < 3; order++) {
		double sum = 0;

		for (int i = 0; i < VARIATES; i++)
			sum += pow(v[i], order + 1);
		assert_true(fabs(sum / VARIATES - moment[order]) <
			    4.5 * sqrt(variance[order] / VARIATES));
	}
	free(v);
}

/* A gap tells nothing about the next: their correlation is 0 within 1 / sqrt(n). */
static void
gaps_are_independent_of_each_other(void **state)
{
	double *v = draw_variates(), sum = 0;

	(void)state;
	for (int i = 0; i + 1 < VARIATES; i++)
		sum += (v[i] - 1) * (v[i + 1] - 1);
	assert_true(fabs(sum / VARIATES) < 4.5 / sqrt(VARIATES));
	free(v);
}

/* Arrivals per second have a Poisson distribution: mean and variance equal the rate. */
static void
poisson_arrivals_come_at_the_rate(void **state)
{
	const uint64_t rate = 2000000;
	struct pace p = new_pace(rate, PACE_POISSON, 1, 0);
	uint64_t n = 0;

	(void)state;
	while (pace_next(&p) < 1000000 + UINT64_C(2500000000))
		n++;
	assert_true(fabs((double)n - (double)rate) < 4.5 * sqrt((double)rate));
}

static unsigned
equal_gaps(struct pace a, struct pace b)
{
	uint64_t last_a = a.due, last_b = b.due;
	unsigned equal = 0;

	for (int i = 0; i < 10000; i++) {
		uint64_t due_a = pace_next(&a), due_b = pace_next(&b);

		equal += due_a - last_a == due_b - last_b;
		last_a = due_a;
		last_b = due_b;
	}
	return equal;
}

/* Two gaps with a mean of 250000 ticks are equal by chance once in 500000 times. */
static void
gaps_depend_only_on_seed_and_worker(void **state)
{
	struct pace p = new_pace(10000, PACE_POISSON, 1, 0);

	(void)state;
	assert_int_equal(equal_gaps(p, new_pace(10000, PACE_POISSON, 1, 0)), 10000);
	assert_in_range(equal_gaps(p, new_pace(10000, PACE_POISSON, 1, 1)), 0, 3);
	assert_in_range(equal_gaps(p, new_pace(10000, PACE_POISSON, 2, 0)), 0, 3);
}

static void
overdue_ops_match_the_rate(void **state)
{
	struct pace p = new_pace(10000, PACE_LINEAR, 1, 0);

	(void)state;
	pace_next(&p);
	assert_int_equal(pace_overdue(&p, p.due), 0);
	assert_int_equal(pace_overdue(&p, p.due + 249999), 0);
	assert_int_equal(pace_overdue(&p, p.due + 250000), 1);
	assert_int_equal(pace_overdue(&p, p.due + 10 * UINT64_C(2500000000)), 100000);
}

static uint64_t
rest_ns(const struct pace *p, const struct clock *clk, uint64_t left_ns)
{
	uint64_t from = clock_ticks(clk);

	pace_rest(p, clock_ticks_of_ns(clk, left_ns));
	return clock_ns(clk, clock_ticks(clk) - from);
}

/*
 * No rest is shorter than `least`, and one of many is no longer than `most`: the machine adds time to some sleeps,
 * but not to all.
 */
static void
assert_rests(const struct pace *p, const struct clock *clk, uint64_t left_ns, uint64_t least,
	     uint64_t most)
{
	uint64_t ns = UINT64_MAX;

	for (int i = 0; i < 500 && ns > most; i++) {
		ns = rest_ns(p, clk, left_ns);
		assert_true(ns >= least);
	}
	assert_true(ns <= most);
}

/* The most that a rest may take is less than the time of an op, or of the spin before it. */
static void
worker_spins_for_the_last_10_ms_and_sleeps_before(void **state)
{
	struct clock clk;
	struct pace p;

	(void)state;
	assert_int_equal(clock_open(&clk), 0);
	pace_init(&p, &clk, &(struct pace_params){.rate = 1, .count = 1});
	assert_rests(&p, &clk, 1000000, 0, 50000);
	assert_rests(&p, &clk, 10000000, 0, 50000);
	assert_rests(&p, &clk, 12000000, 1999000, 3000000);
	assert_rests(&p, &clk, UINT64_C(3600000000000), 9999000, 11000000);
}

static void
worker_on_a_shared_cpu_sleeps_until_shortly_before_the_op(void **state)
{
	struct clock clk;
	struct pace p;

	(void)state;
	assert_int_equal(clock_open(&clk), 0);
	pace_init(&p, &clk, &(struct pace_params){.rate = 1, .count = 1, .shares_cpu = 1});
	assert_rests(&p, &clk, 190000, 0, 50000);
	assert_rests(&p, &clk, 1000000, 899000, 1000000);
	assert_rests(&p, &clk, UINT64_C(3600000000000), 9999000, 11000000);
}

/* 1000 per second for 10 s are 10000 ops. An op that may have been due is no miss. */
static void
error_is_the_missed_share_of_the_schedule(void **state)
{
	static const struct {
		enum pace_arrival arrival;
		uint64_t driven, overdue;
		double seconds, error;
	} cases[] = {
		{PACE_LINEAR, 10000, 0, 10, 0},
		{PACE_LINEAR, 9999, 1, 10, 0},
		{PACE_LINEAR, 9990, 10, 10, 0.0009},
		{PACE_LINEAR, 9988, 12, 10, 0.0011},
		{PACE_LINEAR, 10012, 0, 10, 0.0011},
		{PACE_LINEAR, 5000, 5000, 10, 0.4999},
		{PACE_LINEAR, 1000, 9000, 10, 0.8999}, /* ops=1000 that took ten times as long */
		{PACE_POISSON, 10100, 0, 10, 0},
		{PACE_POISSON, 9900, 0, 10, 0},
		{PACE_POISSON, 9990, 10, 10, 0.0009},
		{PACE_POISSON, 9988, 12, 10, 0.0011},
		{PACE_POISSON, 0, 0, 0, 0},
		{PACE_LINEAR, 0, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_float_equal(pace_error(cases[i].arrival, 1000, cases[i].seconds,
					      cases[i].driven, cases[i].overdue),
				   cases[i].error, 1e-12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linear_ops_are_due_at_even_distances),
		cmocka_unit_test(linear_rate_with_a_fractional_gap_does_not_drift),
		cmocka_unit_test(linear_schedules_of_workers_fill_the_gaps_of_each_other),
		cmocka_unit_test(linear_schedule_that_starts_at_its_origin_waits_for_its_offset),
		cmocka_unit_test(offsets_are_no_error_of_the_pace),
		cmocka_unit_test(poisson_schedule_starts_at_the_start_and_has_no_offset),
		cmocka_unit_test(gaps_are_exponential),
		cmocka_unit_test(mean_and_higher_moments_of_gaps_have_no_bias),
		cmocka_unit_test(gaps_are_independent_of_each_other),
		cmocka_unit_test(poisson_arrivals_come_at_the_rate),
		cmocka_unit_test(gaps_depend_only_on_seed_and_worker),
		cmocka_unit_test(overdue_ops_match_the_rate),
		cmocka_unit_test(error_is_the_missed_share_of_the_schedule),
		cmocka_unit_test(worker_spins_for_the_last_10_ms_and_sleeps_before),
		cmocka_unit_test(worker_on_a_shared_cpu_sleeps_until_shortly_before_the_op),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
