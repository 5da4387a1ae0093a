/* SPDX-License-Identifier: BSD-3-Clause */
/* compare_test.c -- verdicts of samples, and how often they are wrong or missed. */
#include "stats_support.h"

#include <stdlib.h>
#include <string.h>

#include "study/decide.h"

#define SAMPLES 10

static const struct decide_rules files = {DECIDE_INDEPENDENT, 0.05, 0.03};
static const struct decide_rules repeats = {DECIDE_SERIES, 0.05, 0.03};
static const struct decide_rules rounds = {DECIDE_PAIRS, 0.05, 0.03};

static double before[40], after[40];

/* Values around 1000, `noise` apart, in an order without trend; those of `after` are changed. */
static void
spread(size_t count, double noise, double change)
{
	for (size_t i = 0; i < count; i++) {
		before[i] = 1000 * (1 + noise * (double)(i * 7 % count));
		after[i] = 1000 * (1 + noise * ((double)(i * 3 % count) + 0.5)) * (1 + change);
	}
}

static struct decision
decide_one(const struct decide_rules *rules, size_t count, bool higher)
{
	struct decision d = {.before = {before, count}, .after = {after, count}, .higher = higher};

	assert_int_equal(decide(&d, 1, rules), 0);
	return d;
}

static void
direction_gives_better_or_worse(void **state)
{
	(void)state;
	spread(SAMPLES, 0.001, 0.1);
	assert_int_equal(decide_one(&files, SAMPLES, true).verdict, DECIDE_BETTER);
	assert_int_equal(decide_one(&files, SAMPLES, false).verdict, DECIDE_WORSE);
	assert_int_equal(decide_one(&rounds, SAMPLES, false).verdict, DECIDE_WORSE);
	spread(SAMPLES, 0.001, -0.1);
	assert_int_equal(decide_one(&files, SAMPLES, true).verdict, DECIDE_WORSE);
	assert_int_equal(decide_one(&files, SAMPLES, false).verdict, DECIDE_BETTER);
}

static void
equal_values_are_the_same_only_with_enough_of_them(void **state)
{
	(void)state;
	spread(SAMPLES, 0, 0);
	assert_int_equal(decide_one(&files, SAMPLES, true).verdict, DECIDE_SAME);
	assert_int_equal(decide_one(&files, 3, true).verdict, DECIDE_INCONCLUSIVE);
	assert_int_equal(decide_one(&rounds, 5, true).verdict, DECIDE_INCONCLUSIVE);
	assert_int_equal(decide_one(&rounds, 6, true).verdict, DECIDE_SAME);
}

static void
a_significant_difference_inside_the_threshold_is_the_same_and_small(void **state)
{
	struct decision d;

	(void)state;
	spread(SAMPLES, 0.0001, 0.01);
	d = decide_one(&files, SAMPLES, true);
	assert_int_equal(d.verdict, DECIDE_SAME);
	assert_true(d.is_small);
	assert_true(d.p_adjusted < 0.001);
	spread(SAMPLES, 0.0001, 0);
	assert_false(decide_one(&files, SAMPLES, true).is_small);
}

static void
a_significant_difference_that_may_be_large_is_worse(void **state)
{
	struct decision d;

	(void)state;
	spread(SAMPLES, 0.003, -0.025);
	d = decide_one(&files, SAMPLES, true);
	assert_true(d.low < -0.03 && d.high > -0.03 && d.high < 0);
	assert_int_equal(d.verdict, DECIDE_WORSE);
}

static void
change_is_a_ratio_with_its_interval(void **state)
{
	struct decision d;

	(void)state;
	spread(SAMPLES, 0.001, 0.25);
	d = decide_one(&files, SAMPLES, true);
	assert_close(d.change, 0.25, 0.01);
	assert_true(d.low < d.change && d.change < d.high);
	assert_close(d.low, 0.25, 0.02);
	assert_near(d.delta, 1);
	/* also if values differ by powers of ten, where no plain difference is common to them */
	for (int i = 0; i < SAMPLES; i++) {
		before[i] = pow(10, i);
		after[i] = 1.25 * before[i];
	}
	assert_near(decide_one(&files, SAMPLES, true).change, 0.25);
	assert_near(decide_one(&rounds, SAMPLES, true).change, 0.25);
}

static void
inconclusive_says_how_many_more(void **state)
{
	struct decision d;

	(void)state;
	spread(SAMPLES, 0.05, 0.02);
	d = decide_one(&files, SAMPLES, true);
	assert_int_equal(d.verdict, DECIDE_INCONCLUSIVE);
	assert_true(d.further >= 1);
}

static void
zeros_are_compared_by_differences(void **state)
{
	struct decision d;

	(void)state;
	memset(before, 0, sizeof(before));
	memset(after, 0, sizeof(after));
	assert_int_equal(decide_one(&files, SAMPLES, false).verdict, DECIDE_SAME);
	for (size_t i = 0; i < SAMPLES; i++)
		after[i] = 2 + (double)i;
	d = decide_one(&files, SAMPLES, false);
	assert_true(d.is_plain);
	assert_int_equal(d.verdict, DECIDE_WORSE);
}

