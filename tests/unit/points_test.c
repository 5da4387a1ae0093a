/* SPDX-License-Identifier: BSD-3-Clause */
/* points_test.c -- the points of a sweep: their order, their jobs, and points that can't run. */
#include "study_support.h"

#include "job/job_key.h"

/* The names of all points, one line each. */
static void
assert_points(const struct result *result, const char *want)
{
	char got[2048] = "";
	size_t used = 0;

	for (size_t p = 0; p < result->study.npoints && used < sizeof(got); p++)
		used += (size_t)snprintf(got + used, sizeof(got) - used, "%s\n",
					 result_point_name(result, p).text);
	assert_string_equal(got, want);
}

/* Each job has the value that its point names. */
static void
assert_jobs_have_values(const struct result *result)
{
	for (size_t i = 0; i < result->jobs.count; i++)
		for (size_t k = 0; k < result->study.nkeys; k++) {
			const struct job *job = &result->jobs.jobs[i];
			const char *key = result->study.keys[k];

			assert_string_equal(
				job_key_text(job, key).text,
				result_point_value(result, result_point(result, job), k));
			assert_true(job_key_given(job, key));
		}
}

static void
first_key_varies_slowest(void **state)
{
	static const char *const settings[] = {"nfree=64,16", "threads=1:3", NULL};
	struct result result;

	(void)state;
	study_make(&result, NULL, settings, 1);
	assert_points(&result, "nfree=64 threads=1\nnfree=64 threads=2\nnfree=64 threads=3\n"
			       "nfree=16 threads=1\nnfree=16 threads=2\nnfree=16 threads=3\n");
	assert_int_equal(result.jobs.count, 6);
	assert_jobs_have_values(&result);
	result_free(&result);
}

static void
one_value_is_a_sweep_of_one_point(void **state)
{
	static const char *const settings[] = {"nfree=64", NULL};
	struct result result;

	(void)state;
	study_make(&result, NULL, settings, 1);
	assert_points(&result, "nfree=64\n");
	result_free(&result);
}

static void
all_jobs_of_a_file_are_at_each_point(void **state)
{
	static const char *const settings[] = {"threads=1,2", NULL};
	static const char *const names[] = {"a", "b", "c"};
	struct result result;

	(void)state;
	study_make(&result, "[global]\nrw=randread\n[a]\n[b]\nstonewall=1\n[c]\n", settings, 1);
	assert_int_equal(result.jobs.count, 6);
	assert_int_equal(result_point_jobs(&result), 3);
	for (size_t i = 0; i < 6; i++) {
		const struct job *job = &result.jobs.jobs[i];

		assert_string_equal(job->name, names[i % 3]);
		assert_int_equal(result_point(&result, job), i / 3);
		assert_int_equal(job->stonewall, i % 3 == 1);
		assert_non_null(job->source);
		assert_ptr_equal(job->source, result.jobs.source);
	}
	assert_jobs_have_values(&result);
	result_free(&result);
}

static void
swept_value_replaces_the_value_of_the_file(void **state)
{
	static const char *const settings[] = {"threads=2", NULL};
	struct result result;

	(void)state;
	study_make(&result, "[a]\nthreads=7\n", settings, 1);
	assert_int_equal(result.jobs.jobs[0].threads, 2);
	result_free(&result);
}

/* Without ops and runtime, the job of a point would never end. */
static void
contradicting_points_are_left_out_with_their_reason(void **state)
{
	static const char *const settings[] = {"nfree=16,32", "ops=0,5", NULL};
	struct points_left left;
	struct result result;
	struct why why;

	(void)state;
	assert_int_equal(study_load(&result, "[a]\nruntime=0\n", settings, &left, &why), 0);
	assert_points(&result, "nfree=16 ops=5\nnfree=32 ops=5\n");
	assert_jobs_have_values(&result);
	assert_int_equal(left.count, 2);
	assert_string_equal(left.points[0].name, "nfree=16 ops=0");
	assert_string_equal(left.points[1].name, "nfree=32 ops=0");
	assert_non_null(strstr(left.points[0].why, "ops"));
	assert_null(strstr(left.points[0].why, "--set"));
	points_left_free(&left);
	result_free(&result);
}

