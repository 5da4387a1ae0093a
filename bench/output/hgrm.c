/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * hgrm.c -- the percentile distribution in the text format of HdrHistogram and its plotter.
 *
 * One section for each job and kind of op, with the repeats merged, which is exact. Values are in microseconds with
 * three decimals, so they show whole nanoseconds. The plotter draws a whole file as one line; for it the formats
 * hgrm-read, hgrm-write and hgrm-zero print one kind of op. These and hgrm contain service times; hgrm-response and
 * hgrm-response-KIND contain the response times of open loops.
 *
 * The levels are those of HdrHistogram with 5 ticks per half distance: the step is halved each time the distance to
 * 100 % is halved. Each level is printed with the first bucket that reaches it. The last line has no fourth column,
 * because 1/(1-1) is infinite.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "output.h"

#define TICKS_PER_HALF 5
#define NS_PER_US      1000.0

enum times { TIMES_SERVICE, TIMES_RESPONSE };

static const char *const times_names[] = {"service", "response"};

static double
next_level(double percent)
{
	double halvings = floor(log2(100 / (100 - percent))) + 1;

	return percent + 100 / (TICKS_PER_HALF * exp2(halvings));
}

/* Prints the levels that `seen` of `total` values reach. Returns the next level. */
static double
print_levels(FILE *out, double value_ns, double level, uint64_t seen, uint64_t total)
{
	double reached = 100.0 * (double)seen / (double)total;

	while (level <= reached) {
		double fraction = level / 100;

		fprintf(out, "%12.3f %2.12f %10" PRIu64 " %14.2f\n", value_ns / NS_PER_US, fraction,
			seen, 1 / (1 - fraction));
		level = next_level(level);
		if (seen == total)
			break;
	}
	return level;
}

static void
print_levels_of(FILE *out, const struct histogram *h, uint64_t total)
{
	uint64_t seen = 0;
	double level = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS && seen < total; i++) {
		uint64_t high = histogram_bucket_high_ns(i);

		if (!h->bucket[i])
			continue;
		seen += h->bucket[i];
		level = print_levels(out, (double)(high < h->max_ns ? high : h->max_ns), level,
				     seen, total);
	}
	if (seen < total)
		print_levels(out, (double)h->max_ns, level, total, total);
	fprintf(out, "%12.3f %2.12f %10" PRIu64 "\n", (double)h->max_ns / NS_PER_US, 1.0, total);
}

static void
print_section(FILE *out, const char *heading, const struct histogram *h)
{
	uint64_t total = histogram_count(h);

	fprintf(out, "# %s time in microseconds\n", heading);
	fprintf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
		"1/(1-Percentile)");
	print_levels_of(out, h, total);
	fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n",
		histogram_mean_ns(h) / NS_PER_US, histogram_stddev_ns(h) / NS_PER_US);
	fprintf(out, "#[Max     = %12.3f, Total count    = %12" PRIu64 "]\n",
		(double)h->max_ns / NS_PER_US, total);
	fprintf(out, "#[Buckets = %12d, SubBuckets     = %12d]\n",
		HISTOGRAM_BUCKETS >> HISTOGRAM_SUB_BITS, 1 << HISTOGRAM_SUB_BITS);
}

static void
merge_repeats(struct histogram *into, const struct result *result, const struct job *job, int kind,
	      enum times times)
{
	histogram_init(into);
	for (size_t i = 0; i < result->nruns; i++) {
		const struct result_op *op = &result->runs[i].ops[kind];

		if (result->runs[i].job == job)
			histogram_merge(into,
					times == TIMES_SERVICE ? &op->service : &op->response);
	}
}

/* prints the kinds of op from `first` to `last` */
static int
print_kinds(const struct result *result, enum op_kind first, enum op_kind last, enum times times,
	    FILE *out)
{
	struct histogram *h = malloc(sizeof(*h));
	char heading[JOB_NAME_MAX + 64];
	unsigned kind, sections = 0;

	if (!h)
		return -1;
	for (size_t j = 0; j < result->jobs.count; j++)
		for (kind = first; kind <= last; kind++) {
			const struct job *job = &result->jobs.jobs[j];

			merge_repeats(h, result, job, (int)kind, times);
			if (!histogram_count(h))
				continue;
			snprintf(heading, sizeof(heading), "job '%s', op %s, %s", job->name,
				 op_kind_name((enum op_kind)kind), times_names[times]);
			print_section(out, heading, h);
			sections++;
		}
	free(h);
	if (!sections)
		fprintf(out, "# no %s times%s\n", times_names[times],
			times == TIMES_RESPONSE ? ": only jobs with rate_iops have them" : "");
	return fflush(out) || ferror(out) ? -1 : 0;
}

#define WRITER(name, first, last, times)                             \
	int name(const struct result *result, FILE *out)             \
	{                                                            \
		return print_kinds(result, first, last, times, out); \
	}

WRITER(output_hgrm, OP_READ, OP_ZERO, TIMES_SERVICE)
WRITER(output_hgrm_read, OP_READ, OP_READ, TIMES_SERVICE)
WRITER(output_hgrm_write, OP_WRITE, OP_WRITE, TIMES_SERVICE)
WRITER(output_hgrm_zero, OP_ZERO, OP_ZERO, TIMES_SERVICE)
WRITER(output_hgrm_response, OP_READ, OP_ZERO, TIMES_RESPONSE)
WRITER(output_hgrm_response_read, OP_READ, OP_READ, TIMES_RESPONSE)
WRITER(output_hgrm_response_write, OP_WRITE, OP_WRITE, TIMES_RESPONSE)
WRITER(output_hgrm_response_zero, OP_ZERO, OP_ZERO, TIMES_RESPONSE)
