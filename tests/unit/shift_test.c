/* SPDX-License-Identifier: BSD-3-Clause */
/* shift_test.c -- the Hodges-Lehmann estimate, its interval, and the number of samples that would settle it. */
#include "stats_support.h"

#include "study/shift.h"

static void
published_shift_of_two_samples_is_found(void **state)
{
	struct shift s = shift_between(SAMPLE(at_term), SAMPLE(earlier), 0.95);

	(void)state;
	/* the 9th differences from either end: 1 - 2 P(U <= 8) from all 3003 choices */
	assert_near(s.estimate, -0.305);
	assert_near(s.low, -0.76);
	assert_near(s.high, 0.15);
	assert_near(s.confidence, 0.9600399600399601);
	assert_near(s.size, 100 / 15.0);
	assert_false(s.of_pairs);
	s = shift_between(SAMPLE(at_term), SAMPLE(earlier), 0.99);
	assert_near(s.low, -1.01);
	assert_near(s.high, 0.35);
	assert_near(s.confidence, 0.9920079920079921);
}

static void
published_shift_of_pairs_is_found(void **state)
{
	struct shift s = shift_of_pairs(therapy, LENGTH(therapy), 0.96);

	(void)state;
	/* the 6th means from either end */
	assert_near(s.estimate, -0.46);
	assert_near(s.low, -0.786);
	assert_near(s.high, -0.01);
	assert_near(s.confidence, 0.9609375);
	assert_near(s.size, 9);
	assert_true(s.of_pairs);
	s = shift_of_pairs(therapy, LENGTH(therapy), 0.961);
	assert_near(s.confidence, 0.97265625);
	/* asked for exactly the confidence that 3 gives */
	s = shift_of_pairs(therapy, LENGTH(therapy), 0.98828125);
	assert_near(s.low, -0.952);
	assert_near(s.high, 0.08);
	assert_near(s.confidence, 0.98828125);
}

static void
interval_of_large_samples_is_normal(void **state)
{
	double a[60], b[65];
	struct shift s;

	(void)state;
	for (int i = 0; i < 65; i++) {
		a[i % 60] = i < 60 ? i * 37 % 101 : a[i % 60];
		b[i] = i * 53 % 103 + 8.25;
	}
	s = shift_between(SAMPLE(a), SAMPLE(b), 0.95);
	/* largest k with 1 - 2 * norm.cdf((k - 0.5 - 1950) / sqrt(60 * 65 * 126 / 12)) >= 0.95: 1553 */
	assert_near(s.estimate, 8.25);
	assert_near(s.low, -2.75);
	assert_near(s.high, 19.25);
	assert_near(s.confidence, 0.9505059271583816);
	assert_close(s.error, 11 / 1.9643, 1e-3);
}

static void
interval_excludes_0_exactly_if_the_test_is_significant(void **state)
{
	struct rng rng;
	double a[9], b[12];
	size_t excluded = 0;

	(void)state;
	rng_seed(&rng, 1, 0);
	for (size_t trial = 0; trial < 400; trial++) {
		size_t m = 2 + rng_below(&rng, 8), n = 2 + rng_below(&rng, 11);
		struct stats_sample before = {a, m}, after = {b, n};
		struct shift s, pairs;

		for (size_t i = 0; i < 12; i++) {
			a[i % 9] = draw_normal(&rng);
			b[i] = draw_normal(&rng) + (trial % 2 ? 1.5 : 0);
		}
		s = shift_between(before, after, 0.95);
		pairs = shift_of_pairs(b, n, 0.95);
		assert_int_equal(s.low > 0 || s.high < 0,
				 stats_mann_whitney(before, after).p <= 0.05 + 1e-12);
		assert_int_equal(pairs.low > 0 || pairs.high < 0,
				 stats_signed_rank(b, n).p <= 0.05 + 1e-12);
		excluded += s.low > 0;
	}
	assert_in_range(excluded, 50, 350);
}

