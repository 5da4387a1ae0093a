/* SPDX-License-Identifier: BSD-3-Clause */
/* clock_test.c -- choice, rate, cost and agreement of measure/clock. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <unistd.h>

#include "measure/clock.h"

static uint64_t
raw_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static struct clock
open_clock(void)
{
	struct clock clk;

	assert_int_equal(clock_open(&clk), 0);
	return clk;
}

static struct clock
open_monotonic(void)
{
	struct clock clk;

	setenv("BTTBENCH_CLOCK", "monotonic", 1);
	clk = open_clock();
	unsetenv("BTTBENCH_CLOCK");
	return clk;
}

/* ---- conversion ---- */

static void
ticks_convert_at_the_given_rate(void **state)
{
	const struct clock half = {.ns_per_tick_q32 = UINT64_C(1) << 31};

	(void)state;
	assert_int_equal(clock_ns(&half, 0), 0);
	assert_int_equal(clock_ns(&half, 2001), 1000);
	assert_int_equal(clock_ticks_of_ns(&half, 1000), 2000);
}

static void
conversion_does_not_overflow_within_a_century(void **state)
{
	const struct clock fast = {.ns_per_tick_q32 = UINT64_C(1) << 30};
	const uint64_t century_ns = UINT64_C(3155760000) * 1000000000u;

	(void)state;
	assert_int_equal(clock_ns(&fast, 4 * century_ns), century_ns);
	assert_int_equal(clock_ticks_of_ns(&fast, century_ns), 4 * century_ns);
}

static void
ticks_of_ns_are_rounded_down(void **state)
{
	const struct clock odd = {.ns_per_tick_q32 = UINT64_C(1654117289)};

	(void)state;
	for (uint64_t ns = 1; ns < 1000000000; ns = ns * 3 + 1) {
		uint64_t ticks = clock_ticks_of_ns(&odd, ns);

		assert_true((unsigned __int128)ticks * odd.ns_per_tick_q32 <= (unsigned __int128)ns
										      << 32);
		assert_true((unsigned __int128)(ticks + 1) * odd.ns_per_tick_q32 >
			    (unsigned __int128)ns << 32);
	}
}

/* ---- choice ---- */

static int
cpuinfo_has(const char *flag)
{
	FILE *cpuinfo = fopen("/proc/cpuinfo", "r");
	char line[8192];
	int found = 0;

	if (!cpuinfo)
		return -1;
	while (!found && fgets(line, sizeof line, cpuinfo))
		found = strncmp(line, "flags", 5) == 0 && strstr(line, flag);
	fclose(cpuinfo);
	return found;
}

static void
tsc_is_chosen_exactly_when_the_kernel_reports_an_invariant_one(void **state)
{
	struct clock clk = open_clock();
	int invariant = cpuinfo_has(" nonstop_tsc") == 1;

	(void)state;
	if (cpuinfo_has("flags") != 1 ||
	    (invariant && clk.why_not_tsc && strstr(clk.why_not_tsc, "TSCs")))
		skip();
	assert_int_equal(clk.source, !invariant                    ? CLOCK_SOURCE_MONOTONIC_RAW
				     : cpuinfo_has(" rdtscp") == 1 ? CLOCK_SOURCE_RDTSCP
								   : CLOCK_SOURCE_LFENCE);
	assert_int_equal(clk.why_not_tsc == NULL, invariant);
}

static void
environment_forces_the_fall_back_and_the_clock_reports_it(void **state)
{
	struct clock clk = open_monotonic();

	(void)state;
	assert_int_equal(clk.source, CLOCK_SOURCE_MONOTONIC_RAW);
	assert_non_null(strstr(clk.why_not_tsc, "BTTBENCH_CLOCK"));
	assert_string_equal(clock_source_name(clk.source), "monotonic_raw");
	assert_string_equal(clock_source_name(CLOCK_SOURCE_RDTSCP), "tsc-ordered");
	assert_true(clock_is_ordered(&clk));
}

