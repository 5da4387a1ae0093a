/* SPDX-License-Identifier: BSD-3-Clause */
/* history_changes.c -- the changes of all series. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "human.h"
#include "history_print.h"
#include "history_words.h"

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

	printf("  %-11s %7s %-6s %s to %s, between result %" PRId64 " and %" PRId64 "\n",
	       metric_name(metric).text, history_percent(c->from, c->to).text,
	       c->is_better ? "better" : "worse", metric_human(metric, c->from).text,
	       metric_human(metric, c->to).text, c->before->number, c->after->number);
	for (int i = 0; i < 2; i++) {
		const struct history_result *r = i ? c->after : c->before;

		printf("      %s  %s, commit %.*s%s%s\n", i ? "after " : "before",
		       history_time(r->started_at).text, HISTORY_COMMIT_CHARS, r->commit,
		       r->labels[0] ? ", " : "", r->labels);
	}
}

static json_t *
change_value(const struct change *c)
{
	const struct value_member members[] = {
		{"series", history_series_value(c->run->series)},
		{"metric", value_text(metric_name(&c->run->metric).text)},
		{"unit", value_text(metric_unit(&c->run->metric))},
		{"before", history_result_value(c->before)},
		{"after", history_result_value(c->after)},
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
				history_append(&array, change_value(&change));
				continue;
			}
			if (printed != run.series->number) {
				if (printed)
					putchar('\n');
				history_print_series(run.series);
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
	return history_print_end(err);
}
