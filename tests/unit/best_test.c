/* SPDX-License-Identifier: BSD-3-Clause */
/* best_test.c -- points that are worse than the best: which are found, and how often a point is called worse wrongly. */
#include "stats_support.h"

#include <stdlib.h>

#include "study/best.h"

#define POINTS_MAX 40
#define ROUNDS_MAX 12

static double values[POINTS_MAX * ROUNDS_MAX];
static struct best_point points[POINTS_MAX];
static struct best_found found;

static void
find(size_t count, size_t rounds, bool higher)
{
	struct best_study study = {values, count, rounds, higher, 0.05};

	assert_int_equal(best_find(&study, points, &found), 0);
}

static size_t
count_marks(enum best_mark mark, size_t from, size_t to)
{
	size_t count = 0;

	for (size_t i = from; i < to; i++)
		count += points[i].mark == mark;
	return count;
}

/* Values of a round share a drift of 5 %; noise is relative. Returns the generator for more draws. */
static void
draw_study(struct rng *rng, size_t count, size_t rounds, double noise)
{
	for (size_t round = 0; round < rounds; round++) {
		double drift = 1000 * exp(0.05 * draw_normal(rng));

		for (size_t i = 0; i < count; i++)
			values[i * rounds + round] = drift * exp(noise * draw_normal(rng));
	}
}

static void
scale_points(size_t from, size_t to, size_t rounds, double factor)
{
	for (size_t i = from * rounds; i < to * rounds; i++)
		values[i] *= factor;
}

/* In 1000 studies of points that do not differ: the share that calls any point worse. */
static double
error_rate(size_t count, size_t rounds, bool log_normal)
{
	struct rng rng;
	size_t wrong = 0, trials = 1000;

	rng_seed(&rng, count, rounds + (log_normal ? 100 : 0));
	for (size_t trial = 0; trial < trials; trial++) {
		for (size_t round = 0; round < rounds; round++) {
			double drift = 1000 + 50 * draw_normal(&rng);

			for (size_t i = 0; i < count; i++) {
				double noise = draw_normal(&rng);

				values[i * rounds + round] =
					drift * (log_normal ? exp(noise) : 1 + 0.01 * noise);
			}
		}
		find(count, rounds, trial % 2);
		wrong += count_marks(BEST_WORSE, 0, count) > 0;
	}
	return (double)wrong / (double)trials;
}

static void
equal_points_are_called_worse_in_at_most_5_percent_of_studies(void **state)
{
	const size_t counts[] = {2, 10, 40}, rounds[] = {3, 5, 10};

	(void)state;
	for (size_t c = 0; c < 3; c++) {
		for (size_t r = 0; r < 3; r++) {
			for (int log_normal = 0; log_normal < 2; log_normal++) {
				double rate = error_rate(counts[c], rounds[r], log_normal);

				print_message("%zu points, %zu rounds, %s: %.1f%%\n", counts[c],
					      rounds[r], log_normal ? "log-normal" : "normal",
					      100 * rate);
				/* 3.5 standard deviations of 1000 draws */
				assert_true(rate < 0.05 + 0.024);
				/* a test that never calls a point worse is none */
				assert_true(counts[c] == 2 || rate > 0.02);
			}
		}
	}
}

static void
points_equal_to_the_best_keep_the_rate_beside_worse_ones(void **state)
{
	struct rng rng;
	size_t wrong = 0, told = 0, trials = 300;

	(void)state;
	rng_seed(&rng, 3, 0);
	for (size_t trial = 0; trial < trials; trial++) {
		draw_study(&rng, 20, 5, 0.01);
		scale_points(8, 14, 5, 0.96);
		scale_points(14, 20, 5, 0.5);
		find(20, 5, true);
		wrong += count_marks(BEST_WORSE, 0, 8) > 0;
		told += count_marks(BEST_WORSE, 8, 20);
	}
	assert_true((double)wrong / (double)trials < 0.05 + 0.044);
	/* 4 % under noise of 1 % in 5 rounds */
	assert_true((double)told / (12.0 * (double)trials) > 0.9);
}