static void
unknown_choice_in_the_environment_is_refused(void **state)
{
	static const char *const choices[] = {"tsc_ordered", "TSC", "rdtsc", "monotonic_raw"};
	struct clock clk;

	(void)state;
	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		setenv("BTTBENCH_CLOCK", choices[i], 1);
		errno = 0;
		assert_int_equal(clock_open(&clk), -1);
		assert_int_equal(errno, EINVAL);
	}
	setenv("BTTBENCH_CLOCK", "", 1); /* as unset */
	clk = open_clock();
	assert_true(clock_is_ordered(&clk));
	unsetenv("BTTBENCH_CLOCK");
}

static void
fall_back_ticks_are_nanoseconds_of_monotonic_raw(void **state)
{
	struct clock clk = open_monotonic();
	uint64_t before = raw_ns(), ticks = clock_ticks(&clk), after = raw_ns();

	(void)state;
	assert_in_range(ticks, before, after);
	assert_int_equal(clock_ns(&clk, 123456789), 123456789);
	assert_true(clk.ticks_per_s == 1e9);
}

/* ---- rate and cost ---- */

/* A clock interval inside a kernel interval is no longer than it; one around it is no shorter. */
static void
rate_equals_monotonic_raw_within_a_thousandth(void **state)
{
	struct clock clk = open_clock();
	uint64_t raw_outer = raw_ns(), inner = clock_ticks(&clk);
	uint64_t outer = clock_ticks(&clk), raw_inner = raw_ns();

	(void)state;
	usleep(50000);
	raw_inner = raw_ns() - raw_inner;
	outer = clock_ns(&clk, clock_ticks(&clk) - outer);
	inner = clock_ns(&clk, clock_ticks(&clk) - inner);
	raw_outer = raw_ns() - raw_outer;
	assert_true((double)inner < (double)raw_outer * 1.001);
	assert_true((double)outer > (double)raw_inner * 0.999);
}

static void
rate_and_fixed_point_factor_agree(void **state)
{
	struct clock clk = open_clock();
	double ns = (double)clock_ns(&clk, (uint64_t)clk.ticks_per_s * 1000);

	(void)state;
	assert_true(ns > 0.999999e12 && ns < 1.000001e12);
	assert_true(clk.calibration_error_pm >= 0);
}

static double
fastest_reading_ns(const struct clock *clk)
{
	double fastest = 1e9;

	for (int batch = 0; batch < 200; batch++) {
		uint64_t start = raw_ns(), ns;

		for (int i = 0; i < 200; i++)
			clock_ticks(clk);
		ns = raw_ns() - start;
		if ((double)ns / 200 < fastest)
			fastest = (double)ns / 200;
	}
	return fastest;
}

/* the upper bound is wide, because other load on the machine slows readings down */
static void
cost_equals_the_time_of_one_reading(void **state)
{
	struct clock clk = open_clock();
	double fastest = fastest_reading_ns(&clk);

	(void)state;
	assert_true(clk.cost_ns > fastest / 2);
	assert_true(clk.cost_ns < fastest * 10);
}

static void
readings_never_go_back(void **state)
{
	struct clock clk = open_clock();
	uint64_t last = clock_ticks(&clk);

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint64_t now = clock_ticks(&clk);

		assert_true(now >= last);
		last = now;
	}
}

/* ---- step ---- */

static void
latencies_are_multiples_of_the_unit(void **state)
{
	const struct clock coarse = {.ns_per_tick_q32 = UINT64_C(1) << 31,
				     .units_per_tick_q32 = (UINT64_C(1) << 31) / 10,
				     .unit_ns = 10};

	(void)state;
	assert_int_equal(clock_latency_ns(&coarse, 0), 0);
	assert_int_equal(clock_latency_ns(&coarse, 9), 0);
	assert_int_equal(clock_latency_ns(&coarse, 11), 10);
	assert_int_equal(clock_latency_ns(&coarse, 2000), 1000);
	assert_int_equal(clock_latency_ns(&coarse, 200000000), 100000000);
}

