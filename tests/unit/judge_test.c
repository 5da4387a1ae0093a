/* SPDX-License-Identifier: BSD-3-Clause */
/* judge_test.c -- reasons that make a result invalid: places of workers and memory, schedule, errors. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/judge.h"

static struct job a_job;
static const struct result_namespace memory = {.is_pmem = 1};

/* Checks a run of one worker on CPU 3, node 1. The caller frees the result. */
static struct result
judged(struct result_worker worker)
{
	struct result result = {0};
	struct result_run run = {.job = &a_job, .ns = &memory, .workers = &worker, .nworkers = 1};

	worker.place = (struct place){.cpu = 3, .core = 1, .node = 1};
	run.ops[OP_READ].count = 1;
	judge_run(&result, &run);
	return result;
}

static void
worker_on_its_cpu_is_no_reason(void **state)
{
	static const struct result_worker good[] = {
		{.cpu_seen = 3, .buffer_node = 1, .state_node = 1, .lane_node = 1},
		{.cpu_seen = -1, .buffer_node = -1, .state_node = -1, .lane_node = -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct result result = judged(good[i]);

		assert_int_equal(result.status, RESULT_VALID);
		assert_int_equal(result.nreasons, 0);
		result_free(&result);
	}
}

static void
worker_that_moved_makes_the_result_invalid(void **state)
{
	struct result result = judged((struct result_worker){
		.cpu_seen = 2, .buffer_node = 1, .state_node = 1, .lane_node = 1});

	(void)state;
	assert_int_equal(result.status, RESULT_INVALID);
	assert_int_equal(result.nreasons, 1);
	assert_string_equal(result.reasons[0], "worker 0 was put on CPU 3 and ran on CPU 2");
	result_free(&result);
}

static void
memory_on_another_node_is_reported(void **state)
{
	struct result result = judged((struct result_worker){
		.cpu_seen = 3, .buffer_node = 0, .state_node = 2, .lane_node = 3});

	(void)state;
	assert_int_equal(result.status, RESULT_VALID);
	assert_int_equal(result.nreasons, 3);
	assert_string_equal(result.reasons[0], "worker 0 is on node 1 and its buffer on node 0");
	assert_string_equal(result.reasons[2], "worker 0 is on node 1 and its lane on node 3");
	assert_string_equal(result.reasons[1],
			    "worker 0 is on node 1 and its statistics on node 2");
	result_free(&result);
}

static struct result
judged_run(struct result_run run)
{
	struct result result = {0};

	run.job = &a_job;
	run.ns = &memory;
	run.ops[OP_READ].count = 1000;
	judge_run(&result, &run);
	return result;
}

static void
missed_schedule_makes_the_result_invalid_beyond_a_thousandth(void **state)
{
	struct result good =
		judged_run((struct result_run){.pace = {.valid = 1, .error = 0.00099}});
	struct result bad = judged_run(
		(struct result_run){.pace = {.valid = 1, .error = 0.0011, .unstarted = 12}});

	(void)state;
	assert_int_equal(good.status, RESULT_VALID);
	assert_int_equal(good.nreasons, 0);
	assert_int_equal(bad.status, RESULT_INVALID);
	assert_int_equal(bad.nreasons, 1);
	assert_string_equal(bad.reasons[0],
			    "rate_iops=0: a worker missed its schedule by 0.11 % (allowed: 0.1 %); "
			    "12 ops were due and not started");
	result_free(&good);
	result_free(&bad);
}

static void
failed_ops_make_the_result_invalid_unless_a_limit_covers_them(void **state)
{
	struct result_run run = {0};
	struct result bad, allowed, of_others;

	(void)state;
	run.ops[OP_WRITE].errors = 3;
	run.ops[OP_WRITE].nerrnos = 1;
	run.ops[OP_WRITE].errnos[0] = (struct result_errno){.err = 5, .count = 3, .first_lba = 77};
	bad = judged_run(run);
	a_job.nlimits = 1;
	a_job.limits[0] = (struct job_limit){.op = JOB_LIMIT_TOTAL, .metric = JOB_LIMIT_ERRORS};
	allowed = judged_run(run);
	a_job.limits[0].op = JOB_LIMIT_READ;
	of_others = judged_run(run);
	a_job.nlimits = 0;
	assert_int_equal(bad.status, RESULT_INVALID);
	assert_string_equal(bad.reasons[0],
			    "3 of 3 write ops failed: Input/output error, first at block 77 "
			    "(limit.write.errors allows as many as it says)");
	assert_int_equal(allowed.status, RESULT_VALID);
	assert_int_equal(of_others.status, RESULT_INVALID);
	result_free(&bad);
	result_free(&allowed);
	result_free(&of_others);
}

static void
consequences_of_another_failure_are_no_reason(void **state)
{
	struct result_run run = {0};
	struct result result;

	(void)state;
	run.ops[OP_WRITE].errors = 5;
	run.ops[OP_WRITE].nerrnos = 2;
	run.ops[OP_WRITE].errnos[0] =
		(struct result_errno){.err = EROFS, .count = 3, .first_lba = 7, .first_ns = 10};
	run.ops[OP_WRITE].errnos[1] =
		(struct result_errno){.err = EIO, .count = 2, .first_lba = 9, .first_ns = 11};
	result = judged_run(run);
	assert_string_equal(result.reasons[0],
			    "5 of 5 write ops failed: Input/output error, first at block 9 "
			    "(limit.write.errors allows as many as it says)");
	result_free(&result);
}

static void
workers_that_share_a_cpu_are_reported(void **state)
{
	static const struct place places[] = {{.cpu = 3}, {.cpu = 1}, {.cpu = 3}, {.cpu = -1}};
	struct result result = {0};

	(void)state;
	judge_places(&result, places, 2);
	assert_int_equal(result.nreasons, 0);
	judge_places(&result, places, 4);
	assert_int_equal(result.status, RESULT_VALID);
	assert_int_equal(result.nreasons, 1);
	assert_string_equal(result.reasons[0],
			    "2 of 4 workers share CPUs (oversubscribe=1): their times include the "
			    "wait for a time slice");
	result_free(&result);
}

static void
reason_names_the_run_when_there_are_several(void **state)
{
	struct job job = {.name = "a", .repeat = 3};
	struct result_run run = {.job = &job, .ns = &memory, .repeat = 1};
	struct result result = {0};

	(void)state;
	judge_run(&result, &run);
	assert_string_equal(result.reasons[0],
			    "job 'a', repeat 2: no op succeeded in the measured phase");
	job.repeat = 1;
	result.jobs.count = 2;
	judge_run(&result, &run);
	assert_string_equal(result.reasons[1], "job 'a': no op succeeded in the measured phase");
	result.jobs.count = 0;
	result_free(&result);
}

static void
missing_steady_state_names_its_figures_only_if_they_are_known(void **state)
{
	struct job job = {.name = "a", .steady = {.rounds = 5, .range_percent = 20}};
	struct result_steady steady = {
		.job = &job, .nrounds = 9, .range_percent = NAN, .slope_percent = NAN};
	struct result result = {0};

	(void)state;
	judge_steady(&result, &steady);
	assert_int_equal(result.status, RESULT_INCONCLUSIVE);
	assert_string_equal(
		result.reasons[0],
		"job 'a': no steady state after 9 rounds: no op succeeded in the last 5");
	steady.range_percent = 30;
	steady.slope_percent = 0;
	judge_steady(&result, &steady);
	assert_non_null(strstr(result.reasons[1], "IOPS range is 30 % of their mean"));
	result_free(&result);
}

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
		 "the hypervisor took the CPUs of the workers for 5.0 % of the measured phase "
		 "(noted beyond 1 %)"},
		{1, 2, 0, RESULT_INVALID,
		 "the hypervisor took the CPUs of the workers for 50.0 % of the measured phase "
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
		judge_run(&result, &run);
		assert_int_equal(result.status, cases[i].status);
		assert_int_equal(result.nreasons, cases[i].reason != NULL);
		if (cases[i].reason)
			assert_string_equal(result.reasons[0], cases[i].reason);
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
		judge_run(&result, &run);
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
	judge_run(&result, &run);
	assert_int_equal(result.status, RESULT_VALID);
	assert_int_equal(result.nreasons, 1);
	result_free(&result);
}

