/* SPDX-License-Identifier: BSD-3-Clause */
/* job_file_test.c -- the grammar of job files, and files that are no job files. */
#include "job_support.h"

static void
bad_value_in_global_is_reported_with_its_line_and_no_job(void **state)
{
	(void)state;
	ASSERT_WHY(
		"x.job: line 3: bs=abc: not a size (allowed: a size like 512, 4k; from 512 to 1G; "
		"or sector)",
		"\n[global]\nbs=abc\n[a]\n");
}

static void
global_applies_to_the_sections_after_it(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[a]\n[global]\nseed=2\n[b]\n[Global]\nseed=3\n[c]\n");
	assert_int_equal(list.count, 3);
	assert_effective(&list.jobs[0], "seed", "1");
	assert_effective(&list.jobs[1], "seed", "2");
	assert_effective(&list.jobs[2], "seed", "3");
	job_list_free(&list);
}

static void
key_given_twice_in_a_section_is_refused(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: job 'a', line 5: seed=2: given twice (first on line 3)",
		   "\n[a]\nseed=1\nbs=4k\nseed=2\n");
	ASSERT_WHY("x.job: line 3: seed=1: given twice (first on line 2)",
		   "[global]\nseed=1\nseed=1\n[a]\n");
}

static void
second_job_of_the_same_name_is_refused(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: line 4: [a]: there is such a job on line 1 (names differ)",
		   "[a]\n[b]\n\n[a]\n");
}

static void
file_without_a_job_is_refused(void **state)
{
	static const char *const files[] = {
		"", "\n\n", "# nothing\n; at all\n", "[global]\nbs=4k\n", "\xef\xbb\xbf",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(files); i++)
		ASSERT_WHY("x.job: no job (a section [job name] is needed, besides [global])",
			   files[i]);
}

static void
key_before_any_section_is_refused(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: line 1: bs: before any section (allowed: after [global] or [job name])",
		   "bs=4k\n[a]\n");
}

static void
line_that_is_no_setting_is_refused(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: line 2: not a setting (allowed: key=value, [section], # comment, "
		   "include FILE)",
		   "[a]\nbs\n");
	ASSERT_WHY("x.job: line 2: not a setting (allowed: key=value, [section], # comment, "
		   "include FILE)",
		   "[a]\nbs\nseed=x\n\x01\n");
	ASSERT_WHY("x.job: job 'a', line 2: seed=x: not a number (allowed: a number like 7, 0x1f)",
		   "[a]\nseed=x\nbs\n");
}

static void
bad_heading_is_refused(void **state)
{
	static const char *const headings[] = {"[a", "[", "[a] b", "[a]]", "[a\rb"};

	(void)state;
	for (size_t i = 0; i < LENGTH(headings); i++)
		ASSERT_WHY("x.job: line 1: not a section heading (allowed: [global], [study], "
			   "[qualify] or [job name])",
			   headings[i]);
}

static void
bad_job_name_is_refused(void **state)
{
	static const char *const headings[] = {
		"[]",
		"[ ]",
		"[ a]",
		"[a ]",
		"[a\tb]",
		"[\xc3\xa4]",
		"[0123456789012345678901234567890123456789012345678901234567890123]",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(headings); i++)
		ASSERT_WHY(
			"x.job: line 1: bad job name (allowed: 1 to 63 printable ASCII characters)",
			headings[i]);
}

static void
longest_job_name_is_kept_complete(void **state)
{
	static const char name[] =
		"012345678901234567890123456789012345678901234567890123456789012";
	char text[128];
	struct job_list list;

	(void)state;
	assert_int_equal(strlen(name), JOB_NAME_MAX - 1);
	snprintf(text, sizeof(text), "[%s]\nbs=4k\n", name);
	ASSERT_LOADS(&list, text);
	assert_string_equal(list.jobs[0].name, name);
	job_list_free(&list);
}

static void
comments_blanks_and_indentation_mean_nothing(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(
		&list,
		"  # c\n; c\n\n  [a]  ; c\n  bs = 4k ; c\n\tseed\t=\t7\n[b] # c\nstonewall=1\n");
	assert_int_equal(list.count, 2);
	assert_effective(&list.jobs[0], "bs", "4k");
	assert_effective(&list.jobs[0], "seed", "7");
	job_list_free(&list);
}

static void
comment_may_follow_any_line_after_a_blank(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[a] # c\nbs=4k # a = b ; c\nseed=7\t#c\nnamespace=/x#1;2 ; c\n"
			    "stonewall # x=1\noversubscribe ;\nlimit.read.p99 <= 4us # c\n"
			    "threads: 2 #\n");
	assert_effective(&list.jobs[0], "bs", "4k");
	assert_effective(&list.jobs[0], "seed", "7");
	assert_effective(&list.jobs[0], "namespace", "/x#1;2");
	assert_effective(&list.jobs[0], "stonewall", "1");
	assert_effective(&list.jobs[0], "oversubscribe", "1");
	assert_effective(&list.jobs[0], "limit.read.p99", "<=4us");
	assert_effective(&list.jobs[0], "threads", "2");
	job_list_free(&list);
	ASSERT_LOADS(&list, "[a]\nnamespace=#1\n");
	assert_effective(&list.jobs[0], "namespace", "#1");
	job_list_free(&list);
	ASSERT_WHY("x.job: job 'a', line 2: namespace=: empty (allowed: the path of a file or a "
		   "device, or dram:SIZE; or default)",
		   "[a]\nnamespace= # nothing\n");
	ASSERT_WHY("x.job: line 2: not a setting (allowed: key=value, [section], # comment, "
		   "include FILE)",
		   "[a]\nstonewall#c\n");
}

