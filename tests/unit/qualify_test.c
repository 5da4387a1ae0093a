/* SPDX-License-Identifier: BSD-3-Clause */
/* qualify_test.c -- profiles on machines that no test machine is, and the rank of verdicts. */
#include "study_support.h"

#include "study/profile.h"
#include "study/qualify_parts.h"

static const char text[] = "[qualify]\nvary = rw=randread,randwrite\nvary = threads=1,half,all\n"
			   "vary = placement=local,remote\nrepeat = 3\n"
			   "limit.randread.iops >= 500\nlimit.near_far.iops <= 1.5\n"
			   "[matrix]\nrw=randread\n[latency]\nrw=randread\n";

static void
load(struct profile *profile, const char *words)
{
	const struct job_input from = {"test", words, NULL};
	struct why why;

	if (profile_load(profile, &from, NULL, 0, &why))
		fail_msg("%s", why.text);
}

/* The names of the jobs on a machine with so many cores, each with a blank behind it. */
static void
assert_jobs(unsigned near, unsigned far, const char *want)
{
	const struct profile_cores cores = {near, far};
	struct profile profile;
	struct job_list jobs;
	char names[4096] = "";
	struct why why;

	load(&profile, text);
	if (profile_expand(&profile, &cores, &jobs, &why))
		fail_msg("%s", why.text);
	for (size_t i = 0; i < jobs.count; i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s, ",
			 jobs.jobs[i].name);
	assert_string_equal(names, want);
	job_list_free(&jobs);
	profile_free(&profile);
}

static void
half_and_all_are_cores_of_a_node(void **state)
{
	(void)state;
	assert_jobs(
		8, 0,
		"matrix randread threads=1 local, matrix randread threads=4 local, "
		"matrix randread threads=8 local, matrix randwrite threads=1 local, "
		"matrix randwrite threads=4 local, matrix randwrite threads=8 local, latency, ");
}

static void
one_core_is_measured_once(void **state)
{
	(void)state;
	assert_jobs(1, 0,
		    "matrix randread threads=1 local, matrix randwrite threads=1 local, latency, ");
}

static void
far_points_have_the_threads_of_near_ones(void **state)
{
	(void)state;
	assert_jobs(
		8, 2,
		"matrix randread threads=1 local, matrix randread threads=1 remote, "
		"matrix randread threads=2 local, matrix randread threads=2 remote, "
		"matrix randwrite threads=1 local, matrix randwrite threads=1 remote, "
		"matrix randwrite threads=2 local, matrix randwrite threads=2 remote, latency, ");
}

/* A qualification with a read job on each node, and its jobs run twice with these IOPS. */
struct made {
	struct result result;
	struct profile profile;
};

static void
make(struct made *made, double near_iops, double far_iops)
{
	static const char two[] = "[qualify]\nvary = placement=local,remote\n"
				  "limit.randread.iops >= 500\nlimit.near_far.iops <= 1.5\n"
				  "[matrix]\nrw=randread\n";
	const struct profile_cores cores = {4, 4};
	struct result_qualification *q = &made->result.qualification;
	struct why why;

	*made = (struct made){0};
	load(&made->profile, two);
	if (profile_expand(&made->profile, &cores, &made->result.jobs, &why))
		fail_msg("%s", why.text);
	q->profile = strdup("test");
	q->steps = calloc(1, sizeof(*q->steps));
	assert_non_null(q->steps);
	q->nsteps = 1;
	q->steps[0] = (struct result_step){.name = strdup("matrix"), .state = RESULT_STEP_DONE};
	for (unsigned round = 0; round < 2; round++) {
		study_add_run(&made->result, 0, round, near_iops);
		study_add_run(&made->result, 1, round, far_iops);
	}
}

static void
assert_verdict(struct made *made, const char *want)
{
	struct why why;

	assert_int_equal(qualify_judge(&made->result, &made->profile, &why), 0);
	assert_string_equal(result_verdict_name(&made->result), want);
	/* again, as after each visit */
	assert_int_equal(qualify_judge(&made->result, &made->profile, &why), 0);
	assert_string_equal(result_verdict_name(&made->result), want);
}

