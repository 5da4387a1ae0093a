/* SPDX-License-Identifier: BSD-3-Clause */
/* judge_phase_test.c -- reasons about the measured phase: lost time, switches, its length, too few ops. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "judge_support.h"

static struct job a_job;
static const struct result_namespace memory = {.is_pmem = 1};

/* a run of two workers that lasted two seconds, as asked */
static struct result_worker workers[2];

static struct result_run
two_seconds(void)
{
	struct result_run run = {
		.job = &a_job, .ns = &memory, .workers = workers, .nworkers = 2, .elapsed_s = 2};

	for (int i = 0; i < 2; i++)
		workers[i] = (struct result_worker){.place = {.cpu = i, .core = i, .node = 0},
						    .cpu_seen = i,
						    .buffer_node = -1,
						    .state_node = -1,
						    .lane_node = -1,
						    .cpu_share = 1};
	run.ops[OP_READ].count = 1000;
	return run;
}

static void
set_reads(struct result_run *run, uint64_t n)
{
	run->ops[OP_READ].count = n;
	histogram_init(&run->ops[OP_READ].service, 1);
	for (uint64_t i = 0; i < n; i++)
		histogram_record(&run->ops[OP_READ].service, 100);
}

static void
lost_time_is_noted_then_invalid(void **state)
{
	static const struct {
		double share, steal_s, throttled_s;
		enum result_status status;
		const char *reason;
	} cases[] = {
		{1, 0, 0, RESULT_VALID, NULL},
		{NAN, NAN, NAN, RESULT_VALID, NULL},
		{0.991, 0, 0, RESULT_VALID, NULL},
		{0.98, 0, 0, RESULT_VALID,
		 "worker 1 was kept off its CPU for 2.0 % of the measured phase (noted beyond 1 "
		 "%)"},
		{0.85, 0, 0, RESULT_INVALID,
		 "worker 1 was kept off its CPU for 15.0 % of the measured phase (invalid beyond "
		 "10 %)"},
		{1, 0.2, 0, RESULT_VALID,
		 "the hypervisor took the CPUs of the workers for 10.0 % of the measured phase "
		 "(noted beyond 1 %)"},
		{1, 2, 0, RESULT_INVALID,
		 "the hypervisor took the CPUs of the workers for 100.0 % of the measured phase "
		 "(invalid beyond 10 %)"},
		{1, 0, 0.1, RESULT_VALID,
		 "the CPU limit of the control group stopped this process for 5.0 % of the "
		 "measured "
		 "phase (noted beyond 1 %)"},
		{1, 0, 1, RESULT_INVALID,
		 "the CPU limit of the control group stopped this process for 50.0 % of the "
		 "measured phase (invalid beyond 10 %)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result_run run = two_seconds();
		struct result result = {0};

		workers[1].cpu_share = cases[i].share;
		run.disturbance.steal_s = cases[i].steal_s;
		run.disturbance.throttled_s = cases[i].throttled_s;
		judge(&result, &run);
		assert_int_equal(result.status, cases[i].status);
		assert_int_equal(result.nreasons, cases[i].reason != NULL);
		if (cases[i].reason)
			assert_string_equal(result.reasons[0], cases[i].reason);
		result_free(&result);
	}
}

static void
steal_and_throttled_time_of_a_short_phase_say_nothing(void **state)
{
	(void)state;
	for (int is_long = 0; is_long < 2; is_long++) {
		struct result_run run = two_seconds();
		struct result result = {0};

		run.elapsed_s = is_long ? 0.1 : 0.099;
		run.disturbance.steal_s = run.disturbance.throttled_s = 0.02;
		judge(&result, &run);
		assert_int_equal(result.nreasons, is_long ? 2 : 0);
		result_free(&result);
	}
}

/* an engine that waits for a device, an open loop, two workers on one CPU: the share says nothing */
static void
low_share_of_workers_that_may_wait_is_no_reason(void **state)
{
	struct job block = {.engine = JOB_ENGINE_BLOCK};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct result_run run = two_seconds();
		struct result result = {0};

		workers[0].cpu_share = workers[1].cpu_share = 0.4;
		if (i == 0)
			run.job = &block;
		else if (i == 1)
			run.pace.valid = 1;
		else
			workers[0].shares_cpu = workers[1].shares_cpu = 1;
		judge(&result, &run);
		assert_int_equal(result.status, RESULT_VALID);
		assert_int_equal(result.nreasons, 0);
		result_free(&result);
	}
}

/* 20 ms of a run of 50 ms: a note, for a machine may stand still that long */
static void
little_lost_time_is_never_invalid(void **state)
{
	struct result_run run = two_seconds();
	struct result result = {0};

	(void)state;
	run.elapsed_s = 0.05;
	workers[0].cpu_share = 0.6;
	judge(&result, &run);
	assert_int_equal(result.status, RESULT_VALID);
	assert_int_equal(result.nreasons, 1);
	result_free(&result);
}

/* The share of the first worker is unknown: the others are looked at all the same. */
static void
unknown_share_of_one_worker_hides_no_other(void **state)
{
	(void)state;
	for (int unknown = 0; unknown < 2; unknown++) {
		struct result_run run = two_seconds();
		struct result result = {0};

		workers[unknown].cpu_share = NAN;
		workers[!unknown].cpu_share = 0.5;
		judge(&result, &run);
		assert_int_equal(result.status, RESULT_INVALID);
		assert_int_equal(result.nreasons, 1);
		result_free(&result);
	}
}

