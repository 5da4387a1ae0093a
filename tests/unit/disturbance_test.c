/* SPDX-License-Identifier: BSD-3-Clause */
/* disturbance_test.c -- steal time and throttling, from a made-up /proc and /sys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/disturbance.h"

static char root[] = "/tmp/disturbance.XXXXXX";

static void
put(const char *path, const char *text)
{
	char command[256];
	FILE *file;

	snprintf(command, sizeof(command), "mkdir -p $(dirname %s%s)", root, path);
	assert_int_equal(system(command), 0);
	snprintf(command, sizeof(command), "%s%s", root, path);
	file = fopen(command, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
steal_time_is_that_of_the_cpus_asked_for(void **state)
{
	const double tick_s = 1.0 / (double)sysconf(_SC_CLK_TCK);
	const int cpus[] = {1, 3, 3};

	(void)state;
	put("/proc/stat", "cpu  9 9 9 9 9 9 9 999 0 0\n"
			  "cpu0 1 2 3 4 5 6 7 100 0 0\n"
			  "cpu1 1 2 3 4 5 6 7 20 0 0\n"
			  "cpu3 1 2 3 4 5 6 7 3 0 0\n"
			  "intr 5 6 7\n");
	assert_true(fabs(host_steal_s(root, cpus, 1) - (20 * tick_s)) < 1e-9);
	assert_true(fabs(host_steal_s(root, cpus, 3) - (23 * tick_s / 2)) < 1e-9);
	assert_true(isnan(host_steal_s(root, (const int[]){7}, 1)));
	assert_true(isnan(host_steal_s("/nowhere", cpus, 3)));
}

static void
throttling_is_summed_over_the_group_and_those_above_it(void **state)
{
	(void)state;
	put("/proc/self/cgroup", "0::/a/b\n");
	assert_true(isnan(host_throttled_s(root)));
	put("/sys/fs/cgroup/a/b/cpu.stat",
	    "usage_usec 7\nnr_throttled 2\nthrottled_usec 1500000\n");
	assert_true(fabs(host_throttled_s(root) - (1.5)) < 1e-9);
	put("/sys/fs/cgroup/a/cpu.stat", "usage_usec 7\nnr_throttled 2\nthrottled_usec 250000\n");
	assert_true(fabs(host_throttled_s(root) - (1.75)) < 1e-9);
	put("/sys/fs/cgroup/cpu.stat", "usage_usec 7\n");
	assert_true(fabs(host_throttled_s(root) - (1.75)) < 1e-9);
	put("/proc/self/cgroup", "8:pids:/\n4:cpu,cpuacct:/c\n0::/none\n");
	put("/sys/fs/cgroup/cpu/c/cpu.stat",
	    "nr_periods 9\nnr_throttled 1\nthrottled_time 3000000000\n");
	assert_true(fabs(host_throttled_s(root) - (3)) < 1e-9);
}

static int
make_root(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int
remove_root(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steal_time_is_that_of_the_cpus_asked_for),
		cmocka_unit_test(throttling_is_summed_over_the_group_and_those_above_it),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
