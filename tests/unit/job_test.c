/* SPDX-License-Identifier: BSD-3-Clause */
/* job_test.c -- --set, precedence, the built-in job, the effective job and help. */
#include "job/fio_words.h"
#include "job/keys.h"
#include "job/keys_print.h"
#include "job_support.h"

#define FOR_ALL "run 'bttbench run --help-keys' for all)"

static void
unknown_key_is_refused_with_the_nearest_one(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: job 'a', line 3: unknown key 'rwmx' (did you mean 'rwmix'?; " FOR_ALL,
		   "[a]\n\nrwmx=read:100\n");
	ASSERT_WHY("--set trheads=1: unknown key 'trheads' (did you mean 'threads'?; " FOR_ALL,
		   "[a]\n", "trheads=1");
}

static void
unknown_key_unlike_all_others_is_refused_without_a_guess(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: line 2: unknown key 'trim' (" FOR_ALL, "[global]\ntrim=4\n[a]\n");
	ASSERT_WHY("x.job: job 'a', line 2: unknown key 'threxyz' (" FOR_ALL, "[a]\nthrexyz=4\n");
	ASSERT_WHY("x.job: job 'a', line 2: unknown key 'BS' (" FOR_ALL, "[a]\nBS=4k\n");
	ASSERT_WHY("--set =1: unknown key '' (" FOR_ALL, "[a]\n", "=1");
	ASSERT_WHY("--set a_very_long_name_that_is_not_a_key=1: unknown key "
		   "'a_very_long_name_that_is...' (" FOR_ALL,
		   "[a]\n", "a_very_long_name_that_is_not_a_key=1");
}

static void
word_of_fio_is_answered_with_its_equivalent(void **state)
{
	(void)state;
	ASSERT_WHY("x.job: line 2: unknown key 'iodepth' (fio's word; here none: each thread has "
		   "one operation outstanding; for more, set threads=N)",
		   "[global]\niodepth=4\n[a]\n");
	ASSERT_WHY("--set numjobs=4: unknown key 'numjobs' (fio's word; here threads=N)", "[a]\n",
		   "numjobs=4");
	/* fio writes these two without a value */
	ASSERT_WHY("x.job: job 'a', line 2: unknown key 'group_reporting' (fio's word; here none: "
		   "a job has one result for all its threads; a table lists the workers)",
		   "[a]\ngroup_reporting\n");
	ASSERT_WHY("--set time_based: unknown key 'time_based' (fio's word; here none: the "
		   "measured phase always lasts for runtime, unless ops ends it before)",
		   "[a]\n", "time_based");
	ASSERT_WHY("--set verify=crc32c: fio's checksums are stamp here (allowed: none, stamp)",
		   "[a]\n", "verify=crc32c");
	ASSERT_WHY("--set rw=randtrim: fio's randtrim is randzero here (allowed: read, write, "
		   "zero, randread, randwrite, randzero, rw, randrw)",
		   "[a]\n", "rw=randtrim");
	ASSERT_WHY("--set rw=tri: no such value (allowed: read, write, zero, randread, randwrite, "
		   "randzero, rw, randrw)",
		   "[a]\n", "rw=tri");
}

static void
every_word_of_fio_is_found_and_its_equivalent_is_a_key(void **state)
{
	const struct fio_word *word;

	(void)state;
	for (unsigned i = 0; (word = fio_words_at(i)) != NULL; i++) {
		char names[256], key[64];

		assert_true(word->here || word->note);
		snprintf(names, sizeof(names), "%s", word->names);
		for (char *name = strtok(names, ", "); name; name = strtok(NULL, ", ")) {
			assert_ptr_equal(fio_words_find(name), word);
			keys_error_name(name, &why);
			assert_non_null(strstr(why.text, "fio's word"));
			assert_is_one_line();
		}
		if (!word->here)
			continue;
		snprintf(key, sizeof(key), "%.*s", (int)strcspn(word->here, " ="), word->here);
		if (!keys_find(key))
			fail_msg("%s: %s is not a key", word->names, key);
	}
	assert_null(fio_words_find(""));
	assert_null(fio_words_find("io"));
}

static void
set_without_equals_sign_is_refused(void **state)
{
	(void)state;
	ASSERT_WHY("--set bs: not a setting (allowed: key=value)", "[a]\n", "bs");
	ASSERT_WHY("--set : not a setting (allowed: key=value)", "[a]\n", "");
}

static void
message_is_one_line_for_any_bytes_in_set(void **state)
{
	char set[5000] = "bs=";

	(void)state;
	ASSERT_WHY("--set bs=4k?[2J: not a size (allowed: a size like 512, 4k; from 512 to 1G; or "
		   "sector)",
		   "[a]\n", "bs=4k\x1b[2J");
	ASSERT_WHY("--set bs=4?5: not a size (allowed: a size like 512, 4k; from 512 to 1G; or "
		   "sector)",
		   "[a]\n", "bs=4\n5");
	memset(set + 3, '9', sizeof(set) - 4);
	ASSERT_WHY(
		"--set bs=999999999999999999999999999999999999999999999999999999999...: not a size "
		"(allowed: a size like 512, 4k; from 512 to 1G; or sector)",
		"[a]\n", set);
}

static void
builtin_job_equals_the_default_job_file(void **state)
{
	char builtin[EFFECTIVE_MAX], file[EFFECTIVE_MAX], path[sizeof(source_directory) + 32];
	const char *source = getenv("SRC");
	struct job_list list;

	(void)state;
	snprintf(path, sizeof(path), "%s/workloads/default.job",
		 source ? source : source_directory);
	assert_loads(job_list_load(&list, NULL, NULL, 0, &why));
	assert_int_equal(list.count, 1);
	effective_text(&list.jobs[0], builtin);
	job_list_free(&list);
	assert_loads(job_list_load(&list, path, NULL, 0, &why));
	assert_int_equal(list.count, 1);
	effective_text(&list.jobs[0], file);
	for (const char *key = strtok((char[]){"rw rwmix threads placement runtime"}, " "); key;
	     key = strtok(NULL, " "))
		assert_true(job_key_given(&list.jobs[0], key));
	job_list_free(&list);
	assert_string_equal(builtin, file);
}

static void
builtin_job_matches_the_documentation(void **state)
{
	struct job_list list;
	const struct job *job;

	(void)state;
	assert_loads(job_list_load(&list, NULL, NULL, 0, &why));
	job = &list.jobs[0];
	assert_string_equal(job->name, "default");
	assert_int_equal(job->engine, JOB_ENGINE_BTT);
	assert_int_equal(job->rw, JOB_RANDRW);
	assert_int_equal(job->percent[OP_READ], 70);
	assert_int_equal(job->percent[OP_WRITE], 25);
	assert_int_equal(job->percent[OP_ZERO], 5);
	assert_int_equal(job->bs, 0);
	assert_int_equal(job->threads, 1);
	assert_int_equal(job->lanes, 0);
	assert_int_equal(job->placement.kind, PLACEMENT_LOCAL);
	assert_int_equal(job->pattern, PATTERN_UNIFORM);
	assert_int_equal(job->runtime_ns, 5000000000);
	assert_int_equal(job->interval_ns, 1000000000);
	assert_int_equal(job->seed, 1);
	assert_int_equal(job->precondition, JOB_PRECONDITION_FILL);
	assert_int_equal(job->npercentiles, 6);
	assert_true(job->percentiles[5] == 99.99);
	job_list_free(&list);
}

static void
builtin_job_accepts_one_kind_of_op_with_set(void **state)
{
	struct job_list list;

	(void)state;
	assert_loads(load_with(&list, NULL, (char *[]){"rw=write", NULL}));
	assert_effective(&list.jobs[0], "rwmix", "write:100");
	assert_effective(&list.jobs[0], "pattern", "seq");
	assert_effective(&list.jobs[0], "precondition", "fault");
	job_list_free(&list);
	assert_int_equal(load_with(&list, NULL, (char *[]){"rw=write", "runtime=0", NULL}), -1);
	assert_string_equal(why.text,
			    "--set runtime=0: the job would not end (allowed: 0 only with ops)");
}

static void
effective_job_loads_as_the_same_job(void **state)
{
	static const char *const files[] = {
		"[a b]\n",
		"[a]\nrw=randread\nthreads=all\nops=7\n",
		"[a]\nrw=zero\npattern=uniform\nplacement=cpus:1,3-5\nsmt=use\noversubscribe=1\nbs="
		"520\n",
		"[a]\nrw=rw\nrwmix=read:1,zero:99\nprecondition=none\nruntime=1ms\nops=1k\nlanes="
		"4\n"
		"nfree=512\npercentiles=0.000001,99.999999,100\nseed=0x10\n",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(files); i++) {
		char first[EFFECTIVE_MAX], second[EFFECTIVE_MAX];
		struct job_list list;

		ASSERT_LOADS(&list, files[i]);
		effective_text(&list.jobs[0], first);
		job_list_free(&list);
		ASSERT_LOADS(&list, first);
		effective_text(&list.jobs[0], second);
		job_list_free(&list);
		assert_string_equal(first, second);
	}
}

static void
job_overrides_global_and_set_overrides_both(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[global]\nseed=1\nthreads=2\nnfree=300\n[a]\nseed=3\nthreads=4\n[b]\n",
		     "seed=5");
	assert_int_equal(list.count, 2);
	assert_effective(&list.jobs[0], "seed", "5");
	assert_effective(&list.jobs[1], "seed", "5");
	assert_effective(&list.jobs[0], "threads", "4");
	assert_effective(&list.jobs[1], "threads", "2");
	assert_effective(&list.jobs[0], "nfree", "300");
	job_list_free(&list);
}

