/* SPDX-License-Identifier: BSD-3-Clause */
#include "compare.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "measure/robust.h"
#include "measured.h"

#define METRICS_MAX (1 + 3 * OP_KINDS) /* of a job, if none is asked for */

static int
error_memory(struct why *why)
{
	errno = ENOMEM;
	return why_say(why, "compare: out of memory");
}

static void
count_runs(const struct comparison *c, struct compare_side *side)
{
	for (size_t f = 0; f < side->nresults; f++) {
		const struct result *result = &side->results[f];

		for (size_t i = 0; i < result->nruns; i++) {
			const struct result_run *run = &result->runs[i];

			if (run->settling || (c->by && !compare_is_of_side(c, side, run)))
				continue;
			side->runs++;
			side->bad_runs += !measured_counts(run);
		}
		side->bad_results += !compare_has(result);
	}
}

/* The metrics of a subject: those that some run of it has. */
static size_t
choose_metrics(const struct comparison *c, const struct compare_subject *s, struct metric *metrics)
{
	static const double percentiles[] = {50, 99, 99.9};
	const struct compare_side *const sides[] = {&c->before, &c->after};
	const struct job *const jobs[] = {s->before, s->after};
	int has_op[OP_KINDS] = {0};
	size_t n = 0;

	for (int side = 0; side < 2; side++) {
		const struct result *result = sides[side]->results;

		for (size_t i = 0; i < result->nruns; i++)
			for (int op = 0; op < OP_KINDS && result->runs[i].job == jobs[side]; op++)
				has_op[op] |= result->runs[i].ops[op].count > 0;
	}
	metrics[n++] = (struct metric){METRIC_IOPS, METRIC_TOTAL, 0};
	for (unsigned op = 0; op < OP_KINDS; op++)
		for (size_t i = 0; i < 3 && has_op[op]; i++)
			metrics[n++] = (struct metric){METRIC_PERCENTILE, op, percentiles[i]};
	return n;
}

/* The samples of one side; returns their number. `values` has room for all, `scratch` for the runs of a result. */
static size_t
take_samples(const struct comparison *c, const struct compare_side *side, size_t job,
	     const struct metric *metric, double *values)
{
	size_t count = 0;

	if (c->sample == COMPARE_REPEATS)
		return compare_has(side->results)
			       ? measured_in_runs(side->results, &side->results->jobs.jobs[job],
						  metric, values)
			       : 0;
	for (size_t f = 0; f < side->nresults; f++) {
		const struct result *result = &side->results[f];
		double *scratch = calloc(result->nruns + 1, sizeof(*scratch)), median;

		if (!scratch)
			return SIZE_MAX;
		median = robust_median(
			scratch,
			compare_has(result)
				? measured_in_runs(result, &result->jobs.jobs[job], metric, scratch)
				: 0);
		free(scratch);
		if (isfinite(median))
			values[count++] = median;
	}
	return count;
}

/* The rounds that have both values of a pair; SIZE_MAX without memory. */
static size_t
take_pairs(const struct comparison *c, const struct compare_subject *s, const struct metric *metric,
	   double *before, double *after)
{
	const struct result *result = c->before.results;
	double *scratch = calloc(result->nruns + 1, sizeof(*scratch));
	size_t count = 0;

	if (!scratch)
		return SIZE_MAX;
	measured_in_rounds(result, s->before, metric, before, scratch);
	measured_in_rounds(result, s->after, metric, after, scratch);
	free(scratch);
	for (size_t i = 0; i < result->study.rounds; i++) {
		if (!isfinite(before[i]) || !isfinite(after[i]))
			continue;
		before[count] = before[i];
		after[count++] = after[i];
	}
	return count;
}

/* Adds a row, unless neither side has a value and the metric was not asked for. */
static int
add_row(struct comparison *c, size_t subject, const struct metric *metric, int is_asked)
{
	const struct compare_subject *s = &c->subjects[subject];
	struct compare_row *row = &c->rows[c->nrows];
	size_t job = (size_t)(s->before - c->before.results->jobs.jobs);
	size_t room = c->sample == COMPARE_ROUNDS    ? c->before.results->study.rounds
		      : c->sample == COMPARE_REPEATS ? c->before.results->nruns
						     : c->before.nresults;
	size_t room_after =
		c->sample == COMPARE_REPEATS ? c->after.results->nruns : c->after.nresults;
	size_t before, after;

	row->values = calloc(room + (c->sample == COMPARE_ROUNDS ? room : room_after) + 1,
			     sizeof(double));
	if (!row->values)
		return -1;
	if (c->sample == COMPARE_ROUNDS) {
		before = after = take_pairs(c, s, metric, row->values, row->values + room);
	} else {
		before = take_samples(c, &c->before, job, metric, row->values);
		after = take_samples(c, &c->after, job, metric, row->values + room);
	}
	if ((!before && !after && !is_asked) || before == SIZE_MAX || after == SIZE_MAX) {
		free(row->values);
		row->values = NULL;
		return before == SIZE_MAX || after == SIZE_MAX ? -1 : 0;
	}
	row->subject = subject;
	row->metric = *metric;
	c->decisions[c->nrows] = (struct decision){.before = {row->values, before},
						   .after = {row->values + room, after},
						   .higher = metric_higher_is_better(metric)};
	c->nrows++;
	return 0;
}

