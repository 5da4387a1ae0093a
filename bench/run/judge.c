/* SPDX-License-Identifier: BSD-3-Clause */
/* judge.c -- the rules about one run. */
#include "judge.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define REASON_MAX 512

/* Adds a reason about one run; in the result it names the run if there may be others. Visits have a summary instead. */
static __attribute__((format(printf, 3, 4))) void
add_reason(struct result *result, struct result_run *run, const char *format, ...)
{
	char text[REASON_MAX], which[JOB_NAME_MAX + 64] = "";
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	result_run_add_reason(run, text);
	if (result_has_visits(result))
		return;
	if (run->job->repeat > 1 || run->job->steady.rounds)
		snprintf(which, sizeof(which), "job '%s', %s %u: ", run->job->name,
			 run->job->steady.rounds ? "round" : "repeat", result_repeat(run));
	else if (result->jobs.count > 1)
		snprintf(which, sizeof(which), "job '%s': ", run->job->name);
	result_add_reason(result, "%s%s", which, text);
}

static void
check_blocks(struct result *result, struct result_run *run)
{
	const struct result_verify *verify = &run->verify;
	uint64_t found = result_verify_findings(verify);

	if (!verify->valid || (!found && !verify->layout_first[0]))
		return;
	result_lower_run(result, run, RESULT_INVALID);
	if (verify->layout < 0)
		add_reason(result, run, "verify=stamp: the layout could not be checked: %s",
			   verify->layout_first);
	if (found)
		add_reason(result, run,
			   "verify=stamp: %" PRIu64 " findings: blocks with wrong contents, "
			   "or an inconsistent layout",
			   found);
}

/* A response time ends with the op. So the ops that never started are missing among the longest ones. */
static void
check_pace(struct result *result, struct result_run *run)
{
	const struct result_pace *pace = &run->pace;
	double from = result_lower_bound_from(run, NULL);

	if (!pace->valid)
		return;
	if (pace->error <= RESULT_PACE_ERROR_MAX) {
		if (from < 100) /* not NAN, and not the maximum alone */
			add_reason(result, run,
				   "response times from p%.10g on are lower bounds: %" PRIu64
				   " ops never started",
				   from, pace->unstarted);
		return;
	}
	result_lower_run(result, run, RESULT_INVALID);
	add_reason(result, run,
		   "rate_iops=%" PRIu64 ": a worker missed its schedule by %.3g %% (allowed: "
		   "%.3g %%); %" PRIu64 " ops were due and not started",
		   run->job->rate_iops, 100 * pace->error, 100 * RESULT_PACE_ERROR_MAX,
		   pace->unstarted);
}

/* Memory on another node is only a doubt: containers often forbid to choose the node. */
static void
check_memory(struct result *result, struct result_run *run, size_t number)
{
	const struct result_worker *w = &run->workers[number];
	const int nodes[] = {w->buffer_node, w->state_node, w->lane_node};
	static const char *const names[] = {"buffer", "statistics", "lane"};

	for (int i = 0; i < 3; i++)
		if (nodes[i] >= 0 && w->place.node >= 0 && nodes[i] != w->place.node)
			add_reason(result, run, "worker %zu is on node %d and its %s on node %d",
				   number, w->place.node, names[i], nodes[i]);
}

/* Notes a share of the measured phase that was lost, or makes the run invalid by it. `text` is its beginning. */
static void
check_lost(struct result *result, struct result_run *run, double lost_s, double of_s,
	   const char *text)
{
	double share = lost_s / of_s;
	int is_invalid = share > RESULT_LOST_INVALID && lost_s > RESULT_LOST_SECONDS;

	if (!(share > RESULT_LOST_NOTE) || lost_s < RESULT_LOST_SECONDS_LEAST) /* NAN: unknown */
		return;
	if (is_invalid)
		result_lower_run(result, run, RESULT_INVALID);
	add_reason(result, run, "%s %.1f %% of the measured phase (%s %.0f %%)", text, 100 * share,
		   is_invalid ? "invalid beyond" : "noted beyond",
		   100 * (is_invalid ? RESULT_LOST_INVALID : RESULT_LOST_NOTE));
}

/*
 * A worker of a closed loop that flushes from user space always runs. So the rest of the time went to another task, a
 * stop or a limit. In msync, and in page faults of a file on disk, a worker sleeps. The worker with the smallest share
 * stands for all.
 */