static void
long_value_leaves_room_for_the_reason(void **state)
{
	char text[5000] = "[a]\nbs=";

	(void)state;
	memset(text + strlen(text), '9', 4000);
	ASSERT_WHY("x.job: job 'a', line 2: "
		   "bs=999999999999999999999999999999999999999999999999999999999999...: not a size "
		   "(allowed: a size like 512, 4k; from 512 to 1G; or sector)",
		   text);
}

static void
line_ends_may_be_crlf_missing_or_after_a_byte_order_mark(void **state)
{
	static const char *const files[] = {
		"[a]\r\nbs=4k\r\n[b]\r\nseed=7\r\nstonewall=1\r\n",
		"[a]\nbs=4k\n[b]\nstonewall=1\nseed=7",
		"\xef\xbb\xbf[a]\nbs=4k\n[b]\nseed=7\nstonewall=1\n",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(files); i++) {
		struct job_list list;

		ASSERT_LOADS(&list, files[i]);
		assert_int_equal(list.count, 2);
		assert_string_equal(list.jobs[1].name, "b");
		assert_effective(&list.jobs[0], "bs", "4k");
		assert_effective(&list.jobs[1], "seed", "7");
		job_list_free(&list);
	}
}

static void
line_too_long_is_refused_not_truncated(void **state)
{
	char text[200000];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "[a]\n#", 5);
	text[sizeof(text) - 1] = '\0';
	ASSERT_WHY("x.job: job 'a', line 2: too long (allowed: 65535 characters)", text);
	text[4 + 65536] = '\n';
	text[4 + 65537] = '\0';
	ASSERT_WHY("x.job: job 'a', line 2: too long (allowed: 65535 characters)", text);
}

static void
longest_line_is_read_completely(void **state)
{
	char text[66000] = "[a]\n", *end = text + 4 + 65535;
	struct job_list list;

	(void)state;
	memset(text + 4, ' ', 65535);
	memcpy(text + 4, "seed=", 5);
	strcpy(end - 1, "7\nbs=4k\n");
	ASSERT_LOADS(&list, text);
	assert_effective(&list.jobs[0], "seed", "7");
	assert_effective(&list.jobs[0], "bs", "4k");
	job_list_free(&list);
}

static void
bytes_that_are_no_text_are_refused(void **state)
{
	struct job_list list;
	char garbage[4096];
	int status;

	(void)state;
	write_file("[a]\nbs=4k\0\nseed=1\n", 18);
	status = job_list_load(&list, "x.job", NULL, 0, &why);
	assert_why(status, &list, "x.job: job 'a', line 2: not text: byte 0x00");
	write_file("\x7f"
		   "ELF",
		   4);
	status = job_list_load(&list, "x.job", NULL, 0, &why);
	assert_why(status, &list, "x.job: line 1: not text: byte 0x7f");
	for (size_t i = 0; i < sizeof(garbage); i++)
		garbage[i] = (char)(i * i * 31 + i * 7 + 200);
	write_file(garbage, sizeof(garbage));
	assert_int_equal(job_list_load(&list, "x.job", NULL, 0, &why), -1);
	assert_is_one_line();
}

static void
file_that_cannot_be_read_is_refused(void **state)
{
	struct job_list list;
	int status;

	(void)state;
	status = job_list_load(&list, "no.job", NULL, 0, &why);
	assert_why(status, &list, "no.job: No such file or directory");
	status = job_list_load(&list, "/", NULL, 0, &why);
	assert_why(status, &list, "/: Is a directory");
	status = job_list_load(&list, "/dev/zero", NULL, 0, &why);
	assert_why(status, &list, "/dev/zero: line 1: not text: byte 0x00");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_value_in_global_is_reported_with_its_line_and_no_job),
		cmocka_unit_test(global_applies_to_the_sections_after_it),
		cmocka_unit_test(key_given_twice_in_a_section_is_refused),
		cmocka_unit_test(second_job_of_the_same_name_is_refused),
		cmocka_unit_test(file_without_a_job_is_refused),
		cmocka_unit_test(key_before_any_section_is_refused),
		cmocka_unit_test(line_that_is_no_setting_is_refused),
		cmocka_unit_test(bad_heading_is_refused),
		cmocka_unit_test(bad_job_name_is_refused),
		cmocka_unit_test(longest_job_name_is_kept_complete),
		cmocka_unit_test(comments_blanks_and_indentation_mean_nothing),
		cmocka_unit_test(comment_may_follow_any_line_after_a_blank),
		cmocka_unit_test(long_value_leaves_room_for_the_reason),
		cmocka_unit_test(line_ends_may_be_crlf_missing_or_after_a_byte_order_mark),
		cmocka_unit_test(line_too_long_is_refused_not_truncated),
		cmocka_unit_test(longest_line_is_read_completely),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(file_that_cannot_be_read_is_refused),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