static void
the_step_is_the_distance_of_the_groups_of_differences(void **state)
{
	uint64_t exact[300], uneven[300], fine[300], outlier[300];

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		exact[i] = 21 * (1 + i * 7 % 5);
		uneven[i] = (uint64_t)(20.96 * (1 + i * 7 % 5)) + i % 2;
		fine[i] = 18 + i * 7 % 31;
		outlier[i] = i ? exact[i] : 21 * 100000;
	}
	assert_true(clock_step_of(exact, 300) == 21);
	assert_true(fabs(clock_step_of(uneven, 300) - 20.96) < 0.3);
	assert_true(clock_step_of(fine, 300) == 1);
	assert_true(clock_step_of(outlier, 300) == 21);
}

/* Readings in a row differ by nothing or by at least one step. */
static void
no_two_readings_differ_by_less_than_the_step(void **state)
{
	struct clock clk = open_clock();
	uint64_t last = clock_ticks(&clk);

	(void)state;
	assert_true(clk.step_ns > 0 && clk.step_ns < 100000);
	assert_true((double)clk.unit_ns <= fmax(clk.step_ns, 1) &&
		    (double)clk.unit_ns * 10 > clk.step_ns);
	for (int i = 0; i < 100000; i++) {
		uint64_t now = clock_ticks(&clk);

		/* two ticks for a step that is no whole number of ticks */
		assert_true(now == last ||
			    (double)(now - last + 2) * 1e9 / clk.ticks_per_s >= clk.step_ns);
		last = now;
	}
}

/* ---- agreement between CPUs ---- */

static int skewed_cpu;
static int64_t skew_ns;

static uint64_t
read_skewed(void)
{
	return raw_ns() + (uint64_t)(sched_getcpu() == skewed_cpu ? skew_ns : 0);
}

static int
last_cpu_of(const cpu_set_t *set)
{
	size_t cpu = CPU_SETSIZE - 1;

	while (!CPU_ISSET(cpu, set))
		cpu--;
	return (int)cpu;
}

static void
clocks_agree_exactly_when_no_cpu_is_off(void **state)
{
	cpu_set_t mine;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof mine, &mine), 0);
	if (CPU_COUNT(&mine) < 2)
		skip();
	skewed_cpu = last_cpu_of(&mine);
	skew_ns = 0;
	assert_int_equal(clock_cpus_agree(read_skewed), 1);
	skew_ns = 1000000000;
	assert_int_equal(clock_cpus_agree(read_skewed), 0);
	skew_ns = -1000000000;
	assert_int_equal(clock_cpus_agree(read_skewed), 0);
}

static void
opening_keeps_the_affinity(void **state)
{
	cpu_set_t before, after;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
	open_clock();
	assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* first: after another test of clock_open there would be nothing left to change */
		cmocka_unit_test(opening_keeps_the_affinity),
		cmocka_unit_test(ticks_convert_at_the_given_rate),
		cmocka_unit_test(conversion_does_not_overflow_within_a_century),
		cmocka_unit_test(ticks_of_ns_are_rounded_down),
		cmocka_unit_test(tsc_is_chosen_exactly_when_the_kernel_reports_an_invariant_one),
		cmocka_unit_test(environment_forces_the_fall_back_and_the_clock_reports_it),
		cmocka_unit_test(unknown_choice_in_the_environment_is_refused),
		cmocka_unit_test(fall_back_ticks_are_nanoseconds_of_monotonic_raw),
		cmocka_unit_test(rate_equals_monotonic_raw_within_a_thousandth),
		cmocka_unit_test(rate_and_fixed_point_factor_agree),
		cmocka_unit_test(cost_equals_the_time_of_one_reading),
		cmocka_unit_test(readings_never_go_back),
		cmocka_unit_test(latencies_are_multiples_of_the_unit),
		cmocka_unit_test(the_step_is_the_distance_of_the_groups_of_differences),
		cmocka_unit_test(no_two_readings_differ_by_less_than_the_step),
		cmocka_unit_test(clocks_agree_exactly_when_no_cpu_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
