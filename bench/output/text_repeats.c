/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * text_repeats.c -- all repeats of one job as text: for each figure the median over the repeats and the spread.
 *
 * The spread is the median absolute deviation from the median, in percent of the median (robust.h). A figure that some
 * repeats do not have is the median of the others. Repeats that are invalid are left out, unless all are. Counters,
 * findings and failed ops are sums over the repeats. Of the rounds before the steady window, only findings and failed
 * ops count.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "job/job_key.h"
#include "measure/robust.h"
#include "table.h"
#include "text.h"

enum figure { IOPS, BANDWIDTH, MEAN, PERCENTILE, MAXIMUM };

enum times { SERVICE, RESPONSE, BATCH };

/* a row of the table */
struct row {
	enum figure figure;
	enum times times;  /* of a latency */
	double percentile; /* PERCENTILE only */
};

#define TOTAL OP_KINDS /* the column of all kinds together */

struct repeats {
	const struct result *result;
	const struct result_run *first, *last; /* of the job, in the order of the result */
	const struct result_run **runs;        /* the first ngood have figures that can be used */
	size_t nruns, ngood;
	unsigned nsettling; /* rounds before the steady window, which are not in runs[] */
	double *values;     /* room for one value of each run */
	struct result_run *sum;
	int shows[TOTAL + 1]; /* 1: this kind has a column */
};

static double
latency_of(const struct histogram *h, const struct row *row)
{
	if (!histogram_count(h))
		return NAN;
	switch (row->figure) {
	case MEAN:
		return histogram_mean_ns(h);
	case MAXIMUM:
		return (double)h->max_ns;
	default:
		return (double)histogram_percentile_ns(h, row->percentile);
	}
}

static double
value_of(const struct result_run *run, unsigned kind, const struct row *row)
{
	const struct result_op *op = &run->ops[kind % TOTAL];

	if (row->figure == IOPS)
		return kind == TOTAL ? text_total_iops(run) : op->iops;
	if (row->figure == BANDWIDTH)
		return kind == TOTAL ? text_total_bytes_per_s(run) : op->bytes_per_s;
	return latency_of(row->times == SERVICE    ? &op->service
			  : row->times == RESPONSE ? &op->response
						   : &op->batch,
			  row);
}

/* ">=" when the value of a repeat is only a lower bound */
static const char *
bound_of(const struct repeats *r, unsigned kind, const struct row *row)
{
	const char *bound = "";

	for (size_t i = 0; i < r->ngood && !*bound && row->times == RESPONSE; i++)
		if (row->figure >= PERCENTILE)
			bound = text_bound(r->runs[i], &r->runs[i]->ops[kind % TOTAL],
					   row->figure == MAXIMUM ? 100 : row->percentile);
	return bound;
}

static struct human
value_text(const struct repeats *r, double value, const struct row *row)
{
	if (row->figure == IOPS)
		return human_count(value);
	return row->figure == BANDWIDTH ? human_bandwidth(value)
					: text_latency(&r->first->ops[0].service, value);
}

static void
add_cell(struct table *t, const struct repeats *r, unsigned kind, const struct row *row)
{
	struct robust look;

	if (kind == TOTAL && row->figure >= MEAN) {
		table_cell(t, "%s", ""); /* percentiles of a mix would describe no op */
		return;
	}
	for (size_t i = 0; i < r->ngood; i++)
		r->values[i] = value_of(r->runs[i], kind, row);
	look = robust_look(r->values, r->ngood);
	table_cell(t, "%s%s %6s", isfinite(look.median) ? bound_of(r, kind, row) : "",
		   value_text(r, look.median, row).text, human_percent(look.mad_percent).text);
}

static void
add_row(struct table *t, const struct repeats *r, const struct row *row, const char *name)
{
	table_cell(t, "%s", name);
	for (unsigned kind = 0; kind <= TOTAL; kind++)
		if (r->shows[kind])
			add_cell(t, r, kind, row);
}

static void
add_latencies(struct table *t, const struct repeats *r, enum times times)
{
	const struct job *job = r->sum->job;
	struct row row = {.figure = MEAN, .times = times};
	char name[TABLE_CELL_MAX];

	add_row(t, r, &row, "  mean");
	row.figure = PERCENTILE;
	for (unsigned i = 0; i < job->npercentiles; i++) {
		row.percentile = job->percentiles[i];
		snprintf(name, sizeof(name), "  p%.10g", row.percentile);
		add_row(t, r, &row, name);
	}
	row.figure = MAXIMUM;
	add_row(t, r, &row, "  max");
}

static int
print_medians(const struct repeats *r, const struct page *page)
{
	static const struct row iops = {.figure = IOPS}, bandwidth = {.figure = BANDWIDTH};
	struct table t = {0};

	table_column(&t, "median");
	for (unsigned kind = 0; kind <= TOTAL; kind++)
		if (r->shows[kind])
			table_column(&t, "%s %6s",
				     kind == TOTAL ? "total" : op_kind_name((enum op_kind)kind),
				     "spread");
	if (t.ncolumns > 1) {
		add_row(&t, r, &iops, "IOPS");
		add_row(&t, r, &bandwidth, "bandwidth");
		table_cell(&t, r->sum->job->batch > 1 ? "latency of batches" : "latency");
		table_end_row(&t);
		add_latencies(&t, r, r->sum->job->batch > 1 ? BATCH : SERVICE);
		if (r->sum->pace.valid) {
			table_cell(&t, "response");
			table_end_row(&t);
			add_latencies(&t, r, RESPONSE);
		}
	}
	return table_print(&t, page->out, page->width);
}

