/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * csv.c -- one header, then one row for each run and kind of op (RFC 4180, but lines end in \n).
 *
 *   job, repeat            name of the job; number of the repeat, from 0
 *   engine, rw, pattern, placement
 *                          keys of the job, as in a job file
 *   threads                number of workers
 *   op_bytes               size of one op
 *   op                     read, write or zero
 *   elapsed_s              length of the measured phase
 *   count, errors          ops that succeeded, ops that failed
 *   iops, bytes_per_s      of the ops that succeeded
 *   service_*_ns           service time, from call to return: min, mean, stddev, percentiles, max
 *   fences_per_op, lines_flushed_per_op, bytes_stored_per_user_byte
 *                          of the whole run, all kinds of op together; engine=btt only
 *   status                 of the whole result: valid, interrupted, missed, inconclusive or invalid
 *   response_*_ns          response time in an open loop (rate_iops): from the due time to return
 *   namespace              the namespace or device of the run
 *
 * The percentiles do not depend on the job's key `percentiles`, so that every file has the same columns. An unknown
 * value is an empty field.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "job/job_key.h"
#include "output.h"

static const double percentiles[] = {50, 90, 95, 99, 99.9, 99.99};

#define PERCENTILES (sizeof(percentiles) / sizeof(percentiles[0]))

static void
print_latency_header(FILE *out, const char *of)
{
	fprintf(out, ",%s_min_ns,%s_mean_ns,%s_stddev_ns", of, of, of);
	for (size_t i = 0; i < PERCENTILES; i++)
		fprintf(out, ",%s_p%.10g_ns", of, percentiles[i]);
	fprintf(out, ",%s_max_ns", of);
}

static void
print_header(FILE *out)
{
	fputs("job,repeat,engine,rw,pattern,placement,threads,op_bytes,op,elapsed_s,count,errors,"
	      "iops,bytes_per_s",
	      out);
	print_latency_header(out, "service");
	fputs(",fences_per_op,lines_flushed_per_op,bytes_stored_per_user_byte,status", out);
	print_latency_header(out, "response");
	fputs(",namespace\n", out);
}

static void
print_text(FILE *out, const char *text)
{
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

static void
print_key(FILE *out, const struct job *job, const char *key)
{
	fputc(',', out);
	print_text(out, job_key_text(job, key).text);
}

static void
print_real(FILE *out, double value)
{
	fputc(',', out);
	if (isfinite(value))
		fprintf(out, "%.9g", value);
}

static void
print_latency(FILE *out, const struct histogram *h)
{
	if (!histogram_count(h)) {
		for (size_t i = 0; i < PERCENTILES + 4; i++)
			fputc(',', out);
		return;
	}
	fprintf(out, ",%" PRIu64, h->min_ns);
	print_real(out, histogram_mean_ns(h));
	print_real(out, histogram_stddev_ns(h));
	for (size_t i = 0; i < PERCENTILES; i++)
		fprintf(out, ",%" PRIu64, histogram_percentile_ns(h, percentiles[i]));
	fprintf(out, ",%" PRIu64, h->max_ns);
}

static void
print_counters(FILE *out, const struct result_run *run)
{
	if (!run->btt.valid) {
		fputs(",,,", out);
		return;
	}
	print_real(out, result_per_op(run, run->btt.fences));
	print_real(out, result_per_op(run, run->btt.lines_flushed));
	print_real(out, result_stored_per_user_byte(run));
}

static void
print_row(FILE *out, const struct result *result, const struct result_run *run, enum op_kind kind)
{
	const struct result_op *op = &run->ops[kind];

	print_text(out, run->job->name);
	fprintf(out, ",%u", run->repeat);
	print_key(out, run->job, "engine");
	print_key(out, run->job, "rw");
	print_key(out, run->job, "pattern");
	print_key(out, run->job, "placement");
	fprintf(out, ",%zu,%" PRIu64 ",%s", run->nworkers, result_op_bytes(run),
		op_kind_name(kind));
	print_real(out, run->elapsed_s);
	fprintf(out, ",%" PRIu64 ",%" PRIu64, op->count, op->errors);
	print_real(out, op->iops);
	print_real(out, op->bytes_per_s);
	print_latency(out, &op->service);
	print_counters(out, run);
	fprintf(out, ",%s", result_status_name(result->status));
	print_latency(out, &op->response);
	fputc(',', out);
	print_text(out, run->ns->spec);
	fputc('\n', out);
}

int
output_csv(const struct result *result, FILE *out)
{
	print_header(out);
	for (size_t i = 0; i < result->nruns; i++)
		for (int kind = 0; kind < OP_KINDS; kind++)
			if (result->runs[i].ops[kind].count || result->runs[i].ops[kind].errors)
				print_row(out, result, &result->runs[i], (enum op_kind)kind);
	return fflush(out) || ferror(out) ? -1 : 0;
}
