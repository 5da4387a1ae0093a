/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "why.h"

static void
line_stays_one_line(void **state)
{
	struct why why;

	(void)state;
	assert_int_equal(why_say(&why, "%s: no such\tfile", "a\nb"), -1);
	assert_string_equal(why.text, "a?b: no such?file");
}

static void
subject_stands_before_the_line(void **state)
{
	struct why why;

	(void)state;
	why_say(&why, "too small");
	assert_int_equal(why_prefix(&why, "dram:1M"), -1);
	assert_string_equal(why.text, "dram:1M: too small");
}

static void
line_that_is_too_long_is_cut(void **state)
{
	char subject[2 * WHY_TEXT_MAX];
	struct why why;

	(void)state;
	memset(subject, 'x', sizeof(subject) - 1);
	subject[sizeof(subject) - 1] = '\0';
	why_say(&why, "too small");
	why_prefix(&why, subject);
	assert_int_equal(strlen(why.text), WHY_TEXT_MAX - 1);
	why_prefix(&why, "a");
	assert_memory_equal(why.text, "a: xxx", 6);
	assert_int_equal(strlen(why.text), WHY_TEXT_MAX - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_stays_one_line),
		cmocka_unit_test(subject_stands_before_the_line),
		cmocka_unit_test(line_that_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
