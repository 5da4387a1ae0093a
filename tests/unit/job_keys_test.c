/* SPDX-License-Identifier: BSD-3-Clause */
/* job_keys_test.c -- every key: the accepted values, and the messages for all others. */
#include "job_support.h"

static void
every_key_accepts_its_good_values(void **state)
{
	static const struct value good[] = {
		{"engine", "btt", "btt"},
		{"engine", "raw", "raw"},
		{"engine", "null", "null"},
		{"engine", "block", "block"},
		{"namespace", "default", "default"},
		{"namespace", "/dev/pmem0s", "/dev/pmem0s"},
		{"namespace", "dram:1G", "dram:1G"},
		{"namespace_node", "auto", "auto"},
		{"namespace_node", "0", "0"},
		{"namespace_node", "13", "13"},
		{"rw", "read", "read"},
		{"rw", "write", "write"},
		{"rw", "zero", "zero"},
		{"rw", "randread", "randread"},
		{"rw", "randwrite", "randwrite"},
		{"rw", "randzero", "randzero"},
		{"rw", "rw", "rw"},
		{"rw", "randrw", "randrw"},
		{"rwmix", "zero:10, read:90", "read:90,zero:10"},
		{"rwmix", "read:100", "read:100"},
		{"rwmix", "read:0,write:100", "write:100"},
		{"bs", "sector", "sector"},
		{"bs", "512", "512"},
		{"bs", "4096", "4k"},
		{"bs", "520", "520"},
		{"bs", "1G", "1G"},
		{"threads", "1", "1"},
		{"threads", "10000", "10k"},
		{"threads", "all", "all"},
		{"lanes", "threads", "threads"},
		{"lanes", "16", "16"},
		{"nfree", "layout", "layout"},
		{"nfree", "256", "256"},
		{"nfree", "1M", "1M"},
		{"rotate", "1", "1"},
		{"rotate", "16", "16"},
		{"flavour", "uefi", "uefi"},
		{"flavour", "kernel", "kernel"},
		{"flavour", "pmdk", "pmdk"},
		{"commit", "strict", "strict"},
		{"placement", "local", "local"},
		{"placement", "remote", "remote"},
		{"placement", "spread", "spread"},
		{"placement", "node:0", "node:0"},
		{"placement", "node:13", "node:13"},
		{"placement", "cpus:0-3,8,10-10", "cpus:0-3,8,10"},
		{"placement", "cpus:0-126:2", "cpus:0-126:2"},
		{"placement", "cpus:0-31:1/4,33", "cpus:0-28:4,33"},
		{"smt", "avoid", "avoid"},
		{"smt", "use", "use"},
		{"oversubscribe", "0", "0"},
		{"oversubscribe", "1", "1"},
		{"runtime", "30", "30s"},
		{"runtime", "1.5m", "90s"},
		{"runtime", "8760h", "8760h"},
		{"ramp_time", "0", "0"},
		{"ramp_time", "250us", "250us"},
		{"ops", "1M", "1M"},
		{"ops", "18446744073709551615", "18446744073709551615"},
		{"seed", "0", "0"},
		{"seed", "0xffffffffffffffff", "18446744073709551615"},
		{"precondition", "none", "none"},
		{"precondition", "fault", "fault"},
		{"precondition", "fill", "fill"},
		{"precondition", "age", "age"},
		{"precondition", "age:1", "age"},
		{"precondition", "age:100", "age:100"},
		{"latency_every", "1", "1"},
		{"latency_every", "1000", "1k"},
		{"interval", "10ms", "10ms"},
		{"interval", "1h", "1h"},
		{"percentiles", "50", "50"},
		{"percentiles", "0.1, 50, 99.999%, 100", "0.1,50,99.999,100"},
		{"percentiles", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
		 "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(good); i++)
		assert_takes(good[i].key, good[i].text, good[i].effective);
}

static void
unknown_word_is_refused_with_the_allowed_words(void **state)
{
	static const struct value bad[] = {
		{"engine", "disk", "allowed: btt, raw, null, pmemblk, block, floor"},
		{"engine", "BTT", "allowed: btt, raw, null, pmemblk, block, floor"},
		{"engine", "", "allowed: btt, raw, null, pmemblk, block, floor"},
		{"rw", "erase",
		 "allowed: read, write, zero, randread, randwrite, randzero, rw, randrw"},
		{"flavour", "uefi2", "allowed: uefi, kernel, pmdk"},
		{"commit", "none", "allowed: two-fence, strict"},
		{"smt", "1", "allowed: avoid, use"},
		{"oversubscribe", "2", "allowed: 0, 1"},
		{"oversubscribe", "yes", "allowed: 0, 1"},
		{"partition", "none", "allowed: shared, thread"},
		{"precondition", "full",
		 "allowed: none, fault, fill, age, age:PASSES from 1 to 100 like age:3"},
		{"precondition", "aged",
		 "allowed: none, fault, fill, age, age:PASSES from 1 to 100 like age:3"},
		{"precondition", "fill:2",
		 "allowed: none, fault, fill, age, age:PASSES from 1 to 100 like age:3"},
		{"placement", "near",
		 "allowed: local, remote, spread, node:N, cpus:LIST like cpus:0-3,8 or "
		 "cpus:0-126:2"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_refuses(bad[i].key, bad[i].text, "no such value", bad[i].effective);
}

static void
bad_number_of_passes_is_refused(void **state)
{
	static const struct refusal bad[] = {
		{"precondition", "age:", "not a number of passes"},
		{"precondition", "age:0", "not a number of passes"},
		{"precondition", "age:101", "not a number of passes"},
		{"precondition", "age:-1", "not a number of passes"},
		{"precondition", "age:1.5", "not a number of passes"},
		{"precondition", "age:1,2", "not a number of passes"},
		{"precondition", "age:4294967297", "not a number of passes"},
	};

	(void)state;
	assert_all_refused(bad, LENGTH(bad),
			   "allowed: none, fault, fill, age, age:PASSES from 1 to 100 like age:3");
}

static void
bad_size_is_refused_with_its_range(void **state)
{
	static const struct refusal bad[] = {
		{"bs", "", "not a size"},     {"bs", "abc", "not a size"},
		{"bs", "-4k", "not a size"},  {"bs", "4 k", "not a size"},
		{"bs", "0", "too small"},     {"bs", "511", "too small"},
		{"bs", "1025M", "too large"}, {"bs", "99999999T", "not a size"},
	};

	(void)state;
	assert_all_refused(bad, LENGTH(bad),
			   "allowed: a size like 512, 4k; from 512 to 1G; or sector");
}

static void
bad_count_is_refused_with_its_range(void **state)
{
	static const struct refusal threads[] = {
		{"threads", "", "not a count"},    {"threads", "ALL", "not a count"},
		{"threads", "1.5", "not a count"}, {"threads", "0", "too small"},
		{"threads", "10001", "too large"}, {"threads", "4294967297", "too large"},
	};
	static const struct refusal lanes[] = {
		{"lanes", "all", "not a count"},
		{"lanes", "0", "too small"},
		{"lanes", "11k", "too large"},
	};
	static const struct refusal nfree[] = {
		{"nfree", "auto", "not a count"},
		{"nfree", "0", "too small"},
		{"nfree", "1000001", "too large"},
	};
	static const struct refusal rotate[] = {
		{"rotate", "on", "not a count"},
		{"rotate", "0", "too small"},
		{"rotate", "17", "too large"},
	};
	static const struct refusal ops[] = {
		{"ops", "-1", "not a count"},
		{"ops", "many", "not a count"},
		{"ops", "99999999T", "not a count"},
	};

	(void)state;
	assert_all_refused(threads, LENGTH(threads),
			   "allowed: a count like 8, 100k; from 1 to 10k; or all");
	assert_all_refused(lanes, LENGTH(lanes),
			   "allowed: a count like 8, 100k; from 1 to 10k; or threads");
	assert_all_refused(nfree, LENGTH(nfree),
			   "allowed: a count like 8, 100k; from 1 to 1M; or layout");
	assert_all_refused(rotate, LENGTH(rotate), "allowed: a count like 8, 100k; from 1 to 16");
	assert_all_refused(ops, LENGTH(ops), "allowed: a count like 8, 100k");
}

static void
bad_duration_is_refused_with_its_range(void **state)
{
	static const struct refusal up_to_a_year[] = {
		{"runtime", "soon", "not a duration"},   {"runtime", "-1s", "not a duration"},
		{"runtime", "8761h", "too large"},       {"ramp_time", "1d", "not a duration"},
		{"ramp_time", "31536001s", "too large"},
	};
	static const struct refusal interval[] = {
		{"interval", "x", "not a duration"},
		{"interval", "0", "too small"},
		{"interval", "9999us", "too small"},
		{"interval", "61m", "too large"},
	};

	(void)state;
	assert_all_refused(up_to_a_year, LENGTH(up_to_a_year),
			   "allowed: a duration like 5s, 100ms; from 0 to 8760h");
	assert_all_refused(interval, LENGTH(interval),
			   "allowed: a duration like 5s, 100ms; from 10ms to 1h");
}

static void
bad_seed_is_refused(void **state)
{
	static const struct refusal bad[] = {
		{"seed", "random", "not a number"},
		{"seed", "0x", "not a number"},
		{"seed", "-1", "not a number"},
		{"seed", "1k", "not a number"},
		{"seed", "18446744073709551616", "not a number"},
	};

	(void)state;
	assert_all_refused(bad, LENGTH(bad), "allowed: a number like 7, 0x1f");
}

static void
bad_mix_is_refused(void **state)
{
	static const struct refusal bad[] = {
		{"rwmix", "", "not a mix"},
		{"rwmix", "70", "not a mix"},
		{"rwmix", "read:70,", "not a mix"},
		{"rwmix", "read:70,,write:30", "not a mix"},
		{"rwmix", "read:70,trim:30", "not a mix of read, write and zero"},
		{"rwmix", "read:50,read:50", "names an operation twice"},
		{"rwmix", "read:101", "not a mix of whole percentages"},
		{"rwmix", "read:33.3,write:66.7", "not a mix of whole percentages"},
		{"rwmix", "read:-1,write:101", "not a mix of whole percentages"},
		{"rwmix", "read:", "not a mix of whole percentages"},
		{"rwmix", "read:70000000000000000000000000000000000", "not a mix"},
	};

	(void)state;
	assert_all_refused(
		bad, LENGTH(bad),
		"allowed: shares of read, write and zero like read:70,write:25,zero:5; sum 100");
	assert_refuses("rwmix", "read:70", "sums to 70", "must be 100");
	assert_refuses("rwmix", "read:100,write:100,zero:100", "sums to 300", "must be 100");
}

static void
bad_placement_is_refused(void **state)
{
	static const struct refusal bad[] = {
		{"placement", "node:", "not a node"},
		{"placement", "node:-1", "not a node"},
		{"placement", "node:2147483648", "not a node"},
		{"placement", "cpus:", "not a CPU list"},
		{"placement", "cpus:0,", "not a CPU list"},
		{"placement", "cpus:3-1", "not a CPU list"},
		{"placement", "cpus:1-2-3", "not a CPU list"},
		{"placement", "cpus:a", "not a CPU list"},
		{"placement", "cpus:-1", "not a CPU list"},
		{"placement", "cpus:0-4:0", "not a stride"},
		{"placement", "cpus:8192", "a CPU number above the largest of Linux, 8191"},
	};
	const char *allowed =
		"allowed: local, remote, spread, node:N, cpus:LIST like cpus:0-3,8 or cpus:0-126:2";

	(void)state;
	assert_all_refused(bad, LENGTH(bad), allowed);
}

static void
bad_node_of_a_namespace_is_refused(void **state)
{
	static const struct refusal bad[] = {
		{"namespace_node", "local", "no number of a node"},
		{"namespace_node", "-1", "no number of a node"},
		{"namespace_node", "65536", "no number of a node"},
	};

	(void)state;
	assert_all_refused(bad, LENGTH(bad), "allowed: auto, or the number of a node");
}

static void
lookup_long(void *arg, const char *key, const char *value)
{
	if (strcmp(key, "placement") == 0)
		strcpy(arg, value);
}

/* All CPUs of a node that has every second one, then pairs without any regularity. */
static void
list_of_any_number_of_cpus_is_accepted(void **state)
{
	static char set[65536], text[65600], got[65536];
	struct job_list list;

	(void)state;
	strcpy(set, "placement=cpus:0");
	for (int cpu = 2; cpu < 8192; cpu += 2)
		sprintf(set + strlen(set), ",%d", cpu);
	assert_true(strlen(set) > 19000);
	snprintf(text, sizeof(text), "[a]\n%s\n", set);
	ASSERT_LOADS(&list, text);
	assert_effective(&list.jobs[0], "placement", "cpus:0-8190:2");
	job_list_free(&list);
	ASSERT_LOADS(&list, "[a]\n", set);
	assert_effective(&list.jobs[0], "placement", "cpus:0-8190:2");
	job_list_free(&list);

	strcpy(set, "placement=cpus:0-1");
	for (int cpu = 4; cpu < 8190; cpu += 3 + cpu % 2)
		sprintf(set + strlen(set), ",%d-%d", cpu, cpu + 1);
	ASSERT_LOADS(&list, "[a]\n", set);
	job_each_key(&list.jobs[0], lookup_long, got);
	assert_string_equal(got, set + strlen("placement="));
	assert_non_null(strstr(job_key_text(&list.jobs[0], "placement").text, ",..."));
	job_list_free(&list);
}

static void
bad_percentiles_are_refused(void **state)
{
	static const struct refusal bad[] = {
		{"percentiles", "", "not a list of percentages"},
		{"percentiles", "50,p99", "not a list of percentages"},
		{"percentiles", "0,50", "not a list of percentages"},
		{"percentiles", "50,100.1", "not a list of percentages"},
		{"percentiles", "50,,99", "not a list of percentages"},
		{"percentiles", "99,50", "not ascending"},
		{"percentiles", "50,50", "not ascending"},
		{"percentiles", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "too many"},
	};

	(void)state;
	assert_all_refused(bad, LENGTH(bad),
			   "allowed: at most 16 ascending percentages above 0 like 50,99,99.9");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_accepts_its_good_values),
		cmocka_unit_test(unknown_word_is_refused_with_the_allowed_words),
		cmocka_unit_test(bad_number_of_passes_is_refused),
		cmocka_unit_test(bad_size_is_refused_with_its_range),
		cmocka_unit_test(bad_count_is_refused_with_its_range),
		cmocka_unit_test(bad_duration_is_refused_with_its_range),
		cmocka_unit_test(bad_seed_is_refused),
		cmocka_unit_test(bad_mix_is_refused),
		cmocka_unit_test(bad_placement_is_refused),
		cmocka_unit_test(bad_node_of_a_namespace_is_refused),
		cmocka_unit_test(list_of_any_number_of_cpus_is_accepted),
		cmocka_unit_test(bad_percentiles_are_refused),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
