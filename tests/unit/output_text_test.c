/* SPDX-License-Identifier: BSD-3-Clause */
/* output_text_test.c -- the text of made-up results: rows, columns and width. */
#include "output_support.h"

#include <ctype.h>

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

static void
assert_shows(const struct result *result, const char *const *rows, size_t n)
{
	char *text = written("text", result), row[256];

	squeeze(text);
	for (size_t i = 0; i < n; i++) {
		snprintf(row, sizeof(row), "\n%s\n", rows[i]);
		if (!strstr(text, row))
			fail_msg("no row '%s' in:\n%s", rows[i], text);
	}
	free(text);
}

static void
each_kind_has_a_row_with_its_own_latencies(void **state)
{
	static const char *const rows[] = {
		"op ops IOPS bandwidth mean p50 p99 p99.99 max",
		"read 1000 2.00k 8.19MB/s 500ns 501ns 991ns 1.00us 1.00us",
		"write 600 1.20k 4.92MB/s 3.00us 3.01us 5.95us 6.00us 6.00us",
		"zero 400 800 3.28MB/s 2.00ms 2.01ms 3.96ms 4.00ms 4.00ms",
	};

	assert_shows(*state, rows, LENGTH(rows));
}

static void
counters_are_shown_with_their_share_per_op(void **state)
{
	static const char *const rows[] = {
		"counter total per op per user byte",
		"fences 4000 2 -",
		"lines flushed 66000 33 -",
		"bytes stored 4096000 2048 1",
		"lock waits 7 0.0035 -",
		"reader waits 8 0.004 -",
		"read retries 9 0.0045 -",
	};

	assert_shows(*state, rows, LENGTH(rows));
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

static void
errors_are_listed_by_errno_and_none_is_lost(void **state)
{
	static const char *const rows[] = {
		"write 0 - - - - - - - - - -", "failed op errno count first lba first after",
		"write EIO 9 77 1.50us",       "write errno 9999 2 78 2.00ms",
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
		"libpmem -, flush clwb, store -",
		"namespace /dev/dax0.0 (dax), 1GiB, node 0, pages of 2MiB, persisted by flush",
		"persistence domain -, health ok",
		"layout uefi, 261000 sectors of 4096 bytes, nfree 256, 1 arena, from byte 4096",
		"clock tsc, 7.50ns per reading, calibrated within 0.25 ppm",
		"harness 31.2ns per op without an engine",
		"run job 'short', repeat 1, 0.000 s (interrupted): engine=btt rw=randread",
		"verdict interrupted",
		"job 'short' was interrupted",
	};

	assert_shows(*state, rows, LENGTH(rows));
}

static void
open_loop_shows_its_schedule_and_a_row_of_response_times(void **state)
{
	static const char *const rows[] = {
		/* one row: the parentheses tell clang that no comma is missing */
		("pace 10.0 ops/s asked, 3.00 started, worst worker 70 % off its schedule, at most "
		 "2.50us"),
		"behind, 7 due and not started; resp: from when an op was due",
		"read 3 3.00 12.3kB/s 7.50ns 10.0ns 15.0ns 15.0ns 15.0ns 15.0ns 15.0ns 15.0ns",
		"resp 2.00us 2.01us 3.00us 3.00us 3.00us 3.00us 3.00us 3.00us",
	};

	assert_shows(*state, rows, LENGTH(rows));
}

static void
unknown_values_are_a_dash(void **state)
{
	static const char *const rows[] = {
		"host -: -, microcode -, CPUs -, nodes -",
		"namespace dram:1G\xff?[31m (dram), 0B, node -, pages of -, persisted by msync",
		("clock monotonic_raw, - per reading, calibrated within - ppm, not the TSC: no "
		 "invariant TSC"),
		"harness - per op without an engine",
		"verdict valid",
	};

	assert_shows(*state, rows, LENGTH(rows));
}

/* Only a word longer than the line may exceed the width. */
static void
assert_line_is_plain(const char *line)
{
	size_t len = strlen(line);

	if (len > 100 && strchr(line + strspn(line, " "), ' '))
		fail_msg("%zu columns: %s", len, line);
	if (len && line[len - 1] == ' ')
		fail_msg("a blank at the end of '%s'", line);
	for (size_t i = 0; i < len; i++)
		if (iscntrl((unsigned char)line[i]))
			fail_msg("byte %u in '%s'", (unsigned char)line[i], line);
}

static void
assert_text_is_plain(const struct result *result)
{
	char *text = written("text", result), *rest = text;

	assert_int_equal(text[strlen(text) - 1], '\n');
	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
		assert_line_is_plain(line);
	free(text);
}

static void
lines_are_plain_and_fit_a_terminal(void **state)
{
	assert_text_is_plain(*state);
}

/* The widest numbers that the job grammar and 64 bits allow. */
static void
large_numbers_and_many_percentiles_still_fit(void **state)
{
	struct result *result = *state;
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
	assert_text_is_plain(result);
}

static void
every_percentile_of_the_default_job_is_in_one_row(void **state)
{
	static const char *const rows[] = {
		"op ops IOPS bandwidth mean p50 p90 p95 p99 p99.9 p99.99 max",
		("read 9999999999 9.99M 99.9GB/s 2.47us 2.48us 3.71us 3.71us 3.71us 3.71us "
		 "3.71us 3.71us"),
	};
	struct result *result = *state;
	struct result_op *op = &result->runs[1].ops[OP_READ];

	histogram_init(&op->service);
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
		WITH_KNOWN(counters_are_shown_with_their_share_per_op),
		WITH_KNOWN(workers_are_shown_with_their_place),
		WITH_KNOWN(errors_are_listed_by_errno_and_none_is_lost),
		WITH_KNOWN(head_and_verdict_describe_the_measurement),
		WITH_KNOWN(open_loop_shows_its_schedule_and_a_row_of_response_times),
		WITH_UNKNOWN(unknown_values_are_a_dash),
		WITH_KNOWN(lines_are_plain_and_fit_a_terminal),
		WITH_UNKNOWN(lines_are_plain_and_fit_a_terminal),
		WITH_KNOWN(large_numbers_and_many_percentiles_still_fit),
		WITH_KNOWN(every_percentile_of_the_default_job_is_in_one_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
