/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * openmetrics.c -- OpenMetrics 1.0 text for Prometheus and its textfile collector.
 *
 * Metrics are gauges and summaries. None is a counter, because a result does not continue the previous one. The format
 * wants all samples of a family together, so each family has its own loop over the runs.
 */
#include <inttypes.h>
#include <math.h>

#include "output.h"

/* `unit`: the last part of the name, or NULL */
static void
print_family(FILE *out, const char *name, const char *type, const char *unit, const char *help)
{
	fprintf(out, "# TYPE bttbench_%s %s\n", name, type);
	if (unit)
		fprintf(out, "# UNIT bttbench_%s %s\n", name, unit);
	fprintf(out, "# HELP bttbench_%s %s\n", name, help);
}

/* file names may hold any byte, but the format allows only UTF-8 */
static void
print_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; value && *value; value++) {
		if (*value == '\n')
			fputs("\\n", out);
		else if (*value == '"' || *value == '\\')
			fprintf(out, "\\%c", *value);
		else
			fputc(*value & 0x80 ? '?' : *value, out);
	}
	fputc('"', out);
}

static void
print_run_labels(FILE *out, const struct result_run *run)
{
	fputc('{', out);
	print_label(out, "job", run->job->name);
	fprintf(out, ",repeat=\"%u\"", run->repeat);
}

static void
print_op_labels(FILE *out, const struct result_run *run, int kind)
{
	print_run_labels(out, run);
	fputc(',', out);
	print_label(out, "op", op_kind_name((enum op_kind)kind));
}

static void
print_result(const struct result *result, FILE *out)
{
	print_family(out, "start_timestamp_seconds", "gauge", "seconds",
		     "When the run began, since the epoch.");
	fputs("bttbench_start_timestamp_seconds{", out);
	print_label(out, "namespace", result->namespaces[0].spec);
	fputc(',', out);
	print_label(out, "kind", result->namespaces[0].kind);
	fputc(',', out);
	print_label(out, "version", bttbench_version);
	fputc(',', out);
	print_label(out, "commit", bttbench_commit);
	fprintf(out, "} %" PRIu64 "\n", result->started_at);
	print_family(out, "valid", "gauge", NULL,
		     "1 when the verdict is valid; 0 when it is interrupted, missed, inconclusive "
		     "or invalid.");
	fprintf(out, "bttbench_valid %d\n", result->status == RESULT_VALID);
}

struct run_family {
	const char *name, *unit, *help;
	double (*of)(const struct result_run *run);
};

static double
elapsed(const struct result_run *run)
{
	return run->elapsed_s;
}

static double
fences(const struct result_run *run)
{
	return run->btt.valid ? result_per_op(run, run->btt.fences) : NAN;
}

static double
lines_flushed(const struct result_run *run)
{
	return run->btt.valid ? result_per_op(run, run->btt.lines_flushed) : NAN;
}

static double
stored(const struct result_run *run)
{
	return run->btt.valid ? result_stored_per_user_byte(run) : NAN;
}

static const struct run_family run_families[] = {
	{"elapsed_seconds", "seconds", "Length of the measured phase.", elapsed},
	{"fences_per_op", NULL, "Store fences per op that succeeded.", fences},
	{"lines_flushed_per_op", NULL, "Cache lines flushed per op that succeeded.", lines_flushed},
	{"stored_per_user_byte", NULL, "Bytes stored to media per byte that ops changed.", stored},
};

static void
print_run_family(const struct result *result, const struct run_family *family, FILE *out)
{
	print_family(out, family->name, "gauge", family->unit, family->help);
	for (size_t i = 0; i < result->nruns; i++) {
		const struct result_run *run = &result->runs[i];
		double value = family->of(run);

		if (!isfinite(value))
			continue;
		fprintf(out, "bttbench_%s", family->name);
		print_run_labels(out, run);
		fprintf(out, "} %.9g\n", value);
	}
}

