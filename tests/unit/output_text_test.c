/* SPDX-License-Identifier: BSD-3-Clause */
/* output_text_test.c -- the text of made-up results: rows, columns and width. */
#include "output_support.h"

#include <ctype.h>
#include <limits.h>

/* Compares whole rows, with runs of blanks as one blank. */
static void
squeeze(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (*from != ' ' || (to > text && to[-1] != ' ' && to[-1] != '\n'))
			*to++ = *from;
	*to = '\0';
}

static char *
text_with(const struct result *result, unsigned width, int is_verbose)
{
	const struct text_options options = {.width = width, .is_verbose = is_verbose};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(output_text_with(result, &options, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
assert_shows_with(const struct result *result, unsigned width, const char *const *rows, size_t n)
{
	char *text = text_with(result, width, 0), row[256];

	squeeze(text);
	for (size_t i = 0; i < n; i++) {
		snprintf(row, sizeof(row), "\n%s\n", rows[i]);
		if (!strstr(text, row))
			fail_msg("no row '%s' in:\n%s", rows[i], text);
	}
	free(text);
}

static void
assert_shows(const struct result *result, const char *const *rows, size_t n)
{
	assert_shows_with(result, 80, rows, n);
}

/* Returns how often `text` has `part`. */
static unsigned
occurrences(const char *text, const char *part)
{
	unsigned n = 0;

	while ((text = strstr(text, part)) != NULL) {
		n++;
		text += strlen(part);
	}
	return n;
}

static void assert_text_is_plain(const struct result *result);
static void make_repeats(struct result *result, size_t n);

static void
each_kind_has_a_row_with_its_own_latencies(void **state)
{
	static const char *const rows[] = {
		"op ops IOPS bandwidth",
		"read 1000 2.00k 8.19MB/s",
		"write 600 1.20k 4.92MB/s",
		"zero 400 800 3.28MB/s",
		"latency mean p50 p99 p99.99 max",
		"read 501ns 501ns 991ns 1.00us 1.00us",
		"write 3.00us 3.01us 5.95us 6.00us 6.00us",
		"zero 2.00ms 2.01ms 3.96ms 4.00ms 4.00ms",
	};

	assert_shows(*state, rows, LENGTH(rows));
}

/* Percentiles of a mix describe no op. */
static void
a_mix_has_a_total_of_rates_and_never_of_latencies(void **state)
{
	static const char *const rows[] = {"total 2000 4.00k 16.4MB/s"};
	char *text = text_with(*state, 80, 0);

	assert_shows(*state, rows, LENGTH(rows));
	assert_int_equal(occurrences(text, "  total "), 2); /* and a title of the counters */
	free(text);
}

static void
counters_are_shown_with_their_share_per_op(void **state)
{
	static const char *const rows[] = {
		"counter total per op per user byte",
		"protocol fences 4000 2 -",
		"lines flushed 66000 33 -",
		"bytes stored 4096000 2048 1",
		"lane waits 5 0.0025 -",
		"lock waits 7 0.0035 -",
		"reader waits 8 0.004 -",
		"read retries 9 0.0045 -",
		"idle zeroes 1 0.0005 -",
		"zero reads 2 0.001 -",
	};

	((struct result *)*state)->runs[0].btt.lane_waits = 5;
	((struct result *)*state)->runs[0].btt.idle_zeroes = 1;
	((struct result *)*state)->runs[0].btt.zero_reads = 2;
	assert_shows(*state, rows, LENGTH(rows));
}

static void
a_layout_that_differs_from_the_one_before_is_shown_below_its_run(void **state)
{
	static const char *const rows[] = {
		"layout pmdk, 512 sectors of 520 bytes, nfree 3, 2 arenas, from byte 0;",
		"tracking: off (one lane)",
	};
	struct result *result = *state;

	result->runs[1].layout = (struct result_layout){1, "pmdk", 0, 512, 520, 3, 2, 1, 0, NAN, 1};
	result->runs[0].layout =
		(struct result_layout){1, "uefi", 4096, 261000, 4096, 256, 1, 1, 0, NAN, 1};
	assert_shows(result, rows, LENGTH(rows));
	assert_text_is_plain(result);
}

static void
age_of_the_layout_is_shown_and_of_the_last_repeat_if_it_differs(void **state)
{
	static const char *const one[] = {
		"age partly aged: 25% of neighbouring blocks are adjacent",
	};
	static const char *const both[] = {
		"age fresh: 99.99% of neighbouring blocks are adjacent; before the last",
		"repeat aged: 0.02%",
	};
	struct result *result = *state;
	char *text;

	assert_shows(result, one, LENGTH(one));
	make_repeats(result, 3);
	for (unsigned i = 0; i < 3; i++) {
		result->runs[i].layout = result->runs[0].layout;
		result->runs[i].layout.adjacent = i ? 0.4 : 0.9999;
	}
	result->runs[2].layout.adjacent = 0.0002;
	assert_shows(result, both, LENGTH(both));
	result->runs[0].status = RESULT_INVALID; /* the order is that of the repeats */
	assert_shows(result, both, LENGTH(both));
	for (unsigned i = 0; i < 3; i++)
		result->runs[i].layout.adjacent = NAN;
	text = text_with(result, 80, 0);
	assert_null(strstr(text, "adjacent"));
	free(text);
}

static void
foresight_is_named_in_the_heading_where_it_was_used(void **state)
{
	struct result *result = *state;
	char *text = text_with(result, 80, 0);

	assert_null(strstr(text, "lookahead"));
	free(text);
	result->jobs.jobs[0].lookahead = JOB_LOOKAHEAD_NEXT;
	text = text_with(result, 80, 0);
	assert_int_equal(occurrences(text, "lookahead=next"), 1);
	free(text);
}

static void
workers_are_shown_with_their_place(void **state)
{
	static const char *const rows[] = {
		"worker lane cpu asked cpu seen core node buffer node ops errors",
		"0 0 3 3 1 0 0 1500 0",
		"1 1 - - - - - 500 2",
	};

	assert_shows(*state, rows, LENGTH(rows));
}

/* Gives run 0 so many workers with 1, 2, ... ops, a CPU share of as many percent, and one error in the last. */
static void
employ(struct result *result, size_t nworkers)
{
	struct result_run *run = &result->runs[0];

	free(run->workers);
	run->workers = calloc(nworkers, sizeof(*run->workers));
	assert_non_null(run->workers);
	run->nworkers = nworkers;
	for (size_t i = 0; i < nworkers; i++)
		run->workers[i] =
			(struct result_worker){.ops = i + 1, .cpu_share = (double)(i + 1) / 100};
	run->workers[nworkers - 1].errors = 1;
}

static void
more_than_sixteen_workers_are_summed_up_unless_all_are_asked_for(void **state)
{
	static const char *const rows[] = {
		"17 workers least median most",
		"ops 1.00 9.00 17.0",
		"errors 0 0 1.00",
		"CPU share 1.0% 9.0% 17.0%",
	};
	struct result *result = *state;
	char *text;

	employ(result, 16);
	assert_shows(result, (const char *const[]){"15 0 0 0 0 0 0 16 1"}, 1);
	employ(result, 17);
	assert_shows(result, rows, LENGTH(rows));
	text = text_with(result, 80, 1);
	squeeze(text);
	assert_non_null(strstr(text, "\n16 0 0 0 0 0 0 17 1\n"));
	assert_null(strstr(text, "17 workers"));
	free(text);
	result->runs[0].workers[0].cpu_share = NAN; /* unknown */
	assert_shows(result, (const char *const[]){"CPU share 2.0% 9.5% 17.0%"}, 1);
}

static void
errors_are_listed_by_errno_and_none_is_lost(void **state)
{
	static const char *const rows[] = {
		"write 0 - -",           "failed op errno count first lba first after",
		"write EIO 9 77 1.50us", "write errno 9999 2 78 2.00ms",
		"write others 1 - -",
	};

	assert_shows(*state, rows, LENGTH(rows));
}

static void
head_and_verdict_describe_the_measurement(void **state)
{
	static const char *const rows[] = {
		"host -: Xeon 9, microcode -, CPUs 48, nodes 2",
		"kernel -, governor -, turbo on, SMT off, THP -",
		"libpmem -, flush clwb, store -, write-combining workaround on (GenuineIntel)",
		"namespace /dev/dax0.0 (dax), 1GiB, node 0, pages of 2MiB, persisted by flush",
		"persistence domain -, health ok",
		"layout uefi, 261000 sectors of 4096 bytes, nfree 256, 1 arena, from byte",
		"4096; tracking: on",
		"clock tsc-ordered (rdtscp; lfence), 7.50ns per reading, step 0.50ns,",
		"calibrated within 0.25 ppm",
		"run job 'short', repeat 1, 0.000s (interrupted): engine=btt rw=randread",
		"harness 31.2ns per op without an engine",
		"verdict interrupted",
		"job 'short' was interrupted",
	};

	assert_shows(*state, rows, LENGTH(rows));
}

static void
open_loop_shows_its_schedule_and_a_row_of_response_times(void **state)
{
	static const char *const rows[] = {
		"pace 10.0 ops/s asked, 3.00 started, worst worker 70% off its schedule,",
		"at most 2.50us behind, 7 due and not started; response times from",
		"p50 on are lower bounds",
		"read 3 3.00 12.3kB/s",
		"latency mean p50 p90 p99 p99.9 p99.99 max",
		"read 8ns 10ns 15ns 15ns 15ns 15ns 15ns",
		"response 2.00us >=2.01us >=3.00us >=3.00us >=3.00us >=3.00us >=3.00us",
	};

	assert_shows(*state, rows, LENGTH(rows));
}

static void
unknown_values_are_a_dash(void **state)
{
	static const char *const rows[] = {
		"host -: -, microcode -, CPUs -, nodes -",
		"namespace dram:1G\xff?[31m (dram), 0B, node -, pages of -, persisted by msync",
		"clock monotonic_raw (clock_gettime), - per reading, step -, calibrated",
		"within - ppm, not the TSC: no invariant TSC",
		"harness - per op without an engine",
		"verdict valid",
	};

	assert_shows(*state, rows, LENGTH(rows));
}

static void
assert_line_is_plain(const char *line, unsigned width)
{
	size_t len = strlen(line);

	if (len > width)
		fail_msg("%zu columns instead of %u: %s", len, width, line);
	if (len && line[len - 1] == ' ')
		fail_msg("a blank at the end of '%s'", line);
	for (size_t i = 0; i < len; i++)
		if (iscntrl((unsigned char)line[i]))
			fail_msg("byte %u in '%s'", (unsigned char)line[i], line);
	if (strcasestr(line, "nan") || strcasestr(line, "inf "))
		fail_msg("not a number: '%s'", line);
}

/* No line is wider than the page, from the narrowest one on. */
static void
assert_text_is_plain(const struct result *result)
{
	for (unsigned width = 40; width <= 120; width++) {
		char *text = text_with(result, width, width % 2), *rest = text;

		assert_int_equal(text[strlen(text) - 1], '\n');
		for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
			assert_line_is_plain(line, width);
		free(text);
	}
}

static void
lines_are_plain_and_fit_every_page(void **state)
{
	assert_text_is_plain(*state);
}

static void
without_a_terminal_a_page_has_80_columns(void **state)
{
	char *text = written("text", *state), *wanted = text_with(*state, 80, 0);

	assert_string_equal(text, wanted);
	free(text);
	free(wanted);
}

/* Gives the first `n` runs to the first job, as repeats of it. */
static void
make_repeats(struct result *result, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		result->runs[i].job = &result->jobs.jobs[0];
		result->runs[i].repeat = (unsigned)i;
	}
}

/* The widest numbers that the job grammar and 64 bits allow. */
static void
make_wide(struct result *result)
{
	struct job *job = &result->jobs.jobs[0];
	struct result_run *run = &result->runs[0];

	job->npercentiles = JOB_PERCENTILES_MAX;
	for (unsigned i = 0; i < JOB_PERCENTILES_MAX; i++)
		job->percentiles[i] = 99.999001 + i * 1e-6;
	for (int kind = 0; kind < OP_KINDS; kind++) {
		run->ops[kind].count = UINT64_MAX;
		run->ops[kind].iops = run->ops[kind].bytes_per_s = 999.6e12;
		run->ops[kind].service.max_ns = INT64_MAX;
	}
	run->btt.bytes_stored = run->workers[0].ops = UINT64_MAX;
	result_add_reason(result, "a reason of many short words that goes on and on, well past "
				  "the hundredth column, where it has to go on below");
}

static void
large_numbers_and_many_percentiles_still_fit(void **state)
{
	make_wide(*state);
	assert_text_is_plain(*state);
	make_repeats(*state, 3);
	assert_text_is_plain(*state);
}

static void
names_of_any_length_still_fit(void **state)
{
	struct result *result = *state;
	char name[PATH_MAX];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	free(result->job_path);
	result->job_path = strdup(name);
	memset(name, '/', 300);
	free(result->namespaces[0].spec);
	result->namespaces[0].spec = strdup(name);
	memset(result->jobs.jobs[0].name, 'j', JOB_NAME_MAX - 1);
	memset(result->jobs.jobs[1].name, ' ', JOB_NAME_MAX - 2);
	result->runs[0].elapsed_s = 1e9;
	assert_text_is_plain(result);
}

static void
a_file_shows_its_file_system(void **state)
{
	static const char *const rows[] = {"file system ext4 on pmem0, MAP_SYNC on"};
	struct result *result = *state;

	free(result->namespaces[0].device);
	result->namespaces[0].device = strdup("pmem0");
	result->namespaces[0].file_system = strdup("ext4");
	assert_shows(result, rows, LENGTH(rows));
}

static void
a_long_path_goes_on_behind_a_slash(void **state)
{
	static const char *const rows[] = {
		"namespace /a/folder/of/some/length/another/folder/of/some/length/one/more/",
		"folder/for/it/ns (dax), 1GiB, node 0, pages of 2MiB, persisted by",
	};
	struct result *result = *state;

	free(result->namespaces[0].spec);
	result->namespaces[0].spec = strdup(
		"/a/folder/of/some/length/another/folder/of/some/length/one/more/folder/for/it/ns");
	assert_shows(result, rows, LENGTH(rows));
}

static void
a_long_word_is_not_cut_within_a_character(void **state)
{
	struct result *result = *state;
	char *text;

	free(result->job_path);
	result->job_path = calloc(1, 301);
	for (int i = 0; i < 300; i += 2)
		memcpy(result->job_path + i, "\xc3\xa9", 2);
	for (unsigned width = 79; width <= 80; width++) {
		text = text_with(result, width, 0);
		for (char *c = text; *c; c++)
			if (c[0] == '\xc3' && c[1] != '\xa9')
				fail_msg("a cut character in:\n%s", text);
		free(text);
	}
}

static void
a_narrow_page_leaves_out_default_percentiles_and_says_so(void **state)
{
	static const char *const rows[] = {
		"latency mean p50 p99 p99.9 p99.99 max",
		"read 8ns 10ns 15ns 15ns 15ns 15ns",
		"response 2.00us 2.01us 3.00us 3.00us 3.00us 3.00us",
		"(too narrow for p90, p95)",
	};

	((struct result *)*state)->runs[1].pace.unstarted = 0;
	assert_shows_with(*state, 60, rows, LENGTH(rows));
}

static void
a_narrow_page_keeps_every_percentile_that_the_job_names(void **state)
{
	static const char *const rows[] = {
		"latency mean p50 p99",
		"write 3.00us 3.01us 5.95us",
		"latency p99.99 max",
		"write 6.00us 6.00us",
	};

	assert_shows_with(*state, 40, rows, LENGTH(rows));
}

/* 400, 100, 200 reads per second, in runs of one second; the second and third also have writes. */
static void
fill_repeats(struct result *result)
{
	static const uint64_t reads[] = {400, 100, 200}, writes[] = {0, 10, 30};

	make_repeats(result, 3);
	for (size_t i = 0; i < 3; i++) {
		struct result_run *run = &result->runs[i];

		run->elapsed_s = 1;
		run->pace.valid = 0;
		for (int kind = 0; kind < OP_KINDS; kind++) {
			run->ops[kind] = (struct result_op){0};
			init_op(&run->ops[kind]);
		}
		fill_op(&run->ops[OP_READ], reads[i], 10, 1);
		if (writes[i])
			fill_op(&run->ops[OP_WRITE], writes[i], 1000, 1);
	}
}

static void
repeats_are_shown_as_medians_with_their_spread(void **state)
{
	static const char *const rows[] = {
		"run job 'all', medians of 3 repeats, 3.000s together (interrupted):",
		"median read spread write spread total spread",
		/* distances: 100 0 200 of the reads, 10 0 20 of the writes, 120 0 170 of the total */
		"IOPS 200 50.0% 10.0 100% 230 52.2%",
		"bandwidth 819kB/s 50.0% 41.0kB/s 100% 942kB/s 52.2%",
		"latency",
		"mean 1.00us 49.8% 10.5us 47.6%",
		"p50 1.00us 50.0% 10.0us 49.9%",
		"max 2.00us 50.0% 20.0us 50.0%",
		"protocol fences 4000 5.405 -",
	};
	char *text;

	fill_repeats(*state);
	assert_shows(*state, rows, LENGTH(rows));
	text = text_with(*state, 80, 0);
	assert_int_equal(occurrences(text, "job 'all'"), 1);
	free(text);
}

static void
invalid_repeats_are_left_out_of_the_medians(void **state)
{
	static const char *const some[] = {
		"run job 'all', medians of 3 repeats without 1 invalid, 3.000s together:",
		"IOPS 300 33.3% 15.0 100% 315 27.0%",
	};
	static const char *const none[] = {
		"run job 'all', medians of 3 repeats, 3.000s together (interrupted):",
		"IOPS 200 50.0% 10.0 100% 230 52.2%",
	};
	struct result *result = *state;
	char *text;

	fill_repeats(result);
	result->runs[1].status = RESULT_INVALID;
	result->runs[1].interrupted = 0;
	assert_shows(result, some, LENGTH(some));
	text = text_with(result, 80, 1);
	assert_non_null(strstr(text, "repeat 2, 1.000s (invalid)"));
	free(text);
	result->runs[1].interrupted = 1;
	result->runs[0].status = result->runs[2].status = RESULT_INVALID;
	assert_shows(result, none, LENGTH(none));
}

static void
columns_that_go_on_below_have_no_empty_rows_at_the_end(void **state)
{
	static const char *const rows[] = {
		"median total spread\nIOPS 230 52.2%\nbandwidth 942kB/s 52.2%\n",
	};

	fill_repeats(*state);
	assert_shows_with(*state, 50, rows, LENGTH(rows));
}

static void
verbose_adds_the_block_of_each_repeat(void **state)
{
	char *text;

	fill_repeats(*state);
	text = text_with(*state, 80, 1);
	assert_int_equal(occurrences(text, "job 'all', repeat "), 3);
	assert_int_equal(occurrences(text, "job 'all', medians of 3 repeats"), 1);
	free(text);
}

static void
rounds_are_shown_as_medians_of_the_last_ones(void **state)
{
	static const char *const rows[] = {
		"run job 'all', medians of the last 3 rounds, 3.000s together",
		"steady job 'all': not reached after 4 rounds; over the last 5: range - and",
		"slope - of the mean IOPS; IOPS of each round: 1.00k - 3.00k 4.00k",
	};
	struct result *result = *state;

	fill_repeats(result);
	result->jobs.jobs[0].steady.rounds = 5;
	result->steady = calloc(1, sizeof(*result->steady));
	result->nsteady = 1;
	result->steady[0] = (struct result_steady){.job = &result->jobs.jobs[0],
						   .iops = calloc(4, sizeof(double)),
						   .nrounds = 4,
						   .range_percent = NAN,
						   .slope_percent = NAN};
	for (int i = 0; i < 4; i++)
		result->steady[0].iops[i] = i == 1 ? (double)NAN : 1000 * (i + 1);
	assert_shows(result, rows, LENGTH(rows));
	assert_text_is_plain(result);
}

static void
phase_shows_length_and_disturbance_of_all_repeats(void **state)
{
	static const char *const one[] = {
		"phase 500ms of 10.0s asked, CPU share at least 100%, context switches 3",
		"voluntary 2 involuntary, strays 4, steal 250ms, throttled -",
	};
	static const char *const ended[] = {
		"phase 500ms until the ops were done, CPU share at least 100%, context",
	};
	static const char *const all[] = {
		"phase 3.00s of 30.0s asked, CPU share at least 62.5%, context switches 3",
		"voluntary 2 involuntary, strays 4, steal 750ms, throttled 125ms",
	};
	struct result *result = *state;

	assert_shows(result, one, LENGTH(one));
	result->runs[0].ended_by_ops = 1;
	assert_shows(result, ended, LENGTH(ended));
	result->runs[0].ended_by_ops = 0;
	fill_repeats(result);
	result->runs[1].workers = calloc(1, sizeof(*result->runs[1].workers));
	result->runs[1].nworkers = 1;
	result->runs[1].workers[0].cpu_share = 0.625;
	result->runs[1].disturbance = (struct result_disturbance){0.5, NAN};
	result->runs[2].disturbance = (struct result_disturbance){NAN, 0.125};
	assert_shows(result, all, LENGTH(all));
}

static void
layout_with_other_tracking_is_shown_again(void **state)
{
	static const char *const rows[] = {"layout uefi, 261000 sectors of 4096 bytes, nfree 256, "
					   "1 arena, from byte",
					   "4096; tracking: off (one lane)"};
	struct result *result = *state;

	result->runs[1].layout = result->runs[0].layout;
	result->runs[1].layout.tracking = 0;
	assert_shows(result, rows, LENGTH(rows));
}

static void
rotation_is_shown_with_its_scans_and_its_layout_again(void **state)
{
	static const char *const rows[] = {"zero reads 11 0.0055 -", "scans 13 0.0065 -"};
	static const char *const again[] = {
		"layout uefi, 261000 sectors of 4096 bytes, nfree 256, 1 arena, from byte",
		"4096; tracking: on; rotate: 4 free blocks for each lane"};
	struct result *result = *state;
	char *text = text_with(result, 80, 0);

	assert_null(strstr(text, "scans"));
	assert_null(strstr(text, "rotate"));
	free(text);
	result->runs[1].layout = result->runs[0].layout;
	result->runs[1].layout.rotate = 4;
	assert_shows(result, again, LENGTH(again));
	result->runs[0].layout.rotate = 2;
	assert_shows(result, rows, LENGTH(rows));
}

/* Round 1 found wrong data and failed: that is shown, and its rates and counters are not. */
static void
rounds_before_the_window_show_only_findings_and_failed_ops(void **state)
{
	static const char *const rows[] = {
		"run job 'all', medians of the last 2 rounds, 2.000s together",
		"settling rounds 1 to 1 came before these: only their failed ops and findings",
		"phase 2.00s of 20.0s asked, CPU share at least -, context switches 0",
		"IOPS 150 33.3% 20.0 50.0% 170 35.3%",
		"protocol fences 0 0 -",
		"write EIO 9 77 1.50us",
		"torn: 4",
	};
	struct result *result = *state;
	char *text;

	fill_repeats(result);
	result->jobs.jobs[0].steady.rounds = 2;
	result->runs[0].settling = 1;
	fill_errors(&result->runs[0].ops[OP_WRITE]);
	result->runs[0].verify =
		(struct result_verify){.valid = 1, .counts = {[RESULT_TORN] = 4}, .layout = 1};
	result->runs[1].btt.valid = 1;
	assert_shows(result, rows, LENGTH(rows));
	text = text_with(result, 80, 1);
	assert_null(strstr(text, "job 'all', repeat 1,"));
	assert_non_null(strstr(text, "job 'all', repeat 2,"));
	free(text);
	assert_text_is_plain(result);
}

/* Two ops of repeat 2 were not started: more than 1 % of its 110 ops, and fewer than half of them. */
static void
response_times_with_fewer_ops_beyond_than_unstarted_are_lower_bounds(void **state)
{
	struct result *result = *state;
	char *text;

	fill_repeats(result);
	for (int i = 0; i < 3; i++) {
		struct result_run *run = &result->runs[i];

		run->pace = (struct result_pace){1, 10, 3, i == 1 ? 2 : 0, 2500, 0};
		for (uint64_t ns = 1; ns <= run->ops[OP_READ].count; ns++)
			histogram_record(&run->ops[OP_READ].response, ns * 1000);
	}
	text = text_with(result, 250, 0);
	squeeze(text);
	assert_non_null(
		strstr(text, "2 due and not started; response times from p99 on are lower"));
	assert_non_null(strstr(text, "\np50 100us "));
	assert_non_null(strstr(text, "\np99 >="));
	assert_non_null(strstr(text, "\np99.99 >="));
	assert_non_null(strstr(text, "\nmax >="));
	assert_int_equal(occurrences(text, ">="), 3);
	free(text);
}

static void
repeats_of_an_open_loop_have_medians_of_both_times(void **state)
{
	static const char *const rows[] = {
		"median read spread write spread total spread",
		"latency",
		"response",
		"mean 2.00us - - -",
		"p50 2.01us - - -",
	};
	struct result *result = *state;

	fill_repeats(result);
	result->runs[1].pace = (struct result_pace){1, 10, 3, 7, 2500, 0.7};
	for (uint64_t i = 1; i <= 3; i++)
		histogram_record(&result->runs[1].ops[OP_READ].response, i * 1000);
	assert_shows(result, rows, LENGTH(rows));
	assert_text_is_plain(result);
}

static void
errors_and_findings_of_repeats_are_sums(void **state)
{
	static const char *const rows[] = {
		"write EIO 18 77 1.50us",
		"write errno 9999 4 78 2.00ms",
		"write others 2 - -",
		"verify 7 findings in 30 blocks read and 300 swept, 6 of them by the stamp",
		"alone; not checked, as their content is unknown: 9 of those read, 3",
		"others in the sweep; layout NOT consistent; 0B of state",
		"torn: 4",
	};
	struct result *result = *state;

	fill_repeats(result);
	fill_errors(&result->runs[1].ops[OP_WRITE]);
	fill_errors(&result->runs[2].ops[OP_WRITE]);
	for (int i = 0; i < 3; i++)
		result->runs[i].verify =
			(struct result_verify){.valid = 1,
					       .read = 10,
					       .swept = 100,
					       .unknown = 1,
					       .by_stamp = 2,
					       .unchecked = 3,
					       .counts = {[RESULT_TORN] = i == 1 ? 4 : 0},
					       .layout = i - 1,
					       .layout_errors = i == 1 ? 3 : 0};
	assert_shows(result, rows, LENGTH(rows));
	assert_text_is_plain(result);
}

static void
every_percentile_of_the_default_job_is_in_one_row(void **state)
{
	static const char *const rows[] = {
		"op ops IOPS bandwidth",
		"read 9999999999 9.99M 99.9GB/s",
		"latency mean p50 p90 p95 p99 p99.9 p99.99 max",
		"read 2.47us 2.48us 3.71us 3.71us 3.71us 3.71us 3.71us 3.71us",
	};
	struct result *result = *state;
	struct result_op *op = &result->runs[1].ops[OP_READ];

	histogram_init(&op->service, 1);
	fill_op(op, 3, 1235, 1);
	op->count = 9999999999;
	op->iops = 9.99e6;
	op->bytes_per_s = 99.9e9;
	assert_shows(result, rows, LENGTH(rows));
	assert_text_is_plain(result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KNOWN(each_kind_has_a_row_with_its_own_latencies),
		WITH_KNOWN(a_mix_has_a_total_of_rates_and_never_of_latencies),
		WITH_KNOWN(counters_are_shown_with_their_share_per_op),
		WITH_KNOWN(a_layout_that_differs_from_the_one_before_is_shown_below_its_run),
		WITH_KNOWN(age_of_the_layout_is_shown_and_of_the_last_repeat_if_it_differs),
		WITH_KNOWN(foresight_is_named_in_the_heading_where_it_was_used),
		WITH_KNOWN(workers_are_shown_with_their_place),
		WITH_KNOWN(more_than_sixteen_workers_are_summed_up_unless_all_are_asked_for),
		WITH_KNOWN(errors_are_listed_by_errno_and_none_is_lost),
		WITH_KNOWN(head_and_verdict_describe_the_measurement),
		WITH_KNOWN(open_loop_shows_its_schedule_and_a_row_of_response_times),
		WITH_UNKNOWN(unknown_values_are_a_dash),
		WITH_KNOWN(lines_are_plain_and_fit_every_page),
		WITH_UNKNOWN(lines_are_plain_and_fit_every_page),
		WITH_KNOWN(without_a_terminal_a_page_has_80_columns),
		WITH_KNOWN(large_numbers_and_many_percentiles_still_fit),
		WITH_KNOWN(names_of_any_length_still_fit),
		WITH_KNOWN(a_file_shows_its_file_system),
		WITH_KNOWN(a_long_path_goes_on_behind_a_slash),
		WITH_KNOWN(a_long_word_is_not_cut_within_a_character),
		WITH_KNOWN(a_narrow_page_leaves_out_default_percentiles_and_says_so),
		WITH_KNOWN(a_narrow_page_keeps_every_percentile_that_the_job_names),
		WITH_KNOWN(repeats_are_shown_as_medians_with_their_spread),
		WITH_KNOWN(invalid_repeats_are_left_out_of_the_medians),
		WITH_KNOWN(columns_that_go_on_below_have_no_empty_rows_at_the_end),
		WITH_KNOWN(verbose_adds_the_block_of_each_repeat),
		WITH_KNOWN(rounds_are_shown_as_medians_of_the_last_ones),
		WITH_KNOWN(phase_shows_length_and_disturbance_of_all_repeats),
		WITH_KNOWN(layout_with_other_tracking_is_shown_again),
		WITH_KNOWN(rotation_is_shown_with_its_scans_and_its_layout_again),
		WITH_KNOWN(rounds_before_the_window_show_only_findings_and_failed_ops),
		WITH_KNOWN(response_times_with_fewer_ops_beyond_than_unstarted_are_lower_bounds),
		WITH_KNOWN(repeats_of_an_open_loop_have_medians_of_both_times),
		WITH_KNOWN(errors_and_findings_of_repeats_are_sums),
		WITH_KNOWN(every_percentile_of_the_default_job_is_in_one_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
