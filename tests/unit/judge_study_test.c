/* SPDX-License-Identifier: BSD-3-Clause */
/* judge_study_test.c -- the verdict on a sweep: a few bad runs are left out, too many make it invalid. */
#include "study_support.h"

#include "run/judge.h"

static const char *const two[] = {"threads=1,2", NULL};

/* Every job of every point ran in each round and is valid. */
static void
make_complete(struct result *result, const char *text, unsigned rounds)
{
	study_make(result, text, two, rounds);
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = 0; i < result->jobs.count; i++)
			study_add_run(result, i, round, 1000);
}

/* Run of job `index` of all points in this round, from 0. */
static struct result_run *
run_of(struct result *result, size_t index, unsigned round)
{
	return &result->runs[round * result->jobs.count + index];
}

static void
make_bad(struct result_run *run, enum result_status status, const char *reason)
{
	run->status = status;
	result_run_add_reason(run, reason);
}

static void
assert_verdict(struct result *result, enum result_status status, const char *reason)
{
	judge_study(result, 0);
	assert_string_equal(result_status_name(result->status), result_status_name(status));
	if (!reason) {
		assert_int_equal(result->nreasons, 0);
		return;
	}
	assert_true(result->nreasons >= 1);
	if (strcmp(result->reasons[0], reason) != 0)
		fail_msg("%s\ninstead of\n%s", result->reasons[0], reason);
}

static void
complete_sweep_is_valid_without_a_note(void **state)
{
	struct result result;

	(void)state;
	make_complete(&result, NULL, 4);
	assert_verdict(&result, RESULT_VALID, NULL);
	result_free(&result);
}

static void
few_bad_runs_are_left_out_with_a_note(void **state)
{
	struct result result;

	(void)state;
	make_complete(&result, NULL, 4);
	make_bad(run_of(&result, 1, 1), RESULT_INVALID, "too hot");
	make_bad(run_of(&result, 1, 3), RESULT_INCONCLUSIVE, "too cold");
	make_bad(run_of(&result, 0, 2), RESULT_INVALID, "too wet");
	assert_verdict(&result, RESULT_VALID,
		       "3 of 8 runs are left out; the first, threads=1, round 3: invalid: too wet");
	result_free(&result);
}

static void
point_with_more_bad_runs_than_good_ones_is_invalid(void **state)
{
	struct result result;

	(void)state;
	make_complete(&result, NULL, 4);
	for (unsigned round = 1; round < 4; round++)
		make_bad(run_of(&result, 1, round), RESULT_INVALID, "too hot");
	make_bad(run_of(&result, 0, 0), RESULT_INVALID, "too wet");
	assert_verdict(&result, RESULT_INVALID,
		       "1 of 2 points have fewer good runs than bad ones; 3 of 4 are bad at "
		       "threads=2, round 2: invalid: too hot");
	result_free(&result);
}

/* The other job of the point is good in all rounds, but it is another load. */
static void
each_job_of_a_point_needs_good_runs(void **state)
{
	struct result result;

	(void)state;
	make_complete(&result, "[a]\n[b]\n", 4);
	for (unsigned round = 0; round < 3; round++)
		make_bad(run_of(&result, 3, round), RESULT_INVALID, "too hot");
	assert_verdict(&result, RESULT_INVALID,
		       "1 of 2 points have fewer good runs than bad ones; 3 of 4 are bad at "
		       "threads=2, job b, round 1: invalid: too hot");
	result_free(&result);
}

static void
points_with_several_bad_jobs_count_once(void **state)
{
	struct result result;

	(void)state;
	make_complete(&result, "[a]\n[b]\n", 1);
	for (size_t i = 0; i < 4; i++)
		make_bad(run_of(&result, i, 0), RESULT_INVALID, "too hot");
	assert_verdict(&result, RESULT_INVALID,
		       "2 of 2 points have fewer good runs than bad ones; 1 of 1 are bad at "
		       "threads=1, job a, round 1: invalid: too hot");
	result_free(&result);
}

static void
missing_rounds_are_an_interrupted_sweep(void **state)
{
	struct result result;

	(void)state;
	make_complete(&result, NULL, 4);
	result.study.rounds = 6;
	study_add_run(&result, 1, 4, 1000);
	assert_verdict(&result, RESULT_INTERRUPTED,
		       "not complete: 9 of 12 runs were measured (sweep --resume measures the "
		       "others)");
	result_free(&result);
}

/* Runs of two jobs in turns, as steady_state measures them. */
static void
rounds_before_a_steady_window_are_no_runs_of_their_own(void **state)
{
	struct result result;

	(void)state;
	study_make(&result, "[a]\n[b]\n", two, 2);
	for (size_t point = 0; point < 2; point++)
		for (unsigned turn = 0; turn < 5; turn++)
			for (size_t job = 0; job < 2; job++)
				study_add_run(&result, 2 * point + job, 0, 1000)->settling =
					turn < 3;
	assert_verdict(&result, RESULT_INTERRUPTED,
		       "not complete: 4 of 8 runs were measured (sweep --resume measures the "
		       "others)");
	result_free(&result);
}

