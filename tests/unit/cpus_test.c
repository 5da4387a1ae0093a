/* SPDX-License-Identifier: BSD-3-Clause */
/* cpus_test.c -- lists of CPUs: every form, sets of any size, and lists that are refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/cpus.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static struct cpus
parsed(const char *list)
{
	struct cpus cpus;
	const char *wrong = cpus_parse(list, &cpus);

	if (wrong)
		fail_msg("%s: %s", list, wrong);
	return cpus;
}

static void
every_form_of_a_list_gives_its_cpus(void **state)
{
	static const struct {
		const char *list, *cpus;
	} forms[] = {
		{"8", "8"},
		{"0-3,8", "0 1 2 3 8"},
		{"8,0-1", "0 1 8"},
		{"3,3,2-4", "2 3 4"},
		{" 1 , 3 ", "1 3"},
		{"5-5", "5"},
		{"0-10:2", "0 2 4 6 8 10"},
		{"0-10:3", "0 3 6 9"}, /* as taskset says */
		{"1-4:9", "1"},
		{"0-10:2/5", "0 1 5 6 10"}, /* as the kernel says */
		{"0-7:1/4", "0 4"},
		{"2-4:3/3", "2 3 4"},
		{"8191", "8191"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(forms); i++) {
		const struct cpus cpus = parsed(forms[i].list);
		char got[128] = "";

		for (int cpu = -1; (cpu = cpus_next(&cpus, cpu)) >= 0;)
			sprintf(got + strlen(got), "%s%d", *got ? " " : "", cpu);
		assert_string_equal(got, forms[i].cpus);
	}
}

static void
list_is_printed_with_ranges_and_strides(void **state)
{
	static const struct {
		const char *list, *printed;
	} lists[] = {
		{"3,2,1,0", "0-3"},   {"0,2,4,6", "0-6:2"},       {"0,2", "0,2"},
		{"0,1", "0-1"},       {"0,2,4,5,6", "0-4:2,5-6"}, {"0-10:2/5", "0-1,5-6,10"},
		{"8191,0", "0,8191"}, {"0-8191", "0-8191"},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < LENGTH(lists); i++) {
		const struct cpus cpus = parsed(lists[i].list);

		cpus_print(&cpus, text, sizeof(text));
		assert_string_equal(text, lists[i].printed);
	}
}

static void
any_set_of_cpus_is_printed_and_parsed_again(void **state)
{
	static char text[CPUS_TEXT_MAX];
	uint64_t random = 1;

	(void)state;
	for (int density = 1; density < 8; density++) {
		struct cpus cpus = {{1}}, again;

		for (unsigned cpu = 1; cpu < CPUS_MAX; cpu++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			if ((int)(random >> 61) < density)
				cpus.words[cpu / 64] |= UINT64_C(1) << (cpu % 64);
		}
		cpus_print(&cpus, text, sizeof(text));
		again = parsed(text);
		assert_memory_equal(&cpus, &again, sizeof(cpus));
	}
}

static void
list_that_does_not_fit_is_cut_after_an_item(void **state)
{
	const struct cpus cpus = parsed("100,103,105,110");
	char text[32];

	(void)state;
	cpus_print(&cpus, text, sizeof("100,103,105,110"));
	assert_string_equal(text, "100,103,105,110");
	cpus_print(&cpus, text, sizeof("100,103,105,110") - 1);
	assert_string_equal(text, "100,103,...");
	cpus_print(&cpus, text, sizeof("100,103,..."));
	assert_string_equal(text, "100,103,...");
	cpus_print(&cpus, text, sizeof("..."));
	assert_string_equal(text, "...");
}

static void
list_of_another_form_is_refused_and_changes_nothing(void **state)
{
	static const struct {
		const char *list, *wrong;
	} bad[] = {
		{"", "not a CPU list"},
		{",", "not a CPU list"},
		{"1,", "not a CPU list"},
		{",1", "not a CPU list"},
		{"0,,1", "not a CPU list"},
		{"x", "not a CPU list"},
		{"1x", "not a CPU list"},
		{"0-", "not a CPU list"},
		{"-1", "not a CPU list"},
		{"5-2", "not a CPU list"},
		{"0--1", "not a CPU list"},
		{"0-1-2", "not a CPU list"},
		{"+1", "not a CPU list"},
		{"0x1", "not a CPU list"},
		{"1;2", "not a CPU list"},
		{"1.5", "not a CPU list"},
		{"1 2", "not a CPU list"},
		{"all", "not a CPU list"},
		{"4:2", "not a CPU list"},
		{"0-4:", "not a CPU list"},
		{"0-4:x", "not a CPU list"},
		{"0-4:2/", "not a CPU list"},
		{"0-4:1/2/3", "not a CPU list"},
		{"0-4:0", "not a stride"},
		{"0-4:0/2", "not a stride"},
		{"0-4:3/2", "not a stride"},
		{"8192", "a CPU number above the largest of Linux, 8191"},
		{"0-99999999999999999999", "a CPU number above the largest of Linux, 8191"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct cpus cpus = {{7}};
		const char *wrong = cpus_parse(bad[i].list, &cpus);

		if (!wrong || strcmp(wrong, bad[i].wrong) != 0)
			fail_msg("'%s': %s", bad[i].list, wrong ? wrong : "accepted");
		assert_int_equal(cpus.words[0], 7);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_a_list_gives_its_cpus),
		cmocka_unit_test(list_is_printed_with_ranges_and_strides),
		cmocka_unit_test(any_set_of_cpus_is_printed_and_parsed_again),
		cmocka_unit_test(list_that_does_not_fit_is_cut_after_an_item),
		cmocka_unit_test(list_of_another_form_is_refused_and_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
