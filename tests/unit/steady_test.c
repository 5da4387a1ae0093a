/* SPDX-License-Identifier: BSD-3-Clause */
/* steady_test.c -- range and slope of windows, compared with values computed by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "measure/steady.h"

static void
assert_figures(const double *values, size_t count, double range, double slope)
{
	struct steady_figures figures = steady_look(values, count);

	assert_true(fabs(figures.range_percent - range) < 1e-9);
	assert_true(fabs(figures.slope_percent - slope) < 1e-9);
}

static void
flat_series_has_neither_range_nor_slope(void **state)
{
	(void)state;
	assert_figures((double[]){7, 7, 7, 7, 7}, 5, 0, 0);
}

/* 90 95 100 105 110: mean 100, a line of slope 5, 20 over four steps. */
static void
straight_line_rises_by_its_range(void **state)
{
	(void)state;
	assert_figures((double[]){90, 95, 100, 105, 110}, 5, 20, 20);
	assert_figures((double[]){110, 105, 100, 95, 90}, 5, 20, 20);
}

/* Symmetric about the middle: the line is flat for any range. */
static void
peak_in_the_middle_has_range_but_no_slope(void **state)
{
	(void)state;
	assert_figures((double[]){90, 100, 120, 100, 90}, 5, 30, 0);
}

/* mean 105; slope: the sum of x(y - 105) over the sum of xx
 * = (10 + 5 + 0 - 5 + 40) / 10 = 5; 20 over four steps */
static void
last_round_that_jumps_tilts_the_line(void **state)
{
	(void)state;
	assert_figures((double[]){100, 100, 100, 100, 125}, 5, 100.0 * 25 / 105, 100.0 * 20 / 105);
}

static void
two_rounds_are_a_line(void **state)
{
	(void)state;
	assert_figures((double[]){100, 300}, 2, 100, 100);
}

static void
series_without_ops_is_not_steady(void **state)
{
	struct steady_figures none = steady_look((double[]){0, 0, 0}, 3);

	(void)state;
	assert_true(isnan(none.range_percent) && isnan(none.slope_percent));
	assert_false(none.range_percent <= 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flat_series_has_neither_range_nor_slope),
		cmocka_unit_test(straight_line_rises_by_its_range),
		cmocka_unit_test(peak_in_the_middle_has_range_but_no_slope),
		cmocka_unit_test(last_round_that_jumps_tilts_the_line),
		cmocka_unit_test(two_rounds_are_a_line),
		cmocka_unit_test(series_without_ops_is_not_steady),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
