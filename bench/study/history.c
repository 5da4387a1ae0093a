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
