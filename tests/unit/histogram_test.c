/* SPDX-License-Identifier: BSD-3-Clause */
/* histogram_test.c -- buckets, merging, percentiles and moments of measure/histogram. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "measure/histogram.h"

#define TOP_NS ((UINT64_C(1) << (HISTOGRAM_TOP_BIT + 1)) - 1)

static const struct histogram any; /* of any values */
static uint64_t rng_state;

/* Marsaglia's xorshift64: good enough for test data, and another generator than pattern/rng. */
static uint64_t
draw(void)
{
	rng_state ^= rng_state << 13;
	rng_state ^= rng_state >> 7;
	rng_state ^= rng_state << 17;
	return rng_state;
}

/* Values of every magnitude: equally many between 2^k and 2^(k+1) for every k. */
static uint64_t
draw_below_bits(unsigned bits)
{
	return draw() >> (64 - 1 - draw() % bits);
}

/* ---- buckets ---- */

static void
buckets_follow_each_other_without_gap_or_overlap(void **state)
{
	(void)state;
	assert_int_equal(histogram_bucket_low_ns(&any, 0), 0);
	for (unsigned i = 0; i + 1 < HISTOGRAM_BUCKETS; i++)
		assert_int_equal(histogram_bucket_high_ns(&any, i) + 1,
				 histogram_bucket_low_ns(&any, i + 1));
	assert_int_equal(histogram_bucket_high_ns(&any, HISTOGRAM_BUCKETS - 1), TOP_NS);
}

static void
every_bucket_holds_its_bounds(void **state)
{
	(void)state;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		assert_int_equal(histogram_index(histogram_bucket_low_ns(&any, i)), i);
		assert_int_equal(histogram_index(histogram_bucket_high_ns(&any, i)), i);
	}
}

static void
error_of_every_bucket_is_at_most_one_part_in_128(void **state)
{
	(void)state;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t low = histogram_bucket_low_ns(&any, i);

		assert_true((histogram_bucket_high_ns(&any, i) - low) * 128 <= low);
	}
}

static void
values_below_256_have_their_own_buckets(void **state)
{
	(void)state;
	for (unsigned value = 0; value < 256; value++) {
		assert_int_equal(histogram_bucket_low_ns(&any, value), value);
		assert_int_equal(histogram_bucket_high_ns(&any, value), value);
	}
}

static void
any_value_lies_within_its_bucket(void **state)
{
	(void)state;
	rng_state = 1;
	for (int i = 0; i < 200000; i++) {
		uint64_t value = draw_below_bits(HISTOGRAM_TOP_BIT + 1);
		unsigned index = histogram_index(value);

		assert_in_range(index, 0, HISTOGRAM_BUCKETS - 1);
		assert_in_range(value, histogram_bucket_low_ns(&any, index),
				histogram_bucket_high_ns(&any, index));
	}
}

/* A clock that advances by 10 ns: buckets begin and end at multiples of 10. */
static void
no_figure_has_more_digits_than_the_unit(void **state)
{
	struct histogram *h = malloc(sizeof *h);

	(void)state;
	assert_non_null(h);
	histogram_init(h, 10);
	for (uint64_t value = 10; value < 100000; value += 10)
		histogram_record(h, value);
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->bucket[i]) {
			assert_int_equal(histogram_bucket_low_ns(h, i) % 10, 0);
			assert_int_equal(histogram_bucket_high_ns(h, i) % 10, 0);
			assert_int_equal(histogram_index(histogram_bucket_low_ns(h, i)), i);
			assert_int_equal(histogram_index(histogram_bucket_high_ns(h, i)), i);
		}
	for (double percent = 0.5; percent <= 100; percent += 0.5) {
		uint64_t exact = (uint64_t)(99.99 * percent + 0.999999) * 10;

		assert_int_equal(histogram_percentile_ns(h, percent) % 10, 0);
		assert_in_range(histogram_percentile_ns(h, percent), exact, exact + exact / 128);
	}
	free(h);
}