static void
add_errors(struct result_run *sum, const struct result_run *run)
{
	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		sum->ops[kind].errors += run->ops[kind].errors;
		for (unsigned i = 0; i < run->ops[kind].nerrnos; i++)
			result_errno_add(&sum->ops[kind], &run->ops[kind].errnos[i]);
	}
}

static void
add_pace(struct result_pace *sum, const struct result_run *run)
{
	const struct result_pace *pace = &run->pace;

	if (!pace->valid)
		return;
	sum->valid = 1;
	sum->target_iops = pace->target_iops;
	sum->unstarted += pace->unstarted;
	sum->error = fmax(sum->error, pace->error);
	if (pace->behind_ns_max > sum->behind_ns_max)
		sum->behind_ns_max = pace->behind_ns_max;
}

/* The sums have no histograms and no workers. */
static void
add_run(struct result_run *sum, const struct result_run *run)
{
	sum->job = run->job;
	sum->ns = run->ns;
	sum->layout = run->layout;
	sum->elapsed_s += run->elapsed_s;
	sum->interrupted |= run->interrupted;
	for (unsigned kind = 0; kind < OP_KINDS; kind++)
		sum->ops[kind].count += run->ops[kind].count;
	add_errors(sum, run);
	add_pace(&sum->pace, run);
	result_btt_add(&sum->btt, &run->btt);
	result_verify_add(&sum->verify, &run->verify);
}

static void
add_up(struct repeats *r)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < r->nruns; i++) {
		add_run(r->sum, r->runs[i]);
		r->values[i] = r->runs[i]->pace.achieved_iops;
	}
	r->sum->pace.achieved_iops = robust_look(r->values, r->nruns).median;
	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		r->shows[kind] = r->sum->ops[kind].count > 0;
		kinds += r->sum->ops[kind].count || r->sum->ops[kind].errors;
	}
	r->shows[TOTAL] = kinds > 1;
	for (size_t i = 0; i < r->result->nruns; i++) {
		const struct result_run *run = &r->result->runs[i];

		if (run->job != r->sum->job || !run->settling)
			continue;
		r->nsettling++;
		add_errors(r->sum, run);
		result_verify_add(&r->sum->verify, &run->verify);
	}
}

static int
print_heading(const struct repeats *r, const struct page *page)
{
	char measured[128], without[48] = "";

	if (r->ngood < r->nruns)
		snprintf(without, sizeof(without), " without %zu invalid", r->nruns - r->ngood);
	snprintf(measured, sizeof(measured), "medians of %s%zu %s%s, %.3fs together%s",
		 r->sum->job->steady.rounds ? "the last " : "", r->nruns,
		 r->sum->job->steady.rounds ? "rounds" : "repeats", without, r->sum->elapsed_s,
		 r->sum->interrupted ? " (interrupted)" : "");
	return text_heading(r->first, measured, page);
}

/* the lowest one of all repeats; NAN: none */
static double
lower_bound_from(const struct repeats *r)
{
	double from = NAN;

	for (size_t i = 0; i < r->nruns; i++)
		from = fmin(from, result_lower_bound_from(r->runs[i], NULL));
	return from;
}

static int
print_repeats(struct repeats *r, const struct page *page)
{
	int err;

	add_up(r);
	err = print_heading(r, page);
	if (r->nsettling)
		wrap_print(page, "settling",
			   "rounds 1 to %u came before these: only their failed ops and findings "
			   "are shown below",
			   r->nsettling);
	text_run_layout(r->result, r->first, page);
	text_age(&r->first->layout, &r->last->layout, page);
	text_phase(r->runs, r->nruns, page);
	text_pace(&r->sum->pace, lower_bound_from(r), page);
	err |= print_medians(r, page);
	err |= text_counters(r->sum, page);
	text_verify(&r->sum->verify, page);
	err |= text_errors(r->sum, page);
	return err;
}

int
text_repeats(const struct result *result, const struct job *job, const struct page *page)
{
	struct repeats r = {.result = result,
			    .runs = calloc(result->nruns, sizeof(*r.runs)),
			    .values = calloc(result->nruns, sizeof(*r.values)),
			    .sum = calloc(1, sizeof(*r.sum))};
	int err = r.runs && r.values && r.sum ? 0 : -1;

	for (size_t i = 0; i < result->nruns; i++) {
		if (result->runs[i].job != job)
			continue;
		r.last = &result->runs[i];
		r.first = r.first ? r.first : r.last;
	}
	for (int good = 1; good >= 0 && !err; good--) {
		for (size_t i = 0; i < result->nruns; i++)
			if (result->runs[i].job == job && !result->runs[i].settling &&
			    result_is_good(&result->runs[i]) == good)
				r.runs[r.nruns++] = &result->runs[i];
		if (good || !r.ngood)
			r.ngood = r.nruns; /* if no run is good, all are shown */
	}
	if (!err)
		err = print_repeats(&r, page);
	free(r.runs);
	free(r.values);
	free(r.sum);
	return err;
}