static void
last_set_wins(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[a]\n", "seed=2", "threads=2", "seed=3");
	assert_effective(&list.jobs[0], "seed", "3");
	assert_effective(&list.jobs[0], "threads", "2");
	job_list_free(&list);
}

static void
key_is_reported_where_it_was_given(void **state)
{
	struct job_list list;

	(void)state;
	ASSERT_LOADS(&list, "[global]\nnfree=300\n[oltp]\nbs=5000\n", "seed=2");
	assert_string_equal(job_key_where(&list.jobs[0], "bs").text, "job 'oltp', line 4: bs=5000");
	assert_string_equal(job_key_where(&list.jobs[0], "nfree").text,
			    "job 'oltp', line 2: nfree=300");
	assert_string_equal(job_key_where(&list.jobs[0], "seed").text, "--set seed=2");
	assert_string_equal(job_key_where(&list.jobs[0], "threads").text, "job 'oltp': threads=1");
	assert_true(job_key_given(&list.jobs[0], "bs") && job_key_given(&list.jobs[0], "nfree"));
	assert_true(job_key_given(&list.jobs[0], "seed"));
	assert_false(job_key_given(&list.jobs[0], "threads"));
	job_list_free(&list);
}

static void
assert_is_in_help(void *arg, const char *key, const char *value)
{
	char line[64];

	(void)value;
	snprintf(line, sizeof(line), "\n%s\n", key);
	if (!strstr(arg, line))
		fail_msg("%s is not in the help", key);
}