static void
shift_follows_units_and_sides(void **state)
{
	struct rng rng;
	double a[8], b[6], a2[8], b2[6];

	(void)state;
	rng_seed(&rng, 2, 0);
	for (int trial = 0; trial < 20; trial++) {
		struct shift one, moved, swapped;

		draw_tied(&rng, a, 8, 20);
		draw_tied(&rng, b, 6, 20);
		for (int i = 0; i < 8; i++) {
			a2[i] = 8 * a[i] + 3;
			b2[i % 6] = 8 * b[i % 6] + 19;
		}
		one = shift_between(SAMPLE(a), SAMPLE(b), 0.9);
		moved = shift_between(SAMPLE(a2), SAMPLE(b2), 0.9);
		swapped = shift_between(SAMPLE(b), SAMPLE(a), 0.9);
		assert_near(moved.estimate, 8 * one.estimate + 16);
		assert_near(moved.low, 8 * one.low + 16);
		assert_near(moved.high, 8 * one.high + 16);
		assert_near(moved.error, 8 * one.error);
		assert_near(swapped.estimate, -one.estimate);
		assert_near(swapped.low, -one.high);
		assert_near(swapped.high, -one.low);
	}
}

/* share of intervals that hold the true shift */
static double
coverage(double (*draw)(struct rng *rng), size_t n, bool of_pairs, double *confidence)
{
	struct rng rng;
	double a[10], b[10], held = 0, trials = 3000;

	rng_seed(&rng, 3, n);
	for (int trial = 0; trial < (int)trials; trial++) {
		struct shift s;

		for (size_t i = 0; i < n; i++) {
			a[i] = draw(&rng);
			b[i] = draw(&rng) + 2;
			if (of_pairs)
				b[i] -= a[i];
		}
		s = of_pairs ? shift_of_pairs(b, n, 0.9)
			     : shift_between((struct stats_sample){a, n},
					     (struct stats_sample){b, n}, 0.9);
		held += s.low <= 2 && s.high >= 2;
		*confidence = s.confidence;
	}
	return held / trials;
}

static double
log_normal(struct rng *rng)
{
	return exp(draw_normal(rng));
}

static double
rounded(struct rng *rng)
{
	return round(2 * draw_normal(rng));
}

static void
intervals_cover_as_often_as_they_say(void **state)
{
	(void)state;
	for (size_t n = 5; n <= 10; n += 5) {
		for (int of_pairs = 0; of_pairs < 2; of_pairs++) {
			double asked;
			double normal = coverage(draw_normal, n, of_pairs, &asked);

			/* 3.5 standard deviations of 3000 draws */
			assert_true(fabs(normal - asked) < 0.02);
			assert_true(fabs(coverage(log_normal, n, of_pairs, &asked) - asked) < 0.02);
			/* ties: at least */
			assert_true(coverage(rounded, n, of_pairs, &asked) > asked - 0.005);
		}
	}
}

static void
too_few_values_have_an_infinite_interval(void **state)
{
	double a[] = {10, 11, 12}, b[] = {20, 22, 24}, one[] = {5};
	struct shift s = shift_between(SAMPLE(a), SAMPLE(b), 0.95), single;

	(void)state;
	assert_near(s.estimate, 11);
	assert_true(isinf(s.low) && s.low < 0 && isinf(s.high) && s.high > 0);
	assert_near(s.confidence, 1);
	/* from the widest finite interval, 8 to 14 with confidence 0.9 */
	assert_near(s.error, 3 / 1.6448536269514722);
	s = shift_of_pairs(a, 3, 0.95);
	assert_true(isinf(s.low) && isinf(s.high) && s.error > 0);
	single = shift_of_pairs(one, 1, 0.95);
	assert_near(single.estimate, 5);
	assert_true(isinf(single.low) && isnan(single.error));
	single = shift_between(SAMPLE(one), SAMPLE(one), 0.95);
	assert_true(single.estimate == 0 && isnan(single.error));
}

