/* SPDX-License-Identifier: BSD-3-Clause */
/* plot_series.c -- series: IOPS over the measured phase, failed ops, stalls. One series for each set. */
#include <math.h>
#include <stdlib.h>

#include "plot_kinds.h"
#include "plot_text.h"

/* An interval below this share of the median of its run is a stall. */
#define STALL_BELOW 0.5
/* A last interval below this share of the first one is left out: its rate says little. */
#define SHORT_BELOW 0.5

static double
rate_of(const struct plot *plot, const struct result_interval *interval)
{
	double ops = 0;

	for (unsigned op = 0; op < OP_KINDS; op++)
		if (plot->op == METRIC_TOTAL || plot->op == op)
			ops += (double)interval->ops[op];
	return interval->length_s > 0 ? ops / interval->length_s : NAN;
}

/* The intervals of a run that are long enough. */
static size_t
count_intervals(const struct result_run *run)
{
	size_t count = run->nintervals;

	if (count > 1 &&
	    run->intervals[count - 1].length_s < SHORT_BELOW * run->intervals[0].length_s)
		count--;
	return count;
}

/* The rate below which an interval of the run is a stall. NAN: memory ran out. */
static double
stall_limit(const struct plot *plot, const struct result_run *run)
{
	size_t count = count_intervals(run);
	double *rates = calloc(count + 1, sizeof(*rates)), limit = NAN;

	if (!rates)
		return NAN;
	for (size_t i = 0; i < count; i++)
		rates[i] = rate_of(plot, &run->intervals[i]);
	limit = STALL_BELOW * plot_spread_of(rates, count).median;
	free(rates);
	return limit;
}

/* values: room for the runs of the set, twice */
static void
put_set(const struct plot *plot, const struct plot_set *set, const char *start, double *values,
	FILE *out)
{
	double *limits = values + set->nruns;
	size_t longest = 0, longest_count = 0;

	for (size_t i = 0; i < set->nruns; i++) {
		size_t count = count_intervals(set->runs[i]);

		limits[i] = stall_limit(plot, set->runs[i]);
		if (count > longest_count) {
			longest = i;
			longest_count = count;
		}
	}
	for (size_t k = 0; k < longest_count; k++) {
		const struct result_interval *step = &set->runs[longest]->intervals[k];
		unsigned long long errors = 0;
		struct plot_spread spread;
		unsigned stalls = 0;
		size_t n = 0;

		for (size_t i = 0; i < set->nruns; i++) {
			const struct result_run *run = set->runs[i];

			if (k >= count_intervals(run))
				continue;
			values[n] = rate_of(plot, &run->intervals[k]);
			stalls += values[n++] < limits[i];
			errors += run->intervals[k].errors;
		}
		spread = plot_spread_of(values, n);
		fputs(start, out);
		plot_add_number(out, step->start_s);
		plot_add_number(out, step->start_s + step->length_s);
		fprintf(out, "\t%zu", n);
		plot_add_number(out, spread.median);
		plot_add_number(out, spread.low);
		plot_add_number(out, spread.high);
		fprintf(out, "\t%u\t%llu\n", stalls, errors);
	}
}

int
plot_series(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why)
{
	const struct plot_notes notes = {
		plot->op == METRIC_TOTAL ? "IOPS over the measured phase"
					 : "IOPS of one kind of operation over the measured phase",
		"time since the start of the measured phase [s]", "IOPS [ops/s]", "line", "band"};
	double *values = calloc(2 * sets->nruns_max, sizeof(*values));
	unsigned series = 0;

	if (!values)
		return why_say(why, "out of memory");
	plot_put_notes(out, plot, sets, &notes);
	fputs("series\tname\tstart_s\tend_s\truns\tiops\tlow\thigh\tstalls\terrors\n", out);
	for (size_t i = 0; i < sets->count; i++) {
		const struct plot_set *set = &sets->sets[i];
		struct plot_name name = plot_set_name(plot, sets, set, NULL);
		size_t count = 0, size;
		char *start = NULL;
		FILE *text;

		for (size_t k = 0; k < set->nruns; k++)
			count += set->runs[k]->nintervals;
		if (!count)
			continue;
		text = open_memstream(&start, &size);
		if (text) {
			fprintf(text, "%u\t", series++);
			plot_put_text(text, name.text[0] ? name.text : set->job->name);
			fclose(text);
		}
		if (start)
			put_set(plot, set, start, values, out);
		free(start);
	}
	free(values);
	return series ? 0
		      : why_say(why, "no intervals (allowed: results of jobs with key interval)");
}
