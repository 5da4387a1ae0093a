/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * qualify_judge.c -- the gates of the measured steps, and the verdict of a qualification from its gates and limits.
 *
 * The first of these that holds is the verdict:
 *
 *	FAIL		a red gate that blames the hardware or the data
 *	INVALID		a red gate that makes figures useless
 *	FAIL		a limit was missed
 *	INCONCLUSIVE	a red gate that leaves the question open, or a limit that the data does not decide
 *	NOT FINISHED	a step is pending
 *	PASS
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qualify_parts.h"
#include "run/judge.h"

struct judging {
	struct result *result;
	int is_open; /* 1: a limit is not decided */
	int failed;  /* 1: memory ran out */
};

/* The runs of one step. */
struct tally {
	size_t nruns, nbad, njobs, nworse, nsteady, nreached;
	uint64_t ops, errors, findings, checked, unfilled;
	const struct result_run *first_bad, *first_error, *first_finding, *first_layout,
		*first_unfilled;
};

static __attribute__((format(printf, 6, 7))) void
set_gate(struct judging *j, const char *step, const char *name, int is_good,
	 enum result_if_red if_red, const char *format, ...)
{
	char text[1024];
	va_list args;
	const struct result_gate gate = {.step = (char *)step,
					 .name = (char *)name,
					 .state = is_good ? RESULT_GATE_PASS : RESULT_GATE_FAIL,
					 .if_red = if_red};

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	j->failed |= qualify_gate(j->result, &gate, "%s", text) != 0;
}

/* A limit on errors decides about them itself. */
static int
has_error_limit(const struct job *job)
{
	for (unsigned i = 0; i < job->nlimits; i++)
		if (job->limits[i].metric == JOB_LIMIT_ERRORS)
			return 1;
	return 0;
}

static void
add_run(struct tally *t, const struct result_run *run)
{
	uint64_t errors = 0, findings = 0;

	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		t->ops += run->ops[kind].count;
		errors += run->ops[kind].errors;
	}
	if (!has_error_limit(run->job))
		t->errors += errors;
	if (errors && !has_error_limit(run->job) && !t->first_error)
		t->first_error = run;
	t->unfilled += run->unfilled.count;
	if (run->unfilled.count && !t->first_unfilled)
		t->first_unfilled = run;
	if (run->verify.valid) {
		findings = result_verify_findings(&run->verify) - run->verify.layout_errors;
		t->findings += findings;
		t->checked += run->verify.read + run->verify.swept;
		if (findings && !t->first_finding)
			t->first_finding = run;
		if (run->verify.layout != 1 && !t->first_layout)
			t->first_layout = run;
	}
	if (run->settling)
		return;
	t->nruns++;
	if (run->status != RESULT_INVALID)
		return;
	t->nbad++;
	if (!t->first_bad)
		t->first_bad = run;
}

/* Each job needs more good runs than bad ones. */
static void
add_job(struct judging *j, struct tally *t, const struct job *job)
{
	const struct result *result = j->result;
	size_t nruns = t->nruns, nbad = t->nbad;

	for (size_t i = 0; i < result->nruns; i++)
		if (result->runs[i].job == job)
			add_run(t, &result->runs[i]);
	for (size_t i = 0; i < result->nsteady; i++)
		if (result->steady[i].job == job) {
			t->nsteady++;
			t->nreached += (size_t)result->steady[i].reached;
		}
	nruns = t->nruns - nruns;
	nbad = t->nbad - nbad;
	t->njobs++;
	t->nworse += 2 * nbad > nruns;
}

static void
check_data(struct judging *j, const char *step, const struct tally *t)
{
	if (t->first_error)
		set_gate(j, step, "operations", 0, RESULT_RED_FAIL,
			 "%" PRIu64 " of %" PRIu64 " failed; the first, in job '%s': %s", t->errors,
			 t->ops + t->errors, t->first_error->job->name,
			 t->first_error->nreasons ? t->first_error->reasons[0] : "");
	else
		set_gate(j, step, "operations", 1, RESULT_RED_FAIL, "none of %" PRIu64 " failed",
			 t->ops);
	if (t->first_unfilled)
		set_gate(j, step, "fill", 0, RESULT_RED_FAIL,
			 "%" PRIu64 " blocks could not be written: %s, first block %" PRIu64,
			 t->unfilled, strerror(t->first_unfilled->unfilled.err),
			 t->first_unfilled->unfilled.first_lba);
	else
		set_gate(j, step, "fill", 1, RESULT_RED_FAIL,
			 "every block that was to be filled could be written");
	if (!t->checked)
		return;
	if (t->first_finding) {
		const struct result_finding *f = &t->first_finding->verify.first[0];

		set_gate(j, step, "contents", 0, RESULT_RED_FAIL,
			 "%" PRIu64 " findings in %" PRIu64 " checks; the first, %s, block %" PRIu64
			 ": expected %.200s; found %.200s",
			 t->findings, t->checked,
			 t->first_finding->verify.nfirst ? result_finding_name(f->kind) : "",
			 f->lba, f->expected, f->found);
	} else {
		set_gate(j, step, "contents", 1, RESULT_RED_FAIL,
			 "no finding in %" PRIu64 " checks of blocks", t->checked);
	}
	set_gate(j, step, "layout", !t->first_layout, RESULT_RED_FAIL, "%s%.400s",
		 t->first_layout ? "not consistent: " : "consistent",
		 t->first_layout ? t->first_layout->verify.layout_first : "");
}

