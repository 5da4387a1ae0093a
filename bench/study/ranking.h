/* SPDX-License-Identifier: BSD-3-Clause */
/* ranking.h -- one metric of one job at all points of a sweep, and which points are best. */
#ifndef BENCH_STUDY_RANKING_H
#define BENCH_STUDY_RANKING_H

#include "best.h"
#include "measure/robust.h"
#include "result/metric.h"
#include "result/result.h"

#define RANKING_LEVEL 0.05 /* the probability that any point is called worse by chance */

struct ranking {
	struct metric metric;
	double *values; /* of point p in round r at [p * rounds + r]; NAN: no good run has it */
	size_t npoints, rounds;
	struct robust *looks; /* of each point: median and spread over the rounds */
	struct best_point *points;
	struct best_found found;
};

/*
 * Ranks the points by `metric` of job `number` of each point, from 0. A round with several good runs (steady_state)
 * counts with their median. 0, or -1 without memory. Call ranking_free after 0.
 */
int ranking_make(struct ranking *ranking, const struct result *result, size_t number,
		 const struct metric *metric);
void ranking_free(struct ranking *ranking);

/* "*" for the best point, "~" for one that the data cannot tell from it, "?" for one with too few runs, else "". */
const char *ranking_mark(const struct ranking *ranking, size_t point);

/* The sentences that explain the marks, for a line below a table. */
struct ranking_legend {
	char text[512];
};
struct ranking_legend ranking_legend(const struct ranking *ranking);

#endif
