/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * best.h -- which points of a sweep are worse than the best, and which cannot be told from it?
 *
 * "Cannot be told" is no claim that points are equal: the rounds are too few, or the noise is too large.
 *
 * Pairwise tests with Holm's correction cannot answer: in 5 rounds of 40 points, a signed-rank p is at least 0.0625,
 * a Mann-Whitney p at least 0.0079 * 39; and the best point was chosen because it looked best. So one test takes all
 * points together. If no point differs, the values of a round could as well belong to any other points. The test
 * deals the values of each round to the points again, at random, 999 times. Each time it looks for the best point,
 * and for the largest distance of any point from it, just as for the data. A point is worse if at most 5 % of the
 * deals have a distance as large as the distance of the point.
 *
 * 1. Drift that is common to a round cancels: the values of a round stay together, and distances are means of
 *    differences within rounds.
 * 2. Differences are of logarithms if all values are positive, because noise is relative to the value.
 * 3. A distance is the mean difference from the best point, divided by a standard error. The error has the variance
 *    of the point's own differences, plus the same again or the upper quartile of all points, if that is larger: few
 *    rounds estimate a variance badly, and points can be noisier than others.
 * 4. Worse points are removed, first those at least half as far as the furthest worse one. The rest is tested again,
 *    until no further point is worse. So far points neither hide near ones nor lend them their noise.
 * 5. Two points, all or the last, have too few deals. Mann-Whitney tests them in up to 5 rounds, signed rank in
 *    more. The number of rounds decides, not the data. Common drift only makes Mann-Whitney more cautious.
 *
 * Errors: if no point differs, any point is called worse in at most 5 % of studies, for any law of noise and any
 * drift: p values of permutation tests are exact with random deals (M. Dwass, Annals of Mathematical Statistics 28
 * (1957)), and deals may stop early for a point that is not worse (J. Besag and P. Clifford, Biometrika 78 (1991)).
 * If only some points equal the best, removal in steps (P. H. Westfall and S. S. Young, Resampling-Based Multiple
 * Testing, 1993) keeps the rate approximately: simulations gave up to 7 % beside worse points with equal noise, but
 * up to 22 % for 20 best points beside 20 others with a 50th of their noise. best_test repeats the simulations with
 * equal noise.
 */
#ifndef BENCH_BEST_H
#define BENCH_BEST_H

#include <stdbool.h>
#include <stddef.h>

struct best_study {
	const double *values; /* values[point * rounds + round]; not finite: missing */
	size_t points, rounds;
	bool higher;  /* the best point has the highest median; else the lowest */
	double level; /* 0.05: the probability of any wrong BEST_WORSE */
};

enum best_mark {
	BEST_WITHOUT_DATA,
	BEST_FEW, /* less than half as many values as other points: not tested, cannot be told from the best */
	BEST_WORSE,
	BEST_UNTOLD, /* cannot be told from the best */
	BEST_ITSELF,
};

struct best_point {
	enum best_mark mark;
	double p; /* adjusted for all points; rough above the level. NAN for the best and without a test */
};

enum best_method {
	BEST_UNTESTED,  /* less than two points have enough data */
	BEST_BY_ROUNDS, /* as above, in the rounds that have every tested point */
	BEST_UNPAIRED, /* fewer than 3 such rounds: Mann-Whitney of all values, p times the number of all pairs */
};

struct best_found {
	enum best_method method;
	size_t best; /* highest (lowest) median of the values used; the first of equal ones. SIZE_MAX: no data */
	size_t rounds; /* used by BEST_BY_ROUNDS */
	double least_p; /* smallest p that the first step can give; above the level: no point could be told */
	double least_pair_p; /* the same for the last two points: above the level, at least two points stay together */
};

/* Fills points[study->points] and `found`. Returns 0, or -1 without memory. The same data give the same result. */
int best_find(const struct best_study *study, struct best_point *points, struct best_found *found);

#endif