static void
settling_runs_are_neither_good_nor_bad(void **state)
{
	struct result result;

	(void)state;
	study_make(&result, NULL, two, 1);
	for (size_t point = 0; point < 2; point++)
		for (unsigned turn = 0; turn < 5; turn++) {
			struct result_run *run = study_add_run(&result, point, 0, 1000);

			run->settling = turn < 3;
			if (run->settling)
				make_bad(run, RESULT_INVALID, "settling");
		}
	assert_verdict(&result, RESULT_VALID, NULL);
	result_free(&result);
}

static void
missed_limit_names_its_point(void **state)
{
	struct result result;

	(void)state;
	make_complete(&result, "[a]\nlimit.read.iops>=500\n", 3);
	assert_verdict(&result, RESULT_VALID, NULL);
	run_of(&result, 1, 2)->ops[OP_READ].iops = 400;
	assert_verdict(
		&result, RESULT_MISSED,
		"job 'a', threads=2: limit.read.iops >= 500: missed in 1 of 3 runs, 400 at worst");
	assert_int_equal(run_of(&result, 1, 2)->status, RESULT_MISSED);
	assert_int_equal(run_of(&result, 0, 2)->status, RESULT_VALID);
	result_free(&result);
}

/* study_add_run makes reads, so the job decides here */
static void
swept_nfree_with_writes_is_a_doubt(void **state)
{
	static const char *const nfree[] = {"nfree=8,16", NULL}, *const threads[] = {"threads=1,2",
										     NULL};
	static const struct {
		const char *text;
		const char *const *settings;
		int has_btt;
		size_t nreasons;
	} cases[] = {
		{"[a]\nrw=randwrite\n", nfree, 1, 1},
		{"[a]\nrw=randread\n", nfree, 1, 0},
		{"[a]\nrw=randwrite\n", nfree, 0, 0},
		{"[a]\nrw=randwrite\n", threads, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result result;

		study_make(&result, cases[i].text, cases[i].settings, 1);
		for (size_t p = 0; p < 2; p++)
			study_add_run(&result, p, 0, 100)->btt.valid = cases[i].has_btt;
		judge_study(&result, 0);
		assert_int_equal(result.status, RESULT_VALID);
		assert_int_equal(result.nreasons, cases[i].nreasons);
		if (cases[i].nreasons)
			assert_non_null(
				strstr(result.reasons[0], "each nfree puts the log on other"));
		result_free(&result);
	}
}

static void
notes_of_good_runs_are_one_reason(void **state)
{
	struct result result;

	(void)state;
	make_complete(&result, NULL, 4);
	result_run_add_reason(run_of(&result, 1, 0), "a doubt");
	result_run_add_reason(run_of(&result, 1, 0), "and more");
	result_run_add_reason(run_of(&result, 0, 3), "a second doubt");
	assert_verdict(&result, RESULT_VALID,
		       "2 of 8 runs have notes; the first, threads=2, round 1: a doubt");
	assert_int_equal(result.nreasons, 1);
	result_free(&result);
}

/* The sweep is judged each time it is saved. */
static void
judging_again_replaces_the_verdict_and_keeps_earlier_reasons(void **state)
{
	struct result result;

	(void)state;
	make_complete(&result, NULL, 1);
	result.study.rounds = 2;
	result_add_reason(&result, "from before");
	for (unsigned i = 0; i < 40; i++)
		judge_study(&result, 1);
	assert_int_equal(result.nreasons, 2);
	assert_string_equal(result.reasons[0], "from before");
	assert_int_equal(result.status, RESULT_INTERRUPTED);
	assert_string_equal(result_status_reason(&result), result.reasons[1]);
	study_add_run(&result, 0, 1, 1000);
	study_add_run(&result, 1, 1, 1000);
	judge_study(&result, 1);
	assert_int_equal(result.nreasons, 1);
	assert_int_equal(result.status, RESULT_VALID);
	result_free(&result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complete_sweep_is_valid_without_a_note),
		cmocka_unit_test(few_bad_runs_are_left_out_with_a_note),
		cmocka_unit_test(point_with_more_bad_runs_than_good_ones_is_invalid),
		cmocka_unit_test(each_job_of_a_point_needs_good_runs),
		cmocka_unit_test(points_with_several_bad_jobs_count_once),
		cmocka_unit_test(missing_rounds_are_an_interrupted_sweep),
		cmocka_unit_test(rounds_before_a_steady_window_are_no_runs_of_their_own),
		cmocka_unit_test(settling_runs_are_neither_good_nor_bad),
		cmocka_unit_test(missed_limit_names_its_point),
		cmocka_unit_test(swept_nfree_with_writes_is_a_doubt),
		cmocka_unit_test(notes_of_good_runs_are_one_reason),
		cmocka_unit_test(judging_again_replaces_the_verdict_and_keeps_earlier_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
