/* SPDX-License-Identifier: BSD-3-Clause */
/* job_access_test.c -- the keys that choose the blocks of ops: accepted and refused values. */
#include "job_support.h"

#define PATTERNS                                                                               \
	"allowed: uniform, seq, zipf:THETA from 0.01 to 5 like zipf:0.99, hotspot:OPS/BLOCKS " \
	"in percent like hotspot:80/20, stride:N from 1 to 1T like stride:8"

static void
good_values_are_accepted(void **state)
{
	static const struct value good[] = {
		{"pattern", "uniform", "uniform"},
		{"pattern", "seq", "seq"},
		{"pattern", "zipf:0.99", "zipf:0.99"},
		{"pattern", "zipf:1.0", "zipf:1"},
		{"pattern", "zipf:0.01", "zipf:0.01"},
		{"pattern", "zipf:5", "zipf:5"},
		{"pattern", "hotspot:80/20", "hotspot:80/20"},
		{"pattern", "hotspot:99.9/0.10", "hotspot:99.9/0.1"},
		{"pattern", "stride:1", "stride:1"},
		{"pattern", "stride:1000", "stride:1k"},
		{"partition", "shared", "shared"},
		{"partition", "thread", "thread"},
		{"blocks", "1", "1"},
		{"blocks", "65536", "65536"},
		{"region", "all", "all"},
		{"region", "size:1M", "size:1M"},
		{"region", "offset:25%", "offset:25%"},
		{"region", "offset:0", "all"},
		{"region", "size:12.5%, offset:0.000001%", "offset:0.000001%,size:12.5%"},
		{"region", "offset:4096,size:100%", "offset:4k,size:100%"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(good); i++)
		assert_takes(good[i].key, good[i].text, good[i].effective);
}

static void
unknown_pattern_is_refused_with_the_list_of_patterns(void **state)
{
	static const char *const bad[] = {"rand", "zipf", "seq2", "seq:"};

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_refuses("pattern", bad[i], "no such value", PATTERNS);
}

static void
bad_number_of_a_pattern_is_refused_with_the_allowed_values(void **state)
{
	static const struct refusal bad[] = {
		{"pattern", "zipf:", "not a THETA"},
		{"pattern", "zipf:0", "not a THETA"},
		{"pattern", "zipf:0.009", "not a THETA"},
		{"pattern", "zipf:5.1", "not a THETA"},
		{"pattern", "zipf:-1", "not a THETA"},
		{"pattern", "zipf:1%", "not a THETA"},
		{"pattern", "zipf:1x", "not a THETA"},
		{"pattern", "zipf:0.99999999", "not a THETA"},
		{"pattern", "hotspot:80", "not two percentages with / between them"},
		{"pattern", "hotspot:/20", "not two percentages with / between them"},
		{"pattern", "hotspot:80/", "not two percentages with / between them"},
		{"pattern", "hotspot:80/20/1", "not two percentages with / between them"},
		{"pattern", "hotspot:101/20", "not two percentages with / between them"},
		{"pattern", "hotspot:0/20", "not above 0 and below 100"},
		{"pattern", "hotspot:80/100", "not above 0 and below 100"},
		{"pattern", "stride:", "not a stride"},
		{"pattern", "stride:0", "not a stride"},
		{"pattern", "stride:-1", "not a stride"},
		{"pattern", "stride:1.5", "not a stride"},
		{"pattern", "stride:2T", "not a stride"},
	};

	(void)state;
	assert_all_refused(bad, LENGTH(bad), PATTERNS);
}

static void
bad_region_is_refused_with_the_allowed_values(void **state)
{
	static const struct refusal bad[] = {
		{"region", "", "not a region"},
		{"region", "10%", "not a region"},
		{"region", "offset", "not a region"},
		{"region", "offset:0,", "not a region"},
		{"region", "offset:0,offset:1M", "not a region"},
		{"region", "size:1M,size:1M", "not a region"},
		{"region", "start:0", "not a region"},
		{"region", "offset:", "not a size"},
		{"region", "offset:x", "not a size"},
		{"region", "offset:-1", "not a size"},
		{"region", "size:1.5", "not a size"},
		{"region", "offset:101%", "not a percentage"},
		{"region", "size:-1%", "not a percentage"},
		{"region", "size:0", "a size of nothing"},
		{"region", "size:0%", "a size of nothing"},
	};

	(void)state;
	assert_all_refused(bad, LENGTH(bad),
			   "allowed: all, or offset:OFF,size:SIZE or one of them, each a size like "
			   "64M or a percentage like 25%; whole blocks");
}

static void
bad_number_of_blocks_is_refused_with_its_range(void **state)
{
	static const struct refusal bad[] = {
		{"blocks", "", "not a count"},
		{"blocks", "0", "too small"},
		{"blocks", "65537", "too large"},
	};

	(void)state;
	assert_all_refused(bad, LENGTH(bad), "allowed: a count like 8, 100k; from 1 to 65536");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_values_are_accepted),
		cmocka_unit_test(unknown_pattern_is_refused_with_the_list_of_patterns),
		cmocka_unit_test(bad_number_of_a_pattern_is_refused_with_the_allowed_values),
		cmocka_unit_test(bad_region_is_refused_with_the_allowed_values),
		cmocka_unit_test(bad_number_of_blocks_is_refused_with_its_range),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