static void
check_cpu_share(struct result *result, struct result_run *run)
{
	const struct result_worker *worst = NULL;
	char text[64];

	if (run->pace.valid || run->job->engine == JOB_ENGINE_BLOCK || run->ns->is_pmem == 0)
		return;
	for (size_t i = 0; i < run->nworkers; i++) {
		const struct result_worker *w = &run->workers[i];

		if (!w->shares_cpu && isfinite(w->cpu_share) &&
		    (!worst || w->cpu_share < worst->cpu_share))
			worst = w;
	}
	if (!worst)
		return;
	snprintf(text, sizeof(text), "worker %td was kept off its CPU for", worst - run->workers);
	check_lost(result, run, (1 - worst->cpu_share) * run->elapsed_s, run->elapsed_s, text);
}

/* In every loop and with every engine: nobody asks for an involuntary switch. The worst worker stands for all. */
static void
check_switches(struct result *result, struct result_run *run)
{
	uint64_t most = 0;
	size_t worst = 0;

	for (size_t i = 0; i < run->nworkers; i++) {
		const struct result_worker *w = &run->workers[i];

		if (!w->shares_cpu && w->usage.involuntary_switches > most) {
			most = w->usage.involuntary_switches;
			worst = i;
		}
	}
	if (most >= RESULT_SWITCHES_LEAST && (double)most > RESULT_SWITCHES_RATE * run->elapsed_s)
		add_reason(result, run,
			   "other tasks took the CPU of worker %zu %" PRIu64
			   " times, %.0f times a second (noted beyond %.0f)",
			   worst, most, (double)most / run->elapsed_s, RESULT_SWITCHES_RATE);
}

static void
check_disturbance(struct result *result, struct result_run *run)
{
	if (run->elapsed_s < RESULT_LOST_PHASE_LEAST)
		return;
	check_lost(result, run, run->disturbance.steal_s, run->elapsed_s,
		   "the hypervisor took the CPUs of the workers for");
	check_lost(result, run, run->disturbance.throttled_s, run->elapsed_s,
		   "the CPU limit of the control group stopped this process for");
}

static void
check_workers(struct result *result, struct result_run *run)
{
	for (size_t i = 0; i < run->nworkers; i++) {
		const struct result_worker *w = &run->workers[i];

		if ((w->cpu_seen >= 0 && w->cpu_seen != w->place.cpu) || w->strays) {
			result_lower_run(result, run, RESULT_INVALID);
			add_reason(result, run, "worker %zu was put on CPU %d and ran on %s%d", i,
				   w->place.cpu, w->strays ? "another, at the end on " : "CPU ",
				   w->cpu_seen);
		}
		check_memory(result, run, i);
	}
	check_cpu_share(result, run);
	check_switches(result, run);
	check_disturbance(result, run);
}

/* The ops that a percentile needs so that `slower` of them lie beyond it. p100 is the slowest op, and needs none. */
static double
ops_needed(double percentile, unsigned slower)
{
	return percentile < 100 ? round(100 * slower / (100 - percentile)) : 0;
}

/*
 * A percentile needs some ops beyond it: ten, as a rule of thumb. With none, it is the slowest op. One reason for each
 * kind: the lowest percentile without any, or the highest one with too few.
 */
static void
check_percentiles(struct result *result, struct result_run *run)
{
	const struct job *job = run->job;
	unsigned n = result_is_attributable(&result->clock, job) ? job->npercentiles : 0;
	double highest = n ? job->percentiles[n - 1] : 100;

	for (int kind = 0; kind < OP_KINDS; kind++) {
		const char *name = op_kind_name((enum op_kind)kind);
		const char *of = job->batch > 1 ? "batches" : "ops";
		uint64_t count = job->batch > 1 ? histogram_count(&run->ops[kind].batch)
						: histogram_count(&run->ops[kind].service);
		unsigned i = 0;

		if (!count || (double)count >= ops_needed(highest, 10))
			continue;
		while (i < n && (double)count >= ops_needed(job->percentiles[i], 1))
			i++;
		if (i < n)
			add_reason(
				result, run,
				"from p%.10g on, each percentile of %s is the slowest %s: %" PRIu64
				" %s were timed, p%.10g needs %.0f",
				job->percentiles[i], name, job->batch > 1 ? "batch" : "op", count,
				of, highest, ops_needed(highest, 10));
		else
			add_reason(result, run,
				   "p%.10g of %s rests on fewer than 10 slower %s: %" PRIu64
				   " %s were timed, %.0f are needed",
				   highest, name, of, count, of, ops_needed(highest, 10));
	}
}

