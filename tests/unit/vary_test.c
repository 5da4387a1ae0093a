/* SPDX-License-Identifier: BSD-3-Clause */
/* vary_test.c -- the values of a swept key: lists, ranges, and the line that refuses each wrong text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/vary.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* The values of a setting in one text, separated by blanks. */
static void
assert_values(const char *setting, const char *want)
{
	char got[4096] = "";
	size_t used = 0;
	struct vary vary;
	struct why why;

	if (vary_parse(&vary, setting, &why))
		fail_msg("%s", why.text);
	assert_int_equal(strncmp(setting, vary.key, strlen(vary.key)), 0);
	assert_int_equal(setting[strlen(vary.key)], '=');
	for (size_t i = 0; i < vary.count && used < sizeof(got); i++)
		used += (size_t)snprintf(got + used, sizeof(got) - used, "%s%s", i ? " " : "",
					 vary.values[i]);
	assert_string_equal(got, want);
	vary_free(&vary);
	assert_null(vary.key);
	assert_int_equal(vary.count, 0);
}

static void
list_has_each_value_in_its_order(void **state)
{
	(void)state;
	assert_values("nfree=256", "256");
	assert_values("nfree=1024,16,256", "1024 16 256");
	assert_values("commit=two-fence,strict", "two-fence strict");
	assert_values("engine=btt,raw,null", "btt raw null");
	assert_values("rw=randread,randwrite", "randread randwrite");
	assert_values("threads=1,2,all", "1 2 all");
}

static void
values_are_written_as_in_a_job_file(void **state)
{
	(void)state;
	assert_values("bs=512,4096", "512 4k");
	assert_values("runtime=1500ms,120s", "1500ms 120s");
	assert_values("seed=0x10", "16");
}

static void
range_has_every_number_from_its_first_to_its_last(void **state)
{
	(void)state;
	assert_values("threads=1:4", "1 2 3 4");
	assert_values("threads=3:3", "3");
	assert_values("seed=0:2", "0 1 2");
}

static void
steps_stop_at_the_end_or_before_it(void **state)
{
	(void)state;
	assert_values("nfree=100:200:+50", "100 150 200");
	assert_values("nfree=100:199:+50", "100 150");
	assert_values("threads=1:2:+5", "1");
	assert_values("runtime=1s:2s:+500ms", "1s 1500ms 2s");
	assert_values("bs=4k:12k:+4k", "4k 8k 12k");
}

static void
factors_stop_at_the_end_or_before_it(void **state)
{
	(void)state;
	assert_values("threads=1:16:*2", "1 2 4 8 16");
	assert_values("threads=1:17:*2", "1 2 4 8 16");
	assert_values("threads=3:100:*10", "3 30");
	assert_values("bs=512:4k:*2", "512 1k 2k 4k");
	assert_values("runtime=10ms:1s:*10", "10ms 100ms 1s");
}

/* The step would pass the largest number there is. */
static void
range_that_overflows_ends(void **state)
{
	(void)state;
	assert_values("seed=18446744073709551614:18446744073709551615:+1",
		      "18446744073709551614 18446744073709551615");
	assert_values("seed=18446744073709551615:18446744073709551615:*2", "18446744073709551615");
}

static void
text_that_is_one_value_is_that_value(void **state)
{
	(void)state;
	assert_values("rwmix=read:70,write:30", "read:70,write:30");
	assert_values("placement=cpus:0,2", "cpus:0,2");
	assert_values("percentiles=50,99", "50,99");
}

static void
semicolons_separate_values_with_commas(void **state)
{
	(void)state;
	assert_values("rwmix=read:100;read:70,write:30;write:100",
		      "read:100 read:70,write:30 write:100");
	assert_values("placement=cpus:0;cpus:0,2", "cpus:0 cpus:0,2");
	assert_values("threads=1;2", "1 2");
}