static void
end(struct made *made)
{
	result_free(&made->result);
	profile_free(&made->profile);
}

static void
add_gate(struct made *made, enum result_if_red if_red)
{
	const struct result_gate gate = {.step = (char *)"matrix",
					 .name = (char *)"made up",
					 .state = RESULT_GATE_FAIL,
					 .if_red = if_red};

	assert_int_equal(qualify_gate(&made->result, &gate, "a reason"), 0);
}

static const struct result_bound *
ratio_of(const struct made *made)
{
	const struct result_qualification *q = &made->result.qualification;

	for (size_t i = 0; i < q->nlimits; i++)
		if (!strcmp(q->limits[i].unit, "ratio"))
			return &q->limits[i];
	fail_msg("no ratio");
	return NULL;
}

static void
far_that_is_a_little_slower_passes(void **state)
{
	struct made made;

	(void)state;
	make(&made, 1200, 1000);
	assert_verdict(&made, "PASS");
	assert_int_equal(made.result.nreasons, 0);
	assert_true(fabs(ratio_of(&made)->measured - 1.2) < 1e-9);
	assert_string_equal(ratio_of(&made)->subject, "matrix remote");
	end(&made);
}

static void
far_that_is_much_slower_fails_with_the_ratio(void **state)
{
	struct made made;

	(void)state;
	make(&made, 2000, 1000);
	assert_verdict(&made, "FAIL");
	assert_string_equal(
		made.result.reasons[0],
		"matrix remote: limit.near_far.iops <= 1.5: 2 measured; near 2.00k, far "
		"1.00k, medians of the good runs");
	end(&made);
}

static void
missed_limit_fails_with_the_worst_figure(void **state)
{
	struct made made;

	(void)state;
	make(&made, 450, 450);
	made.result.runs[2].ops[OP_READ].iops = 400;
	assert_verdict(&made, "FAIL");
	assert_string_equal(
		made.result.reasons[0],
		"matrix local: limit.randread.iops >= 500: 400 measured; missed in 2 of "
		"2 good runs");
	end(&made);
}

/* A run that was disturbed says nothing about a limit. */
static void
invalid_runs_miss_no_limit(void **state)
{
	struct made made;

	(void)state;
	make(&made, 1000, 1000);
	made.result.runs[0].ops[OP_READ].iops = 100;
	made.result.runs[0].status = RESULT_INVALID;
	result_run_add_reason(&made.result.runs[0], "disturbed");
	assert_verdict(&made, "PASS");
	end(&made);
}

static void
most_runs_invalid_is_invalid_whatever_the_limits_say(void **state)
{
	struct made made;

	(void)state;
	make(&made, 100, 100);
	for (size_t i = 0; i < 4; i += 2) {
		made.result.runs[i].status = RESULT_INVALID;
		result_run_add_reason(&made.result.runs[i], "disturbed");
	}
	assert_verdict(&made, "INVALID");
	assert_string_equal(
		made.result.reasons[0],
		"matrix, runs: 2 of 4 are invalid, most runs of 1 of 2 jobs; the first, "
		"job 'matrix local', round 1: disturbed");
	end(&made);
}

static void
red_hardware_is_fail_even_of_an_invalid_measurement(void **state)
{
	struct made made;

	(void)state;
	make(&made, 1000, 1000);
	add_gate(&made, RESULT_RED_INVALID);
	assert_verdict(&made, "INVALID");
	end(&made);
	make(&made, 1000, 1000);
	add_gate(&made, RESULT_RED_FAIL);
	made.result.runs[0].status = made.result.runs[2].status = RESULT_INVALID;
	assert_verdict(&made, "FAIL");
	assert_string_equal(made.result.reasons[0], "matrix, made up: a reason");
	end(&made);
}