static void
far_points_do_not_lend_their_lower_noise(void **state)
{
	struct rng rng;
	size_t wrong = 0, trials = 200;

	(void)state;
	rng_seed(&rng, 10, 0);
	for (size_t trial = 0; trial < trials; trial++) {
		draw_study(&rng, 40, 3, 0);
		scale_points(20, 40, 3, 0.5);
		for (size_t i = 0; i < 40 * 3; i++)
			values[i] *= exp((i < 20 * 3 ? 0.01 : 0.0005) * draw_normal(&rng));
		find(40, 3, true);
		wrong += count_marks(BEST_WORSE, 0, 20) > 0;
		assert_int_equal(count_marks(BEST_WORSE, 20, 40), 20);
	}
	assert_true((double)wrong / (double)trials < 0.05 + 0.044);
}

static void
a_point_that_is_better_in_most_rounds_is_not_worse(void **state)
{
	(void)state;
	/* drift of 1 to 12; the second point loses one round, and with it the median */
	for (size_t round = 0; round < 12; round++) {
		values[round] = (double)round + 1;
		values[12 + round] = round < 11 ? (double)round + 1.3 : 0.5;
	}
	find(2, 12, true);
	assert_int_equal(found.best, 0);
	assert_int_equal(points[1].mark, BEST_UNTOLD);
	assert_near(points[1].p, 1);
}

static void
a_clear_winner_is_told_from_39_others(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 4, 0);
	draw_study(&rng, 40, 3, 0.01);
	scale_points(17, 18, 3, 1.2);
	find(40, 3, true);
	assert_int_equal(found.best, 17);
	assert_int_equal(points[17].mark, BEST_ITSELF);
	assert_int_equal(count_marks(BEST_WORSE, 0, 40), 39);
	/* lower is better: the same points the other way round */
	for (size_t i = 0; i < LENGTH(values); i++)
		values[i] = values[i] > 0 ? 1 / values[i] : 0;
	find(40, 3, false);
	assert_int_equal(found.best, 17);
	assert_int_equal(count_marks(BEST_WORSE, 0, 40), 39);
}

static void
points_within_the_noise_cannot_be_told(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 5, 0);
	draw_study(&rng, 10, 5, 0.02);
	scale_points(6, 10, 5, 0.7);
	find(10, 5, true);
	assert_int_equal(found.method, BEST_BY_ROUNDS);
	assert_int_equal(found.rounds, 5);
	assert_in_range(found.best, 0, 5);
	assert_int_equal(count_marks(BEST_UNTOLD, 0, 6), 5);
	assert_int_equal(count_marks(BEST_WORSE, 6, 10), 4);
	for (size_t i = 0; i < 10; i++) {
		if (i == found.best)
			assert_true(isnan(points[i].p));
		else
			assert_true(i < 6 ? points[i].p > 0.05 : points[i].p <= 0.05);
	}
}

static void
a_wild_round_of_one_point_does_not_hide_others(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 6, 0);
	draw_study(&rng, 12, 5, 0.01);
	scale_points(1, 12, 5, 0.8);
	values[5 * 5 + 2] /= 10;
	find(12, 5, true);
	assert_int_equal(found.best, 0);
	assert_true(count_marks(BEST_WORSE, 0, 12) >= 10);
}

static void
too_few_rounds_are_reported(void **state)
{
	/* points, rounds, p that all points and the last two can reach at least */
	const struct {
		size_t points, rounds;
		double least, pair;
	} cases[] = {{2, 3, 0.1, 0.1},           {2, 5, 2 / 252.0, 2 / 252.0},
		     {2, 6, 1 / 32.0, 1 / 32.0}, {3, 3, 1 / 36.0, 0.1},
		     {10, 5, 0.001, 2 / 252.0},  {2, 1, 1, 1},
		     {4, 2, 1, 1 / 3.0}};
	struct rng rng;

	(void)state;
	rng_seed(&rng, 7, 0);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		draw_study(&rng, cases[i].points, cases[i].rounds, 0.001);
		scale_points(1, 2, cases[i].rounds, 0.5);
		scale_points(2, 3, cases[i].rounds, 0.1);
		find(cases[i].points, cases[i].rounds, true);
		assert_near(found.least_p, cases[i].least);
		assert_near(found.least_pair_p, cases[i].pair);
		assert_int_equal(points[1].mark == BEST_WORSE, cases[i].pair <= 0.05);
	}
}

