/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * plot_trend.c -- trend: one metric of the history. A point for each result, in the order of time; a line for the median
 * of each part, and the changes between the parts.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plot_kinds.h"
#include "plot_metric.h"
#include "plot_text.h"
#include "study/history.h"

#define COMMIT_CHARS 12

/* The results that the plot shows get places on the horizontal axis, in the order of time. */
static int
by_time(const void *a, const void *b)
{
	const struct history_result *const *x = a, *const *y = b;

	if ((*x)->started_at != (*y)->started_at)
		return ((*x)->started_at > (*y)->started_at) -
		       ((*x)->started_at < (*y)->started_at);
	return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

static bool
is_wanted(const struct plot *plot, const struct history_run *run)
{
	return !plot->series || run->series->number == plot->series;
}

/* places[result] is its place, from 1. Returns the number of wanted series, or -1 without memory. */
static int
place_results(const struct plot *plot, size_t *places)
{
	const struct history *h = plot->history;
	const struct history_result **order = calloc(h->nresults + 1, sizeof(*order));
	size_t at = 0, count = 0;
	int nseries = 0;

	if (!order)
		return -1;
	while (at < h->nvalues) {
		struct history_run run = history_next_run(h, &at);

		nseries += is_wanted(plot, &run);
		for (size_t i = 0; i < run.count && is_wanted(plot, &run); i++) {
			const struct history_result *r = history_result_of(h, &run.values[i]);

			if (!places[r - h->results]++)
				order[count++] = r;
		}
	}
	qsort(order, count, sizeof(*order), by_time);
	for (size_t i = 0; i < count; i++)
		places[order[i] - h->results] = i + 1;
	free(order);
	return nseries;
}

static void
put_day(FILE *out, uint64_t epoch_s)
{
	time_t seconds = (time_t)epoch_s;
	char day[32] = "-";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	plot_add_text(out, day);
}

static int
put_series(const struct plot *plot, const struct history_run *run, unsigned number,
	   const char *name, const size_t *places, FILE *out)
{
	const struct history *h = plot->history;
	struct history_parts parts;

	if (history_find_parts(run, &parts))
		return -1;
	for (size_t p = 0; p < parts.count; p++) {
		size_t end = p + 1 < parts.count ? parts.starts[p + 1] : run->count;
		double median = history_median(run, parts.starts[p], end);
		double before = p ? history_median(run, parts.starts[p - 1], parts.starts[p]) : NAN;
		double percent = before > 0 ? 100 * (median / before - 1) : NAN;

		for (size_t i = parts.starts[p]; i < end; i++) {
			const struct history_result *r = history_result_of(h, &run->values[i]);
			char commit[COMMIT_CHARS + 1];

			snprintf(commit, sizeof(commit), "%s", r->commit);
			fprintf(out, "%u", number);
			plot_add_text(out, name);
			fprintf(out, "\t%zu\t%lld", places[r - h->results], (long long)r->number);
			put_day(out, r->started_at);
			plot_add_text(out, commit);
			plot_add_number(out, run->values[i].value);
			plot_add_number(out, median);
			plot_add_number(out, i == parts.starts[p] ? percent : NAN);
			fputc('\n', out);
		}
	}
	free(parts.starts);
	return 0;
}

/* "series 3: default nfree=64": the name of the job, without its keys, and the point */
static void
name_series(char *name, size_t size, const struct history_series *series)
{
	const char *job = series->parts[HISTORY_JOB], *point = series->parts[HISTORY_POINT];

	snprintf(name, size, "series %lld: %.*s%s%s", (long long)series->number,
		 (int)strcspn(job, ":"), job, *point ? " " : "", point);
}

int
plot_trend(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why)
{
	const struct history *h = plot->history;
	size_t *places = calloc(h->nresults + 1, sizeof(*places)), at = 0;
	int nseries = places ? place_results(plot, places) : -1, err = nseries < 0;
	const char *footer[] = {"point: one result, the median of its repeats",
				"line: median of the results between two changes", NULL};
	char machine[PLOT_NAME_MAX] = "";
	struct plot_name label = {""};
	unsigned number = 0;

	(void)sets;
	if (!err && !nseries) {
		free(places);
		return why_say(why, "no series has this metric (allowed: see 'bttbench history "
				    "trend')");
	}
	while (at < h->nvalues && !err) {
		struct history_run run = history_next_run(h, &at);
		char name[PLOT_NAME_MAX];

		if (!is_wanted(plot, &run))
			continue;
		if (!number) {
			label = plot_metric_label(&run.metric);
			snprintf(machine, sizeof(machine), "machine %s",
				 nseries > 1 ? "of each series: see 'bttbench history trend'"
					     : run.series->parts[HISTORY_MACHINE]);
			plot_put_note(out, "title", plot->title ? plot->title : label.text);
			plot_put_note(out, "x", "result, and the day of its start (UTC)");
			plot_put_note(out, "y", label.text);
			plot_put_footer(out, plot,
					(const char *const[]){machine, footer[0], footer[1], NULL});
			fputs("series\tname\tx\tresult\tday\tcommit\tvalue\tmedian\tchange_"
			      "percent\n",
			      out);
		}
		name_series(name, sizeof(name), run.series);
		err = put_series(plot, &run, number++, name, places, out);
	}
	free(places);
	return err ? why_say(why, "out of memory") : 0;
}