static void
failed_ops_are_a_fault_of_the_hardware(void **state)
{
	struct made made;

	(void)state;
	make(&made, 1000, 1000);
	made.result.runs[0].ops[OP_READ].errors = 3;
	made.result.runs[0].status = RESULT_INVALID;
	result_run_add_reason(&made.result.runs[0], "3 of 1003 read ops failed");
	assert_verdict(&made, "FAIL");
	end(&made);
}

static void
open_question_is_inconclusive(void **state)
{
	struct made made;

	(void)state;
	make(&made, 1000, 1000);
	add_gate(&made, RESULT_RED_INCONCLUSIVE);
	assert_verdict(&made, "INCONCLUSIVE");
	end(&made);
}

/* A percentile of an open loop with ops that never started: the limit stays open, at each look. */
static void
undecided_limit_is_inconclusive_with_its_figure(void **state)
{
	static const char open_loop[] = "[qualify]\nlimit.read.p99 <= 1s\n"
					"[matrix]\nrw=randread\nrate_iops=1000\n";
	const struct profile_cores cores = {4, 0};
	struct result_qualification *q;
	struct result_run *run;
	struct made made = {0};
	struct why why;

	(void)state;
	load(&made.profile, open_loop);
	if (profile_expand(&made.profile, &cores, &made.result.jobs, &why))
		fail_msg("%s", why.text);
	q = &made.result.qualification;
	q->profile = strdup("test");
	q->steps = calloc(1, sizeof(*q->steps));
	assert_non_null(q->steps);
	q->nsteps = 1;
	q->steps[0] = (struct result_step){.name = strdup("matrix"), .state = RESULT_STEP_DONE};
	run = study_add_run(&made.result, 0, 0, 100);
	histogram_record(&run->ops[OP_READ].response, 1000);
	run->pace = (struct result_pace){.valid = 1, .unstarted = 50};
	assert_verdict(&made, "INCONCLUSIVE");
	assert_true(made.result.nreasons > 0);
	assert_non_null(strstr(made.result.reasons[0], "not decided in 1 of 1 good runs"));
	end(&made);
}

static void
notes_of_good_runs_are_one_reason_that_names_the_first(void **state)
{
	struct made made;

	(void)state;
	make(&made, 1000, 1000);
	made.result.runs[0].status = RESULT_INVALID;
	result_run_add_reason(&made.result.runs[0], "disturbed");
	result_run_add_reason(&made.result.runs[1], "a doubt");
	result_run_add_reason(&made.result.runs[3], "a second doubt");
	assert_verdict(&made, "PASS");
	assert_int_equal(made.result.nreasons, 1);
	assert_string_equal(made.result.reasons[0],
			    "2 of 4 runs have notes; the first, matrix remote, round 1: a doubt");
	end(&made);
}

static void
pending_step_is_not_finished(void **state)
{
	struct made made;

	(void)state;
	make(&made, 1000, 1000);
	made.result.qualification.steps[0].state = RESULT_STEP_PENDING;
	assert_verdict(&made, "NOT FINISHED");
	end(&made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_and_all_are_cores_of_a_node),
		cmocka_unit_test(one_core_is_measured_once),
		cmocka_unit_test(far_points_have_the_threads_of_near_ones),
		cmocka_unit_test(far_that_is_a_little_slower_passes),
		cmocka_unit_test(far_that_is_much_slower_fails_with_the_ratio),
		cmocka_unit_test(missed_limit_fails_with_the_worst_figure),
		cmocka_unit_test(invalid_runs_miss_no_limit),
		cmocka_unit_test(most_runs_invalid_is_invalid_whatever_the_limits_say),
		cmocka_unit_test(red_hardware_is_fail_even_of_an_invalid_measurement),
		cmocka_unit_test(failed_ops_are_a_fault_of_the_hardware),
		cmocka_unit_test(open_question_is_inconclusive),
		cmocka_unit_test(undecided_limit_is_inconclusive_with_its_figure),
		cmocka_unit_test(notes_of_good_runs_are_one_reason_that_names_the_first),
		cmocka_unit_test(pending_step_is_not_finished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
