/* SPDX-License-Identifier: BSD-3-Clause */
/* job_resolve_test.c -- rules between keys, and the defaults that depend on other keys. */
#include "job_support.h"

static void
job_without_keys_has_every_default(void **state)
{
	static const struct value defaults[] = {
		{"engine", "", "btt"},
		{"rw", "", "randrw"},
		{"bs", "", "sector"},
		{"threads", "", "1"},
		{"lanes", "", "threads"},
		{"nfree", "", "layout"},
		{"rotate", "", "1"},
		{"flavour", "", "uefi"},
		{"commit", "", "two-fence"},
		{"placement", "", "local"},
		{"smt", "", "avoid"},
		{"oversubscribe", "", "0"},
		{"blocks", "", "1"},
		{"pattern", "", "uniform"},
		{"region", "", "all"},
		{"partition", "", "shared"},
		{"runtime", "", "10s"},
		{"ramp_time", "", "0"},
		{"ops", "", "0"},
		{"rate_iops", "", "off"},
		{"arrival", "", "linear"},
		{"seed", "", "1"},
		{"precondition", "", "fill"},
		{"buffer_compress_percentage", "", "0"},
		{"dedupe_percentage", "", "0"},
		{"latency_every", "", "1"},
		{"interval", "", "1s"},
		{"percentiles", "", "50,90,95,99,99.9,99.99"},
		{"rwmix", "", "read:70,write:25,zero:5"},
	};
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[a]\n");
	assert_int_equal(list.count, 1);
	for (size_t i = 0; i < LENGTH(defaults); i++) {
		assert_effective(&list.jobs[0], defaults[i].key, defaults[i].effective);
		assert_int_equal(job_key_given(&list.jobs[0], defaults[i].key), 0);
	}
	job_list_free(&list);
}

static void
partition_follows_the_pattern_unless_it_is_given(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[a]\nrw=randrw\n[b]\nrw=rw\n[c]\nrw=randrw\npattern=seq\n"
			    "[d]\nrw=read\npartition=shared\n[e]\npattern=stride:8\n"
			    "[f]\npattern=zipf:1\npartition=thread\n");
	assert_effective(&list.jobs[0], "partition", "shared");
	assert_effective(&list.jobs[1], "partition", "thread");
	assert_effective(&list.jobs[2], "partition", "thread");
	assert_effective(&list.jobs[3], "partition", "shared");
	assert_effective(&list.jobs[4], "partition", "shared");
	assert_effective(&list.jobs[5], "partition", "thread");
	job_list_free(&list);
}

static void
pattern_follows_rw_unless_it_is_given(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[a]\nrw=randrw\n[b]\nrw=rw\n[c]\nrw=randrw\npattern=seq\n"
			    "[d]\nrw=read\npattern=uniform\n[e]\nrw=randzero\n");
	assert_effective(&list.jobs[0], "pattern", "uniform");
	assert_effective(&list.jobs[1], "pattern", "seq");
	assert_effective(&list.jobs[2], "pattern", "seq");
	assert_effective(&list.jobs[3], "pattern", "uniform");
	assert_effective(&list.jobs[4], "pattern", "uniform");
	job_list_free(&list);
}

static void
precondition_follows_the_mix_unless_it_is_given(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[a]\nrw=read\n[b]\nrw=randwrite\n[c]\nrwmix=write:50,zero:50\n"
			    "[d]\nrw=read\nprecondition=none\n[e]\nrw=write\nprecondition=fill\n");
	assert_effective(&list.jobs[0], "precondition", "fill");
	assert_effective(&list.jobs[1], "precondition", "fault");
	assert_effective(&list.jobs[2], "precondition", "fault");
	assert_effective(&list.jobs[3], "precondition", "none");
	assert_effective(&list.jobs[4], "precondition", "fill");
	job_list_free(&list);
}

