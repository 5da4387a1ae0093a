/* SPDX-License-Identifier: BSD-3-Clause */
/* history_record.c -- the row, the series and the values of one result. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "job/job_key.h"
#include "measure/robust.h"
#include "output/output.h"

#define METRICS_MAX (8 + JOB_PERCENTILES_MAX)

struct maker {
	struct history_record *record;
	const struct result *result;
	double *scratch; /* one for each run */
	int failed;      /* 1: out of memory */
};

/* Keys that do not change the load. */
static int
is_no_load(const char *key)
{
	return !strcmp(key, "repeat") || !strcmp(key, "percentiles") || !strncmp(key, "limit.", 6);
}

struct job_text {
	const struct job *job;
	FILE *out;
};

static void
print_key(void *arg, const char *key, const char *value)
{
	const struct job_text *text = arg;

	if (!is_no_load(key) && job_key_given(text->job, key))
		fprintf(text->out, " %s=%s", key, value);
}

static void
print_jobs(struct maker *m, const struct job *job, FILE *out)
{
	size_t njobs = result_point_jobs(m->result);
	size_t point = result_point(m->result, job);
	const struct job *first = m->result->jobs.jobs + point * njobs;

	fprintf(out, "%s", job->name);
	if (njobs > 1)
		fprintf(out, " (%zu of %zu)", (size_t)(job - first) + 1, njobs);
	fputc(':', out);
	for (size_t i = 0; i < njobs; i++) {
		struct job_text text = {&first[i], out};

		fprintf(out, " [%s]", first[i].name);
		job_each_key(&first[i], print_key, &text);
	}
}

static void
print_layout(const struct result_run *run, FILE *out)
{
	const struct result_namespace *ns = run->ns;
	const struct result_layout *l = &run->layout;

	fprintf(out, "%s (%s, %llu bytes, %s)", ns->spec, ns->kind,
		(unsigned long long)ns->size_bytes,
		ns->is_pmem > 0    ? "flush"
		: ns->is_pmem == 0 ? "msync"
				   : "no mapping");
	if (l->valid)
		fprintf(out, " %s from byte %llu, %llu sectors of %u bytes, nfree %u, arenas %u",
			l->flavour, (unsigned long long)l->start_off, (unsigned long long)l->nlba,
			l->lbasize, l->nfree, l->narenas);
}

static const char *
or_unknown(const char *text)
{
	return text ? text : "unknown";
}

static void
print_part(struct maker *m, enum history_part part, const struct result_run *run, FILE *out)
{
	const struct result_host *host = &m->result->host;

	switch (part) {
	case HISTORY_MACHINE:
		fprintf(out, "%s: %s, CPUs %d, nodes %d, clock %s", or_unknown(host->hostname),
			or_unknown(host->cpu_model), host->cpus, host->nodes,
			clock_source_name(m->result->clock.source));
		break;
	case HISTORY_JOB:
		print_jobs(m, run->job, out);
		break;
	case HISTORY_POINT:
		fputs(result_point_name(m->result, result_point(m->result, run->job)).text, out);
		break;
	case HISTORY_LAYOUT:
		print_layout(run, out);
		break;
	default:
		fprintf(out, "%s, flush %s, store %s", job_key_text(run->job, "engine").text,
			or_unknown(host->libpmem_flush), or_unknown(host->libpmem_store));
	}
}

static void
add_series(struct maker *m, const struct result_run *run, unsigned op)
{
	struct history_series *series = &m->record->series[m->record->nseries++];

	for (int part = 0; part < HISTORY_OP && !m->failed; part++) {
		size_t size;
		FILE *out = open_memstream(&series->parts[part], &size);

		m->failed |= !out;
		if (!out)
			return;
		print_part(m, (enum history_part)part, run, out);
		m->failed |= fclose(out) != 0;
	}
	series->parts[HISTORY_OP] =
		strdup(op < OP_KINDS ? op_kind_name((enum op_kind)op) : "total");
	m->failed |= !series->parts[HISTORY_OP];
}