static int
add_rows(struct comparison *c, const struct compare_options *options, struct why *why)
{
	size_t most = options->nmetrics ? options->nmetrics : METRICS_MAX, values = 0;

	c->rows = calloc(c->nsubjects * most + 1, sizeof(*c->rows));
	c->decisions = calloc(c->nsubjects * most + 1, sizeof(*c->decisions));
	if (!c->rows || !c->decisions)
		return error_memory(why);
	for (size_t s = 0; s < c->nsubjects; s++) {
		struct metric chosen[METRICS_MAX];
		const struct metric *metrics = options->nmetrics ? options->metrics : chosen;
		size_t n = options->nmetrics ? options->nmetrics
					     : choose_metrics(c, &c->subjects[s], chosen);

		for (size_t m = 0; m < n; m++)
			if (add_row(c, s, &metrics[m], options->nmetrics > 0))
				return error_memory(why);
	}
	for (size_t i = 0; i < c->nrows; i++)
		values += c->decisions[i].before.count + c->decisions[i].after.count;
	if (!values)
		return why_say(why, "compare: no good run has %s",
			       options->nmetrics ? metric_name(options->metrics).text
						 : "a figure that can be compared");
	return 0;
}

static int
conclude(struct comparison *c, struct why *why)
{
	if (decide(c->decisions, c->nrows, &c->rules))
		return error_memory(why);
	for (size_t i = 0; i < c->nrows; i++)
		c->counts[c->decisions[i].verdict]++;
	c->verdict = c->counts[DECIDE_WORSE]          ? DECIDE_WORSE
		     : c->counts[DECIDE_INCONCLUSIVE] ? DECIDE_INCONCLUSIVE
		     : c->counts[DECIDE_BETTER]       ? DECIDE_BETTER
						      : DECIDE_SAME;
	return compare_add_notes(c) ? error_memory(why) : 0;
}

static int
check_side(const struct compare_side *side, const char *which, struct why *why)
{
	size_t good = 0;

	for (size_t f = 0; f < side->nresults; f++)
		for (size_t i = 0; i < side->results[f].nruns; i++)
			good += compare_has(&side->results[f]) &&
				measured_counts(&side->results[f].runs[i]);
	if (good)
		return 0;
	return why_say(
		why,
		"compare: %s has no good run: %zu of %zu runs are left out, %zu of %zu results",
		which, side->bad_runs, side->runs, side->bad_results, side->nresults);
}

int
compare_results(struct comparison *c, const struct compare_side *before,
		const struct compare_side *after, const struct compare_options *options,
		struct why *why)
{
	const struct result *first = before->results;

	*c = (struct comparison){
		.before = *before,
		.after = *after,
		.sample = before->nresults == 1 && after->nresults == 1 ? COMPARE_REPEATS
									: COMPARE_FILES,
		.forced = options->force,
	};
	c->rules = (struct decide_rules){c->sample == COMPARE_REPEATS ? DECIDE_SERIES
								      : DECIDE_INDEPENDENT,
					 COMPARE_LEVEL, options->threshold};
	if (compare_check_like(c, why))
		return -1;
	count_runs(c, &c->before);
	count_runs(c, &c->after);
	if (check_side(&c->before, "OLD", why) || check_side(&c->after, "NEW", why))
		return -1;
	c->nsubjects = first->jobs.count;
	c->subjects = calloc(c->nsubjects, sizeof(*c->subjects));
	if (!c->subjects)
		return error_memory(why);
	for (size_t i = 0; i < c->nsubjects; i++) {
		struct compare_subject *s = &c->subjects[i];

		s->before = &first->jobs.jobs[i];
		s->after = &after->results->jobs.jobs[i];
		s->point = result_point(first, s->before);
		strcpy(s->point_name, result_point_name(first, s->point).text);
	}
	return add_rows(c, options, why) || conclude(c, why) ? -1 : 0;
}

int
compare_points(struct comparison *c, const struct result *study, const char *const *name,
	       const struct compare_options *options, struct why *why)
{
	*c = (struct comparison){
		.before = {.results = study, .names = name, .nresults = 1},
		.after = {.results = study, .names = name, .nresults = 1},
		.sample = COMPARE_ROUNDS,
		.by = options->by,
		.rules = {DECIDE_PAIRS, COMPARE_LEVEL, options->threshold},
	};
	if (compare_choose_values(c, options, why) || compare_add_pairs(c, why))
		return -1;
	count_runs(c, &c->before);
	count_runs(c, &c->after);
	return add_rows(c, options, why) || conclude(c, why) ? -1 : 0;
}

void
comparison_free(struct comparison *c)
{
	for (size_t i = 0; i < c->nrows; i++)
		free(c->rows[i].values);
	for (size_t i = 0; i < c->nnotes; i++)
		free(c->notes[i]);
	free(c->rows);
	free(c->decisions);
	free(c->subjects);
	free(c->differences);
	free(c->notes);
	*c = (struct comparison){0};
}
