/* SPDX-License-Identifier: BSD-3-Clause */
/* status_test.c -- the text of the status line: figures, their order, and its width. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "run/status.h"

static const struct status mix = {
	.phase = "run",
	.elapsed_s = 12.4,
	.left_s = 47.6,
	.ops = {{1.39e6, 843}, {222e3, 6816}, {44.4e3, 2402}},
};

static void
assert_line(const struct status *status, unsigned width, const char *wanted)
{
	char line[STATUS_MAX];

	status_measure(line, status, width);
	assert_string_equal(line, wanted);
}

static void
one_kind_has_its_iops_and_p99(void **state)
{
	struct status status = mix;

	(void)state;
	status.ops[OP_WRITE].iops = status.ops[OP_ZERO].iops = 0;
	assert_line(&status, 79, "run 12s, ETA 48s; read 1.39M IOPS, p99 843ns");
}

static void
two_kinds_fit_80_columns(void **state)
{
	struct status status = mix;

	(void)state;
	status.ops[OP_ZERO].iops = 0;
	assert_line(&status, 79,
		    "run 12s, ETA 48s; read 1.39M IOPS, p99 843ns; write 222k IOPS, p99 6.82us");
}

static void
three_kinds_have_common_iops_in_80_columns(void **state)
{
	(void)state;
	assert_line(&mix, 79,
		    "run 12s, ETA 48s; 1.66M IOPS; p99 read 843ns, write 6.82us, zero 2.40us");
}

static void
three_kinds_have_their_own_iops_in_120_columns(void **state)
{
	(void)state;
	assert_line(&mix, 119,
		    "run 12s, ETA 48s; read 1.39M IOPS, p99 843ns; write 222k IOPS, p99 6.82us; "
		    "zero 44.4k IOPS, p99 2.40us");
}

static void
a_narrow_line_loses_its_last_figures_first(void **state)
{
	(void)state;
	assert_line(&mix, 59, "run 12s, ETA 48s; 1.66M IOPS; p99 read 843ns, write 6.82us");
	assert_line(&mix, 39, "run 12s, ETA 48s; 1.66M IOPS");
	assert_line(&mix, 10, "run 12s");
}

static void
no_line_is_wider_than_the_terminal(void **state)
{
	struct status status = mix;
	char line[STATUS_MAX];

	(void)state;
	status.job = "a job with a name of sixty-three characters, which is the most.";
	status.errors = 123456789;
	status.elapsed_s = status.left_s = 1e9;
	for (unsigned width = 1; width < 2 * STATUS_MAX; width++) {
		status_measure(line, &status, width);
		assert_true(strlen(line) <= width);
		assert_true(strlen(line) < STATUS_MAX);
		status_fill(line, 1e9, 1e9, 99.9, width);
		assert_true(strlen(line) <= width);
	}
}

static void
errors_come_before_iops(void **state)
{
	struct status status = mix;

	(void)state;
	status.errors = 1;
	assert_line(&status, 79,
		    "run 12s, ETA 48s; 1 error; 1.66M IOPS; p99 read 843ns, write 6.82us");
	status.errors = 12000;
	assert_line(&status, 39, "run 12s, ETA 48s; 12.0k errors");
}

static void
a_long_name_of_a_job_leaves_room_for_the_figures(void **state)
{
	struct status status = mix;

	(void)state;
	status.ops[OP_WRITE].iops = status.ops[OP_ZERO].iops = 0;
	status.job = "log";
	assert_line(&status, 79, "log: run 12s, ETA 48s; read 1.39M IOPS, p99 843ns");
	status.job = "a job with a name of sixty-three characters, which is the most.";
	assert_line(&status, 79,
		    "a job with a name of si...: run 12s, ETA 48s; read 1.39M IOPS, p99 843ns");
}

static void
before_the_first_op_there_is_only_the_time(void **state)
{
	const struct status status = {.phase = "ramp", .left_s = NAN};

	(void)state;
	assert_line(&status, 79, "ramp 0s");
}

static void
long_times_have_minutes_and_hours(void **state)
{
	struct status status = {.phase = "run", .elapsed_s = 754, .left_s = 7500};

	(void)state;
	assert_line(&status, 79, "run 12m34s, ETA 2h05m");
}

static void
fill_has_its_share_and_no_numbers_that_are_unknown(void **state)
{
	char line[STATUS_MAX];

	(void)state;
	status_fill(line, 3, 4, 42.85, 79);
	assert_string_equal(line, "precondition 3s, ETA 4s; 42.9% of the blocks written");
	status_fill(line, 3, NAN, NAN, 79);
	assert_string_equal(line, "precondition 3s");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_kind_has_its_iops_and_p99),
		cmocka_unit_test(two_kinds_fit_80_columns),
		cmocka_unit_test(three_kinds_have_common_iops_in_80_columns),
		cmocka_unit_test(three_kinds_have_their_own_iops_in_120_columns),
		cmocka_unit_test(a_narrow_line_loses_its_last_figures_first),
		cmocka_unit_test(no_line_is_wider_than_the_terminal),
		cmocka_unit_test(errors_come_before_iops),
		cmocka_unit_test(a_long_name_of_a_job_leaves_room_for_the_figures),
		cmocka_unit_test(before_the_first_op_there_is_only_the_time),
		cmocka_unit_test(long_times_have_minutes_and_hours),
		cmocka_unit_test(fill_has_its_share_and_no_numbers_that_are_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
