/* SPDX-License-Identifier: BSD-3-Clause */
/* ranking_test.c -- the figures and marks of points, from made-up runs. */
#include "study_support.h"

#include "study/ranking.h"

static const struct metric iops = {METRIC_IOPS, METRIC_TOTAL, 0};
static const char *const three[] = {"threads=1:3", NULL};

static void
rank(struct ranking *ranking, const struct result *result, size_t number)
{
	assert_int_equal(ranking_make(ranking, result, number, &iops), 0);
}

/* Noise of a percent, from -1 to 1, that differs in each round and at each point. */
static double
noise(size_t point, unsigned round)
{
	return 0.01 * (double)((point * 7 + round * 5) % 11) / 5 - 0.01;
}

/* Rounds of runs: each point p has levels[p] ops per second, with noise. */
static void
fill(struct result *result, const double *levels, unsigned rounds)
{
	for (unsigned round = 0; round < rounds; round++)
		for (size_t p = 0; p < result->study.npoints; p++)
			study_add_run(result, p, round, levels[p] * (1 + noise(p, round)));
}

static void
assert_marks(const struct ranking *ranking, const char *const *want)
{
	for (size_t p = 0; p < ranking->npoints; p++)
		assert_string_equal(ranking_mark(ranking, p), want[p]);
}

static void
values_stand_by_point_and_round(void **state)
{
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 2);
	study_add_run(&result, 2, 0, 20);
	study_add_run(&result, 0, 0, 5);
	study_add_run(&result, 1, 0, 10);
	study_add_run(&result, 1, 1, 14);
	study_add_run(&result, 0, 1, 7);
	study_add_run(&result, 2, 1, 30);
	rank(&r, &result, 0);
	assert_int_equal(r.npoints, 3);
	assert_int_equal(r.rounds, 2);
	for (size_t i = 0; i < 6; i++)
		assert_true(r.values[i] == ((double[]){5, 7, 10, 14, 20, 30})[i]);
	assert_true(r.looks[1].median == 12);
	assert_int_equal(r.looks[1].count, 2);
	assert_int_equal(r.found.best, 2);
	ranking_free(&r);
	result_free(&result);
}

static void
best_is_starred_and_points_that_cannot_be_told_have_a_tilde(void **state)
{
	static const double levels[] = {1000, 500, 999};
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 9);
	fill(&result, levels, 9);
	rank(&r, &result, 0);
	assert_int_equal(r.points[1].mark, BEST_WORSE);
	assert_string_equal(ranking_mark(&r, r.found.best), "*");
	assert_string_equal(ranking_mark(&r, 1), "");
	assert_string_equal(ranking_mark(&r, 2 - r.found.best), "~");
	assert_non_null(strstr(ranking_legend(&r).text, "* best median of iops; ~ the data cannot "
							"tell it from the best, which does not "
							"mean equal; the others are worse "
							"(permutation test within rounds, 5 %"));
	ranking_free(&r);
	result_free(&result);
}

static void
lowest_latency_is_best(void **state)
{
	static const double levels[] = {900, 100, 500};
	const struct metric metric = {METRIC_MEAN, OP_READ, 0};
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 9);
	fill(&result, levels, 9);
	for (size_t i = 0; i < result.nruns; i++) {
		struct result_op *op = &result.runs[i].ops[OP_READ];

		histogram_init(&op->service, 1);
		histogram_init(&op->response, 1);
		histogram_record(&op->service, (uint64_t)(1000 * op->iops));
	}
	assert_int_equal(ranking_make(&r, &result, 0, &metric), 0);
	assert_marks(&r, (const char *const[]){"", "*", ""});
	ranking_free(&r);
	result_free(&result);
}

static void
invalid_inconclusive_and_settling_runs_do_not_count(void **state)
{
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 5);
	for (unsigned round = 0; round < 5; round++)
		for (size_t p = 0; p < 3; p++)
			study_add_run(&result, p, round, 100)->status =
				p != 1 ? RESULT_VALID
				       : (enum result_status[]){RESULT_VALID, RESULT_INTERRUPTED,
								RESULT_MISSED, RESULT_INCONCLUSIVE,
								RESULT_INVALID}[round];
	result.runs[0].settling = 1;
	rank(&r, &result, 0);
	assert_true(isnan(r.values[0]));
	assert_int_equal(r.looks[0].count, 4);
	assert_int_equal(r.looks[1].count, 3);
	assert_true(isnan(r.values[1 * 5 + 3]) && isnan(r.values[1 * 5 + 4]));
	assert_int_equal(r.looks[2].count, 5);
	ranking_free(&r);
	result_free(&result);
}

static void
missing_rounds_leave_few_runs_to_tell(void **state)
{
	static const double levels[] = {1000, 500, 980};
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 9);
	fill(&result, levels, 9);
	for (size_t i = 0; i < result.nruns; i++)
		if (result_point(&result, result.runs[i].job) == 2 && result.runs[i].round > 1)
			result.runs[i].status = RESULT_INVALID;
	rank(&r, &result, 0);
	assert_marks(&r, (const char *const[]){"*", "", "?"});
	assert_non_null(strstr(ranking_legend(&r).text, "; ? too few good runs to tell"));
	ranking_free(&r);
	result_free(&result);
}

static void
point_without_any_good_run_has_no_mark(void **state)
{
	static const double levels[] = {1000, 500, 980};
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 9);
	fill(&result, levels, 9);
	for (size_t i = 0; i < result.nruns; i++)
		if (result_point(&result, result.runs[i].job) == 2)
			result.runs[i].status = RESULT_INVALID;
	rank(&r, &result, 0);
	assert_int_equal(r.looks[2].count, 0);
	assert_marks(&r, (const char *const[]){"*", "", ""});
	ranking_free(&r);
	result_free(&result);
}