static void
rw_of_one_kind_is_all_of_that_kind(void **state)
{
	static const char *const kinds[] = {"read", "write", "zero"};
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[a]\nrw=read\n[b]\nrw=write\n[c]\nrw=zero\n"
			    "[d]\nrw=randread\n[e]\nrw=randwrite\n[f]\nrw=randzero\n");
	for (size_t i = 0; i < list.count; i++) {
		char want[32];

		snprintf(want, sizeof(want), "%s:100", kinds[i % 3]);
		assert_effective(&list.jobs[i], "rwmix", want);
	}
	job_list_free(&list);
}

static void
mix_for_one_kind_of_op_is_refused(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: job 'a', line 3: rwmix=read:50,write:50: only for rw=rw or rw=randrw "
		   "(rw is "
		   "randread)",
		   "[a]\nrw=randread\nrwmix=read:50,write:50\n");
	ASSERT_WHY(
		"x.job: job 'a', line 4: rwmix=write:100: only for rw=rw or rw=randrw (rw is read)",
		"[global]\nrw=read\n[a]\nrwmix=write:100\n");
	ASSERT_WHY("--set rwmix=write:100: only for rw=rw or rw=randrw (rw is read)",
		   "[a]\nrw=read\n", "rwmix=write:100");
	ASSERT_WHY("--set rwmix=write:100: only for rw=rw or rw=randrw (rw is zero)", "[a]\n",
		   "rwmix=write:100", "rw=zero");
}

static void
mix_is_dropped_when_inherited_or_overridden(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[global]\nrwmix=read:50,write:50\nrw=write\n[a]\n[b]\nrw=read\n");
	assert_effective(&list.jobs[0], "rwmix", "write:100");
	assert_effective(&list.jobs[1], "rwmix", "read:100");
	job_list_free(&list);
	ASSERT_LOADS(&list, "[a]\nrwmix=read:50,write:50\n", "rw=randread");
	assert_effective(&list.jobs[0], "rwmix", "read:100");
	job_list_free(&list);
}

static void
shares_of_data_are_refused_with_stamps_and_dropped_when_inherited(void **state)
{
	static const char *const keys[] = {"buffer_compress_percentage", "dedupe_percentage"};
	struct job_list list;

	(void)state;
	for (size_t i = 0; i < LENGTH(keys); i++) {
		char text[128], want[128];

		snprintf(text, sizeof(text), "[a]\nverify=stamp\n%s=5\n", keys[i]);
		snprintf(want, sizeof(want),
			 "x.job: job 'a', line 3: %s=5: not with verify=stamp (the stamps are the "
			 "data)",
			 keys[i]);
		ASSERT_WHY(want, text);
		snprintf(text, sizeof(text),
			 "[global]\n%s=5\n[a]\nverify=stamp\n[b]\nstonewall=1\n", keys[i]);
		ASSERT_LOADS(&list, text);
		assert_effective(&list.jobs[0], keys[i], "0");
		assert_effective(&list.jobs[1], keys[i], "5");
		job_list_free(&list);
	}
	ASSERT_LOADS(&list, "[a]\ndedupe_percentage=5\n", "verify=stamp");
	assert_effective(&list.jobs[0], "dedupe_percentage", "0");
	job_list_free(&list);
}

static void
sparse_timing_is_refused_in_an_open_loop_and_dropped_when_inherited(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_WHY("x.job: job 'a', line 3: latency_every=8: not with rate_iops (an open loop "
		   "times each "
		   "operation)",
		   "[a]\nrate_iops=1k\nlatency_every=8\n");
	ASSERT_LOADS(&list, "[global]\nlatency_every=8\n[a]\nrate_iops=1k\n[b]\nstonewall=1\n");
	assert_effective(&list.jobs[0], "latency_every", "1");
	assert_effective(&list.jobs[1], "latency_every", "8");
	job_list_free(&list);
	ASSERT_LOADS(&list, "[a]\nlatency_every=8\n", "rate_iops=1k");
	assert_effective(&list.jobs[0], "latency_every", "1");
	job_list_free(&list);
}

