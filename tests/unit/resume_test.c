/* SPDX-License-Identifier: BSD-3-Clause */
/* resume_test.c -- a sweep goes on only with a file of the same machine, build, namespaces and jobs. */
#include "study_support.h"

#include "job/keys.h"
#include "study/resume.h"

static const char *const settings[] = {"nfree=16,64", "threads=1,2", NULL};
static const char *const job_text = "[a]\nrw=randread\nlimit.read.iops>=5\n[b]\nrw=randread\n";

/* Replaces an allocated text. */
static void
set_text(char **at, const char *text)
{
	free(*at);
	*at = strdup(text);
}

static void
make(struct result *result)
{
	study_make(result, job_text, settings, 3);
	result->study.seed = 7;
	result->host.hostname = strdup("pluto");
	result->host.cpu_model = strdup("Xeon 9");
	result->host.microcode = strdup("0x1");
	result->host.kernel = strdup("6.1");
	result->host.cpus = 48;
	result->host.nodes = 2;
	result->host.libpmem_version = strdup("1.12");
	result->host.libpmem_flush = strdup("clwb");
	result->host.libpmem_store = strdup("non-temporal");
	result->clock.source = CLOCK_SOURCE_RDTSCP;
	result->clock.unit_ns = 1;
	result->namespaces[0].size_bytes = 64 << 20;
	result->namespaces[0].is_pmem = 1;
}

/* An interrupted sweep that was read from a file: jobs 0, 1, 4 and 5 ran in round 0. */
static void
make_old(struct result *old)
{
	make(old);
	old->origin.version = strdup(result_version(old));
	old->origin.commit = strdup(result_commit(old));
	strcpy(old->id, "20231114T221320Z-0badcafe");
	old->started_at = 1700000000;
	for (size_t i = 0; i < 8; i = i == 1 ? 4 : i + 1)
		if (i < 6)
			study_add_run(old, i, 0, 100.0 * (double)i)->layout =
				(struct result_layout){1, "uefi", 512, 1000, 512, 16,
						       1, 1,      0,   1,    1};
	old->steady = calloc(1, sizeof(*old->steady));
	old->nsteady = 1;
	old->steady[0].job = &old->jobs.jobs[5];
}

static void
runs_move_to_the_jobs_of_this_process(void **state)
{
	static const size_t indexes[] = {0, 1, 4, 5};
	struct result now, old;
	struct why why;

	(void)state;
	make(&now);
	make_old(&old);
	assert_int_equal(old.nruns, 4);
	now.study.rounds = 9;
	if (resume_check(&now, &old, &why))
		fail_msg("%s", why.text);
	assert_int_equal(now.nruns, 0);
	resume_adopt(&now, &old);
	result_free(&old);
	assert_int_equal(now.nruns, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_ptr_equal(now.runs[i].job, &now.jobs.jobs[indexes[i]]);
		assert_ptr_equal(now.runs[i].ns, &now.namespaces[0]);
		assert_true(now.runs[i].ops[OP_READ].iops == 100.0 * (double)indexes[i]);
	}
	assert_int_equal(now.nsteady, 1);
	assert_ptr_equal(now.steady[0].job, &now.jobs.jobs[5]);
	assert_string_equal(now.id, "20231114T221320Z-0badcafe");
	assert_int_equal(now.started_at, 1700000000);
	assert_int_equal(now.study.rounds, 9);
	result_free(&now);
}

static void
change_hostname(struct result *now)
{
	set_text(&now->host.hostname, "mars");
}

static void
forget_hostname(struct result *now)
{
	free(now->host.hostname);
	now->host.hostname = NULL;
}

static void
change_cpu(struct result *now)
{
	set_text(&now->host.cpu_model, "Xeon 8");
}

static void
change_microcode(struct result *now)
{
	set_text(&now->host.microcode, "0x2");
}

static void
change_kernel(struct result *now)
{
	set_text(&now->host.kernel, "6.2");
}

static void
change_cpus(struct result *now)
{
	now->host.cpus = 47;
}

static void
change_nodes(struct result *now)
{
	now->host.nodes = 1;
}

