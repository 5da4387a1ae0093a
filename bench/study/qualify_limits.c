/* SPDX-License-Identifier: BSD-3-Clause */
/* qualify_limits.c -- the limits of a qualification: those of its jobs, and the ratios of far to near figures. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/limit.h"
#include "measure/robust.h"
#include "measured.h"
#include "qualify_parts.h"
#include "run/judge.h"

struct checking {
	struct result *result;
	int is_open; /* 1: a limit is not decided */
	int failed;  /* 1: memory ran out */
};

static const char *
limit_unit(const struct job_limit *limit)
{
	switch (limit->metric) {
	case JOB_LIMIT_IOPS:
		return "ops/s";
	case JOB_LIMIT_BW:
		return "B/s";
	case JOB_LIMIT_ERRORS:
		return "ops";
	default:
		return "ns";
	}
}

/* Copies the texts. */
static void
add_bound(struct checking *c, const struct result_bound *bound)
{
	struct result_qualification *q = &c->result->qualification;
	struct result_bound *grown = reallocarray(q->limits, q->nlimits + 1, sizeof(*grown));
	struct result_bound copy = *bound;

	copy.subject = strdup(bound->subject);
	copy.limit = strdup(bound->limit);
	copy.unit = strdup(bound->unit);
	copy.reason = strdup(bound->reason);
	if (grown)
		q->limits = grown;
	if (!grown || !copy.subject || !copy.limit || !copy.unit || !copy.reason) {
		free(copy.subject);
		free(copy.limit);
		free(copy.unit);
		free(copy.reason);
		c->failed = 1;
		return;
	}
	grown[q->nlimits++] = copy;
}

static void
check_limit(struct checking *c, const struct job *job, const struct job_limit *limit)
{
	const struct judge_look look = judge_look_at_limit(c->result, job, limit, JUDGE_GOOD_RUNS);
	char text[160], reason[128];

	snprintf(text, sizeof(text), "%s %s %s", job_limit_key(limit).text,
		 limit->at_least ? ">=" : "<=", job_limit_value(limit, (double)limit->value).text);
	if (!look.runs)
		snprintf(reason, sizeof(reason), "no good run");
	else if (look.missed)
		snprintf(reason, sizeof(reason), "missed in %u of %u good runs", look.missed,
			 look.runs);
	else if (look.bounds)
		snprintf(reason, sizeof(reason),
			 "not decided in %u of %u good runs: ops never started", look.bounds,
			 look.runs);
	else
		snprintf(reason, sizeof(reason), "kept in %u good runs", look.runs);
	c->is_open |= look.runs && !look.missed && look.bounds;
	add_bound(c, &(const struct result_bound){
			     .subject = (char *)job->name,
			     .limit = text,
			     .state = look.missed                 ? RESULT_GATE_FAIL
				      : !look.runs || look.bounds ? RESULT_GATE_NOT_APPLICABLE
								  : RESULT_GATE_PASS,
			     .unit = (char *)limit_unit(limit),
			     .allowed = (double)limit->value,
			     .measured = look.runs ? look.worst : NAN,
			     .reason = reason,
		     });
}

/* The point that differs from a far one only in the node, or NULL. */
static const struct job *
near_of(const struct result *result, const struct job *far)
{
	static const char remote[] = " remote", local[] = " local";
	const char *word = strstr(far->name, remote);
	char name[JOB_NAME_MAX];

	if (!word)
		return NULL;
	snprintf(name, sizeof(name), "%.*s%s%s", (int)(word - far->name), far->name, local,
		 word + strlen(remote));
	for (size_t i = 0; i < result->jobs.count; i++)
		if (!strcmp(result->jobs.jobs[i].name, name))
			return &result->jobs.jobs[i];
	return NULL;
}

static double
median_of(struct checking *c, const struct job *job, const struct metric *metric)
{
	double *values = calloc(c->result->nruns + 1, sizeof(*values)), median = NAN;
	size_t count;

	if (!values) {
		c->failed = 1;
		return NAN;
	}
	count = measured_in_runs(c->result, job, metric, values);
	if (count)
		median = robust_median(values, count);
	free(values);
	return median;
}

/* How much worse is far than near? 1: the same; more: worse, also for figures that are good when they are high. */
static void
check_ratio(struct checking *c, const struct profile_ratio *ratio, const struct job *near,
	    const struct job *far)
{
	double a = median_of(c, near, &ratio->metric), b = median_of(c, far, &ratio->metric);
	double value = metric_higher_is_better(&ratio->metric) ? a / b : b / a;
	char text[96], reason[128];

	snprintf(text, sizeof(text), "limit.near_far.%s <= %.4g", metric_name(&ratio->metric).text,
		 ratio->most);
	snprintf(reason, sizeof(reason), "near %s, far %s, medians of the good runs",
		 metric_human(&ratio->metric, a).text, metric_human(&ratio->metric, b).text);
	add_bound(c, &(const struct result_bound){
			     .subject = (char *)far->name,
			     .limit = text,
			     .state = !isfinite(value)       ? RESULT_GATE_NOT_APPLICABLE
				      : value <= ratio->most ? RESULT_GATE_PASS
							     : RESULT_GATE_FAIL,
			     .unit = (char *)"ratio",
			     .allowed = ratio->most,
			     .measured = isfinite(value) ? value : NAN,
			     .reason = isfinite(value) ? reason : (char *)"no good run of both",
		     });
}

static void
check_ratios(struct checking *c, const struct profile_ratio *ratio)
{
	const struct result *result = c->result;
	size_t pairs = 0;
	char text[96];

	for (size_t i = 0; i < result->jobs.count; i++) {
		const struct job *far = &result->jobs.jobs[i], *near = near_of(result, far);

		if (!near || (ratio->metric.op < OP_KINDS && !far->percent[ratio->metric.op]))
			continue;
		check_ratio(c, ratio, near, far);
		pairs++;
	}
	if (pairs)
		return;
	snprintf(text, sizeof(text), "limit.near_far.%s <= %.4g", metric_name(&ratio->metric).text,
		 ratio->most);
	add_bound(c, &(const struct result_bound){
			     .subject = (char *)"matrix",
			     .limit = text,
			     .state = RESULT_GATE_NOT_APPLICABLE,
			     .unit = (char *)"ratio",
			     .allowed = ratio->most,
			     .measured = NAN,
			     .reason = (char *)"no point was measured near and far",
		     });
}

int
qualify_limits(struct result *result, const struct profile *profile, int *is_open)
{
	struct checking c = {.result = result};

	qualification_drop_limits(&result->qualification);
	for (size_t i = 0; i < result->jobs.count; i++)
		for (unsigned k = 0; k < result->jobs.jobs[i].nlimits; k++)
			check_limit(&c, &result->jobs.jobs[i], &result->jobs.jobs[i].limits[k]);
	for (size_t i = 0; i < profile->nratios; i++)
		check_ratios(&c, &profile->ratios[i]);
	*is_open = c.is_open;
	return c.failed ? -1 : 0;
}
