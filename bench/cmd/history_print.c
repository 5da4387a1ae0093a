/* SPDX-License-Identifier: BSD-3-Clause */
#include "history_print.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "human.h"
#include "output/json_value.h"
#include "output/number.h"
#include "output/table.h"
#include "output/wrap.h"
#include "terminal.h"

#define COMMIT_CHARS 12

struct history_time
history_time(uint64_t epoch_s)
{
	struct history_time t = {"-"};
	time_t seconds = (time_t)epoch_s;
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(t.text, sizeof(t.text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return t;
}

static int
finish(int err)
{
	return err || fflush(stdout) || ferror(stdout) ? -1 : 0;
}

static json_t *
result_value(const struct history_result *r)
{
	const struct value_member members[] = {
		{"number", value_count((uint64_t)r->number)},
		{"id", value_text(r->id)},
		{"started_at", value_time(r->started_at)},
		{"host", value_text(r->host)},
		{"version", value_text(r->version)},
		{"commit", value_text(r->commit)},
		{"status", value_text(r->status)},
		{"used", json_boolean(r->is_used)},
		{"labels", value_text(r->labels)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
series_value(const struct history_series *series)
{
	struct value_member members[HISTORY_PARTS + 1] = {
		{"number", value_positive((uint64_t)series->number)}};

	for (int i = 0; i < HISTORY_PARTS; i++)
		members[i + 1] = (struct value_member){history_part_name((enum history_part)i),
						       value_text(series->parts[i])};
	return value_object(members, HISTORY_PARTS + 1);
}

/* Appends to an array that may be NULL after a failure. */
static void
append(json_t **array, json_t *value)
{
	*array = value_unless(*array, json_array_append_new(*array, value));
}

int
history_print_list(const struct history *history, enum history_format format)
{
	struct table t = {0};
	json_t *array;

	if (format == HISTORY_JSON) {
		array = json_array();
		for (size_t i = 0; i < history->nresults; i++)
			append(&array, result_value(&history->results[i]));
		return value_write(array, stdout);
	}
	if (!history->nresults)
		return finish(puts("no results") == EOF);
	table_column(&t, "result");
	table_column(&t, "started at");
	table_column(&t, "status");
	table_column(&t, "commit");
	table_column(&t, "host");
	table_column(&t, "labels");
	for (size_t i = 0; i < history->nresults; i++) {
		const struct history_result *r = &history->results[i];

		table_cell(&t, "%" PRId64, r->number);
		table_cell(&t, "%s", history_time(r->started_at).text);
		table_cell(&t, "%s%s", r->status, r->is_used ? "" : " (not used)");
		table_cell(&t, "%.*s", COMMIT_CHARS, r->commit);
		table_cell(&t, "%s", r->host);
		table_cell(&t, "%s", r->labels);
	}
	return finish(table_print(&t, stdout, terminal_width(stdout)));
}

static void
print_series(const struct history_series *series)
{
	const struct page page = {.out = stdout, .width = terminal_width(stdout)};

	wrap_print(&page, "series", "%" PRId64 ", op %s", series->number,
		   series->parts[HISTORY_OP]);
	for (int i = 0; i < HISTORY_OP; i++)
		if (series->parts[i][0])
			wrap_print(&page, history_part_name((enum history_part)i), "%s",
				   series->parts[i]);
}

static int
starts_part(const struct history_parts *parts, size_t at)
{
	for (size_t i = 1; i < parts->count; i++)
		if (parts->starts[i] == at)
			return 1;
	return 0;
}

static int
print_trend_table(const struct history *history, const struct history_run *run,
		  const struct history_parts *parts)
{
	struct table t = {0};
	size_t part = 0;

	table_column(&t, "result");
	table_column(&t, "started at");
	table_column(&t, "commit");
	table_column(&t, "%s", metric_name(&run->metric).text);
	table_column(&t, "change");
	table_column(&t, "labels");
	for (size_t i = 0; i < run->count; i++) {
		const struct history_result *r = history_result_of(history, &run->values[i]);

		table_cell(&t, "%" PRId64, r->number);
		table_cell(&t, "%s", history_time(r->started_at).text);
		table_cell(&t, "%.*s", COMMIT_CHARS, r->commit);
		table_cell(&t, "%s", metric_human(&run->metric, run->values[i].value).text);
		if (starts_part(parts, i)) {
			size_t from = parts->starts[part++];
			size_t end = part + 1 < parts->count ? parts->starts[part + 1] : run->count;
			double before = history_median(run, from, i);

			table_cell(&t, "%+.1f%%", 100 * (history_median(run, i, end) / before - 1));
		} else {
			table_cell(&t, "%s", "");
		}
		table_cell(&t, "%s", r->labels);
	}
	return table_print(&t, stdout, terminal_width(stdout));
}

static json_t *
trend_value(const struct history *history, const struct history_run *run,
	    const struct history_parts *parts)
{
	json_t *values = json_array();

	for (size_t i = 0; i < run->count; i++) {
		const struct value_member members[] = {
			{"result", result_value(history_result_of(history, &run->values[i]))},
			{"value", value_real(run->values[i].value)},
			{"change", json_boolean(starts_part(parts, i))},
		};

		append(&values, VALUE_OBJECT(members));
	}

	const struct value_member members[] = {
		{"series", series_value(run->series)},
		{"metric", value_text(metric_name(&run->metric).text)},
		{"unit", value_text(metric_unit(&run->metric))},
		{"values", values},
	};

	return VALUE_OBJECT(members);
}

static int
print_trend_csv(const struct history *history, const struct history_run *run,
		const struct history_parts *parts)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct history_result *r = history_result_of(history, &run->values[i]);

		printf("%" PRId64 ",%s,%" PRId64 ",%s,%s,%s,%d\n", run->series->number,
		       metric_name(&run->metric).text, r->number, history_time(r->started_at).text,
		       r->commit, number_text(run->values[i].value).text, starts_part(parts, i));
	}
	return 0;
}

int
history_print_trend(const struct history *history, int64_t series, enum history_format format)
{
	json_t *array = json_array();
	size_t at = 0, nprinted = 0;
	int err = 0;

	if (format == HISTORY_CSV)
		puts("series,metric,result,started_at,commit,value,change");
	while (at < history->nvalues && !err) {
		struct history_run run = history_next_run(history, &at);
		struct history_parts parts;

		if (series && run.series->number != series)
			continue;
		err = history_find_parts(&run, &parts);
		if (err)
			break;
		if (format == HISTORY_JSON) {
			append(&array, trend_value(history, &run, &parts));
		} else if (format == HISTORY_CSV) {
			err = print_trend_csv(history, &run, &parts);
		} else {
			if (nprinted++)
				putchar('\n');
			print_series(run.series);
			err = print_trend_table(history, &run, &parts);
		}
		free(parts.starts);
	}
	if (format == HISTORY_JSON && !err)
		return value_write(array, stdout);
	json_decref(array);
	return finish(err);
}

/* One change of a run: the last result before it, the first one after it. */
struct change {
	const struct history_run *run;
	const struct history_result *before, *after;
	double from, to; /* medians of the parts on either side */
	int is_better;
};

static double
relative(const struct change *change)
{
	return change->to / change->from - 1;
}

static void
print_change(const struct change *c)
{
	const struct metric *metric = &c->run->metric;

	printf("  %-11s %+6.1f%% %-6s %s to %s, between result %" PRId64 " and %" PRId64 "\n",
	       metric_name(metric).text, 100 * relative(c), c->is_better ? "better" : "worse",
	       metric_human(metric, c->from).text, metric_human(metric, c->to).text,
	       c->before->number, c->after->number);
	for (int i = 0; i < 2; i++) {
		const struct history_result *r = i ? c->after : c->before;

		printf("      %s  %s, commit %.*s%s%s\n", i ? "after " : "before",
		       history_time(r->started_at).text, COMMIT_CHARS, r->commit,
		       r->labels[0] ? ", " : "", r->labels);
	}
}

static json_t *
change_value(const struct change *c)
{
	const struct value_member members[] = {
		{"series", series_value(c->run->series)},
		{"metric", value_text(metric_name(&c->run->metric).text)},
		{"unit", value_text(metric_unit(&c->run->metric))},
		{"before", result_value(c->before)},
		{"after", result_value(c->after)},
		{"median_before", value_real(c->from)},
		{"median_after", value_real(c->to)},
		{"percent", value_real(100 * relative(c))},
		{"better", json_boolean(c->is_better)},
	};

	return VALUE_OBJECT(members);
}

/* The change at the start of part `i`, from 1. */
static struct change
change_of(const struct history *history, const struct history_run *run,
	  const struct history_parts *parts, size_t i)
{
	size_t at = parts->starts[i];
	size_t end = i + 1 < parts->count ? parts->starts[i + 1] : run->count;
	struct change c = {
		.run = run,
		.before = history_result_of(history, &run->values[at - 1]),
		.after = history_result_of(history, &run->values[at]),
		.from = history_median(run, parts->starts[i - 1], at),
		.to = history_median(run, at, end),
	};

	c.is_better = (c.to > c.from) == metric_higher_is_better(&run->metric);
	return c;
}

int
history_print_changes(const struct history *history, int64_t series, double threshold, int all,
		      enum history_format format)
{
	json_t *array = json_array();
	size_t at = 0, nchanges = 0, nruns = 0;
	int64_t printed = 0;
	int err = 0;

	while (at < history->nvalues && !err) {
		struct history_run run = history_next_run(history, &at);
		struct history_parts parts;

		if ((series && run.series->number != series) ||
		    (!all && !history_is_main(run.values->metric)))
			continue;
		err = history_find_parts(&run, &parts);
		if (err)
			break;
		nruns++;
		for (size_t i = 1; i < parts.count; i++) {
			const struct change change = change_of(history, &run, &parts, i);

			if (!(fabs(relative(&change)) >= threshold))
				continue;
			nchanges++;
			if (format == HISTORY_JSON) {
				append(&array, change_value(&change));
				continue;
			}
			if (printed != run.series->number) {
				if (printed)
					putchar('\n');
				print_series(run.series);
				putchar('\n');
			}
			printed = run.series->number;
			print_change(&change);
		}
		free(parts.starts);
	}
	if (format == HISTORY_JSON && !err)
		return value_write(array, stdout);
	json_decref(array);
	if (!err)
		printf("%schanges of %s or more: %zu; metrics of series: %zu\n",
		       nchanges ? "\n" : "", human_percent(100 * threshold).text, nchanges, nruns);
	return finish(err);
}

static const char *const verdicts[] = {"same", "better", "worse", "short"};

static json_t *
check_value(const struct history_check *c)
{
	int is_short = c->verdict == HISTORY_SHORT;
	const struct value_member members[] = {
		{"series", series_value(c->series)},
		{"metric", value_text(metric_name(&c->metric).text)},
		{"unit", value_text(metric_unit(&c->metric))},
		{"verdict", value_text(verdicts[c->verdict])},
		{"value", value_real(c->value)},
		{"expected_low", value_real(is_short ? NAN : c->expected.low)},
		{"expected_high", value_real(is_short ? NAN : c->expected.high)},
		{"results", value_count(is_short ? c->have : c->expected.count)},
		{"results_needed", value_count(is_short ? EXPECT_VALUES_MIN - c->have : 0)},
		{"since", value_positive((uint64_t)c->since)},
	};

	return VALUE_OBJECT(members);
}

/* "default:" of the job part: its name and number */
static int
name_chars(const struct history_series *series)
{
	return (int)strcspn(series->parts[HISTORY_JOB], ":");
}

static void
print_check(const struct history_check *c)
{
	const struct history_series *series = c->series;
	const char *point = series->parts[HISTORY_POINT];
	double percent = 100 * (c->value / c->expected.center - 1);

	printf("%-6s  %.*s%s%s  %s %s", verdicts[c->verdict], name_chars(series),
	       series->parts[HISTORY_JOB], point[0] ? " " : "", point, metric_name(&c->metric).text,
	       metric_human(&c->metric, c->value).text);
	if (c->verdict == HISTORY_SHORT) {
		printf(": too few results to say: %zu, %zu more are needed\n", c->have,
		       EXPECT_VALUES_MIN - c->have);
		return;
	}
	/* no "-0.0%" */
	printf(", %+.1f%%: expected %s to %s, from %zu results since %" PRId64,
	       fabs(percent) < 0.05 ? 0 : percent, metric_human(&c->metric, c->expected.low).text,
	       metric_human(&c->metric, c->expected.high).text, c->expected.count, c->since);
	if (c->expected.outliers)
		printf(" without %zu outliers", c->expected.outliers);
	putchar('\n');
}

int
history_print_checks(const struct history_checks *checks, enum history_format format)
{
	json_t *array = json_array();

	if (format == HISTORY_JSON) {
		for (size_t i = 0; i < checks->count; i++)
			append(&array, check_value(&checks->checks[i]));
		return value_write(array, stdout);
	}
	json_decref(array);
	for (size_t i = 0; i < checks->count; i++)
		print_check(&checks->checks[i]);
	return finish(0);
}
