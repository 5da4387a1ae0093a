/* SPDX-License-Identifier: BSD-3-Clause */
/* history_print.c -- the list of the results, and the trend of a metric. */
#include "history_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "output/number.h"
#include "output/table.h"
#include "history_words.h"
#include "terminal.h"

int
history_print_list(const struct history *history, enum history_format format)
{
	struct table t = {0};
	json_t *array;

	if (format == HISTORY_JSON) {
		array = json_array();
		for (size_t i = 0; i < history->nresults; i++)
			history_append(&array, history_result_value(&history->results[i]));
		return value_write(array, stdout);
	}
	if (!history->nresults)
		return history_print_end(puts("no results") == EOF);
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
		table_cell(&t, "%.*s", HISTORY_COMMIT_CHARS, r->commit);
		table_cell(&t, "%s", r->host);
		table_cell(&t, "%s", r->labels);
	}
	return history_print_end(table_print(&t, stdout, terminal_width(stdout)));
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
		table_cell(&t, "%.*s", HISTORY_COMMIT_CHARS, r->commit);
		table_cell(&t, "%s", metric_human(&run->metric, run->values[i].value).text);
		if (starts_part(parts, i)) {
			size_t from = parts->starts[part++];
			size_t end = part + 1 < parts->count ? parts->starts[part + 1] : run->count;
			double before = history_median(run, from, i);

			table_cell(&t, "%s",
				   history_percent(before, history_median(run, i, end)).text);
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
			{"result",
			 history_result_value(history_result_of(history, &run->values[i]))},
			{"value", value_real(run->values[i].value)},
			{"change", json_boolean(starts_part(parts, i))},
		};

		history_append(&values, VALUE_OBJECT(members));
	}

	const struct value_member members[] = {
		{"series", history_series_value(run->series)},
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
			history_append(&array, trend_value(history, &run, &parts));
		} else if (format == HISTORY_CSV) {
			err = print_trend_csv(history, &run, &parts);
		} else {
			if (nprinted++)
				putchar('\n');
			history_print_series(run.series);
			err = print_trend_table(history, &run, &parts);
		}
		free(parts.starts);
	}
	if (format == HISTORY_JSON && !err)
		return value_write(array, stdout);
	json_decref(array);
	return history_print_end(err);
}