static void
change_libpmem(struct result *now)
{
	set_text(&now->host.libpmem_version, "1.13");
}

static void
change_flush(struct result *now)
{
	set_text(&now->host.libpmem_flush, "clflush");
}

static void
change_store(struct result *now)
{
	set_text(&now->host.libpmem_store, "temporal");
}

static void
change_clock(struct result *now)
{
	now->clock.source = CLOCK_SOURCE_MONOTONIC_RAW;
}

static void
change_unit(struct result *now)
{
	now->clock.unit_ns = 10;
}

static void
change_version(struct result *now)
{
	now->origin.version = strdup("77.1");
}

static void
change_commit(struct result *now)
{
	now->origin.commit = strdup("cafe");
}

static void
change_namespace(struct result *now)
{
	set_text(&now->namespaces[0].spec, "/dev/dax0.0");
}

static void
change_kind(struct result *now)
{
	set_text(&now->namespaces[0].kind, "dax");
}

static void
change_size(struct result *now)
{
	now->namespaces[0].size_bytes++;
}

static void
change_is_pmem(struct result *now)
{
	now->namespaces[0].is_pmem = 0;
}

static void
change_key(struct result *now)
{
	struct why why;

	assert_int_equal(
		keys_set(keys_find("rw"), &now->jobs.jobs[5], "randzero", JOB_LINE_SET, &why), 0);
}

static void
change_placement(struct result *now)
{
	struct why why;

	assert_int_equal(
		keys_set(keys_find("placement"), &now->jobs.jobs[0], "cpus:0", JOB_LINE_SET, &why),
		0);
}

static void
change_limit(struct result *now)
{
	now->jobs.jobs[2].limits[0].value = 6;
}

static void
drop_limit(struct result *now)
{
	now->jobs.jobs[2].nlimits = 0;
}

static void
change_name(struct result *now)
{
	strcpy(now->jobs.jobs[3].name, "c");
}

static void
change_point(struct result *now)
{
	set_text(&now->study.values[2], "256");
}

static void
change_swept_key(struct result *now)
{
	set_text(&now->study.keys[1], "lanes");
}

static void
change_seed(struct result *now)
{
	now->study.seed = 8;
}

static void
drop_point(struct result *now)
{
	struct points_left left = {0};

	assert_int_equal(points_leave_out(now, 3, &left, "impossible"), 0);
	points_left_free(&left);
}