static void
sweep_that_was_cut_short_is_ranked_by_its_complete_rounds(void **state)
{
	static const double levels[] = {1000, 500, 800};
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 20);
	fill(&result, levels, 9);
	study_add_run(&result, 1, 9, 501);
	rank(&r, &result, 0);
	assert_int_equal(r.looks[0].count, 9);
	assert_int_equal(r.looks[1].count, 10);
	assert_marks(&r, (const char *const[]){"*", "", ""});
	ranking_free(&r);
	result_free(&result);
}

static void
two_rounds_tell_nothing_and_say_so(void **state)
{
	static const double levels[] = {1000, 1, 800};
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 2);
	fill(&result, levels, 2);
	rank(&r, &result, 0);
	assert_marks(&r, (const char *const[]){"*", "~", "~"});
	assert_non_null(strstr(ranking_legend(&r).text,
			       "; so few rounds can tell no point from the best (--repeat=N)"));
	ranking_free(&r);
	result_free(&result);
}

static void
single_point_is_best_and_was_not_tested(void **state)
{
	static const double levels[] = {1000};
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, (const char *const[]){"threads=1", NULL}, 9);
	fill(&result, levels, 9);
	rank(&r, &result, 0);
	assert_marks(&r, (const char *const[]){"*"});
	assert_non_null(strstr(ranking_legend(&r).text, "; not tested: too few points with data"));
	ranking_free(&r);
	result_free(&result);
}

/* A read-only job has no writes. */
static void
metric_that_no_run_has_marks_nothing(void **state)
{
	static const double levels[] = {1000, 500, 800};
	const struct metric metric = {METRIC_PERCENTILE, OP_WRITE, 99.9};
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 3);
	fill(&result, levels, 3);
	assert_int_equal(ranking_make(&r, &result, 0, &metric), 0);
	assert_marks(&r, (const char *const[]){"", "", ""});
	assert_string_equal(ranking_legend(&r).text, "no point has a value of write.p99.9");
	ranking_free(&r);
	result_free(&result);
}

static void
round_of_a_steady_job_counts_with_the_median_of_its_window(void **state)
{
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 2);
	for (unsigned round = 0; round < 2; round++)
		for (size_t p = 0; p < 3; p++) {
			study_add_run(&result, p, round, 1e6)->settling = 1;
			study_add_run(&result, p, round, 300 + round);
			study_add_run(&result, p, round, 100 + round);
			study_add_run(&result, p, round, 200 + round);
		}
	rank(&r, &result, 0);
	for (size_t p = 0; p < 3; p++) {
		assert_true(r.values[p * 2] == 200 && r.values[p * 2 + 1] == 201);
		assert_int_equal(r.looks[p].count, 2);
	}
	ranking_free(&r);
	result_free(&result);
}

/* Jobs that run together until they are steady take turns in the list of runs. */
static void
each_job_of_a_point_has_its_own_ranking(void **state)
{
	struct ranking r[2];
	struct result result;

	(void)state;
	study_make(&result, "[a]\n[b]\n", (const char *const[]){"threads=1,2", NULL}, 2);
	for (unsigned round = 0; round < 2; round++)
		for (size_t p = 0; p < 2; p++)
			for (size_t turn = 0; turn < 3; turn++)
				for (size_t job = 0; job < 2; job++)
					study_add_run(&result, 2 * p + job, round,
						      (double)(1000 * p + 100 * job + 10 * round +
							       turn * turn));
	for (size_t job = 0; job < 2; job++) {
		rank(&r[job], &result, job);
		for (size_t p = 0; p < 2; p++)
			for (size_t round = 0; round < 2; round++)
				assert_true(r[job].values[p * 2 + round] ==
					    (double)(1000 * p + 100 * job + 10 * round + 1));
		assert_int_equal(r[job].found.best, 1);
		ranking_free(&r[job]);
	}
	result_free(&result);
}

/* More rounds than were asked for: the file was edited. */
static void
runs_beyond_the_last_round_are_ignored(void **state)
{
	static const double levels[] = {1000, 500, 800};
	struct ranking r;
	struct result result;

	(void)state;
	study_make(&result, NULL, three, 3);
	fill(&result, levels, 5);
	rank(&r, &result, 0);
	assert_int_equal(r.looks[0].count, 3);
	ranking_free(&r);
	result_free(&result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_stand_by_point_and_round),
		cmocka_unit_test(best_is_starred_and_points_that_cannot_be_told_have_a_tilde),
		cmocka_unit_test(lowest_latency_is_best),
		cmocka_unit_test(invalid_inconclusive_and_settling_runs_do_not_count),
		cmocka_unit_test(missing_rounds_leave_few_runs_to_tell),
		cmocka_unit_test(point_without_any_good_run_has_no_mark),
		cmocka_unit_test(sweep_that_was_cut_short_is_ranked_by_its_complete_rounds),
		cmocka_unit_test(two_rounds_tell_nothing_and_say_so),
		cmocka_unit_test(single_point_is_best_and_was_not_tested),
		cmocka_unit_test(metric_that_no_run_has_marks_nothing),
		cmocka_unit_test(round_of_a_steady_job_counts_with_the_median_of_its_window),
		cmocka_unit_test(each_job_of_a_point_has_its_own_ranking),
		cmocka_unit_test(runs_beyond_the_last_round_are_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