static void
worker_seen_elsewhere_for_a_while_makes_the_result_invalid(void **state)
{
	struct result_run run = two_seconds();
	struct result result = {0};

	(void)state;
	workers[1].strays = 3;
	judge_run(&result, &run);
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
		run.ops[OP_READ].count = i ? 10000 : 9999;
		judge_run(&result, &run);
		assert_int_equal(result.status, RESULT_VALID);
		assert_int_equal(result.nreasons, !i);
		if (!i)
			assert_string_equal(result.reasons[0],
					    "p99.9 of read rests on fewer than 10 slower ops: 9999 "
					    "ops were measured, 10000 are needed");
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
	judge_run(&result, &run);
	assert_int_equal(result.status, RESULT_INVALID);
	assert_string_equal(result.reasons[0],
			    "the measured phase took 2.000 s of the 3.000 s asked for");
	result_free(&result);
	run.ended_by_ops = 1;
	judge_run(&result, &run);
	assert_int_equal(result.status, RESULT_VALID);
	result_free(&result);
}

/* A result with one job and two runs; the second one is slower. The caller frees it. */
static struct result
two_repeats(void)
{
	struct result result = {.jobs = {.jobs = calloc(1, sizeof(struct job)), .count = 1}};

	result.runs = calloc(2, sizeof(*result.runs));
	result.nruns = 2;
	for (unsigned i = 0; i < 2; i++) {
		struct result_run *run = &result.runs[i];

		run->job = &result.jobs.jobs[0];
		run->ns = &memory;
		run->repeat = i;
		run->ops[OP_READ].count = 1000;
		run->ops[OP_READ].iops = 1000 - 500 * i;
	}
	return result;
}

