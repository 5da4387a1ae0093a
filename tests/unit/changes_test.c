/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Change points in simulated series from a seeded generator. Figures are in percent of the series;
 * each test prints its own.
 */
#include "stats_support.h"

#include <stdbool.h>
#include <string.h>

#include "study/changes.h"

#define SERIES     400
#define LENGTH_MAX 200

enum noise { NORMAL, LOG_NORMAL, LAPLACE, BIMODAL, NOISES };
static const char *const noise_names[] = {"normal", "log-normal", "Laplace", "bimodal"};

/* Noise with mean 0 and a standard deviation of about 1. */
static double
draw_noise(struct rng *rng, enum noise noise)
{
	switch (noise) {
	case LOG_NORMAL:
		return (exp(0.5 * draw_normal(rng)) - 1.133) / 0.604;
	case LAPLACE:
		return log(draw_uniform(rng) / draw_uniform(rng)) / 1.414;
	case BIMODAL:
		return (rng_below(rng, 2) ? 0.9 : -0.9) + 0.436 * draw_normal(rng);
	default:
		return draw_normal(rng);
	}
}

/* A series around 100 with noise of 1 %. */
static void
draw_series(struct rng *rng, double *values, size_t count, enum noise noise)
{
	for (size_t i = 0; i < count; i++)
		values[i] = 100 + draw_noise(rng, noise);
}

static size_t
draw_between(struct rng *rng, size_t least, size_t most)
{
	return least + rng_below(rng, most - least + 1);
}

/* One value of 20 is an outlier, 10 to 30 % away. */
static void
add_outliers(struct rng *rng, double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!rng_below(rng, 20))
			values[i] += 10 + 20 * draw_uniform(rng);
}

static void
series_without_a_step_are_left_whole(void **state)
{
	double values[LENGTH_MAX];
	size_t starts[LENGTH_MAX];

	(void)state;
	for (int outliers = 0; outliers < 2; outliers++)
		for (enum noise noise = 0; noise < NOISES; noise++) {
			size_t wrong = 0;
			struct rng rng;

			rng_seed(&rng, 1, noise);
			for (size_t i = 0; i < SERIES; i++) {
				size_t count = draw_between(&rng, 10, LENGTH_MAX);

				draw_series(&rng, values, count, noise);
				if (outliers)
					add_outliers(&rng, values, count);
				wrong += changes_find(values, count, starts) > 0;
			}
			print_message("# %s%s: false changes in %.2f %%\n", noise_names[noise],
				      outliers ? ", outliers" : "", 100.0 * (double)wrong / SERIES);
			assert_true(wrong * 100 <= 5 * SERIES);
		}
}

/* 1 to 3 steps of 3 to 10 noise widths, up or down, with 10 values or more between them. */
static void
steps_are_found_where_they_are(void **state)
{
	double values[LENGTH_MAX];
	size_t starts[LENGTH_MAX];

	(void)state;
	for (int outliers = 0; outliers < 2; outliers++)
		for (enum noise noise = 0; noise < NOISES; noise++) {
			size_t steps = 0, found = 0, extra = 0;
			struct rng rng;

			rng_seed(&rng, 2, noise);
			for (size_t i = 0; i < SERIES; i++) {
				size_t nsteps = draw_between(&rng, 1, 3), count = 0, places[3], n;
				double level = 0;

				for (size_t s = 0; s <= nsteps; s++) {
					size_t length = draw_between(&rng, 10, 40);

					draw_series(&rng, values + count, length, noise);
					for (size_t k = count; k < count + length; k++)
						values[k] += level;
					count += length;
					if (s < nsteps)
						places[s] = count;
					level += (3 + 7 * draw_uniform(&rng)) *
						 (rng_below(&rng, 2) ? 1 : -1);
				}
				if (outliers)
					add_outliers(&rng, values, count);
				n = changes_find(values, count, starts);
				steps += nsteps;
				extra += n > nsteps;
				for (size_t s = 0; s < nsteps; s++) {
					bool is_found = false;

					for (size_t k = 0; k < n; k++)
						is_found |= starts[k] + 3 >= places[s] &&
							    starts[k] <= places[s] + 3;
					found += is_found;
				}
			}
			print_message("# %s%s: %.2f %% of %zu steps found, too many changes in "
				      "%.2f %%\n",
				      noise_names[noise], outliers ? ", outliers" : "",
				      100.0 * (double)found / (double)steps, steps,
				      100.0 * (double)extra / SERIES);
			assert_true(found * 100 >= steps * 95);
			assert_true(extra * 100 <= 5 * SERIES);
		}
}

static void
drift_is_several_changes_in_one_direction(void **state)
{
	double values[100];
	size_t starts[100], total = 0;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3, 0);
	for (size_t i = 0; i < 50; i++) {
		size_t n;

		draw_series(&rng, values, 100, NORMAL);
		for (size_t k = 0; k < 100; k++)
			values[k] += 0.1 * (double)k;
		n = changes_find(values, 100, starts);
		assert_true(n >= 2);
		total += n;
	}
	print_message("# drift of 10 noise widths in 100 values: %.1f changes\n",
		      (double)total / 50);
}

static void
a_new_step_is_seen_after_six_values(void **state)
{
	double values[26];
	size_t starts[26], seen = 0;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 4, 0);
	for (size_t i = 0; i < SERIES; i++) {
		draw_series(&rng, values, 26, NORMAL);
		for (size_t k = 20; k < 26; k++)
			values[k] -= 5;
		seen += changes_find(values, 26, starts) > 0;
	}
	print_message("# a step of 5 noise widths 6 values ago: seen in %.1f %%\n",
		      100.0 * (double)seen / SERIES);
	assert_true(seen * 100 >= 95 * SERIES);
}

static void
short_and_constant_series_have_no_change(void **state)
{
	double values[1000];
	size_t starts[300];

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		values[i] = 0.1;
	assert_int_equal(changes_find(values, 0, starts), 0);
	assert_int_equal(changes_find(values, 1000, starts), 0);
	values[6] = 100;
	assert_int_equal(changes_find(values, 7, starts), 0);
}

static void
a_step_of_values_without_noise_is_found(void **state)
{
	double values[40];
	size_t starts[40];

	(void)state;
	for (size_t i = 0; i < 40; i++)
		values[i] = i < 25 ? 2 : 4;
	assert_int_equal(changes_find(values, 40, starts), 1);
	assert_int_equal(starts[0], 25);
}

static void
equal_series_give_equal_changes(void **state)
{
	double values[LENGTH_MAX];
	size_t a[LENGTH_MAX], b[LENGTH_MAX], n;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 5, 0);
	for (size_t i = 0; i < 50; i++) {
		draw_series(&rng, values, LENGTH_MAX, LOG_NORMAL);
		for (size_t k = LENGTH_MAX / 2; k < LENGTH_MAX; k++)
			values[k] += 0.5; /* near the limit of the test */
		n = changes_find(values, LENGTH_MAX, a);
		assert_int_equal(changes_find(values, LENGTH_MAX, b), n);
		assert_memory_equal(a, b, n * sizeof(*a));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(series_without_a_step_are_left_whole),
		cmocka_unit_test(steps_are_found_where_they_are),
		cmocka_unit_test(drift_is_several_changes_in_one_direction),
		cmocka_unit_test(a_new_step_is_seen_after_six_values),
		cmocka_unit_test(short_and_constant_series_have_no_change),
		cmocka_unit_test(a_step_of_values_without_noise_is_found),
		cmocka_unit_test(equal_series_give_equal_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