static void
wrong_text_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *setting, *why;
	} cases[] = {
		{"nfree", "nfree: no list of values (allowed: KEY=LIST like nfree=64,256 or "
			  "threads=1:4)"},
		{"", ": no list of values (allowed: KEY=LIST like "},
		{"nfree=", "nfree=: an empty list (allowed: KEY=LIST like nfree=64,256)"},
		{"nfree=16,,64", "nfree=16,,64: an empty value: "},
		{"nfree=16,", "nfree=16,: an empty value: "},
		{"nfree=16,many", "nfree=16,many: many: not a count (allowed: "},
		{"nfree=16,64,16", "nfree=16,64,16: 16: given twice (allowed: each value once)"},
		{"bs=4k,4096", "bs=4k,4096: 4096: given twice (allowed: each value once)"},
		{"nfre=16", "nfre=16: unknown key 'nfre' (did you mean 'nfree'?; "},
		{"iodepth=1,2", "iodepth=1,2: "},
		{"=1", "=1: "},
		{"repeat=1,2", "repeat=1,2: can't be varied (allowed: any key but repeat, "
			       "stonewall and limits)"},
		{"stonewall=0,1", "stonewall=0,1: can't be varied "},
		{"limit.read.p99<=2us", "limit.read.p99<=2us: can't be varied "},
		{"threads=4:1", "threads=4:1: the range ends before it begins"},
		{"threads=1:x", "threads=1:x: the range has no two numbers (allowed: "},
		{"threads=1:", "threads=1:: the range has no two numbers (allowed: "},
		{"threads=1:8:2", "threads=1:8:2: neither a step nor a factor (allowed: "},
		{"threads=1:8:", "threads=1:8:: neither a step nor a factor (allowed: "},
		{"threads=1:8:+0", "threads=1:8:+0: the step is no number (allowed: "},
		{"threads=1:8:+", "threads=1:8:+: the step is no number (allowed: "},
		{"threads=1:8:*1", "threads=1:8:*1: the factor is no number above 1 (allowed: "},
		{"threads=1:8:*0.5", "threads=1:8:*0.5: the factor is no number above 1 "},
		{"seed=0:8:*2", "seed=0:8:*2: 0 has no multiples"},
		{"threads=0:4", "threads=0:4: 0: too small (allowed: "},
		{"bs=512:4k",
		 "bs=512:4k: a range of sizes or times needs a step (allowed: A:B:+STEP, "
		 "A:B:*FACTOR)"},
		{"runtime=1:3", "runtime=1:3: a range of sizes or times needs a step (allowed: "},
		{"seed=1:10001", "seed=1:10001: too many values (allowed: 10000)"},
		{"rw=1:3", "rw=1:3: 1:3: "},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct vary vary;
		struct why why = {"nothing"};

		assert_int_equal(vary_parse(&vary, cases[i].setting, &why), -1);
		if (strncmp(why.text, cases[i].why, strlen(cases[i].why)) != 0)
			fail_msg("%s\ninstead of\n%s", why.text, cases[i].why);
		assert_null(strchr(why.text, '\n'));
		assert_null(vary.key);
		assert_null(vary.values);
	}
}

static void
as_many_values_as_allowed_are_taken(void **state)
{
	struct vary vary;
	struct why why;

	(void)state;
	assert_int_equal(vary_parse(&vary, "seed=1:10000", &why), 0);
	assert_int_equal(vary.count, VARY_VALUES_MAX);
	assert_string_equal(vary.values[9999], "10000");
	vary_free(&vary);
}

static void
long_setting_is_cut_in_messages(void **state)
{
	char setting[5000];
	struct vary vary;
	struct why why;

	(void)state;
	memset(setting, 'x', sizeof(setting));
	memcpy(setting, "nfree=", 6);
	setting[sizeof(setting) - 1] = '\0';
	assert_int_equal(vary_parse(&vary, setting, &why), -1);
	assert_true(strlen(why.text) < 400);
	assert_non_null(strstr(why.text, "...: xxx"));
	memset(setting, 'x', sizeof(setting) - 1);
	setting[sizeof(setting) - 3] = '=';
	assert_int_equal(vary_parse(&vary, setting, &why), -1);
	assert_non_null(strstr(why.text, "...: no list of values"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_has_each_value_in_its_order),
		cmocka_unit_test(values_are_written_as_in_a_job_file),
		cmocka_unit_test(range_has_every_number_from_its_first_to_its_last),
		cmocka_unit_test(steps_stop_at_the_end_or_before_it),
		cmocka_unit_test(factors_stop_at_the_end_or_before_it),
		cmocka_unit_test(range_that_overflows_ends),
		cmocka_unit_test(text_that_is_one_value_is_that_value),
		cmocka_unit_test(semicolons_separate_values_with_commas),
		cmocka_unit_test(wrong_text_is_refused_with_its_reason),
		cmocka_unit_test(as_many_values_as_allowed_are_taken),
		cmocka_unit_test(long_setting_is_cut_in_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
