/* SPDX-License-Identifier: BSD-3-Clause */
/* The store of results, and the judgement of a new result against it. tests/cli/history.t has files that are damaged. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "study/history_check.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

struct fixture {
	char folder[64], path[80];
	struct history_store *store;
	struct why why;
};

static struct fixture f;

static int
make_store(void **state)
{
	(void)state;
	strcpy(f.folder, "/tmp/history_store_test.XXXXXX");
	assert_non_null(mkdtemp(f.folder));
	snprintf(f.path, sizeof(f.path), "%s/h.db", f.folder);
	if (history_store_open(&f.store, f.path, HISTORY_CREATE, &f.why))
		fail_msg("%s", f.why.text);
	return 0;
}

static int
drop_store(void **state)
{
	(void)state;
	history_store_close(f.store);
	unlink(f.path);
	assert_int_equal(rmdir(f.folder), 0); /* no log, no temporary file */
	return 0;
}

/* A result with one series: read.p99 and read.iops. */
static struct history_record
make_record(unsigned number, const char *point, double p99)
{
	struct history_record record = {
		.result = {.started_at = 1000 + number,
			   .is_used = 1,
			   .status = strdup("valid"),
			   .host = strdup("h"),
			   .version = strdup("1"),
			   .commit = strdup("abc")},
		.document = strdup("{\"some\": \"text\"}"),
		.series = calloc(1, sizeof(*record.series)),
		.nseries = 1,
		.values = calloc(2, sizeof(*record.values)),
		.nvalues = 2,
	};

	assert_true(asprintf(&record.result.id, "r%u", number) > 0);
	record.result.document_bytes = strlen(record.document);
	for (int i = 0; i < HISTORY_PARTS; i++)
		record.series[0].parts[i] = strdup(i == HISTORY_POINT ? point : "same");
	record.values[0] = (struct history_value){1, 0, "read.p99", 0, p99};
	record.values[1] = (struct history_value){1, 0, "iops", 0, 1e9 / p99};
	return record;
}

static void
add(unsigned number, const char *point, double p99)
{
	struct history_record record = make_record(number, point, p99);

	if (history_store_add(f.store, &record, 1, NULL, 0, &f.why))
		fail_msg("%s", f.why.text);
	history_record_free(&record);
}

static struct history
load(const char *metric)
{
	struct history history;

	if (history_store_load(f.store, metric, &history, &f.why))
		fail_msg("%s", f.why.text);
	return history;
}

static void
a_result_comes_back_as_it_was_added(void **state)
{
	const struct history_label labels[] = {{"ci", "17"}, {"branch", "main"}};
	struct history_record record = make_record(7, "", 1.0 / 3);
	struct history history;
	char *document = NULL;
	size_t bytes = 0;

	(void)state;
	assert_int_equal(history_store_add(f.store, &record, 1, labels, 2, &f.why), 0);
	history = load(NULL);
	assert_int_equal(history.nresults, 1);
	assert_string_equal(history.results[0].id, "r7");
	assert_string_equal(history.results[0].labels, "branch=main ci=17");
	assert_string_equal(history.results[0].commit, "abc");
	assert_int_equal(history.results[0].started_at, 1007);
	assert_int_equal(history.nvalues, 2);
	assert_string_equal(history.values[1].metric, "read.p99");
	assert_true(history.values[1].value == 1.0 / 3);
	assert_int_equal(history_store_document(f.store, history.results[0].number, &document,
						&bytes, &f.why),
			 0);
	assert_int_equal(bytes, strlen(record.document));
	assert_memory_equal(document, record.document, bytes);
	free(document);
	history_free(&history);
	history_record_free(&record);
}

static void
a_second_copy_is_refused_with_all_that_comes_with_it(void **state)
{
	struct history_record records[2];
	struct history history;

	(void)state;
	add(1, "", 5);
	records[0] = make_record(2, "new", 5);
	records[1] = make_record(1, "", 5);
	assert_int_equal(history_store_add(f.store, records, 2, NULL, 0, &f.why), -1);
	assert_non_null(strstr(f.why.text, ": result r1 is in the store already"));
	history = load(NULL);
	assert_int_equal(history.nresults, 1);
	assert_int_equal(history.nseries, 1);
	history_free(&history);
	history_record_free(&records[0]);
	history_record_free(&records[1]);
}

static void
series_differ_by_any_part(void **state)
{
	struct history history;

	(void)state;
	add(1, "", 5);
	add(2, "", 6);
	for (unsigned i = 0; i < HISTORY_PARTS; i++) {
		struct history_record record = make_record(10 + i, "", 5);

		free(record.series[0].parts[i]);
		record.series[0].parts[i] = strdup("other");
		assert_int_equal(history_store_add(f.store, &record, 1, NULL, 0, &f.why), 0);
		history_record_free(&record);
	}
	history = load(NULL);
	assert_int_equal(history.nseries, 1 + HISTORY_PARTS);
	for (size_t at = 0; at < history.nvalues;) {
		struct history_run run = history_next_run(&history, &at);

		assert_int_equal(run.count, run.series->number == 1 ? 2 : 1);
	}
	history_free(&history);
}

static void
values_come_in_the_order_of_time(void **state)
{
	struct history history;
	struct history_run run;
	size_t at = 0;

	(void)state;
	for (unsigned i = 0; i < 10; i++)
		add(i * 7 % 10, "", 100 + i * 7 % 10);
	history = load("read.p99");
	run = history_next_run(&history, &at);
	assert_int_equal(at, 10);
	assert_int_equal(run.count, 10);
	assert_int_equal(run.series->number, 1);
	for (unsigned i = 0; i < 10; i++) {
		assert_true(run.values[i].value == 100 + i);
		assert_int_equal(history_result_of(&history, &run.values[i])->started_at, 1000 + i);
	}
	history_free(&history);
}

