/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * openmetrics.c -- OpenMetrics 1.0 text for Prometheus and its textfile collector.
 *
 * Metrics are gauges and summaries. None is a counter, because a result does not continue the previous one. The format
 * wants all samples of a family together, so each family has its own loop over the runs.
 *
 * The labels host and run (the id of the result) make every series unique, so that the files of many results can be
 * scraped or loaded together. No label is called job or instance: Prometheus sets these itself. Samples carry
 * timestamps only on request: the textfile collector refuses them, `promtool tsdb create-blocks-from` requires them.
 * Rounds before the steady window have no samples.
 */
#include <inttypes.h>
#include <math.h>

#include "json_value.h"
#include "number.h"
#include "output.h"
#include "job/job_key.h"

struct writer {
	const struct result *result;
	FILE *out;
	int has_timestamps;
	int failed; /* 1: memory ran out */
};

/* `unit`: the last part of the name, or NULL */
static void
print_family(FILE *out, const char *name, const char *type, const char *unit, const char *help)
{
	fprintf(out, "# TYPE bttbench_%s %s\n", name, type);
	if (unit)
		fprintf(out, "# UNIT bttbench_%s %s\n", name, unit);
	fprintf(out, "# HELP bttbench_%s %s\n", name, help);
}

/* The value is UTF-8 as in JSON. OpenMetrics escapes three characters; all others stand for themselves. */
static void
print_label(struct writer *w, const char *name, const char *value)
{
	json_t *utf8 = value_text(value);
	const char *text = json_string_value(utf8);

	w->failed |= !utf8;
	fprintf(w->out, "%s=\"", name);
	for (; text && *text; text++) {
		if (*text == '\n')
			fputs("\\n", w->out);
		else if (*text == '"' || *text == '\\')
			fprintf(w->out, "\\%c", *text);
		else
			fputc(*text, w->out);
	}
	fputc('"', w->out);
	json_decref(utf8);
}

/* name{host="...",run="..." */
static void
begin_sample(struct writer *w, const char *name, const char *suffix)
{
	fprintf(w->out, "bttbench_%s%s{", name, suffix);
	print_label(w, "host", w->result->host.hostname);
	fputc(',', w->out);
	print_label(w, "run", w->result->id);
}

static void
begin_run_sample(struct writer *w, const char *name, const char *suffix,
		 const struct result_run *run)
{
	begin_sample(w, name, suffix);
	fputc(',', w->out);
	print_label(w, "job_name", run->job->name);
	fputc(',', w->out);
	print_label(w, "namespace", run->ns->spec);
	fprintf(w->out, ",repeat=\"%u\"", result_repeat(run));
	if (run->job->lookahead != JOB_LOOKAHEAD_NONE)
		fprintf(w->out, ",lookahead=\"%s\"", job_key_text(run->job, "lookahead").text);
}

static void
begin_op_sample(struct writer *w, const char *name, const char *suffix,
		const struct result_run *run, int kind)
{
	begin_run_sample(w, name, suffix, run);
	fputc(',', w->out);
	print_label(w, "op", op_kind_name((enum op_kind)kind));
}

static void
end_sample(struct writer *w, double value)
{
	fprintf(w->out, "} %s", number_text(value).text);
	if (w->has_timestamps)
		fprintf(w->out, " %" PRIu64, w->result->started_at);
	fputc('\n', w->out);
}

static void
print_result(struct writer *w)
{
	const struct result *result = w->result;

	print_family(w->out, "start_timestamp_seconds", "gauge", "seconds",
		     "When the run began, since the epoch.");
	begin_sample(w, "start_timestamp_seconds", "");
	fputc(',', w->out);
	print_label(w, "version", result_version(result));
	fputc(',', w->out);
	print_label(w, "commit", result_commit(result));
	end_sample(w, (double)result->started_at);

	print_family(w->out, "result_valid", "gauge", NULL,
		     "1 when the verdict on the whole result is valid; 0 when it is interrupted, "
		     "missed, inconclusive or invalid.");
	begin_sample(w, "result_valid", "");
	end_sample(w, result->status == RESULT_VALID);

	print_family(w->out, "namespace_size_bytes", "gauge", "bytes", "Size of the namespace.");
	for (size_t i = 0; i < result->nnamespaces; i++) {
		begin_sample(w, "namespace_size_bytes", "");
		fputc(',', w->out);
		print_label(w, "namespace", result->namespaces[i].spec);
		fputc(',', w->out);
		print_label(w, "kind", result->namespaces[i].kind);
		end_sample(w, (double)result->namespaces[i].size_bytes);
	}
}