/* The metrics that are kept of one kind of op, or of all kinds together. */
static size_t
list_metrics(struct metric *metrics, const struct job *job, unsigned op)
{
	static const enum metric_kind of_all[] = {METRIC_IOPS, METRIC_BW, METRIC_FENCES,
						  METRIC_LINES, METRIC_STORED};
	static const enum metric_kind of_op[] = {METRIC_IOPS, METRIC_BW, METRIC_MEAN, METRIC_MAX};
	size_t n = 0;

	if (op == METRIC_TOTAL) {
		for (size_t i = 0; i < sizeof(of_all) / sizeof(of_all[0]); i++)
			metrics[n++] = (struct metric){.kind = of_all[i], .op = op};
		return n;
	}
	for (size_t i = 0; i < sizeof(of_op) / sizeof(of_op[0]); i++)
		metrics[n++] = (struct metric){.kind = of_op[i], .op = op};
	for (unsigned i = 0; i < job->npercentiles; i++)
		if (job->percentiles[i] > 0)
			metrics[n++] = (struct metric){.kind = METRIC_PERCENTILE,
						       .op = op,
						       .percentile = job->percentiles[i]};
	return n;
}

/* The median of a metric over the good runs of a job. */
static double
value_of(struct maker *m, const struct job *job, const struct metric *metric)
{
	size_t n = 0;

	for (size_t i = 0; i < m->result->nruns; i++) {
		const struct result_run *run = &m->result->runs[i];
		double value = metric_of(run, metric);

		if (run->job == job && result_is_good(run) && isfinite(value))
			m->scratch[n++] = value;
	}
	return robust_median(m->scratch, n);
}

static void
add_job(struct maker *m, const struct job *job)
{
	const struct result_run *run = NULL;
	struct metric metrics[METRICS_MAX];

	for (size_t i = 0; i < m->result->nruns && !run; i++)
		if (m->result->runs[i].job == job && result_is_good(&m->result->runs[i]))
			run = &m->result->runs[i];
	for (unsigned op = 0; op <= METRIC_TOTAL && run && !m->failed; op++) {
		size_t nmetrics = list_metrics(metrics, job, op);

		if (op < OP_KINDS && !result_has_op(run, (enum op_kind)op))
			continue;
		add_series(m, run, op);
		for (size_t i = 0; i < nmetrics && !m->failed; i++) {
			struct history_record *record = m->record;
			struct history_value *value = &record->values[record->nvalues];

			value->value = value_of(m, job, &metrics[i]);
			if (!isfinite(value->value))
				continue;
			value->series = (int64_t)record->nseries;
			memcpy(value->metric, metric_name(&metrics[i]).text, HISTORY_METRIC_MAX);
			record->nvalues++;
		}
	}
}

static int
add_row(struct history_record *record, const struct result *result)
{
	struct history_result *r = &record->result;
	size_t bytes;
	FILE *out = open_memstream(&record->document, &bytes);
	int err = !out || output_json(result, out);

	err |= out && fclose(out);
	*r = (struct history_result){
		.id = strdup(result->id),
		.started_at = result->started_at,
		.is_used = result->status == RESULT_VALID || result->status == RESULT_MISSED,
		.status = strdup(result_status_name(result->status)),
		.host = strdup(or_unknown(result->host.hostname)),
		.version = strdup(result_version(result)),
		.commit = strdup(result_commit(result)),
		.document_bytes = bytes,
	};
	return err || !r->id || !r->status || !r->host || !r->version || !r->commit ? -1 : 0;
}

int
history_record_make(struct history_record *record, const struct result *result)
{
	size_t nseries = result->jobs.count * (OP_KINDS + 1);
	struct maker m = {
		.record = record,
		.result = result,
		.scratch = calloc(result->nruns + 1, sizeof(*m.scratch)),
	};

	*record = (struct history_record){
		.series = calloc(nseries, sizeof(*record->series)),
		.values = calloc(nseries * METRICS_MAX, sizeof(*record->values)),
	};
	m.failed = !m.scratch || !record->series || !record->values || add_row(record, result);
	for (size_t i = 0; i < result->jobs.count && !m.failed; i++)
		add_job(&m, &result->jobs.jobs[i]);
	free(m.scratch);
	if (m.failed)
		history_record_free(record);
	return m.failed ? -1 : 0;
}
