/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * text_run.c -- one repeat of one job as text: ops and latencies, counters, placement.
 *
 * Read, write and zero have one row each, and rates have a row for all ops together: percentiles of a mix would describe
 * no op. The "per op" value of a counter divides by all ops that succeeded.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "measure/robust.h"
#include "table.h"
#include "text.h"
#include "job/job_key.h"
#include "wrap.h"

#define WORKERS_SHOWN 16 /* more are summed up */

struct given {
	const struct job *job;
	FILE *text;
};

static void
add_given(void *arg, const char *key, const char *value)
{
	struct given *given = arg;

	if (!strcmp(key, "engine") || !strcmp(key, "rw") || job_key_given(given->job, key) ||
	    (!strcmp(key, "lookahead") && given->job->lookahead != JOB_LOOKAHEAD_NONE))
		fprintf(given->text, " %s%s%s", key, job_key_sign(value), value);
}

/* with the keys engine, rw, all keys that the user set, and any lookahead in any case */
int
text_heading(const struct result_run *run, const char *measured, const struct page *page)
{
	const struct job *job = run->job;
	struct given given = {.job = job};
	char *keys = NULL;
	size_t size;
	int err;

	given.text = open_memstream(&keys, &size);
	if (!given.text)
		return -1;
	job_each_key(job, add_given, &given);
	err = fclose(given.text);
	if (!err) {
		fputc('\n', page->out);
		wrap_print(page, "run", "job '%s', %s:%s", job->name, measured, keys);
		wrap_print(page, "harness", "%s per op without an engine",
			   human_time(run->harness_ns_per_op).text);
		if (job->latency_every > 1)
			wrap_print(page, "latency", "of one op in %u, chosen at random",
				   job->latency_every);
	}
	free(keys);
	return err ? -1 : 0;
}

static int
print_heading(const struct result_run *run, const struct page *page)
{
	char measured[80], status[32] = "";

	if (run->status > RESULT_INTERRUPTED)
		snprintf(status, sizeof(status), " (%s)", result_status_name(run->status));
	else if (run->interrupted)
		snprintf(status, sizeof(status), " (interrupted)");
	snprintf(measured, sizeof(measured), "repeat %u, %.3fs%s", result_repeat(run),
		 run->elapsed_s, status);
	return text_heading(run, measured, page);
}

static int
has_op(const struct result_run *run, unsigned kind)
{
	return run->ops[kind].count || run->ops[kind].errors;
}

double
text_total_iops(const struct result_run *run)
{
	double total = NAN;

	for (unsigned kind = 0; kind < OP_KINDS; kind++)
		if (isfinite(run->ops[kind].iops) && has_op(run, kind))
			total = (isfinite(total) ? total : 0) + run->ops[kind].iops;
	return total;
}

double
text_total_bytes_per_s(const struct result_run *run)
{
	double total = NAN;

	for (unsigned kind = 0; kind < OP_KINDS; kind++)
		if (isfinite(run->ops[kind].bytes_per_s) && has_op(run, kind))
			total = (isfinite(total) ? total : 0) + run->ops[kind].bytes_per_s;
	return total;
}

static void
add_rate(struct table *t, const char *name, uint64_t count, double iops, double bytes_per_s)
{
	table_cell(t, "%s", name);
	table_cell(t, "%" PRIu64, count);
	table_cell(t, "%s", human_count(iops).text);
	table_cell(t, "%s", human_bandwidth(bytes_per_s).text);
}

static int
print_rates(const struct result_run *run, const struct page *page)
{
	struct table t = {0};
	int kinds = 0;

	table_column(&t, "op");
	table_column(&t, "ops");
	table_dispensable(&t, 1);
	table_column(&t, "IOPS");
	table_column(&t, "bandwidth");
	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		const struct result_op *op = &run->ops[kind];

		if (!has_op(run, kind))
			continue;
		kinds++;
		add_rate(&t, op_kind_name((enum op_kind)kind), op->count, op->iops,
			 op->bytes_per_s);
	}
	if (kinds > 1)
		add_rate(&t, "total", result_run_ops(run), text_total_iops(run),
			 text_total_bytes_per_s(run));
	return table_print(&t, page->out, page->width);
}

struct human
text_latency(const struct histogram *h, double ns)
{
	double unit = h->unit_ns ? (double)h->unit_ns : 1, rounded = round(ns / unit) * unit;
	/* three digits of a longer time are coarser than the clock */
	struct human latency = human_time(unit > ns / 1000 ? rounded : ns);

	if (rounded < 1000)
		snprintf(latency.text, sizeof(latency.text), "%.0fns", rounded);
	return latency;
}