/* ---- recording and merging ---- */

static struct histogram *
new_histogram(void)
{
	struct histogram *h = malloc(sizeof *h);

	assert_non_null(h);
	histogram_init(h, 1);
	return h;
}

static void
empty_histogram_reads_as_zero(void **state)
{
	struct histogram *h = new_histogram();

	(void)state;
	assert_int_equal(histogram_count(h), 0);
	assert_int_equal(histogram_percentile_ns(h, 50), 0);
	assert_true(histogram_mean_ns(h) == 0);
	assert_true(histogram_stddev_ns(h) == 0);
	assert_true(h->min_ns == UINT64_MAX);
	free(h);
}

static void
values_above_the_last_bucket_are_counted_not_dropped(void **state)
{
	struct histogram *h = new_histogram();

	(void)state;
	histogram_record(h, TOP_NS);
	assert_int_equal(h->over, 0);
	histogram_record(h, TOP_NS + 1);
	histogram_record(h, (UINT64_C(1) << 63) - 1);
	assert_int_equal(h->over, 2);
	assert_int_equal(histogram_count(h), 3);
	assert_int_equal(h->max_ns, (UINT64_C(1) << 63) - 1);
	assert_int_equal(histogram_percentile_ns(h, 33), TOP_NS);
	assert_int_equal(histogram_percentile_ns(h, 90), (UINT64_C(1) << 63) - 1);
	free(h);
}

static void
merging_is_the_same_as_recording_into_one(void **state)
{
	struct histogram *one = new_histogram(), *all = new_histogram();
	struct histogram *parts[3] = {new_histogram(), new_histogram(), new_histogram()};

	(void)state;
	rng_state = 2;
	for (int i = 0; i < 30000; i++) {
		uint64_t value = draw_below_bits(HISTOGRAM_TOP_BIT + 4);

		histogram_record(one, value);
		histogram_record(parts[i % 3], value);
	}
	for (int i = 0; i < 3; i++) {
		histogram_merge(all, parts[i]);
		free(parts[i]);
	}
	assert_true(one->over > 0);
	assert_memory_equal(one, all, sizeof *one);
	free(one);
	free(all);
}

static void
merging_an_empty_histogram_changes_nothing(void **state)
{
	struct histogram *h = new_histogram(), *empty = new_histogram();
	struct histogram before;

	(void)state;
	histogram_record(h, 77);
	before = *h;
	histogram_merge(h, empty);
	assert_memory_equal(h, &before, sizeof before);
	free(h);
	free(empty);
}

/* ---- percentiles ---- */

#define VALUES 10007