static void
ops_without_runtime_run_until_they_are_done(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[global]\nstonewall=1\n[a]\nops=1k\n[b]\nops=1k\nruntime=3s\n[c]"
			    "\nruntime=3s\n[d]\nops=0\n");
	assert_effective(&list.jobs[0], "runtime", "0");
	assert_effective(&list.jobs[1], "runtime", "3s");
	assert_effective(&list.jobs[2], "runtime", "3s");
	assert_effective(&list.jobs[3], "runtime", "10s");
	job_list_free(&list);
}

static void
ops_on_the_command_line_override_the_runtime_of_the_file(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[a]\nruntime=3s\n", "ops=1k");
	assert_effective(&list.jobs[0], "runtime", "0");
	job_list_free(&list);
	ASSERT_LOADS(&list, "[a]\nruntime=3s\n", "ops=1k", "runtime=2s");
	assert_effective(&list.jobs[0], "runtime", "2s");
	job_list_free(&list);
	ASSERT_LOADS(&list, "[global]\nruntime=3s\n[a]\nops=1k\n");
	assert_effective(&list.jobs[0], "runtime", "3s");
	job_list_free(&list);
}

static void
job_without_end_is_refused(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: job 'a', line 2: runtime=0: the job would not end (allowed: 0 only with "
		   "ops)",
		   "[a]\nruntime=0\n");
	ASSERT_WHY("x.job: job 'a', line 2: runtime=0: the job would not end (allowed: 0 only with "
		   "ops)",
		   "[a]\nruntime=0\nops=5\n", "ops=0");
}

static void
fewer_lanes_than_threads_are_shared(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[a]\nthreads=8\nlanes=4\n");
	assert_effective(&list.jobs[0], "lanes", "4");
	job_list_free(&list);
}

static void
more_lanes_than_free_blocks_is_refused(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_WHY("x.job: job 'a', line 2: nfree=7: fewer than the 8 lanes (each lane owns a free "
		   "block)",
		   "[a]\nnfree=7\nlanes=8\n");
	ASSERT_WHY("x.job: job 'a', line 2: nfree=7: fewer than the 8 lanes (each lane owns a free "
		   "block)",
		   "[a]\nnfree=7\nthreads=8\n");
	ASSERT_WHY(
		"x.job: job 'a', line 3: rotate=5: 2 lanes share nfree=9 free blocks (allowed: at "
		"most 4)",
		"[a]\nnfree=9\nrotate=5\nthreads=2\n");
	ASSERT_WHY("x.job: job 'a', line 3: rotate=4: 1 lane has nfree=3 free blocks (allowed: at "
		   "most 3)",
		   "[a]\nnfree=3\nrotate=4\nthreads=2\nlanes=1\n");
	ASSERT_LOADS(&list, "[a]\nnfree=8\nthreads=8\n");
	job_list_free(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(job_without_keys_has_every_default),
		cmocka_unit_test(pattern_follows_rw_unless_it_is_given),
		cmocka_unit_test(partition_follows_the_pattern_unless_it_is_given),
		cmocka_unit_test(precondition_follows_the_mix_unless_it_is_given),
		cmocka_unit_test(rw_of_one_kind_is_all_of_that_kind),
		cmocka_unit_test(mix_for_one_kind_of_op_is_refused),
		cmocka_unit_test(mix_is_dropped_when_inherited_or_overridden),
		cmocka_unit_test(shares_of_data_are_refused_with_stamps_and_dropped_when_inherited),
		cmocka_unit_test(
			sparse_timing_is_refused_in_an_open_loop_and_dropped_when_inherited),
		cmocka_unit_test(ops_without_runtime_run_until_they_are_done),
		cmocka_unit_test(ops_on_the_command_line_override_the_runtime_of_the_file),
		cmocka_unit_test(job_without_end_is_refused),
		cmocka_unit_test(fewer_lanes_than_threads_are_shared),
		cmocka_unit_test(more_lanes_than_free_blocks_is_refused),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
