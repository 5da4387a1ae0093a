/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * csv.c -- one header, then one row for each run and kind of op (RFC 4180, but lines end in \n).
 *
 *   job, repeat            name of the job; number of the repeat, from 1
 *   op                     read, write or zero: every kind in the mix of the job
 *   status                 of this run: valid, interrupted, missed, inconclusive or invalid
 *   result_status          of the whole result, the worst of its runs
 *   run                    id of the result: the same for all rows of one invocation
 *   started_at             start of the invocation, seconds since the epoch
 *   host, version          host name; release of bttbench
 *   engine, namespace, ... every key of the job except `repeat`, `percentiles` and the limits, as in a job file. Keys
 *                          that leave the choice to the run have the value in use: namespace, bs in bytes, threads,
 *                          nfree and flavour
 *   op_bytes               size of one op
 *   age, adjacent          of the layout, before the measured phase: fresh, partly aged or aged; the share of neighbouring
 *                          blocks that lie side by side
 *   elapsed_s              length of the measured phase
 *   count, errors          ops that succeeded, ops that failed
 *   iops, bytes_per_s      of the ops that succeeded
 *   service_*_ns           service time, from call to return: min, mean, stddev, percentiles, max
 *   response_*_ns          response time in an open loop (rate_iops): from the due time to return
 *   fences_per_op, lines_flushed_per_op, bytes_stored_per_user_byte
 *                          of the whole run, all kinds of op together; engine=btt only
 *   tracking               1: reads are tracked, 0: there is one lane; engine=btt only
 *   settling               1: a round before the steady window
 *   asked_s                length that the job asks for; empty: it ends with its ops
 *   cpu_share, ... strays  of all workers: the smallest share, sums of switches and strays
 *   steal_s, throttled_s   time that others took
 *   idle_zeroes, zero_reads
 *                          blocks that ops did not change or read
 *   unstarted, response_lower_bound_from
 *                          ops due and not started; the lowest percentile of the response times that is a lower bound
 *   round                  of a sweep, from 1
 *   run_started_at         start of the measured phase, seconds since the epoch
 *
 * The percentiles are those of all jobs of the table together, so that all rows have the same columns. An unknown value
 * is an empty field.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"
#include "number.h"
#include "output.h"

/* the percentiles of all jobs, ascending, each once */
struct percentiles {
	double *values;
	size_t count;
};

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* 0, or -1 when memory runs out */
static int
unite_percentiles(struct percentiles *all, const struct job_list *jobs)
{
	size_t n = 0, distinct = 0;

	all->values = calloc(jobs->count * JOB_PERCENTILES_MAX + 1, sizeof(*all->values));
	if (!all->values)
		return -1;
	for (size_t j = 0; j < jobs->count; j++)
		for (unsigned i = 0; i < jobs->jobs[j].npercentiles; i++)
			all->values[n++] = jobs->jobs[j].percentiles[i];
	qsort(all->values, n, sizeof(*all->values), ascending);
	for (size_t i = 0; i < n; i++)
		if (!distinct || all->values[i] > all->values[distinct - 1])
			all->values[distinct++] = all->values[i];
	all->count = distinct;
	return 0;
}

