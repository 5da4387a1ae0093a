/* SPDX-License-Identifier: BSD-3-Clause */
/* robust_test.c -- median and median absolute deviation of a few values. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "measure/robust.h"

#define LENGTH(a)    (sizeof(a) / sizeof((a)[0]))
#define LOOK(values) robust_look(values, LENGTH(values))

static void
assert_near(double value, double want)
{
	if (!(fabs(value - want) <= 1e-12 * fabs(want)))
		fail_msg("%.17g instead of %.17g", value, want);
}

static void
median_of_an_odd_count_is_the_middle_value(void **state)
{
	double values[] = {5, 1, 4, 2, 3};

	(void)state;
	assert_near(robust_median(values, LENGTH(values)), 3);
}

static void
median_of_an_even_count_is_between_the_middle_two(void **state)
{
	double values[] = {10, 1, 4, 2}, huge[] = {1.6e308, 1.6e308};

	(void)state;
	assert_near(robust_median(values, LENGTH(values)), 3);
	assert_near(robust_median(huge, LENGTH(huge)), 1.6e308);
}

static void
mad_is_the_median_distance_from_the_median(void **state)
{
	/* distances from 100: 10 2 0 1 400 */
	double values[] = {90, 98, 100, 101, 500};
	struct robust r = LOOK(values);

	(void)state;
	assert_int_equal(r.count, 5);
	assert_near(r.median, 100);
	assert_near(r.mad, 2);
	assert_near(r.mad_percent, 2);
}

static void
mad_is_relative_to_the_median(void **state)
{
	double values[] = {0.5, 0.4, 0.6};
	struct robust r = LOOK(values);

	(void)state;
	assert_near(r.mad_percent, 20);
}

static void
an_outlier_changes_neither_figure(void **state)
{
	double calm[] = {98, 99, 100, 101, 102}, wild[] = {98, 99, 100, 101, 1e12};
	struct robust one = LOOK(calm), other = LOOK(wild);

	(void)state;
	assert_near(one.median, other.median);
	assert_near(one.mad, other.mad);
}

static void
values_that_are_not_finite_are_ignored(void **state)
{
	double values[] = {NAN, 3, INFINITY, 1, -INFINITY, 2};
	struct robust r = LOOK(values);

	(void)state;
	assert_int_equal(r.count, 3);
	assert_near(r.median, 2);
	assert_near(r.mad, 1);
}

static void
a_single_value_has_no_spread(void **state)
{
	double values[] = {7};
	struct robust r = LOOK(values);

	(void)state;
	assert_near(r.median, 7);
	assert_true(r.mad == 0);
	assert_true(isnan(r.mad_percent));
}

static void
equal_values_have_a_spread_of_0(void **state)
{
	double values[] = {7, 7, 7};
	struct robust r = LOOK(values);

	(void)state;
	assert_true(r.mad_percent == 0);
}

static void
no_values_have_no_figures(void **state)
{
	double values[] = {NAN};
	struct robust r = robust_look(values, 0), s = LOOK(values);

	(void)state;
	assert_int_equal(r.count + s.count, 0);
	assert_true(isnan(r.median) && isnan(r.mad) && isnan(r.mad_percent));
	assert_true(isnan(s.median) && isnan(s.mad) && isnan(s.mad_percent));
}

static void
a_median_of_0_has_no_relative_spread(void **state)
{
	double values[] = {-1, 0, 1};
	struct robust r = LOOK(values);

	(void)state;
	assert_near(r.mad, 1);
	assert_true(isnan(r.mad_percent));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(median_of_an_odd_count_is_the_middle_value),
		cmocka_unit_test(median_of_an_even_count_is_between_the_middle_two),
		cmocka_unit_test(mad_is_the_median_distance_from_the_median),
		cmocka_unit_test(mad_is_relative_to_the_median),
		cmocka_unit_test(an_outlier_changes_neither_figure),
		cmocka_unit_test(values_that_are_not_finite_are_ignored),
		cmocka_unit_test(a_single_value_has_no_spread),
		cmocka_unit_test(equal_values_have_a_spread_of_0),
		cmocka_unit_test(no_values_have_no_figures),
		cmocka_unit_test(a_median_of_0_has_no_relative_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