static void
missing_values_leave_complete_rounds_or_unpaired_samples(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 8, 0);
	draw_study(&rng, 6, 10, 0.01);
	scale_points(1, 6, 10, 0.8);
	for (size_t round = 0; round < 10; round++)
		values[3 * 10 + round] = NAN;
	for (size_t round = 0; round < 7; round++)
		values[4 * 10 + round] = NAN;
	values[2 * 10 + 9] = NAN;
	find(6, 10, true);
	assert_int_equal(found.method, BEST_BY_ROUNDS);
	assert_int_equal(found.rounds, 9);
	assert_int_equal(points[3].mark, BEST_WITHOUT_DATA);
	assert_int_equal(points[4].mark, BEST_FEW);
	assert_int_equal(count_marks(BEST_WORSE, 0, 6), 3);
	/* no round has both of two points */
	for (size_t round = 0; round < 10; round++)
		values[(round % 2) * 10 + round] = NAN;
	find(2, 10, true);
	assert_int_equal(found.method, BEST_UNPAIRED);
	assert_int_equal(found.best, 0);
	assert_int_equal(points[1].mark, BEST_WORSE);
	assert_near(points[1].p, 2 / 252.0);
	/* a third point: three pairs */
	for (size_t round = 0; round < 10; round++)
		values[20 + round] = 1;
	find(3, 10, true);
	assert_near(points[1].p, 3 * 2 / 252.0);
	assert_near(points[2].p, 3 * 2 / 3003.0);
	assert_near(found.least_p, 3 * 2 / 3003.0);
}

static void
studies_without_a_choice_have_no_test(void **state)
{
	(void)state;
	find(0, 5, true);
	assert_true(found.best == SIZE_MAX);
	for (size_t i = 0; i < 10; i++)
		values[i] = NAN;
	find(2, 5, true);
	assert_true(found.best == SIZE_MAX);
	assert_int_equal(points[1].mark, BEST_WITHOUT_DATA);
	for (size_t i = 0; i < 5; i++)
		values[i] = 3;
	find(2, 5, true);
	assert_int_equal(found.best, 0);
	assert_int_equal(found.method, BEST_UNTESTED);
	assert_int_equal(points[0].mark, BEST_ITSELF);
	for (size_t i = 0; i < 30; i++)
		values[i] = 3;
	find(6, 5, true);
	assert_int_equal(found.best, 0);
	assert_int_equal(count_marks(BEST_UNTOLD, 0, 6), 5);
	assert_near(points[5].p, 1);
}

static void
the_decision_depends_on_no_common_factor(void **state)
{
	struct best_point before[12];
	struct rng rng;

	(void)state;
	rng_seed(&rng, 9, 0);
	draw_study(&rng, 12, 5, 0.02);
	for (size_t i = 0; i < 12; i++)
		scale_points(i, i + 1, 5, 1 - 0.01 * (double)i);
	find(12, 5, true);
	for (size_t i = 0; i < 12; i++)
		before[i] = points[i];
	/* exact in binary; drift of a round cancels, too */
	for (size_t i = 0; i < 60; i++)
		values[i] *= 1024;
	find(12, 5, true);
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(points[i].mark, before[i].mark);
	assert_in_range(count_marks(BEST_WORSE, 0, 12), 1, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_points_are_called_worse_in_at_most_5_percent_of_studies),
		cmocka_unit_test(points_equal_to_the_best_keep_the_rate_beside_worse_ones),
		cmocka_unit_test(far_points_do_not_lend_their_lower_noise),
		cmocka_unit_test(a_point_that_is_better_in_most_rounds_is_not_worse),
		cmocka_unit_test(a_clear_winner_is_told_from_39_others),
		cmocka_unit_test(points_within_the_noise_cannot_be_told),
		cmocka_unit_test(a_wild_round_of_one_point_does_not_hide_others),
		cmocka_unit_test(too_few_rounds_are_reported),
		cmocka_unit_test(missing_values_leave_complete_rounds_or_unpaired_samples),
		cmocka_unit_test(studies_without_a_choice_have_no_test),
		cmocka_unit_test(the_decision_depends_on_no_common_factor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