static void
print_text(FILE *out, const char *text)
{
	if (!text)
		return;
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static int
is_column(const char *key)
{
	return strcmp(key, "repeat") != 0 && strcmp(key, "percentiles") != 0 &&
	       strncmp(key, "limit.", strlen("limit.")) != 0;
}

static void
print_key_name(void *arg, const char *key, const char *value)
{
	(void)value;
	if (is_column(key))
		fprintf(arg, ",%s", key);
}

static void
print_latency_header(FILE *out, const char *of, const struct percentiles *percentiles)
{
	fprintf(out, ",%s_min_ns,%s_mean_ns,%s_stddev_ns", of, of, of);
	for (size_t i = 0; i < percentiles->count; i++)
		fprintf(out, ",%s_p%s_ns", of, number_percent(percentiles->values[i]).text);
	fprintf(out, ",%s_max_ns", of);
}

int
output_csv_header(const struct job_list *jobs, FILE *out)
{
	struct percentiles percentiles;

	if (unite_percentiles(&percentiles, jobs))
		return -1;
	fputs("job,repeat,op,status,result_status,run,started_at,host,version", out);
	job_each_key(&jobs->jobs[0], print_key_name, out);
	fputs(",op_bytes,age,adjacent,elapsed_s,count,errors,iops,bytes_per_s", out);
	print_latency_header(out, "service", &percentiles);
	print_latency_header(out, "response", &percentiles);
	fputs(",fences_per_op,lines_flushed_per_op,bytes_stored_per_user_byte", out);
	fputs(",tracking,settling,asked_s,cpu_share,voluntary_switches,involuntary_switches,strays",
	      out);
	fputs(",steal_s,throttled_s,idle_zeroes,zero_reads,unstarted,response_lower_bound_from",
	      out);
	fputs(",round,run_started_at\n", out);
	free(percentiles.values);
	return ferror(out) ? -1 : 0;
}

struct row {
	FILE *out;
	const struct result_run *run;
};

static void
print_key(void *arg, const char *key, const char *value)
{
	const struct row *row = arg;
	const struct result_run *run = row->run;
	const struct result_layout *layout = &run->layout;
	uint32_t bs = run->job->bs ? run->job->bs : layout->lbasize;

	if (!is_column(key))
		return;
	fputc(',', row->out);
	if (!strcmp(key, "namespace"))
		print_text(row->out, run->ns->spec);
	else if (!strcmp(key, "threads"))
		fprintf(row->out, "%zu", run->nworkers);
	else if (!strcmp(key, "bs") && bs)
		fprintf(row->out, "%" PRIu32, bs);
	else if (!strcmp(key, "nfree") && layout->valid)
		fprintf(row->out, "%" PRIu32, layout->nfree);
	else if (!strcmp(key, "flavour") && layout->valid)
		print_text(row->out, layout->flavour);
	else
		print_text(row->out, value);
}

static void
print_real(FILE *out, double value)
{
	fprintf(out, ",%s", number_text(value).text);
}

static void
print_latency(FILE *out, const struct histogram *h, const struct percentiles *percentiles)
{
	if (!histogram_count(h)) {
		for (size_t i = 0; i < percentiles->count + 4; i++)
			fputc(',', out);
		return;
	}
	fprintf(out, ",%" PRIu64, h->min_ns);
	print_real(out, histogram_mean_ns(h));
	print_real(out, histogram_stddev_ns(h));
	for (size_t i = 0; i < percentiles->count; i++)
		fprintf(out, ",%" PRIu64, histogram_percentile_ns(h, percentiles->values[i]));
	fprintf(out, ",%" PRIu64, h->max_ns);
}

/* an unsigned number, or an empty field */
static void
print_if(FILE *out, int is_known, uint64_t number)
{
	if (is_known)
		fprintf(out, ",%" PRIu64, number);
	else
		fputc(',', out);
}

/* The figures that the verdict looks at. */
static void
print_verdict_figures(FILE *out, const struct result_run *run, const struct result_op *op)
{
	const struct result_crew crew = result_crew_of(run);

	print_if(out, run->layout.valid, (uint64_t)run->layout.tracking);
	fprintf(out, ",%d", run->settling);
	print_real(out, result_asked_s(run));
	print_real(out, crew.cpu_share);
	fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, crew.usage.voluntary_switches,
		crew.usage.involuntary_switches, crew.strays);
	print_real(out, run->disturbance.steal_s);
	print_real(out, run->disturbance.throttled_s);
	print_if(out, run->btt.valid, run->btt.idle_zeroes);
	print_if(out, run->btt.valid, run->btt.zero_reads);
	print_if(out, run->pace.valid, run->pace.unstarted);
	print_real(out, result_lower_bound_from(run, op));
	fprintf(out, ",%u,%" PRIu64, run->round + 1, run->started_at);
}

static void
print_row(FILE *out, const struct result *result, const struct result_run *run, int kind,
	  const struct percentiles *percentiles)
{
	const struct result_op *op = &run->ops[kind];
	struct row row = {out, run};

	print_text(out, run->job->name);
	fprintf(out, ",%u,%s,%s,%s,%s,%" PRIu64 ",", result_repeat(run),
		op_kind_name((enum op_kind)kind), result_status_name(run->status),
		result_status_name(result->status), result->id, result->started_at);
	print_text(out, result->host.hostname);
	fputc(',', out);
	print_text(out, result_version(result));
	job_each_key(run->job, print_key, &row);
	fprintf(out, ",%" PRIu64 ",", result_op_bytes(run));
	print_text(out, result_age(&run->layout));
	print_real(out, run->layout.valid ? run->layout.adjacent : NAN);
	print_real(out, run->elapsed_s);
	fprintf(out, ",%" PRIu64 ",%" PRIu64, op->count, op->errors);
	print_real(out, op->iops);
	print_real(out, op->bytes_per_s);
	print_latency(out, &op->service, percentiles);
	print_latency(out, &op->response, percentiles);
	print_real(out, run->btt.valid ? result_per_op(run, run->btt.fences) : NAN);
	print_real(out, run->btt.valid ? result_per_op(run, run->btt.lines_flushed) : NAN);
	print_real(out, run->btt.valid ? result_stored_per_user_byte(run) : NAN);
	print_verdict_figures(out, run, op);
	fputc('\n', out);
}

int
output_csv_rows(const struct result *result, const struct job_list *jobs, FILE *out)
{
	struct percentiles percentiles;

	if (unite_percentiles(&percentiles, jobs))
		return -1;
	for (size_t i = 0; i < result->nruns; i++)
		for (int kind = 0; kind < OP_KINDS; kind++)
			if (result_has_op(&result->runs[i], (enum op_kind)kind))
				print_row(out, result, &result->runs[i], kind, &percentiles);
	free(percentiles.values);
	return fflush(out) || ferror(out) ? -1 : 0;
}

int
output_csv(const struct result *result, FILE *out)
{
	if (output_csv_header(&result->jobs, out))
		return -1;
	return output_csv_rows(result, &result->jobs, out);
}