static void
a_result_that_is_not_used_has_no_values(void **state)
{
	struct history_record record = make_record(1, "", 5);
	struct history history;

	(void)state;
	record.result.is_used = 0;
	assert_int_equal(history_store_add(f.store, &record, 1, NULL, 0, &f.why), 0);
	history = load(NULL);
	assert_int_equal(history.nresults, 1);
	assert_int_equal(history.results[0].is_used, 0);
	assert_int_equal(history.nvalues, 0);
	history_free(&history);
	history_record_free(&record);
}

static void
removed_results_leave_no_rows(void **state)
{
	struct history history;
	int64_t removed[2];

	(void)state;
	add(1, "gone", 5);
	add(2, "", 5);
	add(3, "", 6);
	history = load(NULL);
	removed[0] = history.results[0].number;
	removed[1] = history.results[1].number;
	history_free(&history);
	assert_int_equal(history_store_remove(f.store, removed, 2, &f.why), 0);
	history = load(NULL);
	assert_int_equal(history.nresults, 1);
	assert_string_equal(history.results[0].id, "r3");
	assert_int_equal(history.nseries, 1);
	assert_int_equal(history.nvalues, 2);
	history_free(&history);
}

static void
reading_makes_no_store(void **state)
{
	struct history_store *store;
	char path[100];

	(void)state;
	snprintf(path, sizeof(path), "%s/none.db", f.folder);
	assert_int_equal(history_store_open(&store, path, HISTORY_READ, &f.why), -1);
	assert_non_null(strstr(f.why.text, ": no such store"));
	assert_int_equal(access(path, F_OK), -1);
}

/* The verdict on two results with this p99 after `count` results with about 1000, or `step` from result 20 on. */
static struct history_check
check(unsigned count, double step, double p99, const char *metric)
{
	struct history_record records[2] = {make_record(900, "", p99), make_record(901, "", p99)};
	const char *const names[] = {"a", "b"};
	struct history_checks checks = {.fresh = 2};
	struct history history;
	struct history_check found;

	for (unsigned i = 0; i < count; i++)
		add(i, "", 1000 + (i >= 20 ? step : 0) + i * 5 % 7 - 3);
	history = load(NULL);
	assert_int_equal(history_check(&history, records, names, &checks, metric, 0.03, &f.why), 0);
	assert_int_equal(checks.count, 1);
	found = checks.checks[0];
	free(checks.checks);
	history_free(&history);
	history_record_free(&records[0]);
	history_record_free(&records[1]);
	return found;
}

static void
a_slower_result_is_worse_in_latency(void **state)
{
	(void)state;
	assert_int_equal(check(20, 0, 1100, "read.p99").verdict, HISTORY_WORSE);
}

static void
a_slower_result_is_worse_in_iops(void **state)
{
	(void)state;
	assert_int_equal(check(20, 0, 1100, "iops").verdict, HISTORY_WORSE);
}

static void
a_faster_result_is_better(void **state)
{
	(void)state;
	assert_int_equal(check(20, 0, 900, "read.p99").verdict, HISTORY_BETTER);
}

static void
an_equal_result_fits(void **state)
{
	(void)state;
	assert_int_equal(check(20, 0, 1020, "read.p99").verdict, HISTORY_FITS);
}

static void
only_the_last_part_counts(void **state)
{
	struct history_check found;

	(void)state;
	found = check(40, 200, 1000, "read.p99");
	assert_int_equal(found.verdict, HISTORY_BETTER);
	assert_int_equal(found.have, 20);
	assert_int_equal(found.since, 21);
}

static void
a_short_part_gives_no_verdict(void **state)
{
	struct history_check found;

	(void)state;
	found = check(FITS_OLD_MIN - 1, 0, 5000, "read.p99");
	assert_int_equal(found.verdict, HISTORY_SHORT);
	assert_int_equal(found.have, FITS_OLD_MIN - 1);
}

static void
a_result_is_not_compared_with_itself(void **state)
{
	(void)state;
	add(900, "", 1000);
	assert_int_equal(check(FITS_OLD_MIN - 1, 0, 1000, "read.p99").have, FITS_OLD_MIN - 1);
}

static void
main_metrics_do_not_repeat_each_other(void **state)
{
	(void)state;
	assert_true(history_is_main("iops") && history_is_main("fences") &&
		    history_is_main("read.p99") && history_is_main("zero.p99.9"));
	assert_false(history_is_main("read.iops") || history_is_main("bw") ||
		     history_is_main("read.max") || history_is_main("read.p95"));
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, make_store, drop_store)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STORE(a_result_comes_back_as_it_was_added),
		WITH_STORE(a_second_copy_is_refused_with_all_that_comes_with_it),
		WITH_STORE(series_differ_by_any_part),
		WITH_STORE(values_come_in_the_order_of_time),
		WITH_STORE(a_result_that_is_not_used_has_no_values),
		WITH_STORE(removed_results_leave_no_rows),
		WITH_STORE(reading_makes_no_store),
		WITH_STORE(a_slower_result_is_worse_in_latency),
		WITH_STORE(a_slower_result_is_worse_in_iops),
		WITH_STORE(a_faster_result_is_better),
		WITH_STORE(an_equal_result_fits),
		WITH_STORE(only_the_last_part_counts),
		WITH_STORE(a_short_part_gives_no_verdict),
		WITH_STORE(a_result_is_not_compared_with_itself),
		cmocka_unit_test(main_metrics_do_not_repeat_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