/* Ops that changed or read nothing are fast, and are not what the job is meant to measure. */
static void
check_idle(struct result *result, struct result_run *run)
{
	const uint64_t idle[OP_KINDS] = {
		[OP_READ] = run->btt.zero_reads, [OP_ZERO] = run->btt.idle_zeroes};
	static const char *const text[OP_KINDS] = {
		[OP_READ] = "reads found blocks that hold no data",
		[OP_ZERO] = "zeroes found blocks that were zero already"};

	for (int kind = 0; kind < OP_KINDS; kind++) {
		double blocks = (double)run->ops[kind].count * run->job->blocks;
		double share = (double)idle[kind] / blocks;
		int is_invalid = kind == OP_ZERO && share > RESULT_IDLE_INVALID;

		if (!(share > RESULT_IDLE_NOTE)) /* NAN: no such ops */
			continue;
		if (is_invalid)
			result_lower_run(result, run, RESULT_INVALID);
		add_reason(result, run, "%.1f %% of the %s (%s %.0f %%)",
			   100 * (share < 1 ? share : 1), text[kind],
			   is_invalid ? "invalid beyond" : "noted beyond",
			   100 * (is_invalid ? RESULT_IDLE_INVALID : RESULT_IDLE_NOTE));
	}
}

/* a phase that ended before its time, for no reason that the job gives */
static void
check_length(struct result *result, struct result_run *run)
{
	double asked_s = result_asked_s(run);

	if (run->interrupted || !(run->elapsed_s < 0.99 * asked_s)) /* NAN: it ends with its ops */
		return;
	result_lower_run(result, run, RESULT_INVALID);
	add_reason(result, run, "the measured phase took %.3f s of the %.3f s asked for",
		   run->elapsed_s, asked_s);
}

/* Returns 1 if a limit covers the errors of this kind: check_limit then checks them. */
static int
allows_errors(const struct job *job, unsigned kind)
{
	for (unsigned i = 0; i < job->nlimits; i++) {
		const struct job_limit *limit = &job->limits[i];

		if (limit->metric == JOB_LIMIT_ERRORS &&
		    (limit->op == JOB_LIMIT_TOTAL || limit->op % JOB_LIMIT_RANDREAD == kind))
			return 1;
	}
	return 0;
}

/*
 * EROFS follows from another failure, and another worker may see it before that failure has
 * returned. So any other errno counts as earlier.
 */
static int
is_before(const struct result_errno *one, const struct result_errno *other)
{
	if ((one->err == EROFS) != (other->err == EROFS))
		return other->err == EROFS;
	return one->first_ns < other->first_ns;
}

/* Returns the first failure: it may be the cause of the others. */
static const struct result_errno *
first_failure(const struct result_op *op)
{
	const struct result_errno *first = &op->errnos[0];

	for (unsigned i = 1; i < op->nerrnos; i++)
		if (is_before(&op->errnos[i], first))
			first = &op->errnos[i];
	return first;
}

/* With failed ops, the remaining ops are not the load that the job asked for. */
static void
check_failures(struct result *result, struct result_run *run)
{
	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		const struct result_op *op = &run->ops[kind];

		if (!op->errors || allows_errors(run->job, kind))
			continue;
		result_lower_run(result, run, RESULT_INVALID);
		add_reason(result, run,
			   "%" PRIu64 " of %" PRIu64 " %s ops failed: %s, first at block %" PRIu64
			   " (limit.%s.errors allows as many as it says)",
			   op->errors, op->errors + op->count, op_kind_name((enum op_kind)kind),
			   strerror(first_failure(op)->err), first_failure(op)->first_lba,
			   op_kind_name((enum op_kind)kind));
	}
	if (run->unfilled.count)
		add_reason(result, run,
			   "precondition=%s: %" PRIu64 " blocks could not be written: %s, first "
			   "block %" PRIu64,
			   run->job->precondition == JOB_PRECONDITION_AGE ? "age" : "fill",
			   run->unfilled.count, strerror(run->unfilled.err),
			   run->unfilled.first_lba);
}

void
judge_run(struct result *result, struct result_run *run)
{
	check_blocks(result, run);
	check_failures(result, run);
	if (run->settling)
		return;
	check_workers(result, run);
	check_pace(result, run);
	check_length(result, run);
	check_idle(result, run);
	check_percentiles(result, run);
	if (result_run_ops(run) == 0) {
		result_lower_run(result, run, RESULT_INVALID);
		add_reason(result, run, "no op succeeded in the measured phase");
	}
	if (run->interrupted) {
		result_lower_run(result, run, RESULT_INTERRUPTED);
		add_reason(result, run, "ended early by a signal after %.3f s", run->elapsed_s);
	}
}
