/* SPDX-License-Identifier: BSD-3-Clause */
/* judge_limits_test.c -- reasons about all runs of a job: limits, the steady state; the status of run and result. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/judge.h"

static const struct result_namespace memory = {.is_pmem = 1};

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

/* 1000 ops that took 1 us, and 5 that were due and never started: 1 % may be slower, 0.1 % and the maximum are unknown. */
static void
a_limit_that_rests_on_ops_that_never_started_is_not_decided(void **state)
{
	const struct {
		struct job_limit limit;
		enum result_status status;
	} cases[] = {
		{{.metric = JOB_LIMIT_PERCENTILE, .percentile = 99, .value = 2000}, RESULT_VALID},
		{{.metric = JOB_LIMIT_PERCENTILE, .percentile = 99.9, .value = 2000},
		 RESULT_INCONCLUSIVE},
		{{.metric = JOB_LIMIT_MAX, .value = 2000}, RESULT_INCONCLUSIVE},
		{{.metric = JOB_LIMIT_MAX, .value = 500}, RESULT_MISSED},
		{{.metric = JOB_LIMIT_MEAN, .value = 2000}, RESULT_VALID},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result result = two_repeats();
		struct job *job = &result.jobs.jobs[0];
		struct result_op *op = &result.runs[1].ops[OP_READ];

		result.runs[0].settling = 1;
		result.runs[1].pace = (struct result_pace){.valid = 1, .unstarted = 5};
		histogram_init(&op->response, 1);
		for (int n = 0; n < 1000; n++)
			histogram_record(&op->response, 1000);
		job->nlimits = 1;
		job->limits[0] = cases[i].limit;
		judge_limits(&result, job);
		assert_int_equal(result.status, cases[i].status);
		if (cases[i].status == RESULT_INCONCLUSIVE)
			assert_non_null(strstr(result.reasons[0], "not decided in 1 of 1 runs"));
		result_free(&result);
	}
}

/* Figures of a settling round do not count; failed ops do. */
static void
limit_on_errors_alone_looks_at_settling_runs(void **state)
{
	struct result result = two_repeats();
	struct job *job = &result.jobs.jobs[0];

	(void)state;
	result.runs[1].settling = 1;
	result.runs[1].ops[OP_READ].errors = 1;
	job->nlimits = 1;
	job->limits[0] = (struct job_limit){
		.op = JOB_LIMIT_READ, .metric = JOB_LIMIT_IOPS, .at_least = 1, .value = 800};
	judge_limits(&result, job);
	assert_int_equal(result.status, RESULT_VALID);
	job->limits[0] = (struct job_limit){.op = JOB_LIMIT_READ, .metric = JOB_LIMIT_ERRORS};
	judge_limits(&result, job);
	assert_int_equal(result.status, RESULT_MISSED);
	assert_int_equal(result.runs[1].status, RESULT_MISSED);
	assert_non_null(strstr(result.reasons[0], "missed in 1 of 2 runs, 1 at worst"));
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
		cmocka_unit_test(missing_steady_state_names_its_figures_only_if_they_are_known),
		cmocka_unit_test(missed_limit_marks_only_the_run_that_missed_it),
		cmocka_unit_test(limit_on_errors_alone_looks_at_settling_runs),
		cmocka_unit_test(a_limit_that_rests_on_ops_that_never_started_is_not_decided),
		cmocka_unit_test(invalid_run_leaves_the_other_run_valid),
		cmocka_unit_test(missing_steady_state_makes_every_run_of_the_job_inconclusive),
		cmocka_unit_test(reason_for_the_status_is_known_among_doubts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