static void
help_names_every_key_its_values_and_default(void **state)
{
	char help[32768] = "\n";
	FILE *out = fmemopen(help + 1, sizeof(help) - 1, "w");
	struct job_list list;

	(void)state;
	assert_non_null(out);
	job_keys_print(out);
	fclose(out);
	ASSERT_LOADS(&list, "[a]\n");
	job_each_key(&list.jobs[0], assert_is_in_help, help);
	job_list_free(&list);
	assert_non_null(strstr(help,
			       "values:  btt, raw, null, pmemblk, block, floor\n    unit:    none\n"
			       "    default: btt\n"));
	assert_non_null(strstr(help, "default: fill when reads are in the mix, else fault\n"));
	assert_null(strstr(help, "(null)"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_key_is_refused_with_the_nearest_one),
		cmocka_unit_test(unknown_key_unlike_all_others_is_refused_without_a_guess),
		cmocka_unit_test(word_of_fio_is_answered_with_its_equivalent),
		cmocka_unit_test(every_word_of_fio_is_found_and_its_equivalent_is_a_key),
		cmocka_unit_test(set_without_equals_sign_is_refused),
		cmocka_unit_test(message_is_one_line_for_any_bytes_in_set),
		cmocka_unit_test(builtin_job_equals_the_default_job_file),
		cmocka_unit_test(builtin_job_matches_the_documentation),
		cmocka_unit_test(builtin_job_accepts_one_kind_of_op_with_set),
		cmocka_unit_test(effective_job_loads_as_the_same_job),
		cmocka_unit_test(job_overrides_global_and_set_overrides_both),
		cmocka_unit_test(last_set_wins),
		cmocka_unit_test(key_is_reported_where_it_was_given),
		cmocka_unit_test(help_names_every_key_its_values_and_default),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
