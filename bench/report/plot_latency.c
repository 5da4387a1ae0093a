/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * plot_latency.c -- percentiles and histogram: the distribution of latencies, one series for each set, kind of op, and
 * service or response time.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_kinds.h"
#include "plot_text.h"

/* A histogram has this many cells in each decade, all equally wide on a logarithmic axis. */
#define CELLS_PER_DECADE 30
#define DECADES          13 /* to 10^13 ns, more than 2^43 */
#define CELLS            (CELLS_PER_DECADE * DECADES)

struct latency {
	const struct plot *plot;
	const struct plot_sets *sets;
	FILE *out;
	double *values; /* of the runs of a set */
	unsigned series;
	/* writes the rows of one series */
	void (*rows)(struct latency *latency, const struct plot_set *set, unsigned op,
		     int is_response, const char *name);
};

static const struct histogram *
histogram_of(const struct result_run *run, unsigned op, int is_response)
{
	return is_response ? &run->ops[op].response : &run->ops[op].service;
}

static uint64_t
count_of(const struct plot_set *set, unsigned op, int is_response)
{
	uint64_t count = 0;

	for (size_t i = 0; i < set->nruns; i++)
		count += histogram_count(histogram_of(set->runs[i], op, is_response));
	return count;
}

static void
put_series(struct latency *latency, const struct plot_set *set, unsigned op, int is_response,
	   const char *name)
{
	fprintf(latency->out, "%u", latency->series);
	plot_add_text(latency->out, name);
	fprintf(latency->out, "\t%d\t%llu", is_response,
		(unsigned long long)count_of(set, op, is_response));
}

static void
put_spread(FILE *out, const struct plot_spread *spread)
{
	plot_add_number(out, spread->median);
	plot_add_number(out, spread->low);
	plot_add_number(out, spread->high);
	fputc('\n', out);
}

/* x is 1/(1-p), so each further nine of p is one decade. The last row is the maximum. */
static void
percentile_rows(struct latency *latency, const struct plot_set *set, unsigned op, int is_response,
		const char *name)
{
	static const double steps[] = {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9};
	const size_t nsteps = sizeof(steps) / sizeof(steps[0]);
	double longest = 0;
	int is_end = 0;

	for (size_t i = 0; i < set->nruns; i++)
		longest =
			fmax(longest,
			     (double)histogram_count(histogram_of(set->runs[i], op, is_response)));
	for (size_t i = 0; !is_end; i++) {
		double x = steps[i % nsteps] * pow(10, (double)(i / nsteps));
		struct plot_spread spread;
		double percent;

		is_end = x >= longest;
		x = fmin(x, longest);
		percent = is_end ? 100 : fmax(100 - 100 / x, 1e-9);
		for (size_t k = 0; k < set->nruns; k++) {
			const struct histogram *h = histogram_of(set->runs[k], op, is_response);

			latency->values[k] = histogram_count(h)
						     ? (double)histogram_percentile_ns(h, percent)
						     : NAN;
		}
		spread = plot_spread_of(latency->values, set->nruns);
		put_series(latency, set, op, is_response, name);
		fprintf(latency->out, "\t%.10g", percent < 1e-6 ? 0 : percent);
		plot_add_number(latency->out, x);
		put_spread(latency->out, &spread);
	}
}

static double
cell_edge(size_t cell)
{
	return pow(10, (double)cell / CELLS_PER_DECADE);
}

/* The share of values below each edge, in percent. The values of a bucket count as spread evenly over it. */
static void
find_shares_below(const struct histogram *h, double below[CELLS + 1])
{
	double count = (double)histogram_count(h), sum = 0;
	double step = h->unit_ns > 1 ? (double)h->unit_ns : 1;
	size_t cell = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS && cell <= CELLS; i++) {
		double low, end;

		if (!h->bucket[i])
			continue;
		low = (double)histogram_bucket_low_ns(h, i);
		end = (double)histogram_bucket_high_ns(h, i) + step;
		for (; cell <= CELLS && cell_edge(cell) < end; cell++) {
			double part = fmax(0, (cell_edge(cell) - low) / (end - low));

			below[cell] = 100 * (sum + part * (double)h->bucket[i]) / count;
		}
		sum += (double)h->bucket[i];
	}
	for (; cell <= CELLS; cell++)
		below[cell] = 100 * sum / count;
	/* values below the first edge, 1 ns, belong to the first cell */
	below[0] = 0;
}