static void
a_side_without_values_is_inconclusive_and_counts_for_no_other(void **state)
{
	struct decision d[2] = {{.before = {before, SAMPLES}, .after = {after, SAMPLES}},
				{.before = {before, SAMPLES}, .after = {after, 0}}};

	(void)state;
	spread(SAMPLES, 0.001, 0.1);
	assert_int_equal(decide(d, 2, &files), 0);
	assert_int_equal(d[0].verdict, DECIDE_WORSE);
	assert_near(d[0].p_adjusted, d[0].p);
	assert_int_equal(d[1].verdict, DECIDE_INCONCLUSIVE);
	assert_true(isnan(d[1].p));
}

static void
p_is_adjusted_for_all_metrics(void **state)
{
	struct decision d[10];

	(void)state;
	spread(5, 0.001, 0.1);
	for (int i = 0; i < 10; i++)
		d[i] = (struct decision){.before = {before, 5}, .after = {after, 5}};
	assert_int_equal(decide(d, 10, &files), 0);
	assert_near(d[0].p_adjusted, 10 * d[0].p);
	assert_int_equal(d[0].verdict, DECIDE_INCONCLUSIVE);
	assert_int_equal(decide_one(&files, 5, false).verdict, DECIDE_WORSE);
}

static void
the_least_number_of_samples_is_the_first_that_can_decide(void **state)
{
	const struct decide_rules *rules[] = {&files, &repeats, &rounds};

	(void)state;
	assert_int_equal(decide_least_samples(&files, 1), 4);
	assert_int_equal(decide_least_samples(&files, 10), 6);
	assert_int_equal(decide_least_samples(&rounds, 1), 6);
	for (int kind = 0; kind < 3; kind++) {
		size_t least = decide_least_samples(rules[kind], 1);

		spread(least, 0.0001, 1);
		assert_int_equal(decide_one(rules[kind], least, false).verdict, DECIDE_WORSE);
		spread(least - 1, 0.0001, 1);
		assert_int_equal(decide_one(rules[kind], least - 1, false).verdict,
				 DECIDE_INCONCLUSIVE);
	}
}

static void
few_repeats_decide_nothing(void **state)
{
	struct decision d;

	(void)state;
	spread(5, 0.0001, 1);
	d = decide_one(&repeats, 5, false);
	assert_int_equal(d.verdict, DECIDE_INCONCLUSIVE);
	assert_true(isnan(d.correlation));
	assert_int_equal(decide_one(&files, 5, false).verdict, DECIDE_WORSE);
}

static void
a_trend_in_the_repeats_widens_the_interval(void **state)
{
	struct decision mixed, rising;

	(void)state;
	spread(20, 0.001, 0);
	mixed = decide_one(&repeats, 20, true);
	for (size_t i = 0; i < 20; i++) {
		before[i] = 1000 + (double)i;
		after[i] = 1000.5 + (double)i;
	}
	rising = decide_one(&repeats, 20, true);
	assert_true(rising.correlation > mixed.correlation + 0.3);
	assert_true(rising.high - rising.low > 1.5 * (mixed.high - mixed.low));
}

/* In 400 equal pairs with noise of 10 %, each value `r` of the one before: the share that is better or worse. */
static double
error_rate(const struct decide_rules *rules, size_t count, double r)
{
	size_t wrong = 0, trials = 400;
	struct rng rng;

	rng_seed(&rng, count, (uint64_t)(10 * r));
	for (size_t t = 0; t < trials; t++) {
		double *sides[] = {before, after};
		struct decision d;

		for (int side = 0; side < 2; side++) {
			double noise = draw_normal(&rng);

			for (size_t i = 0; i < count; i++) {
				sides[side][i] = 1000 * exp(0.1 * noise);
				noise = r * noise + sqrt(1 - r * r) * draw_normal(&rng);
			}
		}
		d = decide_one(rules, count, true);
		wrong += d.verdict == DECIDE_BETTER || d.verdict == DECIDE_WORSE;
	}
	return (double)wrong / (double)trials;
}

static void
equal_sides_are_rarely_better_or_worse(void **state)
{
	(void)state;
	/* 7.2 % is two standard deviations above 5 % */
	assert_true(error_rate(&files, 10, 0) <= 0.072);
	assert_true(error_rate(&rounds, 10, 0) <= 0.072);
}

static void
equal_correlated_repeats_are_rarely_better_or_worse(void **state)
{
	(void)state;
	assert_true(error_rate(&repeats, 10, 0.5) <= 0.072);
	assert_true(error_rate(&repeats, 30, 0.5) <= 0.072);
	/* without an allowance they would be */
	assert_true(error_rate(&files, 30, 0.5) > 0.15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(direction_gives_better_or_worse),
		cmocka_unit_test(equal_values_are_the_same_only_with_enough_of_them),
		cmocka_unit_test(
			a_significant_difference_inside_the_threshold_is_the_same_and_small),
		cmocka_unit_test(a_significant_difference_that_may_be_large_is_worse),
		cmocka_unit_test(change_is_a_ratio_with_its_interval),
		cmocka_unit_test(inconclusive_says_how_many_more),
		cmocka_unit_test(zeros_are_compared_by_differences),
		cmocka_unit_test(a_side_without_values_is_inconclusive_and_counts_for_no_other),
		cmocka_unit_test(p_is_adjusted_for_all_metrics),
		cmocka_unit_test(the_least_number_of_samples_is_the_first_that_can_decide),
		cmocka_unit_test(few_repeats_decide_nothing),
		cmocka_unit_test(a_trend_in_the_repeats_widens_the_interval),
		cmocka_unit_test(equal_sides_are_rarely_better_or_worse),
		cmocka_unit_test(equal_correlated_repeats_are_rarely_better_or_worse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
