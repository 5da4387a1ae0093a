/* SPDX-License-Identifier: BSD-3-Clause */
/* job_include_test.c -- include FILE and ${NAME} in job files. */
#include <sys/stat.h>

#include "job_support.h"

#define DEPTH_MAX 8 /* open files, including x.job */

static void
write_named(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
included_lines_replace_the_include(void **state)
{
	struct job_list list;

	(void)state;
	write_named("common", "seed=7\n[global]\nthreads=3\n");
	ASSERT_LOADS(&list,
		     "[global]\nbs=4k\n  include common ; what all have\n[a]\nseed=8\n[b]\n");
	assert_int_equal(list.count, 2);
	assert_effective(&list.jobs[0], "bs", "4k");
	assert_effective(&list.jobs[0], "seed", "8");
	assert_effective(&list.jobs[0], "threads", "3");
	assert_effective(&list.jobs[1], "seed", "7");
	job_list_free(&list);
	unlink("common");
}

static void
section_of_an_included_file_continues_after_the_include(void **state)
{
	struct job_list list;

	(void)state;
	write_named("jobs", "[a]\n[b]\n");
	ASSERT_LOADS(&list, "include jobs\nseed=7\n");
	assert_int_equal(list.count, 2);
	assert_effective(&list.jobs[0], "seed", "1");
	assert_effective(&list.jobs[1], "seed", "7");
	job_list_free(&list);
	unlink("jobs");
}

static void
same_file_may_be_included_by_several_sections(void **state)
{
	struct job_list list;

	(void)state;
	write_named("keys", "seed=7\n");
	ASSERT_LOADS(&list, "[a]\ninclude keys\n[b]\ninclude keys\n");
	assert_effective(&list.jobs[0], "seed", "7");
	assert_effective(&list.jobs[1], "seed", "7");
	job_list_free(&list);
	unlink("keys");
}

static void
name_is_relative_to_the_file_that_includes_it(void **state)
{
	struct job_list list;
	char text[2 * sizeof(directory)];

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	write_named("d/one", "include two words\n");
	write_named("d/two words", "seed=7");
	ASSERT_LOADS(&list, "[a]\ninclude d/one\nbs=4k\n");
	assert_effective(&list.jobs[0], "seed", "7");
	assert_effective(&list.jobs[0], "bs", "4k");
	job_list_free(&list);
	snprintf(text, sizeof(text), "[a]\ninclude %s/d/one\n", directory);
	ASSERT_LOADS(&list, text);
	assert_effective(&list.jobs[0], "seed", "7");
	job_list_free(&list);
	unlink("d/one");
	unlink("d/two words");
	assert_int_equal(rmdir("d"), 0);
}

static void
error_in_an_included_file_names_it_and_its_line(void **state)
{
	(void)state;
	write_named("y", "\nbs=4k\nseed=x\n");
	ASSERT_WHY("x.job: job 'a', line 3 of y: seed=x: not a number (allowed: a number like 7, "
		   "0x1f)",
		   "[a]\n# one\n# two\ninclude y\n");
	write_named("y", "bs\n");
	ASSERT_WHY("x.job: line 1 of y: not a setting (allowed: key=value, [section], # comment, "
		   "include FILE)",
		   "[a]\ninclude y\n");
	write_named("y", "\n[a\n");
	ASSERT_WHY("x.job: line 2 of y: not a section heading (allowed: [global], [study], "
		   "[qualify] or [job "
		   "name])",
		   "[a]\ninclude y\n");
	unlink("y");
}

static void
error_after_an_include_has_the_line_of_its_own_file(void **state)
{
	(void)state;
	write_named("y", "include z\n\nbs=4k\nseed=x\n");
	write_named("z", "\n\n\n\n");
	ASSERT_WHY("x.job: job 'a', line 4 of y: seed=x: not a number (allowed: a number like 7, "
		   "0x1f)",
		   "[a]\ninclude y\n");
	write_named("y", "bs=4k\nseed=1");
	ASSERT_WHY("x.job: job 'a', line 3: seed=x: given twice (first on line 2 of y)",
		   "[a]\ninclude y\nseed=x\n");
	write_named("y", "[a]\n");
	ASSERT_WHY("x.job: line 3: [a]: there is such a job on line 1 of y (names differ)",
		   "[b]\ninclude y\n[a]\n");
	unlink("y");
	unlink("z");
}

static void
error_found_after_reading_names_the_included_file_too(void **state)
{
	(void)state;
	write_named("y", "\nrwmix=read:50,write:50\n");
	ASSERT_WHY("x.job: job 'a', line 2 of y: rwmix=read:50,write:50: only for rw=rw or "
		   "rw=randrw (rw is read)",
		   "[a]\nrw=read\ninclude y\n");
	write_named("y", "limit.zero.p99 <= 1s\n");
	ASSERT_WHY("x.job: job 'a', line 1 of y: limit.zero.p99: the job has no such operations",
		   "[a]\nrw=read\ninclude y\n");
	unlink("y");
}

/* The numbers are lines of different files: the key of an included [global] has the higher line number. */
static void
included_global_is_weaker_than_the_job(void **state)
{
	struct job_list list;

	(void)state;
	write_named("y", "\n\n\n\n\n\nrwmix=read:50,write:50\n");
	ASSERT_LOADS(&list, "[global]\ninclude y\n[a]\nrw=read\n");
	assert_effective(&list.jobs[0], "rwmix", "read:100");
	job_list_free(&list);
	unlink("y");
}

static void
bad_include_is_refused_with_its_line(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: job 'a', line 2: include no: No such file or directory",
		   "[a]\ninclude no\n");
	ASSERT_WHY("x.job: line 1: include: no file (allowed: include FILE)", "include\n");
	ASSERT_WHY("x.job: line 1: include: no file (allowed: include FILE)", "include   ; y\n");
	ASSERT_WHY("x.job: line 1: include /: Is a directory", "include /\n");
	ASSERT_WHY("x.job: line 1 of /dev/zero: not text: byte 0x00", "include /dev/zero\n");
	ASSERT_WHY("x.job: job 'a', line 2: unknown key 'include' (run 'bttbench run --help-keys' "
		   "for all)",
		   "[a]\ninclude = y\n");
}