struct run_family {
	const char *name, *unit, *help;
	double (*of)(const struct result_run *run);
};

static double
valid(const struct result_run *run)
{
	return run->status == RESULT_VALID;
}

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

static double
adjacent(const struct result_run *run)
{
	return run->layout.valid ? run->layout.adjacent : NAN;
}

static const struct run_family run_families[] = {
	{"valid", NULL,
	 "1 when the run is valid; 0 when it is interrupted, missed, inconclusive or invalid.",
	 valid},
	{"elapsed_seconds", "seconds", "Length of the measured phase.", elapsed},
	{"fences_per_op", NULL, "Store fences of the protocol per op that succeeded.", fences},
	{"lines_flushed_per_op", NULL, "Cache lines flushed per op that succeeded.", lines_flushed},
	{"stored_per_user_byte", NULL, "Bytes stored to media per byte that ops changed.", stored},
	{"adjacent_ratio", "ratio",
	 "Share of neighbouring blocks that lay side by side when the measured phase began.",
	 adjacent},
};

static void
print_run_family(struct writer *w, const struct run_family *family)
{
	print_family(w->out, family->name, "gauge", family->unit, family->help);
	for (size_t i = 0; i < w->result->nruns; i++) {
		const struct result_run *run = &w->result->runs[i];
		double value = family->of(run);

		if (run->settling || !isfinite(value))
			continue;
		begin_run_sample(w, family->name, "", run);
		end_sample(w, value);
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
print_op_family(struct writer *w, const struct op_family *family)
{
	print_family(w->out, family->name, "gauge", family->unit, family->help);
	for (size_t i = 0; i < w->result->nruns; i++)
		for (int kind = 0; kind < OP_KINDS; kind++) {
			const struct result_run *run = &w->result->runs[i];
			double value = family->of(&run->ops[kind]);

			if (run->settling || !result_has_op(run, (enum op_kind)kind) ||
			    !isfinite(value))
				continue;
			begin_op_sample(w, family->name, "", run, kind);
			end_sample(w, value);
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

/* "0.99"; 1 is written as the format wants it */
static void
print_quantile(struct writer *w, const struct latency_family *family, const struct result_run *run,
	       int kind, double percent)
{
	const struct histogram *h = family->of(&run->ops[kind]);

	begin_op_sample(w, family->name, "", run, kind);
	fprintf(w->out, ",quantile=\"%s\"",
		percent < 100 ? number_percent(percent / 100).text : "1.0");
	end_sample(w, (double)histogram_percentile_ns(h, percent) / 1e9);
}

/* the percentiles of the job, and the maximum as the quantile 1 */
static void
print_latency(struct writer *w, const struct latency_family *family, const struct result_run *run,
	      int kind)
{
	const struct histogram *h = family->of(&run->ops[kind]);
	const struct job *job = run->job;

	for (unsigned i = 0; i < job->npercentiles; i++)
		if (job->percentiles[i] < 100)
			print_quantile(w, family, run, kind, job->percentiles[i]);
	print_quantile(w, family, run, kind, 100);
	begin_op_sample(w, family->name, "_sum", run, kind);
	end_sample(w, (double)h->sum_ns / 1e9);
	begin_op_sample(w, family->name, "_count", run, kind);
	end_sample(w, (double)histogram_count(h));
}

static void
print_latencies(struct writer *w, const struct latency_family *family)
{
	print_family(w->out, family->name, "summary", "seconds", family->help);
	for (size_t i = 0; i < w->result->nruns; i++)
		for (int kind = 0; kind < OP_KINDS; kind++) {
			const struct result_run *run = &w->result->runs[i];

			if (!run->settling && histogram_count(family->of(&run->ops[kind])))
				print_latency(w, family, run, kind);
		}
}

static int
print_all(struct writer *w)
{
	print_result(w);
	for (size_t f = 0; f < sizeof(run_families) / sizeof(run_families[0]); f++)
		print_run_family(w, &run_families[f]);
	for (size_t f = 0; f < sizeof(op_families) / sizeof(op_families[0]); f++)
		print_op_family(w, &op_families[f]);
	for (size_t f = 0; f < sizeof(latency_families) / sizeof(latency_families[0]); f++)
		print_latencies(w, &latency_families[f]);
	fputs("# EOF\n", w->out);
	return w->failed || fflush(w->out) || ferror(w->out) ? -1 : 0;
}

int
output_openmetrics(const struct result *result, FILE *out)
{
	return print_all(&(struct writer){.result = result, .out = out});
}

int
output_openmetrics_timestamps(const struct result *result, FILE *out)
{
	return print_all(&(struct writer){.result = result, .out = out, .has_timestamps = 1});
}
