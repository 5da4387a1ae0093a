/* SPDX-License-Identifier: BSD-3-Clause */
/* result_figures.c -- figures and words that several writers derive from a result. */
#include "result.h"

#include <math.h>
#include <string.h>

const char *
result_age(const struct result_layout *layout)
{
	if (!layout->valid || !isfinite(layout->adjacent))
		return NULL;
	if (layout->adjacent > RESULT_FRESH_ABOVE)
		return "fresh";
	return layout->adjacent < RESULT_AGED_BELOW ? "aged" : "partly aged";
}

double
result_asked_s(const struct result_run *run)
{
	return run->ended_by_ops || !run->job->runtime_ns ? NAN
							  : (double)run->job->runtime_ns / 1e9;
}

struct result_crew
result_crew_of(const struct result_run *run)
{
	struct result_crew crew = {.cpu_share = NAN};

	for (size_t i = 0; i < run->nworkers; i++) {
		const struct result_worker *w = &run->workers[i];

		crew.usage.user_s += w->usage.user_s;
		crew.usage.system_s += w->usage.system_s;
		crew.usage.voluntary_switches += w->usage.voluntary_switches;
		crew.usage.involuntary_switches += w->usage.involuntary_switches;
		crew.strays += w->strays;
		crew.cpu_share = fmin(crew.cpu_share, w->cpu_share); /* NAN is no number here */
	}
	return crew;
}

double
result_lower_bound_from(const struct result_run *run, const struct result_op *op)
{
	const struct job *job = run->job;
	double unstarted = (double)run->pace.unstarted, lowest = NAN;

	if (!run->pace.valid || !run->pace.unstarted)
		return NAN;
	for (int kind = 0; kind < OP_KINDS && !op; kind++)
		if (run->ops[kind].count)
			lowest = fmin(lowest, result_lower_bound_from(run, &run->ops[kind]));
	if (!op)
		return lowest;
	/* nobody knows their kinds, so all may be of this one; 99.9 is a little less in binary */
	for (unsigned i = 0; i < job->npercentiles; i++)
		if (unstarted * (1 - 1e-9) > (100 - job->percentiles[i]) / 100 * (double)op->count)
			return job->percentiles[i];
	return 100;
}

int
result_is_attributable(const struct clock *clock, const struct job *job)
{
	for (int kind = 0; kind < OP_KINDS; kind++)
		if (job->percent[kind] == 100)
			return 1;
	return clock_is_ordered(clock);
}

int
result_has_op(const struct result_run *run, enum op_kind kind)
{
	const struct result_op *op = &run->ops[kind];

	return run->job->percent[kind] || op->count || op->errors;
}

uint64_t
result_run_ops(const struct result_run *run)
{
	uint64_t ops = 0;

	for (int kind = 0; kind < OP_KINDS; kind++)
		ops += run->ops[kind].count;
	return ops;
}

uint64_t
result_op_bytes(const struct result_run *run)
{
	for (int kind = 0; kind < OP_KINDS; kind++) {
		const struct result_op *op = &run->ops[kind];

		if (op->count && isfinite(op->bytes_per_s) && op->iops > 0)
			return (uint64_t)llround(op->bytes_per_s / op->iops);
	}
	return (uint64_t)run->job->blocks * (run->job->bs ? run->job->bs : run->layout.lbasize);
}

uint64_t
result_bytes(const struct result_run *run, const struct result_op *op)
{
	/* not rate * time: a merged result has one time for hosts that took different ones */
	return op->count * result_op_bytes(run);
}

double
result_per_op(const struct result_run *run, uint64_t counter)
{
	uint64_t ops = result_run_ops(run);

	return ops ? (double)counter / (double)ops : NAN;
}

double
result_stored_per_user_byte(const struct result_run *run)
{
	uint32_t bs = run->job->bs ? run->job->bs : run->layout.lbasize;
	uint64_t changed = run->ops[OP_WRITE].count + run->ops[OP_ZERO].count;

	if (!bs || !changed)
		return NAN;
	return (double)run->btt.bytes_stored / ((double)changed * bs * run->job->blocks);
}

const char *
result_persisted_by(const struct result_namespace *ns)
{
	const char *kind = ns->kind ? ns->kind : "";

	if (ns->is_pmem < 0)
		return !strcmp(kind, "block")      ? "the device"
		       : !strcmp(kind, "pool set") ? "libpmemblk"
						   : "nothing (read only)";
	return ns->is_pmem ? "flush" : "msync";
}

int
result_is_synced(const struct result *result, const struct result_namespace *ns)
{
	for (size_t i = 0; i < result->nruns && !ns->is_pmem; i++)
		if (result->runs[i].ns == ns && result->runs[i].job->engine != JOB_ENGINE_BLOCK)
			return 1;
	return 0;
}