struct op_family {
	const char *name, *unit, *help;
	double (*of)(const struct result_op *op);
};

static double
count(const struct result_op *op)
{
	return (double)op->count;
}

static double
errors(const struct result_op *op)
{
	return (double)op->errors;
}

static double
iops(const struct result_op *op)
{
	return op->iops;
}

static double
bandwidth(const struct result_op *op)
{
	return op->bytes_per_s;
}

static const struct op_family op_families[] = {
	{"ops", NULL, "Ops that succeeded.", count},
	{"errors", NULL, "Ops that failed.", errors},
	{"iops", NULL, "Ops that succeeded, per second.", iops},
	{"bandwidth_bytes_per_second", "bytes_per_second", "Bytes of those ops, per second.",
	 bandwidth},
};

static void
print_op_family(const struct result *result, const struct op_family *family, FILE *out)
{
	print_family(out, family->name, "gauge", family->unit, family->help);
	for (size_t i = 0; i < result->nruns; i++)
		for (int kind = 0; kind < OP_KINDS; kind++) {
			const struct result_op *op = &result->runs[i].ops[kind];
			double value = family->of(op);

			if ((!op->count && !op->errors) || !isfinite(value))
				continue;
			fprintf(out, "bttbench_%s", family->name);
			print_op_labels(out, &result->runs[i], kind);
			fprintf(out, "} %.17g\n", value);
		}
}

struct latency_family {
	const char *name, *help;
	const struct histogram *(*of)(const struct result_op *op);
};

static const struct histogram *
service(const struct result_op *op)
{
	return &op->service;
}

static const struct histogram *
response(const struct result_op *op)
{
	return &op->response;
}

static const struct latency_family latency_families[] = {
	{"service_seconds", "From call to return of the ops that succeeded.", service},
	{"response_seconds",
	 "From when an op was due to its return, of an open loop's ops that succeeded.", response},
};

static void
print_latency(const struct latency_family *family, const struct result_run *run, int kind,
	      FILE *out)
{
	static const double quantiles[] = {0.5, 0.9, 0.99, 0.999, 0.9999, 1};
	const struct histogram *h = family->of(&run->ops[kind]);

	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		fprintf(out, "bttbench_%s", family->name);
		print_op_labels(out, run, kind);
		fprintf(out, ",quantile=\"%g\"} %.12g\n", quantiles[i],
			(double)histogram_percentile_ns(h, quantiles[i] * 100) / 1e9);
	}
	fprintf(out, "bttbench_%s_sum", family->name);
	print_op_labels(out, run, kind);
	fprintf(out, "} %.12g\n", (double)h->sum_ns / 1e9);
	fprintf(out, "bttbench_%s_count", family->name);
	print_op_labels(out, run, kind);
	fprintf(out, "} %" PRIu64 "\n", histogram_count(h));
}

static void
print_latencies(const struct result *result, const struct latency_family *family, FILE *out)
{
	print_family(out, family->name, "summary", "seconds", family->help);
	for (size_t i = 0; i < result->nruns; i++)
		for (int kind = 0; kind < OP_KINDS; kind++)
			if (histogram_count(family->of(&result->runs[i].ops[kind])))
				print_latency(family, &result->runs[i], kind, out);
}

int
output_openmetrics(const struct result *result, FILE *out)
{
	print_result(result, out);
	for (size_t f = 0; f < sizeof(run_families) / sizeof(run_families[0]); f++)
		print_run_family(result, &run_families[f], out);
	for (size_t f = 0; f < sizeof(op_families) / sizeof(op_families[0]); f++)
		print_op_family(result, &op_families[f], out);
	for (size_t f = 0; f < sizeof(latency_families) / sizeof(latency_families[0]); f++)
		print_latencies(result, &latency_families[f], out);
	fputs("# EOF\n", out);
	return fflush(out) || ferror(out) ? -1 : 0;
}