static void
sweep_without_a_point_is_an_error(void **state)
{
	struct points_left left;
	struct result result;
	struct why why;

	(void)state;
	assert_int_equal(study_load(&result, "[a]\nruntime=0\n",
				    (const char *const[]){"ops=0", NULL}, &left, &why),
			 -1);
	assert_string_equal(why.text, "no point can run");
	assert_int_equal(left.count, 1);
	points_left_free(&left);
	result_free(&result);
}

static void
refused(const char *const *settings, const char *want)
{
	struct points_left left;
	struct result result;
	struct why why;

	assert_int_equal(study_load(&result, NULL, settings, &left, &why), -1);
	if (strncmp(why.text, want, strlen(want)) != 0)
		fail_msg("%s\ninstead of\n%s", why.text, want);
	points_left_free(&left);
	result_free(&result);
}

static void
wrong_sets_of_keys_are_refused(void **state)
{
	const char *many[RESULT_STUDY_KEYS_MAX + 2] = {"nfree=1",
						       "threads=1",
						       "seed=1",
						       "lanes=1",
						       "bs=512",
						       "ops=1",
						       "rw=read",
						       "blocks=1",
						       "engine=btt",
						       "commit=strict",
						       "runtime=1s",
						       "ramp_time=0",
						       "interval=1s",
						       "rate_iops=1k",
						       "flavour=uefi",
						       "verify=none",
						       "buffer_compress_percentage=1"};

	(void)state;
	refused((const char *const[]){NULL},
		"no key to vary (allowed: --vary KEY=LIST, or a job file with [study])");
	refused((const char *const[]){"nfree=1,2", "threads=1", "nfree=3", NULL},
		"--vary nfree: given twice (allowed: each key once)");
	refused((const char *const[]){"seed=1:101", "nfree=1:100", NULL},
		"too many points (allowed: 10000)");
	refused((const char *const[]){"seed=1:10000", "nfree=1:10000", "lanes=1:10000", NULL},
		"too many points (allowed: 10000)");
	refused(many, "too many keys to vary (allowed: 16)");
}

static void
broken_job_file_leaves_no_point(void **state)
{
	struct points_left left;
	struct result result;
	struct why why;

	(void)state;
	assert_int_equal(study_load(&result, "[a]\nrw=sideways\n",
				    (const char *const[]){"nfree=16", NULL}, &left, &why),
			 -1);
	assert_string_equal(why.text, "no point can run");
	assert_non_null(strstr(left.points[0].why, "job 'a', line 2: rw=sideways"));
	points_left_free(&left);
	result_free(&result);
}

static void
leave_out(size_t number, const char *name, const char *rest, const char *jobs)
{
	static const char *const settings[] = {"nfree=16,32,64", NULL};
	struct points_left left = {0};
	struct result result;
	char got[64] = "";

	study_make(&result, "[a]\n[b]\n", settings, 1);
	assert_int_equal(points_leave_out(&result, number, &left, "because"), 0);
	assert_points(&result, rest);
	assert_jobs_have_values(&result);
	assert_int_equal(result.jobs.count, 4);
	for (size_t i = 0; i < result.jobs.count; i++)
		strcat(got, result.jobs.jobs[i].name);
	assert_string_equal(got, jobs);
	assert_string_equal(left.points[0].name, name);
	assert_string_equal(left.points[0].why, "because");
	points_left_free(&left);
	result_free(&result);
}

static void
point_is_left_out_with_its_jobs(void **state)
{
	(void)state;
	leave_out(0, "nfree=16", "nfree=32\nnfree=64\n", "abab");
	leave_out(1, "nfree=32", "nfree=16\nnfree=64\n", "abab");
	leave_out(2, "nfree=64", "nfree=16\nnfree=32\n", "abab");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_key_varies_slowest),
		cmocka_unit_test(one_value_is_a_sweep_of_one_point),
		cmocka_unit_test(all_jobs_of_a_file_are_at_each_point),
		cmocka_unit_test(swept_value_replaces_the_value_of_the_file),
		cmocka_unit_test(contradicting_points_are_left_out_with_their_reason),
		cmocka_unit_test(sweep_without_a_point_is_an_error),
		cmocka_unit_test(wrong_sets_of_keys_are_refused),
		cmocka_unit_test(broken_job_file_leaves_no_point),
		cmocka_unit_test(point_is_left_out_with_its_jobs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
