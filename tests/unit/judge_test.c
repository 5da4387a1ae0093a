/* SPDX-License-Identifier: BSD-3-Clause */
/* judge_test.c -- reasons about places of workers and memory, the schedule, and failed ops. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_support.h"

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
	judge(&result, &run);
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
	judge(&result, &run);
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

/* 100 unstarted ops are more than the 10 of each kind beyond p99.99, and not more than the 100 beyond p99.9. */
static void
ops_due_and_not_started_make_high_response_times_lower_bounds(void **state)
{
	struct job job = {.percentiles = {50, 99.9, 99.99}, .npercentiles = 3};
	struct result_run run = {.job = &job,
				 .ns = &memory,
				 .pace = {.valid = 1, .error = 0.0005, .unstarted = 100}};
	struct result result = {0};

	(void)state;
	run.ops[OP_READ].count = 100000;
	run.ops[OP_WRITE].count = 100000;
	judge(&result, &run);
	assert_int_equal(result.status, RESULT_VALID);
	assert_int_equal(result.nreasons, 1);
	assert_string_equal(result.reasons[0], "response times from p99.99 on are lower bounds: "
					       "100 ops never started");
	result_free(&result);
	run.pace.unstarted = 10; /* as many as lie beyond p99.99 */
	judge(&result, &run);
	assert_int_equal(result.nreasons, 0);
	run.pace.unstarted = 100;
	run.pace.error = 0.5; /* the reason for the status names them already */
	judge(&result, &run);
	assert_int_equal(result.status, RESULT_INVALID);
	assert_int_equal(result.nreasons, 1);
	result_free(&result);
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
	judge_places(&result, 0, places, 2);
	assert_int_equal(result.nreasons, 0);
	judge_places(&result, 0, places, 4);
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
	judge(&result, &run);
	assert_string_equal(result.reasons[0],
			    "job 'a', repeat 2: no op succeeded in the measured phase");
	job.repeat = 1;
	result.jobs.count = 2;
	judge(&result, &run);
	assert_string_equal(result.reasons[1], "job 'a': no op succeeded in the measured phase");
	result.jobs.count = 0;
	result_free(&result);
}

/* Wrong data and failed ops stay so in a steady state; a disturbance of an early round does not touch the last ones. */
static void
settling_run_is_judged_by_findings_and_failed_ops_alone(void **state)
{
	struct job job = {.name = "a", .steady = {.rounds = 2}, .runtime_ns = 1000000000};
	struct result_worker disturbed = {.place = {.cpu = 1}, .cpu_seen = 2, .strays = 3};
	struct result_run run = {.job = &job,
				 .ns = &memory,
				 .settling = 1,
				 .workers = &disturbed,
				 .nworkers = 1,
				 .pace = {.valid = 1, .error = 1},
				 .verify = {.valid = 1}};
	struct result result = {0};

	(void)state;
	judge(&result, &run);
	assert_int_equal(result.status, RESULT_VALID);
	assert_int_equal(result.nreasons, 0);
	run.verify.counts[RESULT_TORN] = 1;
	run.ops[OP_WRITE].errors = run.ops[OP_WRITE].nerrnos = 1;
	run.ops[OP_WRITE].errnos[0] = (struct result_errno){.err = EIO, .count = 1};
	judge(&result, &run);
	assert_int_equal(result.status, RESULT_INVALID);
	assert_int_equal(run.status, RESULT_INVALID);
	assert_int_equal(result.nreasons, 2);
	assert_string_equal(result.reasons[0],
			    "job 'a', round 1: verify=stamp: 1 findings: blocks with wrong "
			    "contents, or an inconsistent layout");
	assert_non_null(strstr(result.reasons[1], "job 'a', round 1: 1 of 1 write ops failed"));
	result_free(&result);
}

