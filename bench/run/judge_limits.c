/* SPDX-License-Identifier: BSD-3-Clause */
/* judge_limits.c -- the rules about all runs of a job: its limits, and its steady state. */
#include "judge.h"
#include "job/limit.h"
#include "result/metric.h"

#include <math.h>
#include <stdio.h>

/* Returns the measured value for the limit, NAN: there is none. The first metrics of both tables are the same. */
static double
measured_value(const struct result_run *run, const struct job_limit *limit)
{
	const struct metric metric = {
		.kind = (enum metric_kind)limit->metric,
		.op = limit->op == JOB_LIMIT_TOTAL ? METRIC_TOTAL : limit->op % JOB_LIMIT_RANDREAD,
		.percentile = limit->percentile,
	};

	_Static_assert((int)JOB_LIMIT_PERCENTILE == (int)METRIC_PERCENTILE &&
			       (int)JOB_LIMIT_MIN == (int)METRIC_MIN,
		       "a limit is on a metric");
	return metric_of(run, &metric);
}

/* Returns 1 if `value` is further beyond the limit than `than`. NAN is the worst value. */
static int
is_worse(const struct job_limit *limit, double value, double than)
{
	if (isnan(than))
		return 0;
	return isnan(value) || (limit->at_least ? value < than : value > than);
}

/* Returns 1 if ops that were due and never started could have made the value miss its limit. */
static int
is_bound(const struct result_run *run, const struct job_limit *limit)
{
	const struct result_op *op = &run->ops[limit->op % JOB_LIMIT_RANDREAD];
	double beyond = 0;

	if (!run->pace.valid || limit->at_least || limit->op == JOB_LIMIT_TOTAL)
		return 0;
	if (limit->metric == JOB_LIMIT_PERCENTILE)
		beyond = (100 - limit->percentile) / 100 * (double)op->count;
	else if (limit->metric != JOB_LIMIT_MAX)
		return 0;
	return (double)run->pace.unstarted > beyond;
}

/* Rounds a value for a line of text. */
static double
round_to_four_digits(double value)
{
	double step = 1;

	while (value / step >= 10000)
		step *= 10;
	return step > 1 ? round(value / step) * step : value;
}

/* "job 'oltp'", in a sweep "job 'oltp', nfree=64" */
struct subject {
	char text[JOB_NAME_MAX + sizeof(struct result_point_text) + 16];
};

static struct subject
subject_of(const struct result *result, const struct job *job)
{
	const struct result_point_text point = result_point_name(result, result_point(result, job));
	struct subject subject;

	snprintf(subject.text, sizeof(subject.text), "job '%s'%s%s", job->name,
		 point.text[0] ? ", " : "", point.text);
	return subject;
}

struct judge_look
judge_look_at_limit(struct result *result, const struct job *job, const struct job_limit *limit,
		    enum judge_runs which)
{
	struct judge_look look = {.worst = NAN};

	for (size_t i = 0; i < result->nruns; i++) {
		struct result_run *run = &result->runs[i];
		double value;

		if (run->job != job || (run->settling && limit->metric != JOB_LIMIT_ERRORS))
			continue;
		/* A signal before the first op: the run has no value to check. */
		if (run->interrupted && result_run_ops(run) == 0)
			continue;
		if (which == JUDGE_GOOD_RUNS && !result_is_good(run))
			continue;
		value = measured_value(run, limit);
		if (!look.runs++ || is_worse(limit, value, look.worst))
			look.worst = value;
		if (is_worse(limit, value, (double)limit->value)) {
			look.missed++;
			result_lower_run(result, run, RESULT_MISSED);
		} else if (is_bound(run, limit)) {
			look.bounds++;
			if (which == JUDGE_ALL_RUNS)
				result_lower_run(result, run, RESULT_INCONCLUSIVE);
		}
	}
	return look;
}

static void
check_limit(struct result *result, const struct job *job, const struct job_limit *limit)
{
	const struct judge_look look = judge_look_at_limit(result, job, limit, JUDGE_ALL_RUNS);

	if (look.bounds)
		result_add_reason(
			result,
			"%s: %s %s %s: not decided in %u of %u runs: ops were due and never "
			"started, so their response times are missing",
			subject_of(result, job).text, job_limit_key(limit).text,
			limit->at_least ? ">=" : "<=",
			job_limit_value(limit, (double)limit->value).text, look.bounds, look.runs);
	if (!look.missed)
		return;
	result_add_reason(result, "%s: %s %s %s: missed in %u of %u runs, %s at worst",
			  subject_of(result, job).text, job_limit_key(limit).text,
			  limit->at_least ? ">=" : "<=",
			  job_limit_value(limit, (double)limit->value).text, look.missed, look.runs,
			  job_limit_value(limit, round_to_four_digits(look.worst)).text);
}

void
judge_limits(struct result *result, const struct job *job)
{
	for (unsigned i = 0; i < job->nlimits; i++)
		check_limit(result, job, &job->limits[i]);
}

void
judge_steady(struct result *result, const struct result_steady *steady)
{
	const struct job_steady *wanted = &steady->job->steady;
	char text[256];

	if (steady->reached)
		return;
	if (steady->nrounds < wanted->rounds)
		snprintf(text, sizeof(text), "no steady state: %zu rounds of the %u needed",
			 steady->nrounds, wanted->rounds);
	else if (!isfinite(steady->range_percent))
		snprintf(text, sizeof(text),
			 "no steady state after %zu rounds: no op succeeded in the last %u",
			 steady->nrounds, wanted->rounds);
	else
		snprintf(text, sizeof(text),
			 "no steady state after %zu rounds: over the last %u the IOPS range is "
			 "%.3g %% of their mean (allowed: %.3g) and their slope %.3g %% (allowed: "
			 "%.3g)",
			 steady->nrounds, wanted->rounds, steady->range_percent,
			 wanted->range_percent, steady->slope_percent, wanted->slope_percent);
	result_lower(result, RESULT_INCONCLUSIVE);
	for (size_t i = 0; i < result->nruns; i++) {
		struct result_run *run = &result->runs[i];

		if (run->job != steady->job || run->round != steady->round || run->settling)
			continue;
		result_lower_run(result, run, RESULT_INCONCLUSIVE);
		result_run_add_reason(run, text);
	}
	if (!result_has_visits(result))
		result_add_reason(result, "job '%s': %s", steady->job->name, text);
}