static int
compare_values(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static void
percentile_is_at_most_one_bucket_above_the_exact_value(void **state)
{
	static const unsigned per_mille_of_percent[] = {1, 1000, 50000, 90000, 99000, 99900, 99999};
	static uint64_t values[VALUES];
	struct histogram *h = new_histogram();

	(void)state;
	rng_state = 3;
	for (int i = 0; i < VALUES; i++) {
		values[i] = draw_below_bits(HISTOGRAM_TOP_BIT + 1);
		histogram_record(h, values[i]);
	}
	qsort(values, VALUES, sizeof values[0], compare_values);
	for (size_t i = 0; i < sizeof per_mille_of_percent / sizeof per_mille_of_percent[0]; i++) {
		uint64_t rank = (VALUES * (uint64_t)per_mille_of_percent[i] + 99999) / 100000;
		uint64_t exact = values[rank - 1];
		uint64_t told = histogram_percentile_ns(h, per_mille_of_percent[i] / 1000.0);

		assert_in_range(told, exact, exact + exact / 128);
	}
	free(h);
}

static void
percentile_never_exceeds_the_maximum(void **state)
{
	struct histogram *h = new_histogram();

	(void)state;
	histogram_record(h, 1000001);
	assert_int_equal(histogram_percentile_ns(h, 50), 1000001);
	assert_int_equal(histogram_percentile_ns(h, 100), 1000001);
	free(h);
}

static void
percentile_100_is_the_maximum_and_the_smallest_the_minimum(void **state)
{
	struct histogram *h = new_histogram();

	(void)state;
	for (unsigned value = 1; value <= 100; value++)
		histogram_record(h, value);
	assert_int_equal(histogram_percentile_ns(h, 100), 100);
	assert_int_equal(histogram_percentile_ns(h, 1e-9), 1);
	free(h);
}

/* 1.1 % of 3000 is a little above 33 in binary; rounding up must not make it 34. */
static void
percentage_that_is_inexact_in_binary_picks_the_exact_rank(void **state)
{
	(void)state;
	for (unsigned count = 1000; count <= 20000; count += 1000) {
		struct histogram *h = new_histogram();

		for (unsigned i = 0; i < count; i++)
			histogram_record(h, i < count / 1000 * 11 ? 10 : 200);
		assert_int_equal(histogram_percentile_ns(h, 1.1), 10);
		assert_int_equal(histogram_percentile_ns(h, 1.2), 200);
		free(h);
	}
}

/* ---- moments ---- */

static void
mean_is_exact(void **state)
{
	struct histogram *h = new_histogram();

	(void)state;
	histogram_record(h, 1000001);
	histogram_record(h, 2000004);
	assert_true(histogram_mean_ns(h) == 1500002.5);
	free(h);
}

static void
deviation_is_within_half_a_percent_of_the_exact_value(void **state)
{
	struct histogram *h = new_histogram();
	double mean = 0, squares = 0;
	const int n = 20000;

	(void)state;
	rng_state = 4;
	for (int i = 1; i <= n; i++) {
		uint64_t value = 1000 + draw() % 1000000;
		double off = (double)value - mean;

		histogram_record(h, value);
		mean += off / i;
		squares += off * ((double)value - mean);
	}
	assert_true(fabs(histogram_stddev_ns(h) / sqrt(squares / n) - 1) < 0.005);
	free(h);
}

/* At the end of a bucket the middle is furthest from the values. */
static void
deviation_of_equal_values_is_0(void **state)
{
	const unsigned index = histogram_index(1 << 20);
	const uint64_t ends[] = {histogram_bucket_low_ns(&any, index),
				 histogram_bucket_high_ns(&any, index)};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct histogram *h = new_histogram();

		histogram_record(h, ends[i]);
		assert_true(histogram_stddev_ns(h) == 0);
		histogram_record(h, ends[i]);
		assert_true(histogram_stddev_ns(h) == 0);
		free(h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_follow_each_other_without_gap_or_overlap),
		cmocka_unit_test(every_bucket_holds_its_bounds),
		cmocka_unit_test(error_of_every_bucket_is_at_most_one_part_in_128),
		cmocka_unit_test(values_below_256_have_their_own_buckets),
		cmocka_unit_test(any_value_lies_within_its_bucket),
		cmocka_unit_test(no_figure_has_more_digits_than_the_unit),
		cmocka_unit_test(empty_histogram_reads_as_zero),
		cmocka_unit_test(values_above_the_last_bucket_are_counted_not_dropped),
		cmocka_unit_test(merging_is_the_same_as_recording_into_one),
		cmocka_unit_test(merging_an_empty_histogram_changes_nothing),
		cmocka_unit_test(percentile_is_at_most_one_bucket_above_the_exact_value),
		cmocka_unit_test(percentile_never_exceeds_the_maximum),
		cmocka_unit_test(percentile_100_is_the_maximum_and_the_smallest_the_minimum),
		cmocka_unit_test(percentage_that_is_inexact_in_binary_picks_the_exact_rank),
		cmocka_unit_test(mean_is_exact),
		cmocka_unit_test(deviation_is_within_half_a_percent_of_the_exact_value),
		cmocka_unit_test(deviation_of_equal_values_is_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