static void
no_samples_have_no_shift(void **state)
{
	double good[] = {1, 2, 3}, bad[] = {1, NAN, 3};
	struct shift s = shift_between(SAMPLE(good), (struct stats_sample){good, 0}, 0.95);

	(void)state;
	assert_true(isnan(s.estimate) && isnan(s.low) && isnan(s.high) && isnan(s.confidence));
	assert_true(isnan(shift_between(SAMPLE(bad), SAMPLE(good), 0.95).estimate));
	assert_true(isnan(shift_between(SAMPLE(good), SAMPLE(bad), 0.95).estimate));
	assert_true(isnan(shift_of_pairs(bad, LENGTH(bad), 0.95).estimate));
	assert_true(isnan(shift_of_pairs(good, 0, 0.95).estimate));
	assert_int_equal(shift_samples_needed(&s, 0.95, 1), 0);
}

static void
samples_needed_grow_with_the_square_of_the_error(void **state)
{
	struct shift s = {.estimate = 1, .error = 1, .size = 10};

	(void)state;
	/* 10 * (1.95996 + 0.84162)^2 = 78.49; half the distance needs four times as many */
	assert_int_equal(shift_samples_needed(&s, 0.95, NAN), 79);
	s.estimate = -0.5;
	assert_int_equal(shift_samples_needed(&s, 0.95, 0), 314);
	/* easier: the interval has to fit between -2.5 and 2.5, and 2 are left */
	assert_int_equal(shift_samples_needed(&s, 0.95, 2.5), 20);
	s.estimate = 0;
	assert_int_equal(shift_samples_needed(&s, 0.95, 1), 79);
	assert_int_equal(shift_samples_needed(&s, 0.95, 0), 0);
	s.estimate = 1e-4;
	assert_int_equal(shift_samples_needed(&s, 0.95, 0), 0);
}

static void
samples_needed_can_be_significant_at_all(void **state)
{
	struct shift s = {.estimate = 1, .error = 1e-6, .size = 2}, pairs = s;

	(void)state;
	pairs.of_pairs = true;
	assert_int_equal(shift_samples_needed(&s, 0.95, 0), 4);
	assert_int_equal(shift_samples_needed(&pairs, 0.95, 0), 6);
}

static void
about_four_of_five_studies_settle_with_the_samples_needed(void **state)
{
	struct rng rng;
	double a[200], b[200];
	struct shift pilot;
	size_t n, settled = 0;

	(void)state;
	rng_seed(&rng, 4, 0);
	for (size_t i = 0; i < 200; i++) {
		a[i] = draw_normal(&rng);
		b[i] = draw_normal(&rng) + 0.8;
	}
	pilot = shift_between(SAMPLE(a), SAMPLE(b), 0.95);
	n = shift_samples_needed(&pilot, 0.95, 0);
	assert_in_range(n, 15, 60);
	for (int trial = 0; trial < 400; trial++) {
		struct shift s;

		for (size_t i = 0; i < n; i++) {
			a[i] = draw_normal(&rng);
			b[i] = draw_normal(&rng) + pilot.estimate;
		}
		s = shift_between((struct stats_sample){a, n}, (struct stats_sample){b, n}, 0.95);
		settled += s.low > 0;
	}
	assert_in_range(settled, 400 * 70 / 100, 400 * 90 / 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_shift_of_two_samples_is_found),
		cmocka_unit_test(published_shift_of_pairs_is_found),
		cmocka_unit_test(interval_of_large_samples_is_normal),
		cmocka_unit_test(interval_excludes_0_exactly_if_the_test_is_significant),
		cmocka_unit_test(shift_follows_units_and_sides),
		cmocka_unit_test(intervals_cover_as_often_as_they_say),
		cmocka_unit_test(too_few_values_have_an_infinite_interval),
		cmocka_unit_test(no_samples_have_no_shift),
		cmocka_unit_test(samples_needed_grow_with_the_square_of_the_error),
		cmocka_unit_test(samples_needed_can_be_significant_at_all),
		cmocka_unit_test(about_four_of_five_studies_settle_with_the_samples_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
