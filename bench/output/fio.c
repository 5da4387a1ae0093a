/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fio.c -- the fields of fio 3.33's JSON that fio-plot and similar tools read, with fio's names and units. json+ has in
 * addition the buckets of the latencies, for fio_jsonplus_clat2csv.
 *
 * Differences between the two tools:
 *   - zero is written as fio's trim, its nearest op: a zeroed block reads as zeros;
 *   - each repeat of each job is one fio job (fio-plot accepts only files with one job);
 *   - an op is one call without a submission step: slat_ns is empty and iodepth is 1;
 *   - clat_ns is the service time, from call to return. In an open loop (rate_iops) lat_ns is the response time, from
 *     the due time to return, with percentiles as with lat_percentiles=1. In a closed loop lat_ns is the service time.
 *     latency_* are shares of lat_ns;
 *   - the percentiles are those of the key `percentiles`; without that key they are fio's own list;
 *   - iops_* and bw_* are statistics over the steps of the time series, without a last step shorter than half a step;
 *   - "fio version" names bttbench.
 */
#include <math.h>
#include <string.h>
#include <time.h>

#include "fio.h"
#include "job/job_key.h"
#include "output.h"

static const char *
fio_op_name(enum op_kind kind)
{
	return kind == OP_ZERO ? "trim" : op_kind_name(kind);
}

/* turns "randzero" into fio's "randtrim" */
static struct job_key_text
fio_rw(const struct job *job)
{
	struct job_key_text rw = job_key_text(job, "rw");
	char *zero = strstr(rw.text, "zero");

	if (zero)
		memcpy(zero, "trim", 4);
	return rw;
}

static json_t *
options_value(const struct result_run *run)
{
	const struct value_member members[] = {
		{"name", value_text(run->job->name)},
		{"filename", value_text(run->ns->spec)},
		{"ioengine", value_text(job_key_text(run->job, "engine").text)},
		{"rw", value_text(fio_rw(run->job).text)},
		{"bs", json_sprintf("%llu", (unsigned long long)result_op_bytes(run))},
		{"numjobs", json_sprintf("%zu", run->nworkers)},
		{"iodepth", value_text("1")},
		{"runtime", json_sprintf("%g", (double)run->job->runtime_ns / 1e9)},
		{"lookahead", value_text(job_key_text(run->job, "lookahead").text)},
	};

	return VALUE_OBJECT(members);
}

static struct series
series_of(const struct result_run *run, int kind)
{
	double shortest = (double)run->job->interval_ns / 2e9, squares = 0;
	struct series s = {.min = INFINITY};

	for (size_t i = 0; i < run->nintervals; i++) {
		const struct result_interval *step = &run->intervals[i];
		double rate = (double)step->ops[kind] / step->length_s, off;

		if (!(step->length_s > 0) || (i && step->length_s < shortest))
			continue;
		s.samples++;
		off = rate - s.mean;
		s.mean += off / s.samples;
		squares += off * (rate - s.mean);
		s.min = fmin(s.min, rate);
		s.max = fmax(s.max, rate);
	}
	s.min = s.samples ? s.min : 0;
	s.stddev = s.samples > 1 ? sqrt(squares / (s.samples - 1)) : 0;
	return s;
}

static json_t *
op_value(const struct result_run *run, int kind, int has_bins)
{
	const struct fio_op op = {
		.job = run->job,
		.op = &run->ops[kind],
		.has_bins = has_bins,
		.series = series_of(run, kind),
		.bytes = result_bytes(run, &run->ops[kind]),
		.op_bytes = result_op_bytes(run),
		.runtime_ms = run->ops[kind].count ? run->elapsed_s * 1000 : 0,
		.all_ops = result_run_ops(run),
	};

	return fio_op_value(&op);
}

static int
first_errno(const struct result_run *run)
{
	for (int kind = 0; kind < OP_KINDS; kind++)
		if (run->ops[kind].nerrnos)
			return run->ops[kind].errnos[0].err;
	return 0;
}

/* percent of the run's length times the number of workers */
static double
percent_of(const struct result_run *run, double seconds)
{
	double whole_s = run->elapsed_s * (double)run->nworkers;

	return whole_s > 0 ? 100 * seconds / whole_s : 0;
}

static json_t *
job_value(const struct result_run *run, int has_bins)
{
	const struct result_usage usage = result_crew_of(run).usage;
	const struct value_member members[] = {
		{"jobname", value_text(run->job->name)},
		{"groupid", json_integer(0)},
		{"error", json_integer(first_errno(run))},
		{"eta", json_integer(0)},
		{"elapsed", json_integer((json_int_t)ceil(run->elapsed_s))},
		{"job options", options_value(run)},
		{fio_op_name(OP_READ), op_value(run, OP_READ, has_bins)},
		{fio_op_name(OP_WRITE), op_value(run, OP_WRITE, has_bins)},
		{fio_op_name(OP_ZERO), op_value(run, OP_ZERO, has_bins)},
		{"job_runtime",
		 json_integer((json_int_t)llround(run->elapsed_s * 1000 * (double)run->nworkers))},
		{"usr_cpu", value_real(percent_of(run, usage.user_s))},
		{"sys_cpu", value_real(percent_of(run, usage.system_s))},
		{"ctx", value_count(usage.voluntary_switches + usage.involuntary_switches)},
		{"latency_ns", fio_shares_value(run, FIO_NS)},
		{"latency_us", fio_shares_value(run, FIO_US)},
		{"latency_ms", fio_shares_value(run, FIO_MS)},
	};

	return VALUE_OBJECT(members);
}

/* The format can't mark a round that was still settling: it is left out. */
static json_t *
jobs_value(const struct result *result, int has_bins)
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < result->nruns; i++)
		if (!result->runs[i].settling)
			failed |=
				json_array_append_new(array, job_value(&result->runs[i], has_bins));
	return value_unless(array, failed);
}

static json_t *
time_value(uint64_t epoch_s)
{
	time_t t = (time_t)epoch_s;
	char text[64];
	struct tm tm;

	if (!localtime_r(&t, &tm) || !strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y", &tm))
		return json_null();
	return value_text(text);
}

static int
write_fio(const struct result *result, int has_bins, FILE *out)
{
	const struct value_member members[] = {
		{"fio version", json_sprintf("bttbench-%s", result_version(result))},
		{"timestamp", value_count(result->started_at)},
		{"timestamp_ms", value_count(result->started_at * 1000)},
		{"time", time_value(result->started_at)},
		{"jobs", jobs_value(result, has_bins)},
	};

	return value_write(VALUE_OBJECT(members), out);
}

int
output_fio(const struct result *result, FILE *out)
{
	return write_fio(result, 0, out);
}

int
output_fio_plus(const struct result *result, FILE *out)
{
	return write_fio(result, 1, out);
}