/* in two seconds more than 20; in any time at least 10 */
static void
worker_that_is_often_switched_out_is_noted(void **state)
{
	static const struct {
		double elapsed_s;
		uint64_t switches;
		const char *reason;
	} cases[] = {
		{2, 20, NULL},
		{2, 21,
		 "other tasks took the CPU of worker 1 21 times, 10 times a second (noted beyond "
		 "10)"},
		{0.1, 9, NULL},
		{0.1, 10,
		 "other tasks took the CPU of worker 1 10 times, 100 times a second (noted beyond "
		 "10)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result_run run = two_seconds();
		struct result result = {0};

		run.elapsed_s = cases[i].elapsed_s;
		workers[0].usage.involuntary_switches = cases[i].switches - 1;
		workers[1].usage.involuntary_switches = cases[i].switches;
		workers[0].usage.voluntary_switches = 1000000;
		judge(&result, &run);
		assert_int_equal(result.status, RESULT_VALID);
		assert_int_equal(result.nreasons, cases[i].reason != NULL);
		if (cases[i].reason)
			assert_string_equal(result.reasons[0], cases[i].reason);
		result_free(&result);
	}
}

/* an open loop, an engine that waits for a device; only workers of the run on one CPU are left out */
static void
switches_are_noted_in_every_loop_and_with_every_engine(void **state)
{
	struct job block = {.engine = JOB_ENGINE_BLOCK};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct result_run run = two_seconds();
		struct result result = {0};

		workers[0].usage.involuntary_switches = 500;
		if (i == 0)
			run.job = &block;
		else if (i == 1)
			run.pace.valid = 1;
		else
			workers[0].shares_cpu = 1;
		judge(&result, &run);
		assert_int_equal(result.nreasons, i < 2);
		result_free(&result);
	}
}

static void
worker_seen_elsewhere_for_a_while_makes_the_result_invalid(void **state)
{
	struct result_run run = two_seconds();
	struct result result = {0};

	(void)state;
	workers[1].strays = 3;
	judge(&result, &run);
	assert_int_equal(result.status, RESULT_INVALID);
	assert_string_equal(result.reasons[0],
			    "worker 1 was put on CPU 1 and ran on another, at the end on 1");
	result_free(&result);
}

static void
percentile_without_ops_beyond_it_is_noted(void **state)
{
	struct job job = {.percentiles = {50, 99.9}, .npercentiles = 2};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct result_run run = two_seconds();
		struct result result = {0};

		run.job = &job;
		set_reads(&run, i ? 10000 : 9999);
		judge(&result, &run);
		assert_int_equal(result.status, RESULT_VALID);
		assert_int_equal(result.nreasons, !i);
		if (!i)
			assert_string_equal(result.reasons[0],
					    "p99.9 of read rests on fewer than 10 slower ops: 9999 "
					    "ops were timed, 10000 are needed");
		result_free(&result);
	}
}

/* p99 of 99 ops is the slowest op; of 100 ops it is the second slowest. */
static void
percentile_that_is_the_slowest_op_is_named(void **state)
{
	struct job job = {.percentiles = {50, 99, 99.9}, .npercentiles = 3};
	static const struct {
		uint64_t count;
		const char *reason;
	} cases[] = {
		{1, "from p50 on, each percentile of read is the slowest op: 1 ops were "
		    "timed, p99.9 needs 10000"},
		{99, "from p99 on, each percentile of read is the slowest op: 99 ops were "
		     "timed, p99.9 needs 10000"},
		{100, "from p99.9 on, each percentile of read is the slowest op: 100 ops were "
		      "timed, p99.9 needs 10000"},
		{1000, "p99.9 of read rests on fewer than 10 slower ops: 1000 ops were timed, "
		       "10000 are needed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result_run run = two_seconds();
		struct result result = {0};

		run.job = &job;
		set_reads(&run, cases[i].count);
		judge(&result, &run);
		assert_int_equal(result.status, RESULT_VALID);
		assert_int_equal(result.nreasons, 1);
		assert_string_equal(result.reasons[0], cases[i].reason);
		result_free(&result);
	}
}

static void
phase_shorter_than_asked_is_invalid(void **state)
{
	struct job job = {.runtime_ns = 3000000000};
	struct result_run run = two_seconds();
	struct result result = {0};

	(void)state;
	run.job = &job;
	judge(&result, &run);
	assert_int_equal(result.status, RESULT_INVALID);
	assert_string_equal(result.reasons[0],
			    "the measured phase took 2.000 s of the 3.000 s asked for");
	result_free(&result);
	run.ended_by_ops = 1;
	judge(&result, &run);
	assert_int_equal(result.status, RESULT_VALID);
	result_free(&result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lost_time_is_noted_then_invalid),
		cmocka_unit_test(steal_and_throttled_time_of_a_short_phase_say_nothing),
		cmocka_unit_test(low_share_of_workers_that_may_wait_is_no_reason),
		cmocka_unit_test(little_lost_time_is_never_invalid),
		cmocka_unit_test(unknown_share_of_one_worker_hides_no_other),
		cmocka_unit_test(worker_that_is_often_switched_out_is_noted),
		cmocka_unit_test(switches_are_noted_in_every_loop_and_with_every_engine),
		cmocka_unit_test(worker_seen_elsewhere_for_a_while_makes_the_result_invalid),
		cmocka_unit_test(percentile_without_ops_beyond_it_is_noted),
		cmocka_unit_test(percentile_that_is_the_slowest_op_is_named),
		cmocka_unit_test(phase_shorter_than_asked_is_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
