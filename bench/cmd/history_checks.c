/* SPDX-License-Identifier: BSD-3-Clause */
/* history_checks.c -- the verdicts of a check: a line or an object for each metric. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "history_print.h"
#include "history_words.h"

static const char *const verdicts[] = {"fits", "better", "worse", "unclear", "short"};

static json_t *
check_value(const struct history_check *c)
{
	int is_short = c->verdict == HISTORY_SHORT;
	const struct value_member members[] = {
		{"series", history_series_value(c->series)},
		{"metric", value_text(metric_name(&c->metric).text)},
		{"unit", value_text(metric_unit(&c->metric))},
		{"verdict", value_text(verdicts[c->verdict])},
		{"value", value_real(c->now)},
		{"median", value_real(is_short ? NAN : c->is.median)},
		{"lowest", value_real(is_short ? NAN : c->is.low)},
		{"highest", value_real(is_short ? NAN : c->is.high)},
		{"p_worse", value_real(is_short ? NAN : c->is.p_worse)},
		{"p_better", value_real(is_short ? NAN : c->is.p_better)},
		{"results", value_count(c->have)},
		{"results_needed", value_count(is_short ? c->needed - c->have : 0)},
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

	printf("%-7s  %.*s%s%s  %s %s", verdicts[c->verdict], name_chars(series),
	       series->parts[HISTORY_JOB], point[0] ? " " : "", point, metric_name(&c->metric).text,
	       metric_human(&c->metric, c->now).text);
	if (c->verdict == HISTORY_SHORT) {
		printf(": too few results to say: %zu, %zu more are needed\n", c->have,
		       c->needed - c->have);
		return;
	}
	printf(", %s: %zu results since %" PRId64 " have %s to %s, median %s",
	       history_percent(c->is.median, c->now).text, c->have, c->since,
	       metric_human(&c->metric, c->is.low).text, metric_human(&c->metric, c->is.high).text,
	       metric_human(&c->metric, c->is.median).text);
	if (c->verdict != HISTORY_FITS)
		printf("; p %.3g", c->verdict == HISTORY_BETTER ? c->is.p_better : c->is.p_worse);
	puts(c->verdict == HISTORY_UNCLEAR ? ": some of them have outliers (check several FILEs)"
					   : "");
}

int
history_print_checks(const struct history_checks *checks, enum history_format format)
{
	json_t *array = json_array();

	if (format == HISTORY_JSON) {
		for (size_t i = 0; i < checks->count; i++)
			history_append(&array, check_value(&checks->checks[i]));
		return value_write(array, stdout);
	}
	json_decref(array);
	for (size_t i = 0; i < checks->count; i++)
		print_check(&checks->checks[i]);
	return history_print_end(0);
}