static void
check_runs(struct judging *j, const char *step, const struct tally *t)
{
	const struct result_run *bad = t->first_bad;

	if (bad)
		set_gate(j, step, "runs", !t->nworse, RESULT_RED_INVALID,
			 "%zu of %zu are invalid, most runs of %zu of %zu jobs; the first, job "
			 "'%s', round %u: %.500s",
			 t->nbad, t->nruns, t->nworse, t->njobs, bad->job->name, bad->round + 1,
			 bad->nreasons ? bad->reasons[0] : "no reason was kept");
	else
		set_gate(j, step, "runs", 1, RESULT_RED_INVALID, "all %zu can be trusted",
			 t->nruns);
	if (t->nsteady)
		set_gate(j, step, "steady state", t->nreached == t->nsteady,
			 RESULT_RED_INCONCLUSIVE, "reached in %zu of %zu series of rounds",
			 t->nreached, t->nsteady);
}

/* The gates of a step that has runs. */
static void
check_step(struct judging *j, const struct result_step *step)
{
	const struct result *result = j->result;
	struct tally t = {0};

	for (size_t i = 0; i < result->jobs.count; i++)
		if (profile_is_of_step(&result->jobs.jobs[i], step->name))
			add_job(j, &t, &result->jobs.jobs[i]);
	if (!t.nruns)
		return;
	check_data(j, step->name, &t);
	check_runs(j, step->name, &t);
}

static void
add_gate_reasons(struct result *result, enum result_if_red if_red, enum result_status status)
{
	for (size_t i = 0; i < result->qualification.ngates; i++) {
		const struct result_gate *gate = &result->qualification.gates[i];

		if (gate->state != RESULT_GATE_FAIL || gate->if_red != if_red)
			continue;
		result_lower(result, status);
		result_add_reason(result, "%s, %s: %s", gate->step, gate->name, gate->reason);
	}
}

/* Of limits that were missed; or of those that have a figure and still are not decided. */
static void
add_limit_reasons(struct result *result, enum result_gate_state state)
{
	const struct result_qualification *q = &result->qualification;

	for (size_t i = 0; i < q->nlimits; i++)
		if (q->limits[i].state == state &&
		    (state == RESULT_GATE_FAIL || isfinite(q->limits[i].measured)))
			result_add_reason(result, "%s: %s: %s measured; %s", q->limits[i].subject,
					  q->limits[i].limit,
					  result_bound_figure(&q->limits[i]).text,
					  q->limits[i].reason);
}

/* The order of result_lower is not that of the verdict, so each rank sets the status alone. */
static void
set_verdict(struct judging *j)
{
	struct result *result = j->result;
	struct result_qualification *q = &result->qualification;
	size_t missed = 0, red[3] = {0}, pending = 0;

	while (result->nreasons)
		free(result->reasons[--result->nreasons]);
	result->status = RESULT_VALID;
	result->status_reason = 0;
	for (size_t i = 0; i < q->ngates; i++)
		if (q->gates[i].state == RESULT_GATE_FAIL)
			red[q->gates[i].if_red]++;
	for (size_t i = 0; i < q->nlimits; i++)
		missed += q->limits[i].state == RESULT_GATE_FAIL;
	for (size_t i = 0; i < q->nsteps; i++)
		pending += q->steps[i].state == RESULT_STEP_PENDING;
	add_gate_reasons(result, RESULT_RED_FAIL, RESULT_MISSED);
	add_gate_reasons(result, RESULT_RED_INVALID, RESULT_INVALID);
	add_limit_reasons(result, RESULT_GATE_FAIL);
	add_gate_reasons(result, RESULT_RED_INCONCLUSIVE, RESULT_INCONCLUSIVE);
	add_limit_reasons(result, RESULT_GATE_NOT_APPLICABLE);
	result->status = red[RESULT_RED_FAIL]                         ? RESULT_MISSED
			 : red[RESULT_RED_INVALID]                    ? RESULT_INVALID
			 : missed                                     ? RESULT_MISSED
			 : red[RESULT_RED_INCONCLUSIVE] || j->is_open ? RESULT_INCONCLUSIVE
			 : pending                                    ? RESULT_INTERRUPTED
								      : RESULT_VALID;
	result->status_reason = 0;
	if (pending)
		result_add_reason(result,
				  "not finished: %zu of %zu steps are pending (qualify --resume "
				  "goes on)",
				  pending, q->nsteps);
}

int
qualify_judge(struct result *result, const struct profile *profile, struct why *why)
{
	struct judging j = {.result = result};
	const struct result_qualification *q = &result->qualification;

	for (size_t i = 0; i < q->nsteps; i++)
		check_step(&j, &q->steps[i]);
	j.failed |= qualify_limits(result, profile, &j.is_open) != 0;
	set_verdict(&j);
	judge_notes(result);
	return j.failed ? why_say(why, "out of memory") : 0;
}