static void
add_latencies(struct table *t, const struct result_run *run, const struct result_op *op,
	      const struct histogram *h)
{
	const struct job *job = run->job;
	int is_response = h == &op->response;

	table_cell(t, "%s", text_latency(h, histogram_mean_ns(h)).text);
	for (unsigned i = 0; i < job->npercentiles; i++) {
		double percentile = job->percentiles[i];

		table_cell(t, "%s%s", is_response ? text_bound(run, op, percentile) : "",
			   text_latency(h, (double)histogram_percentile_ns(h, percentile)).text);
	}
	table_cell(t, "%s%s", is_response ? text_bound(run, op, 100) : "",
		   text_latency(h, (double)h->max_ns).text);
}

/* The percentiles that a narrow page leaves out, the first one first. Those that the user asked for always stay. */
static void
rank_percentile(struct table *t, const struct job *job, double percentile)
{
	static const double ranked[] = {95, 90, 99.99};

	for (unsigned i = 0; i < sizeof(ranked) / sizeof(ranked[0]); i++)
		if (percentile == ranked[i] && !job_key_given(job, "percentiles"))
			table_dispensable(t, i + 1);
}

/* A kind without ops has no row. In an open loop each kind has a second row with the response times. */
static int
print_latencies(const struct result_run *run, const struct page *page)
{
	struct table t = {0};

	table_column(&t, "latency");
	table_column(&t, "mean");
	for (unsigned i = 0; i < run->job->npercentiles; i++) {
		table_column(&t, "p%.10g", run->job->percentiles[i]);
		rank_percentile(&t, run->job, run->job->percentiles[i]);
	}
	table_column(&t, "max");
	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		const struct result_op *op = &run->ops[kind];

		if (histogram_count(&op->service)) {
			table_cell(&t, "%s", op_kind_name((enum op_kind)kind));
			add_latencies(&t, run, op, &op->service);
		}
		if (histogram_count(&op->response)) {
			table_cell(&t, "  response");
			add_latencies(&t, run, op, &op->response);
		}
		if (histogram_count(&op->batch)) {
			table_cell(&t, "%s batch", op_kind_name((enum op_kind)kind));
			add_latencies(&t, run, op, &op->batch);
		}
	}
	return table_print(&t, page->out, page->width);
}

static void
add_ratio(struct table *t, double ratio)
{
	if (isfinite(ratio))
		table_cell(t, "%.4g", ratio);
	else
		table_cell(t, "-");
}

static void
add_counter(struct table *t, const char *name, const struct result_run *run, uint64_t counter)
{
	table_cell(t, "%s", name);
	table_cell(t, "%" PRIu64, counter);
	add_ratio(t, result_per_op(run, counter));
	table_cell(t, "-");
}

int
text_counters(const struct result_run *run, const struct page *page)
{
	struct table t = {0};

	if (!run->btt.valid)
		return 0;
	table_column(&t, "counter");
	table_column(&t, "total");
	table_column(&t, "per op");
	table_column(&t, "per user byte");
	add_counter(&t, "protocol fences", run, run->btt.fences);
	add_counter(&t, "lines flushed", run, run->btt.lines_flushed);
	table_cell(&t, "bytes stored");
	table_cell(&t, "%" PRIu64, run->btt.bytes_stored);
	add_ratio(&t, result_per_op(run, run->btt.bytes_stored));
	add_ratio(&t, result_stored_per_user_byte(run));
	add_counter(&t, "lane waits", run, run->btt.lane_waits);
	add_counter(&t, "lock waits", run, run->btt.lock_waits);
	add_counter(&t, "reader waits", run, run->btt.reader_waits);
	add_counter(&t, "read retries", run, run->btt.read_retries);
	if (run->btt.idle_zeroes)
		add_counter(&t, "idle zeroes", run, run->btt.idle_zeroes);
	if (run->btt.zero_reads)
		add_counter(&t, "zero reads", run, run->btt.zero_reads);
	if (run->layout.rotate > 1)
		add_counter(&t, "scans", run, run->btt.scans);
	return table_print(&t, page->out, page->width);
}

static void
add_worker(struct table *t, const struct result *result, size_t number,
	   const struct result_worker *worker)
{
	table_cell(t, "%zu", number);
	if (result->nhosts)
		table_cell(t, "%s", worker->host ? result->hosts[worker->host - 1].name : "-");
	table_cell(t, "%u", worker->lane);
	table_cell(t, "%s", human_index(worker->place.cpu).text);
	table_cell(t, "%s", human_index(worker->cpu_seen).text);
	table_cell(t, "%s", human_index(worker->place.core).text);
	table_cell(t, "%s", human_index(worker->place.node).text);
	table_cell(t, "%s", human_index(worker->buffer_node).text);
	table_cell(t, "%" PRIu64, worker->ops);
	table_cell(t, "%" PRIu64, worker->errors);
}