static void
each_difference_is_named(void **state)
{
	static const struct {
		void (*change)(struct result *now);
		const char *why;
	} cases[] = {
		{change_hostname, "host name: was pluto in the file, is mars now"},
		{forget_hostname, "host name: was pluto in the file, is unknown now"},
		{change_cpu, "CPU: was Xeon 9 in the file, is Xeon 8 now"},
		{change_microcode, "microcode: was 0x1 in the file, is 0x2 now"},
		{change_kernel, "kernel: was 6.1 in the file, is 6.2 now"},
		{change_cpus, "number of CPUs: was 48 in the file, is 47 now"},
		{change_nodes, "number of nodes: was 2 in the file, is 1 now"},
		{change_libpmem, "libpmem: was 1.12 in the file, is 1.13 now"},
		{change_flush, "flush of libpmem: was clwb in the file, is clflush now"},
		{change_store, "store of libpmem: was non-temporal in the file, is temporal now"},
		{change_clock, "clock: was tsc-ordered in the file, is monotonic_raw now"},
		{change_unit, "unit of the clock in ns: was 1 in the file, is 10 now"},
		{change_version, "version of bttbench: was "},
		{change_commit, "commit of bttbench: was "},
		{change_namespace, "namespace: was dram:64M in the file, is /dev/dax0.0 now"},
		{change_kind, "kind of the namespace: was dram in the file, is dax now"},
		{change_size, "size of the namespace: was 67108864 in the file, is 67108865 now"},
		{change_is_pmem, "is_pmem of the namespace: was 1 in the file, is 0 now"},
		{change_key, "nfree=64 threads=1: was rw=randread in the file, is rw=randzero now"},
		{change_placement, "nfree=16 threads=1: was placement="},
		{change_limit, "nfree=16 threads=2: was limit.read.iops>=5 in the file, is "
			       "limit.read.iops>=6 now"},
		{drop_limit, "nfree=16 threads=2: was limit.read.iops>=5 in the file, is without "
			     "limits now"},
		{change_name, "name of a job: was b in the file, is c now"},
		{change_point, "nfree: was 16 in the file, is 256 now"},
		{change_swept_key, "swept key: was threads in the file, is lanes now"},
		{change_seed, "seed of the order: was 7 in the file, is 8 now"},
		{drop_point, "number of points: was 4 in the file, is 3 now"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct result now, old;
		struct why why = {"nothing"};

		make(&now);
		make_old(&old);
		cases[i].change(&now);
		assert_int_equal(resume_check(&now, &old, &why), -1);
		if (strncmp(why.text, cases[i].why, strlen(cases[i].why)) != 0)
			fail_msg("%s\ninstead of\n%s", why.text, cases[i].why);
		assert_int_equal(old.nruns, 4);
		result_free(&now);
		result_free(&old);
	}
}

/* The number of rounds is no difference: more may be asked for. */
static void
key_repeat_and_settings_of_rounds_do_not_differ(void **state)
{
	struct result now, old;
	struct why why;

	(void)state;
	make(&now);
	make_old(&old);
	now.study.rounds = 100;
	now.jobs.jobs[0].repeat = 100;
	now.started_at = 5;
	if (resume_check(&now, &old, &why))
		fail_msg("%s", why.text);
	result_free(&now);
	result_free(&old);
}

static void
result_without_points_is_no_sweep(void **state)
{
	struct result now, old;
	struct why why;

	(void)state;
	make(&now);
	make_old(&old);
	old.study.npoints = 0;
	assert_int_equal(resume_check(&now, &old, &why), -1);
	assert_string_equal(why.text, "no sweep (allowed: a result of 'bttbench sweep')");
	old.study.npoints = 4;
	result_free(&now);
	result_free(&old);
}

static void
layout_must_be_that_of_the_earlier_runs(void **state)
{
	static const struct {
		struct result_layout now;
		const char *why;
	} cases[] = {
		{{1, "uefi", 0, 1000, 512, 16, 1, 1, 0, 1, 1}, "start of the layout: was 512 "},
		{{1, "pmdk", 512, 1000, 512, 16, 1, 1, 0, 1, 1},
		 "flavour of the layout: was uefi "},
		{{1, "uefi", 512, 1000, 4096, 16, 1, 1, 0, 1, 1},
		 "sector size of the layout: was 512 in the file, is 4096 now"},
		{{1, "uefi", 512, 999, 512, 16, 1, 1, 0, 1, 1}, "blocks of the layout: was 1000 "},
		{{1, "uefi", 512, 1000, 512, 17, 1, 1, 0, 1, 1}, "nfree of the layout: was 16 "},
		{{1, "uefi", 512, 1000, 512, 16, 1, 1, 0, 0.5, 1}, NULL}, /* age may differ */
		{{0}, NULL}, /* engine without layout */
	};
	struct result old;
	struct why why;

	(void)state;
	make_old(&old);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		int err = resume_check_layout(&old, 2, &cases[i].now, &why);

		assert_int_equal(err, cases[i].why ? -1 : 0);
		if (err && strncmp(why.text, cases[i].why, strlen(cases[i].why)) != 0)
			fail_msg("%s\ninstead of\n%s", why.text, cases[i].why);
		/* point 1 has no run yet */
		assert_int_equal(resume_check_layout(&old, 1, &cases[i].now, &why), 0);
	}
	result_free(&old);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_move_to_the_jobs_of_this_process),
		cmocka_unit_test(each_difference_is_named),
		cmocka_unit_test(key_repeat_and_settings_of_rounds_do_not_differ),
		cmocka_unit_test(result_without_points_is_no_sweep),
		cmocka_unit_test(layout_must_be_that_of_the_earlier_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
