/* SPDX-License-Identifier: BSD-3-Clause */
#include "ranking.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The median of the good runs of a job in one round. The runs of all jobs of a point stand together; with steady_state
 * the jobs alternate.
 */
static double
round_value(const struct result *result, size_t *first, const struct job *job,
	    const struct metric *metric, double *scratch)
{
	size_t n = 0, i = *first, point = result_point(result, job);
	unsigned round = result->runs[i].round;

	for (; i < result->nruns && result->runs[i].round == round &&
	       result_point(result, result->runs[i].job) == point;
	     i++) {
		const struct result_run *run = &result->runs[i];
		double value = run->job == job ? metric_of(run, metric) : NAN;

		if (result_is_good(run) && isfinite(value))
			scratch[n++] = value;
	}
	*first = i;
	return robust_median(scratch, n);
}

int
ranking_make(struct ranking *ranking, const struct result *result, size_t number,
	     const struct metric *metric)
{
	size_t npoints = result->study.npoints, rounds = result->study.rounds;
	size_t njobs = result_point_jobs(result);
	double *scratch = calloc(result->nruns + rounds + 1, sizeof(*scratch));
	struct best_study study;

	*ranking = (struct ranking){
		.metric = *metric,
		.values = calloc(npoints * rounds, sizeof(double)),
		.npoints = npoints,
		.rounds = rounds,
		.looks = calloc(npoints, sizeof(*ranking->looks)),
		.points = calloc(npoints, sizeof(*ranking->points)),
	};
	if (!scratch || !ranking->values || !ranking->looks || !ranking->points) {
		free(scratch);
		ranking_free(ranking);
		return -1;
	}
	for (size_t i = 0; i < npoints * rounds; i++)
		ranking->values[i] = NAN;
	for (size_t i = 0; i < result->nruns;) {
		size_t point = result_point(result, result->runs[i].job);
		const struct job *job = &result->jobs.jobs[point * njobs + number];
		unsigned round = result->runs[i].round;
		double value = round_value(result, &i, job, metric, scratch);

		if (round < rounds)
			ranking->values[point * rounds + round] = value;
	}
	for (size_t p = 0; p < npoints; p++) {
		memcpy(scratch, ranking->values + p * rounds, rounds * sizeof(*scratch));
		ranking->looks[p] = robust_look(scratch, rounds);
	}
	free(scratch);
	study = (struct best_study){
		.values = ranking->values,
		.points = npoints,
		.rounds = rounds,
		.higher = metric_higher_is_better(metric),
		.level = RANKING_LEVEL,
	};
	if (!best_find(&study, ranking->points, &ranking->found))
		return 0;
	ranking_free(ranking);
	return -1;
}

void
ranking_free(struct ranking *ranking)
{
	free(ranking->values);
	free(ranking->looks);
	free(ranking->points);
	*ranking = (struct ranking){0};
}

const char *
ranking_mark(const struct ranking *ranking, size_t point)
{
	switch (ranking->points[point].mark) {
	case BEST_ITSELF:
		return "*";
	case BEST_UNTOLD:
		return "~";
	case BEST_FEW:
		return "?";
	case BEST_WORSE:
	case BEST_WITHOUT_DATA:
		break;
	}
	return "";
}

struct ranking_legend
ranking_legend(const struct ranking *ranking)
{
	const struct best_found *found = &ranking->found;
	struct ranking_legend t = {""};
	size_t untold = 0, few = 0, worse = 0, used = 0;

	for (size_t p = 0; p < ranking->npoints; p++) {
		untold += ranking->points[p].mark == BEST_UNTOLD;
		few += ranking->points[p].mark == BEST_FEW;
		worse += ranking->points[p].mark == BEST_WORSE;
	}
	if (found->best == SIZE_MAX) {
		snprintf(t.text, sizeof(t.text), "no point has a value of %s",
			 metric_name(&ranking->metric).text);
		return t;
	}
	used = (size_t)snprintf(t.text, sizeof(t.text), "* best median of %s",
				metric_name(&ranking->metric).text);
	if (untold)
		used += (size_t)snprintf(
			t.text + used, sizeof(t.text) - used,
			"; ~ the data cannot tell it from the best, which does not mean equal");
	if (few)
		used += (size_t)snprintf(t.text + used, sizeof(t.text) - used,
					 "; ? too few good runs to tell");
	if (found->method == BEST_UNTESTED)
		used += (size_t)snprintf(t.text + used, sizeof(t.text) - used,
					 "; not tested: too few points with data");
	else if (found->least_p > RANKING_LEVEL)
		used += (size_t)snprintf(
			t.text + used, sizeof(t.text) - used,
			"; so few rounds can tell no point from the best (--repeat=N)");
	else if (worse)
		used += (size_t)snprintf(t.text + used, sizeof(t.text) - used,
					 "; the others are worse (permutation test %s, 5 %% for "
					 "all points together)",
					 found->method == BEST_BY_ROUNDS ? "within rounds"
									 : "of all runs");
	if (untold && found->least_p <= RANKING_LEVEL && found->least_pair_p > RANKING_LEVEL)
		snprintf(t.text + used, sizeof(t.text) - used,
			 "; so few rounds always leave two points together");
	return t;
}