static void
missed_limit_marks_only_the_run_that_missed_it(void **state)
{
	struct result result = two_repeats();
	struct job *job = &result.jobs.jobs[0];

	(void)state;
	job->nlimits = 1;
	job->limits[0] = (struct job_limit){
		.op = JOB_LIMIT_READ, .metric = JOB_LIMIT_IOPS, .at_least = 1, .value = 800};
	judge_limits(&result, job);
	assert_int_equal(result.runs[0].status, RESULT_VALID);
	assert_int_equal(result.runs[1].status, RESULT_MISSED);
	assert_int_equal(result.status, RESULT_MISSED);
	result_free(&result);
}

static void
invalid_run_leaves_the_other_run_valid(void **state)
{
	struct result result = two_repeats();

	(void)state;
	result.runs[0].ops[OP_READ].count = 0;
	judge_run(&result, &result.runs[0]);
	judge_run(&result, &result.runs[1]);
	assert_int_equal(result.runs[0].status, RESULT_INVALID);
	assert_int_equal(result.runs[1].status, RESULT_VALID);
	assert_int_equal(result.status, RESULT_INVALID);
	result_free(&result);
}

static void
missing_steady_state_makes_every_run_of_the_job_inconclusive(void **state)
{
	struct result result = two_repeats();
	const struct result_steady steady = {.job = &result.jobs.jobs[0]};

	(void)state;
	judge_steady(&result, &steady);
	assert_int_equal(result.runs[0].status, RESULT_INCONCLUSIVE);
	assert_int_equal(result.runs[1].status, RESULT_INCONCLUSIVE);
	result_free(&result);
}

/* A doubt before it is not the reason, and more doubts than there is room for do not hide it. */
static void
reason_for_the_status_is_known_among_doubts(void **state)
{
	struct result result = two_repeats();

	(void)state;
	assert_null(result_status_reason(&result));
	for (int i = 0; i < RESULT_REASONS_MAX + 3; i++)
		result_add_reason(&result, "doubt %d", i);
	assert_null(result_status_reason(&result));
	result.runs[1].ops[OP_READ].count = 0;
	judge_run(&result, &result.runs[1]);
	result_add_reason(&result, "one more doubt");
	assert_int_equal(result.nreasons, RESULT_REASONS_MAX);
	assert_string_equal(result_status_reason(&result), "no op succeeded in the measured phase");
	result_free(&result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worker_on_its_cpu_is_no_reason),
		cmocka_unit_test(worker_that_moved_makes_the_result_invalid),
		cmocka_unit_test(memory_on_another_node_is_reported),
		cmocka_unit_test(missed_schedule_makes_the_result_invalid_beyond_a_thousandth),
		cmocka_unit_test(failed_ops_make_the_result_invalid_unless_a_limit_covers_them),
		cmocka_unit_test(consequences_of_another_failure_are_no_reason),
		cmocka_unit_test(workers_that_share_a_cpu_are_reported),
		cmocka_unit_test(reason_names_the_run_when_there_are_several),
		cmocka_unit_test(missing_steady_state_names_its_figures_only_if_they_are_known),
		cmocka_unit_test(lost_time_is_noted_then_invalid),
		cmocka_unit_test(low_share_of_workers_that_may_wait_is_no_reason),
		cmocka_unit_test(little_lost_time_is_never_invalid),
		cmocka_unit_test(worker_seen_elsewhere_for_a_while_makes_the_result_invalid),
		cmocka_unit_test(percentile_without_ops_beyond_it_is_noted),
		cmocka_unit_test(phase_shorter_than_asked_is_invalid),
		cmocka_unit_test(missed_limit_marks_only_the_run_that_missed_it),
		cmocka_unit_test(invalid_run_leaves_the_other_run_valid),
		cmocka_unit_test(missing_steady_state_makes_every_run_of_the_job_inconclusive),
		cmocka_unit_test(reason_for_the_status_is_known_among_doubts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