/* Adds a row with the least, the middle and the largest value that is known. Overwrites the values. */
static void
add_spread(struct table *t, const char *name, double *values, size_t count,
	   struct human (*text_of)(double value))
{
	size_t known = 0;
	double median;

	for (size_t i = 0; i < count; i++)
		if (isfinite(values[i]))
			values[known++] = values[i];
	median = robust_median(values, known); /* sorts them */
	table_cell(t, "%s", name);
	table_cell(t, "%s", text_of(known ? values[0] : NAN).text);
	table_cell(t, "%s", text_of(median).text);
	table_cell(t, "%s", text_of(known ? values[known - 1] : NAN).text);
}

static int
print_many_workers(const struct result_run *run, const struct page *page)
{
	double *values = calloc(run->nworkers, sizeof(*values));
	struct table t = {0};

	if (!values)
		return -1;
	table_column(&t, "%zu workers", run->nworkers);
	table_column(&t, "least");
	table_column(&t, "median");
	table_column(&t, "most");
	for (size_t i = 0; i < run->nworkers; i++)
		values[i] = (double)run->workers[i].ops;
	add_spread(&t, "ops", values, run->nworkers, human_count);
	for (size_t i = 0; i < run->nworkers; i++)
		values[i] = (double)run->workers[i].errors;
	add_spread(&t, "errors", values, run->nworkers, human_count);
	for (size_t i = 0; i < run->nworkers; i++)
		values[i] = 100 * run->workers[i].cpu_share;
	add_spread(&t, "CPU share", values, run->nworkers, human_percent);
	free(values);
	return table_print(&t, page->out, page->width);
}

static int
print_workers(const struct result *result, const struct result_run *run, const struct page *page)
{
	struct table t = {0};

	if (run->nworkers > WORKERS_SHOWN && !page->is_verbose)
		return print_many_workers(run, page);
	table_column(&t, "worker");
	if (result->nhosts)
		table_column(&t, "host");
	table_column(&t, "lane");
	table_column(&t, "cpu asked");
	table_column(&t, "cpu seen");
	table_column(&t, "core");
	table_dispensable(&t, 1);
	table_column(&t, "node");
	table_column(&t, "buffer node");
	table_dispensable(&t, 2);
	table_column(&t, "ops");
	table_column(&t, "errors");
	for (size_t i = 0; i < run->nworkers; i++)
		add_worker(&t, result, i, &run->workers[i]);
	return table_print(&t, page->out, page->width);
}

static void
print_layout(const struct result_layout *l, const struct page *page)
{
	char rotation[64] = "";

	if (l->rotate > 1)
		snprintf(rotation, sizeof(rotation),
			 "; rotate: %" PRIu32 " free blocks for each lane", l->rotate);
	wrap_print(page, "layout",
		   "%s, %" PRIu64 " sectors of %" PRIu32 " bytes, nfree %" PRIu32 ", %" PRIu32
		   " arena%s, from byte %" PRIu64 "; tracking: %s%s",
		   l->flavour, l->nlba, l->lbasize, l->nfree, l->narenas,
		   l->narenas == 1 ? "" : "s", l->start_off, l->tracking ? "on" : "off (one lane)",
		   rotation);
}

void
text_run_layout(const struct result *result, const struct result_run *run, const struct page *page)
{
	const struct result_layout *l = &run->layout, *before;

	if (!l->valid)
		return;
	before = run > result->runs ? &run[-1].layout : NULL;
	if (!before || !before->valid || run[-1].ns != run->ns ||
	    strcmp(l->flavour, before->flavour) != 0 || l->start_off != before->start_off ||
	    l->nlba != before->nlba || l->lbasize != before->lbasize || l->nfree != before->nfree ||
	    l->tracking != before->tracking || l->rotate != before->rotate)
		print_layout(l, page);
}

void
text_age(const struct result_layout *first, const struct result_layout *last,
	 const struct page *page)
{
	char later[80] = "";

	if (!result_age(first))
		return;
	if (result_age(last) && last->adjacent != first->adjacent)
		snprintf(later, sizeof(later), "; before the last repeat %s: %.4g%%",
			 result_age(last), 100 * last->adjacent);
	wrap_print(page, "age", "%s: %.4g%% of neighbouring blocks are adjacent%s",
		   result_age(first), 100 * first->adjacent, later);
}

int
text_run(const struct result *result, const struct result_run *run, const struct page *page)
{
	int err = print_heading(run, page);

	text_run_layout(result, run, page);
	text_age(&run->layout, &run->layout, page);
	text_phase(&run, 1, page);
	text_pace(&run->pace, result_lower_bound_from(run, NULL), page);
	err |= print_rates(run, page);
	err |= print_latencies(run, page);
	err |= text_counters(run, page);
	text_verify(&run->verify, page);
	err |= print_workers(result, run, page);
	err |= text_errors(run, page);
	return err;
}
