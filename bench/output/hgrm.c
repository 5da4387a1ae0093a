/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * hgrm.c -- the percentile distribution in the text format of HdrHistogram and its plotter.
 *
 * One distribution: one job and kind of op, with the repeats merged, which is exact. The plotter draws a whole file as
 * one line, so several distributions in one file are an error, known before the run: the jobs say which ops they do.
 * hgrm-read, hgrm-write and hgrm-zero choose a kind of op. These and hgrm contain service times; hgrm-response and
 * hgrm-response-KIND contain the response times of open loops. Values are in microseconds with three decimals, so they
 * show whole nanoseconds.
 *
 * The levels are those of HdrHistogram with 5 ticks per half distance: the step is halved each time the distance to
 * 100 % is halved. Each level is printed with the first bucket that reaches it. The last line has no fourth column,
 * because 1/(1-1) is infinite.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "output.h"
#include "job/job_key.h"

#define TICKS_PER_HALF 5
#define NS_PER_US      1000.0

static const char *
times_name(int is_response)
{
	return is_response ? "response" : "service";
}

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
		uint64_t high = histogram_bucket_high_ns(h, i);

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

int
output_hgrm_one(const struct result *result, const struct output_distribution *one, FILE *out)
{
	struct histogram *h = malloc(sizeof(*h));
	int has_foresight = one->job->lookahead != JOB_LOOKAHEAD_NONE;
	char heading[JOB_NAME_MAX + 320];

	if (!h)
		return -1;
	histogram_init(h, result->clock.unit_ns);
	for (size_t i = 0; i < result->nruns; i++) {
		const struct result_op *op = &result->runs[i].ops[one->kind];

		if (result->runs[i].job == one->job && !result->runs[i].settling)
			histogram_merge(h, one->is_response ? &op->response : &op->service);
	}
	snprintf(heading, sizeof(heading), "job '%s', op %s,%s%s%s %s", one->job->name,
		 op_kind_name(one->kind), has_foresight ? " lookahead=" : "",
		 has_foresight ? job_key_text(one->job, "lookahead").text : "",
		 has_foresight ? "," : "", times_name(one->is_response));
	if (histogram_count(h))
		print_section(out, heading, h);
	else
		fprintf(out, "# %s: no times\n", heading);
	free(h);
	return fflush(out) || ferror(out) ? -1 : 0;
}

int
output_hgrm_each(const struct job_list *jobs,
		 int (*each)(void *arg, const struct output_distribution *one), void *arg)
{
	for (size_t j = 0; j < jobs->count; j++)
		for (int kind = 0; kind < OP_KINDS; kind++)
			for (int is_response = 0; is_response < 2; is_response++) {
				const struct job *job = &jobs->jobs[j];
				struct output_distribution one = {job, (enum op_kind)kind,
								  is_response};

				if (job->percent[kind] && (!is_response || job->rate_iops) &&
				    each(arg, &one))
					return -1;
			}
	return 0;
}

/* the distributions that a format selects */
struct selection {
	enum op_kind first, last;
	int is_response;
	struct output_distribution one[OP_KINDS]; /* the first of them */
	size_t count;
};

static int
select_distribution(void *arg, const struct output_distribution *one)
{
	struct selection *s = arg;

	if (one->kind < s->first || one->kind > s->last || one->is_response != s->is_response)
		return 0;
	if (s->count < OP_KINDS)
		s->one[s->count] = *one;
	s->count++;
	return 0;
}

static int
check_selection(struct selection *s, const struct job_list *jobs, struct why *why)
{
	char formats[OP_KINDS * 24] = "";
	size_t used = 0;

	output_hgrm_each(jobs, select_distribution, s);
	if (s->count < 2)
		return 0;
	for (size_t i = 0; i < s->count && jobs->count == 1; i++)
		used += (size_t)snprintf(formats + used, sizeof(formats) - used, "hgrm-%s%s, ",
					 s->is_response ? "response-" : "",
					 op_kind_name(s->one[i].kind));
	return why_say(why,
		       "%zu distributions, but the plotter draws a file as one line (allowed: "
		       "%s--hgrm=PREFIX for one file each)",
		       s->count, formats);
}

static int
write_selection(struct selection *s, const struct result *result, FILE *out)
{
	output_hgrm_each(&result->jobs, select_distribution, s);
	if (s->count > 1) {
		errno = EINVAL;
		return -1;
	}
	if (s->count)
		return output_hgrm_one(result, &s->one[0], out);
	fprintf(out, "# no %s times%s\n", times_name(s->is_response),
		s->is_response ? ": only jobs with rate_iops have them" : "");
	return fflush(out) || ferror(out) ? -1 : 0;
}

#define SELECTION(first_kind, last_kind, response) \
	(&(struct selection){.first = (first_kind), .last = (last_kind), .is_response = (response)})

/* output_NAME and output_check_NAME */
#define FORMAT(name, first, last, response)                                            \
	int output_##name(const struct result *result, FILE *out)                      \
	{                                                                              \
		return write_selection(SELECTION(first, last, response), result, out); \
	}                                                                              \
	int output_check_##name(const struct job_list *jobs, struct why *why)          \
	{                                                                              \
		return check_selection(SELECTION(first, last, response), jobs, why);   \
	}

FORMAT(hgrm, OP_READ, OP_ZERO, 0)
FORMAT(hgrm_read, OP_READ, OP_READ, 0)
FORMAT(hgrm_write, OP_WRITE, OP_WRITE, 0)
FORMAT(hgrm_zero, OP_ZERO, OP_ZERO, 0)
FORMAT(hgrm_response, OP_READ, OP_ZERO, 1)
FORMAT(hgrm_response_read, OP_READ, OP_READ, 1)
FORMAT(hgrm_response_write, OP_WRITE, OP_WRITE, 1)
FORMAT(hgrm_response_zero, OP_ZERO, OP_ZERO, 1)
