/* SPDX-License-Identifier: BSD-3-Clause */
/* judge.c -- see judge.h. */
#include "judge.h"

#include <inttypes.h>
#include <math.h>

static void
judge_blocks(struct result *result, const struct result_verify *verify)
{
	uint64_t found = result_verify_findings(verify);

	if (!verify->valid || (!found && !verify->layout_first[0]))
		return;
	result_lower(result, RESULT_INVALID);
	if (verify->layout < 0)
		result_add_reason(result, "verify=stamp: the layout could not be checked: %s",
				  verify->layout_first);
	if (found)
		result_add_reason(result,
				  "verify=stamp: %" PRIu64
				  " findings: blocks did not hold what they "
				  "must, or the layout is not consistent",
				  found);
}

static void
judge_pace(struct result *result, const struct result_run *run)
{
	const struct result_pace *pace = &run->pace;

	if (!pace->valid || pace->error <= RESULT_PACE_ERROR_MAX)
		return;
	result_lower(result, RESULT_INVALID);
	result_add_reason(result,
			  "rate_iops=%" PRIu64
			  ": a worker missed its schedule by %.3g %% (allowed: "
			  "%.3g %%); %" PRIu64 " ops were due and not started",
			  run->job->rate_iops, 100 * pace->error, 100 * RESULT_PACE_ERROR_MAX,
			  pace->unstarted);
}

/* memory is where the kernel says, whatever was asked for: a doubt, since containers often forbid to ask */
static void
judge_memory(struct result *result, size_t number, const struct result_worker *w)
{
	const int nodes[] = {w->buffer_node, w->state_node};
	static const char *const what[] = {"buffer", "statistics"};

	for (int i = 0; i < 2; i++)
		if (nodes[i] >= 0 && w->place.node >= 0 && nodes[i] != w->place.node)
			result_add_reason(result, "worker %zu is on node %d and its %s on node %d",
					  number, w->place.node, what[i], nodes[i]);
}

static void
judge_workers(struct result *result, const struct result_run *run)
{
	for (size_t i = 0; i < run->nworkers; i++) {
		const struct result_worker *w = &run->workers[i];

		if (w->cpu_seen >= 0 && w->cpu_seen != w->place.cpu) {
			result_lower(result, RESULT_INVALID);
			result_add_reason(result, "worker %zu was put on CPU %d and ran on CPU %d",
					  i, w->place.cpu, w->cpu_seen);
		}
		judge_memory(result, i, w);
	}
}

void
judge_run(struct result *result, const struct result_run *run)
{
	judge_workers(result, run);
	judge_blocks(result, &run->verify);
	judge_pace(result, run);
	if (result_run_ops(run) == 0) {
		result_lower(result, RESULT_INVALID);
		result_add_reason(result, "no op succeeded in the measured phase");
	}
	if (run->interrupted) {
		result_lower(result, RESULT_INTERRUPTED);
		result_add_reason(result, "ended early by a signal after %.3f s", run->elapsed_s);
	}
}

static double
latency_of(const struct result_op *op, const struct job_limit *limit)
{
	const struct histogram *h = histogram_count(&op->response) ? &op->response : &op->service;

	if (!histogram_count(h))
		return NAN;
	switch (limit->metric) {
	case JOB_LIMIT_MIN:
		return (double)h->min_ns;
	case JOB_LIMIT_MEAN:
		return histogram_mean_ns(h);
	case JOB_LIMIT_MAX:
		return (double)h->max_ns;
	default:
		return (double)histogram_percentile_ns(h, limit->percentile);
	}
}

static double
value_of(const struct result_op *op, const struct job_limit *limit)
{
	switch (limit->metric) {
	case JOB_LIMIT_IOPS:
		return op->iops;
	case JOB_LIMIT_BW:
		return op->bytes_per_s;
	case JOB_LIMIT_ERRORS:
		return (double)op->errors;
	default:
		return latency_of(op, limit);
	}
}

/* NAN: there is nothing to hold against the limit */
static double
measured(const struct result_run *run, const struct job_limit *limit)
{
	double sum = 0;

	if (limit->op != JOB_LIMIT_TOTAL)
		return value_of(&run->ops[limit->op % JOB_LIMIT_RANDREAD], limit);
	for (int kind = 0; kind < OP_KINDS; kind++)
		sum += value_of(&run->ops[kind], limit);
	return sum;
}

/* 1 when a value is further on the wrong side than another; a NAN is never exceeded */
static int
is_worse(const struct job_limit *limit, double value, double than)
{
	if (isnan(than))
		return 0;
	return isnan(value) || (limit->at_least ? value < than : value > than);
}

static void
judge_limit(struct result *result, const struct job *job, const struct job_limit *limit)
{
	double worst = (double)limit->value;
	unsigned missed = 0, runs = 0;

	for (size_t i = 0; i < result->nruns; i++) {
		double value;

		if (result->runs[i].job != job)
			continue;
		runs++;
		value = measured(&result->runs[i], limit);
		missed += is_worse(limit, value, (double)limit->value) ? 1 : 0;
		if (is_worse(limit, value, worst))
			worst = value;
	}
	if (!missed)
		return;
	result_lower(result, RESULT_MISSED);
	result_add_reason(result, "job '%s': %s %s %s: missed in %u of %u runs, %s at worst",
			  job->name, job_limit_key(limit).text, limit->at_least ? ">=" : "<=",
			  job_limit_value(limit, (double)limit->value).text, missed, runs,
			  job_limit_value(limit, worst).text);
}

void
judge_limits(struct result *result, const struct job *job)
{
	for (unsigned i = 0; i < job->nlimits; i++)
		judge_limit(result, job, &job->limits[i]);
}

void
judge_steady(struct result *result, const struct result_steady *steady)
{
	const struct job_steady *wanted = &steady->job->steady;

	if (steady->reached)
		return;
	result_lower(result, RESULT_INCONCLUSIVE);
	if (steady->nrounds < wanted->rounds)
		result_add_reason(result, "job '%s': no steady state: %zu rounds of the %u needed",
				  steady->job->name, steady->nrounds, wanted->rounds);
	else
		result_add_reason(
			result,
			"job '%s': no steady state after %zu rounds: over the last %u the "
			"IOPS range is %.3g %% of their mean (allowed: %.3g) and their "
			"slope %.3g %% (allowed: %.3g)",
			steady->job->name, steady->nrounds, wanted->rounds, steady->range_percent,
			wanted->range_percent, steady->slope_percent, wanted->slope_percent);
}

void
judge_doubts(struct result *result)
{
	for (size_t i = 0; i < result->nnamespaces; i++) {
		const struct result_namespace *ns = &result->namespaces[i];

		if (result_is_synced(result, ns))
			result_add_reason(result,
					  "libpmem can't flush %s from user space: the times are "
					  "those of msync",
					  result->nnamespaces > 1 ? ns->spec : "this namespace");
	}
	if (result->clock.why_not_tsc)
		result_add_reason(result, "clock: %s", result->clock.why_not_tsc);
}
