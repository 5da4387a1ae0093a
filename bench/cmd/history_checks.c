/* SPDX-License-Identifier: BSD-3-Clause */
/* history_checks.c -- the verdicts of a check: a line or an object for each metric. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "history_print.h"
#include "history_words.h"

static const char *const verdicts[] = {"same", "better", "worse", "short"};

static json_t *
check_value(const struct history_check *c)
{
	int is_short = c->verdict == HISTORY_SHORT;
	const struct value_member members[] = {
		{"series", history_series_value(c->series)},
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
			history_append(&array, check_value(&checks->checks[i]));
		return value_write(array, stdout);
	}
	json_decref(array);
	for (size_t i = 0; i < checks->count; i++)
		print_check(&checks->checks[i]);
	return history_print_end(0);
}
