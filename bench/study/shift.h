/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * shift.h -- by how much do samples differ? The estimate of Hodges and Lehmann with its confidence interval.
 *
 * The interval belongs to the rank test of the same samples: without ties, it excludes 0 if and only if the p value
 * of stats_mann_whitney or stats_signed_rank is at most 1 - confidence. With ties, it covers at least as often as it
 * says. For relative changes, pass logarithms: exp() of the estimate and its bounds are then ratios.
 *
 * J. L. Hodges and E. L. Lehmann, Annals of Mathematical Statistics 34 (1963), for the estimate; M. Hollander, D. A.
 * Wolfe and E. Chicken, Nonparametric Statistical Methods, chapters 3 and 4, for the intervals.
 */
#ifndef BENCH_SHIFT_H
#define BENCH_SHIFT_H

#include "stats.h"

struct shift {
	double estimate;   /* NAN: not computed, see below */
	double low, high;  /* -INFINITY and INFINITY if so few values cannot give the confidence */
	double confidence; /* of the interval from low to high; at least the one asked for */
	double error;      /* standard error of the estimate, see below; NAN if unknown */
	double size; /* samples a side that the error belongs to: the harmonic mean; or number of pairs */
	bool of_pairs;
};

/*
 * `after` - `before`: the median of the differences of all pairs of values. Needs memory for all of them.
 * `confidence` is above 0 and below 1. Exact where stats_mann_whitney is. All fields are NAN for an empty sample,
 * values that are not finite, or without memory.
 *
 * The error is half the length of the interval, divided by the normal deviate of its confidence (E. L. Lehmann,
 * Annals of Mathematical Statistics 34 (1963)); for an infinite interval, that of the widest finite one.
 */
struct shift shift_between(struct stats_sample before, struct stats_sample after,
			   double confidence);

/* The same for differences of pairs: the median of the means of any two differences, and of each with itself. */
struct shift shift_of_pairs(const double *differences, size_t count, double confidence);

/*
 * How many samples a side (or pairs) would settle it? Settled means: the interval excludes 0, or all of it lies
 * inside -threshold to threshold. The easier of the two counts. Returns 0 if unknown: no error is known, or more
 * than a million.
 *
 * An approximation: the estimate stays, its error shrinks with the square root of the number, and the normal deviate
 * of 80 % is added, so that about 4 of 5 such studies settle it. A small study estimates its error badly: read the
 * answer as a magnitude. Never less than the smallest number with which the exact test can be significant.
 */
size_t shift_samples_needed(const struct shift *shift, double confidence, double threshold);

#endif
