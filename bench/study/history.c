/* SPDX-License-Identifier: BSD-3-Clause */
#include "history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/robust.h"

int
history_is_main(const char *metric)
{
	static const char *const names[] = {"iops", "fences", "lines", "p50", "p99", "p99.9"};
	const char *dot = strchr(metric, '.');
	size_t first = 0, end = 3;

	/* IOPS of one kind of op follow from the total; percentiles of all kinds together are not kept */
	if (dot && metric[0] != 'p') {
		metric = dot + 1;
		first = 3;
		end = 6;
	}
	for (size_t i = first; i < end; i++)
		if (!strcmp(metric, names[i]))
			return 1;
	return 0;
}

static int
by_number(const void *key, const void *element)
{
	const int64_t *number = key, *of = element; /* the first member of both kinds of rows */

	return (*number > *of) - (*number < *of);
}

struct history_run
history_next_run(const struct history *history, size_t *at)
{
	const struct history_value *first = &history->values[*at];
	struct history_run run = {
		.series = bsearch(&first->series, history->series, history->nseries,
				  sizeof(*history->series), by_number),
		.values = first,
	};
	struct why why;

	metric_parse(&run.metric, first->metric, &why);
	while (*at < history->nvalues && history->values[*at].series == first->series &&
	       !strcmp(history->values[*at].metric, first->metric)) {
		run.count++;
		++*at;
	}
	return run;
}

const struct history_result *
history_result_of(const struct history *history, const struct history_value *value)
{
	return bsearch(&value->result, history->results, history->nresults,
		       sizeof(*history->results), by_number);
}

static double *
copy_values(const struct history_run *run, size_t from, size_t to)
{
	double *values = calloc(to - from + 1, sizeof(*values));

	for (size_t i = from; i < to && values; i++)
		values[i - from] = run->values[i].value;
	return values;
}

int
history_find_parts(const struct history_run *run, struct history_parts *parts)
{
	double *values = copy_values(run, 0, run->count);
	size_t found;

	parts->count = 0;
	parts->starts = calloc(run->count / CHANGES_PART_MIN + 2, sizeof(*parts->starts));
	if (!values || !parts->starts) {
		free(values);
		free(parts->starts);
		return -1;
	}
	found = changes_find(values, run->count, parts->starts + 1);
	free(values);
	if (found == SIZE_MAX) {
		free(parts->starts);
		return -1;
	}
	parts->count = run->count ? found + 1 : 0;
	return 0;
}

double
history_median(const struct history_run *run, size_t from, size_t to)
{
	double *values = copy_values(run, from, to), median;

	if (!values)
		return NAN;
	median = robust_median(values, to - from);
	free(values);
	return median;
}

/* The number of the stored series with these parts, or 0. */
static const struct history_series *
find_series(const struct history *history, const struct history_series *series)
{
	for (size_t i = 0; i < history->nseries; i++) {
		int part = 0;

		while (part < HISTORY_PARTS &&
		       !strcmp(history->series[i].parts[part], series->parts[part]))
			part++;
		if (part == HISTORY_PARTS)
			return &history->series[i];
	}
	return NULL;
}

/* The values of the series before the new result: those of the history without the result itself. */
static int
values_before(const struct history *history, const struct history_series *series,
	      const struct history_record *record, const struct history_value *now,
	      struct history_run *run)
{
	struct history_value *values = calloc(history->nvalues + 1, sizeof(*values));
	struct why why;

	if (!values)
		return -1;
	*run = (struct history_run){.series = series, .values = values};
	metric_parse(&run->metric, now->metric, &why);
	for (size_t i = 0; i < history->nvalues; i++) {
		const struct history_value *v = &history->values[i];

		if (series && v->series == series->number && !strcmp(v->metric, now->metric) &&
		    strcmp(history_result_of(history, v)->id, record->result.id) != 0)
			values[run->count++] = *v;
	}
	return 0;
}

static int
check_value(struct history_check *check, const struct history_run *run, size_t ntests,
	    double threshold)
{
	struct history_parts parts;
	double *values;
	size_t start;
	int err;

	check->verdict = HISTORY_SHORT;
	if (history_find_parts(run, &parts))
		return -1;
	start = parts.count ? parts.starts[parts.count - 1] : 0;
	free(parts.starts);
	check->have = run->count - start;
	check->since = run->count ? run->values[start].result : 0;
	if (check->have < EXPECT_VALUES_MIN)
		return 0;
	values = copy_values(run, start, run->count);
	err = !values || changes_expect(&check->expected, values, check->have, ntests, threshold);
	free(values);
	if (err)
		return -1;
	check->verdict = HISTORY_SAME;
	if (check->value < check->expected.low || check->value > check->expected.high)
		check->verdict = (check->value > check->expected.high) ==
						 metric_higher_is_better(&check->metric)
					 ? HISTORY_BETTER
					 : HISTORY_WORSE;
	return 0;
}

int
history_check(const struct history *history, const struct history_record *record,
	      const char *metric, double threshold, struct history_checks *checks)
{
	int err = 0;

	checks->count = 0;
	checks->checks = calloc(record->nvalues + 1, sizeof(*checks->checks));
	if (!checks->checks)
		return -1;
	for (size_t i = 0; i < record->nvalues; i++) {
		const struct history_value *v = &record->values[i];

		if (metric ? !strcmp(metric, v->metric) : history_is_main(v->metric))
			checks->checks[checks->count++] = (struct history_check){
				.series = &record->series[v->series - 1],
				.value = v->value,
				.since = (int64_t)i, /* until it is checked */
			};
	}
	for (size_t i = 0; i < checks->count && !err; i++) {
		struct history_check *check = &checks->checks[i];
		const struct history_value *v = &record->values[check->since];
		struct history_run run;

		err = values_before(history, find_series(history, check->series), record, v, &run);
		if (err)
			break;
		check->metric = run.metric;
		err = check_value(check, &run, checks->count, threshold);
		free((void *)run.values);
	}
	if (err)
		free(checks->checks);
	return err ? -1 : 0;
}