static void
file_that_includes_itself_is_refused(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: line 2: include x.job: it would include itself", "\ninclude x.job\n");
	write_named("y", "\n\ninclude ./x.job\n");
	ASSERT_WHY("x.job: job 'a', line 3 of y: include ./x.job: it would include itself",
		   "[a]\ninclude y\n");
	unlink("y");
}

/* File 1 includes file 2, and so on to file `last`, which has a key. */
static void
write_chain(int last)
{
	char name[16], text[32];

	for (int i = 1; i <= last; i++) {
		snprintf(name, sizeof(name), "%d", i);
		snprintf(text, sizeof(text), i < last ? "include %d\n" : "seed=%d\n", i + 1);
		write_named(name, text);
	}
}

static void
chain_of_includes_is_as_deep_as_allowed_and_no_deeper(void **state)
{
	struct job_list list;
	char name[16];

	(void)state;
	write_chain(DEPTH_MAX - 1);
	ASSERT_LOADS(&list, "[a]\ninclude 1\n");
	assert_effective(&list.jobs[0], "seed", "8");
	job_list_free(&list);
	write_chain(DEPTH_MAX);
	ASSERT_WHY("x.job: job 'a', line 1 of 7: include 8: too deep (allowed: 8 files, each in "
		   "another)",
		   "[a]\ninclude 1\n");
	for (int i = 1; i <= DEPTH_MAX; i++) {
		snprintf(name, sizeof(name), "%d", i);
		unlink(name);
	}
}

static void
variable_has_the_value_from_the_environment(void **state)
{
	struct job_list list;

	(void)state;
	assert_int_equal(setenv("JOB_TEST_A", "4", 1) | setenv("JOB_TEST_B", "k", 1), 0);
	assert_int_equal(setenv("JOB_TEST_NO", "", 1) | unsetenv("JOB_TEST_NONE"), 0);
	ASSERT_LOADS(&list, "[a]\nbs=${JOB_TEST_A}${JOB_TEST_B}\nseed=1${JOB_TEST_A}2\n"
			    "threads=${JOB_TEST_NONE:-5}\nlanes=${JOB_TEST_NO:-6}\n"
			    "repeat=2${JOB_TEST_NONE:-}\nops=3${JOB_TEST_NO}\n"
			    "rate_iops=${JOB_TEST_A:-7}\n# ${JOB_TEST_NONE}\n"
			    "limit.read.p99 <= ${JOB_TEST_A}us\n");
	assert_effective(&list.jobs[0], "bs", "4k");
	assert_effective(&list.jobs[0], "seed", "142");
	assert_effective(&list.jobs[0], "threads", "5");
	assert_effective(&list.jobs[0], "lanes", "6");
	assert_effective(&list.jobs[0], "repeat", "2");
	assert_effective(&list.jobs[0], "ops", "3");
	assert_effective(&list.jobs[0], "rate_iops", "4");
	assert_effective(&list.jobs[0], "limit.read.p99", "<=4us");
	job_list_free(&list);
}