/* The reasons of a run with this placement on this namespace, one in a line; the caller frees them. */
static char *
doubts_about(const struct result_namespace *from, enum placement_kind kind)
{
	struct job job = {.placement = {.kind = kind}};
	struct result_run run = {.job = &job};
	struct result_namespace ns = *from;
	struct result result = {.jobs = {.jobs = &job, .count = 1},
				.namespaces = &ns,
				.nnamespaces = 1,
				.runs = &run,
				.nruns = 1};
	char *text = calloc(1, 1);

	run.ns = &ns;
	ns.spec = (char *)"/dev/dax0.0";
	judge_doubts(&result);
	assert_int_equal(result.status, RESULT_VALID);
	for (size_t i = 0; i < result.nreasons; i++) {
		char *longer;

		assert_true(asprintf(&longer, "%s%s\n", text, result.reasons[i]) >= 0);
		free(text);
		free(result.reasons[i]);
		text = longer;
	}
	return text;
}

static void
sources_of_the_node_that_disagree_are_a_doubt_where_the_node_counts(void **state)
{
	static const struct result_namespace good = {.is_pmem = 1,
						     .node = 1,
						     .nodes = {1, {{1}, 1}, {{0}, 0}, 2},
						     .node_source = DEVICE_NODE_CXL};
	static const struct result_namespace other = {.is_pmem = 1,
						      .node = 1,
						      .nodes = {0, {{1}, 1}, {{0}, 0}, 2},
						      .node_source = DEVICE_NODE_CXL};
	static const struct result_namespace given = {.is_pmem = 1,
						      .node = 0,
						      .nodes = {0, {{1}, 1}, {{0}, 0}, 2},
						      .node_source = DEVICE_NODE_JOB};
	static const struct result_namespace split = {.is_pmem = 1,
						      .node = -1,
						      .nodes = {0, {{0, 1}, 2}, {{0}, 0}, 2},
						      .node_source = DEVICE_NODE_CXL};
	static const char disagree[] =
		"/dev/dax0.0: node 1 is taken as the near one, and the sources disagree: node 1 by "
		"its "
		"CXL memory devices, node 0 by the kernel (namespace_node=N settles it)\n";
	static const struct {
		const struct result_namespace *ns;
		enum placement_kind kind;
		const char *want;
	} cases[] = {
		{&good, PLACEMENT_LOCAL, ""},
		{&other, PLACEMENT_LOCAL, disagree},
		{&other, PLACEMENT_REMOTE, disagree},
		{&other, PLACEMENT_NODE, ""},
		{&other, PLACEMENT_SPREAD, ""},
		{&other, PLACEMENT_CPUS, ""},
		{&given, PLACEMENT_LOCAL, ""},
		{&split, PLACEMENT_LOCAL,
		 "/dev/dax0.0: no node is near: nodes 0 and 1 by its CXL memory devices, node 0 by "
		 "the "
		 "kernel (namespace_node=N settles it)\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *doubts = doubts_about(cases[i].ns, cases[i].kind);

		assert_string_equal(doubts, cases[i].want);
		free(doubts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worker_on_its_cpu_is_no_reason),
		cmocka_unit_test(worker_that_moved_makes_the_result_invalid),
		cmocka_unit_test(memory_on_another_node_is_reported),
		cmocka_unit_test(missed_schedule_makes_the_result_invalid_beyond_a_thousandth),
		cmocka_unit_test(ops_due_and_not_started_make_high_response_times_lower_bounds),
		cmocka_unit_test(failed_ops_make_the_result_invalid_unless_a_limit_covers_them),
		cmocka_unit_test(consequences_of_another_failure_are_no_reason),
		cmocka_unit_test(workers_that_share_a_cpu_are_reported),
		cmocka_unit_test(reason_names_the_run_when_there_are_several),
		cmocka_unit_test(settling_run_is_judged_by_findings_and_failed_ops_alone),
		cmocka_unit_test(
			sources_of_the_node_that_disagree_are_a_doubt_where_the_node_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