static void
histogram_rows(struct latency *latency, const struct plot_set *set, unsigned op, int is_response,
	       const char *name)
{
	double(*below)[CELLS + 1] = calloc(set->nruns, sizeof(*below));
	size_t nruns = 0, first = CELLS, last = 0;

	for (size_t i = 0; below && i < set->nruns; i++) {
		const struct histogram *h = histogram_of(set->runs[i], op, is_response);

		if (!histogram_count(h))
			continue;
		find_shares_below(h, below[nruns]);
		for (size_t cell = 0; cell < CELLS; cell++) {
			if (below[nruns][cell + 1] <= below[nruns][cell])
				continue;
			first = cell < first ? cell : first;
			last = cell > last ? cell : last;
		}
		nruns++;
	}
	/* one empty cell on each side ends the line at 0 */
	for (size_t cell = first ? first - 1 : 0; nruns && cell <= last + 1 && cell < CELLS;
	     cell++) {
		struct plot_spread spread;

		for (size_t i = 0; i < nruns; i++)
			latency->values[i] = below[i][cell + 1] - below[i][cell];
		spread = plot_spread_of(latency->values, nruns);
		put_series(latency, set, op, is_response, name);
		plot_add_number(latency->out, cell_edge(cell));
		plot_add_number(latency->out, cell_edge(cell + 1));
		put_spread(latency->out, &spread);
	}
	free(below);
}

/* "nfree=64 read response" */
static struct plot_name
series_name(const struct latency *latency, const struct plot_set *set, unsigned op,
	    const char *time)
{
	struct plot_name name = plot_set_name(latency->plot, latency->sets, set, NULL);
	size_t len = strlen(name.text);

	snprintf(name.text + len, sizeof(name.text) - len, "%s%s%s", len ? " " : "",
		 op_kind_name((enum op_kind)op), time);
	return name;
}

static int
put_all(struct latency *latency, struct why *why)
{
	const struct plot_sets *sets = latency->sets;

	latency->values = calloc(sets->nruns_max, sizeof(*latency->values));
	if (!latency->values)
		return why_say(why, "out of memory");
	for (size_t i = 0; i < sets->count; i++) {
		const struct plot_set *set = &sets->sets[i];

		for (unsigned op = 0; op < OP_KINDS; op++) {
			int has_response = count_of(set, op, 1) > 0;

			for (int is_response = 0; is_response < 2; is_response++) {
				const char *time = !has_response ? ""
						   : is_response ? " response"
								 : " service";

				if (!plot_set_has_op(latency->plot, set, op) ||
				    !count_of(set, op, is_response))
					continue;
				latency->rows(latency, set, op, is_response,
					      series_name(latency, set, op, time).text);
				latency->series++;
			}
		}
	}
	free(latency->values);
	return latency->series ? 0
			       : why_say(why, "no latencies (allowed: results with times of the "
					      "ops, and --op of a kind that they have)");
}

int
plot_percentiles(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why)
{
	struct latency latency = {.plot = plot, .sets = sets, .out = out, .rows = percentile_rows};
	const struct plot_notes notes = {"Latency by percentile", "percentile of operations",
					 "latency", "line", "band"};

	plot_put_notes(out, plot, sets, &notes);
	fputs("series\tname\tresponse\tops\tpercentile\tx\tns\tlow_ns\thigh_ns\n", out);
	return put_all(&latency, why);
}

int
plot_histogram(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why)
{
	struct latency latency = {.plot = plot, .sets = sets, .out = out, .rows = histogram_rows};
	const struct plot_notes notes = {"Distribution of latencies", "latency",
					 "operations in each 8 % of latency [%]", "line", "band"};

	plot_put_notes(out, plot, sets, &notes);
	fputs("series\tname\tresponse\tops\tfrom_ns\tto_ns\tpercent\tlow_percent\thigh_percent\n",
	      out);
	return put_all(&latency, why);
}