static void
name_of_an_included_file_may_have_a_variable(void **state)
{
	struct job_list list;

	(void)state;
	assert_int_equal(setenv("JOB_TEST_A", "y", 1), 0);
	write_named("xyz", "[a]\n");
	ASSERT_LOADS(&list, "include x${JOB_TEST_A}z\n");
	assert_int_equal(list.count, 1);
	job_list_free(&list);
	unlink("xyz");
}

static void
unset_variable_is_refused(void **state)
{
	(void)state;
	unsetenv("JOB_TEST_NONE");
	ASSERT_WHY(
		"x.job: job 'a', line 3: seed=1${JOB_TEST_NONE}: ${JOB_TEST_NONE}: not set in "
		"the environment (allowed: a variable that is set, or ${JOB_TEST_NONE:-DEFAULT})",
		"[a]\n\nseed=1${JOB_TEST_NONE}\n");
}

static void
malformed_variable_is_refused(void **state)
{
	static const char *const bad[] = {"${}", "${1}", "${A-b}", "${A:b}", "${A b}", "${A:}"};
	static const char *const open[] = {"${A", "${", "${A:-${B}}"};
	char text[64], want[160];

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		snprintf(text, sizeof(text), "[a]\nseed=%s\n", bad[i]);
		snprintf(want, sizeof(want),
			 "x.job: job 'a', line 2: seed=%s: %s: not a variable (allowed: ${NAME} or "
			 "${NAME:-DEFAULT})",
			 bad[i], bad[i]);
		ASSERT_WHY(want, text);
	}
	for (size_t i = 0; i < LENGTH(open); i++) {
		snprintf(text, sizeof(text), "[a]\nseed=%s\n", open[i]);
		snprintf(want, sizeof(want),
			 "x.job: job 'a', line 2: seed=%s: %s: a variable that does not end "
			 "(allowed: ${NAME} or ${NAME:-DEFAULT})",
			 open[i], open[i]);
		ASSERT_WHY(want, text);
	}
}

static void
value_from_the_environment_is_checked_like_any_other(void **state)
{
	static char big[70000];

	(void)state;
	setenv("JOB_TEST_A", "two\nlines", 1);
	ASSERT_WHY("x.job: job 'a', line 2: seed=two?lines: not a number (allowed: a number like "
		   "7, 0x1f)",
		   "[a]\nseed=${JOB_TEST_A}\n");
	setenv("JOB_TEST_A", "${JOB_TEST_A}", 1);
	ASSERT_WHY("x.job: job 'a', line 2: seed=${JOB_TEST_A}: not a number (allowed: a number "
		   "like 7, 0x1f)",
		   "[a]\nseed=${JOB_TEST_A}\n");
	memset(big, '1', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	setenv("JOB_TEST_A", big, 1);
	ASSERT_WHY("x.job: job 'a', line 2: seed=${JOB_TEST_A}: too long with its variables put in "
		   "(allowed: 65535 characters)",
		   "[a]\nseed=${JOB_TEST_A}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(included_lines_replace_the_include),
		cmocka_unit_test(section_of_an_included_file_continues_after_the_include),
		cmocka_unit_test(same_file_may_be_included_by_several_sections),
		cmocka_unit_test(name_is_relative_to_the_file_that_includes_it),
		cmocka_unit_test(error_in_an_included_file_names_it_and_its_line),
		cmocka_unit_test(error_after_an_include_has_the_line_of_its_own_file),
		cmocka_unit_test(error_found_after_reading_names_the_included_file_too),
		cmocka_unit_test(included_global_is_weaker_than_the_job),
		cmocka_unit_test(bad_include_is_refused_with_its_line),
		cmocka_unit_test(file_that_includes_itself_is_refused),
		cmocka_unit_test(chain_of_includes_is_as_deep_as_allowed_and_no_deeper),
		cmocka_unit_test(variable_has_the_value_from_the_environment),
		cmocka_unit_test(name_of_an_included_file_may_have_a_variable),
		cmocka_unit_test(unset_variable_is_refused),
		cmocka_unit_test(malformed_variable_is_refused),
		cmocka_unit_test(value_from_the_environment_is_checked_like_any_other),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
