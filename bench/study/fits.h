/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fits.h -- do new results fit to older ones, in all their metrics together?
 *
 * A permutation test. If the new results are like the older ones, they could be any of all results with the same
 * probability. So each choice of as many results is tried (or 9999 random ones if there are more than 10000): how far
 * is it on the bad side? The new results are worse if at most 5 % of the choices are as far.
 *
 * 1. The place of a value: its distance from the median of all old and new values, of logarithms if all are positive.
 *    The unit is the scaled median absolute deviation, at least a third of the threshold. More than FITS_FAR units count
 *    as so many, so that one outlier does not decide.
 * 2. How far a choice is in a metric: the mean of the places of its results, on the bad side. How far it is: its largest
 *    distance in any metric.
 * 3. p of a metric: the share of choices, the new results included, that are as far as the new results are in this
 *    metric. So p needs no correction for the number of metrics, and their correlation does not matter (P. H. Westfall
 *    and S. S. Young, Resampling-Based Multiple Testing (1993)).
 *
 * A metric with a median inside the threshold fits in any case. If the results are exchangeable, any metric is called
 * worse with a probability of at most FITS_LEVEL. This holds for every law of noise, for outliers, and for few results.
 * It does not hold for drift.
 *
 * The price: with one new result, an outlier among few old ones is as far as any other. Without significance, a new
 * result is unclear at FITS_FAR on the bad side. It is unclear as well if it would be worse, but for choices with an old
 * result at FITS_FAR. Several new results rarely have this problem: an outlier is one of them.
 */
#ifndef BENCH_STUDY_FITS_H
#define BENCH_STUDY_FITS_H

#include <stdbool.h>
#include <stddef.h>

#define FITS_LEVEL   0.05
#define FITS_OLD_MIN 10 /* fewer old values do not show the noise */
#define FITS_NEW_MAX 100
#define FITS_FAR     6

enum fits_verdict { FITS, FITS_BETTER, FITS_WORSE, FITS_UNCLEAR };

/* One metric. Value i of `old` (and of `fresh`) is of the same result in all metrics. Values are finite. */
struct fits_metric {
	const double *old, *fresh;
	bool higher; /* a higher value is better */

	/* set by fits_judge() */
	double median, low, high; /* of old values */
	double now;               /* median of new values */
	double change;            /* now / median - 1 */
	double far;               /* on the bad side, in units of the noise */
	double p_worse, p_better;
	enum fits_verdict verdict;
	double p_clear; /* the part of p_worse without choices that have an old result at FITS_FAR */
};

/* The fewest old results with which so many new ones (1 to FITS_NEW_MAX) can be worse. */
size_t fits_least_old(size_t fresh);

/* `threshold`: 0.03 means that ratios from 1 / 1.03 to 1.03 fit. 0, or -1 without memory. */
int fits_judge(struct fits_metric *metrics, size_t count, size_t old, size_t fresh,
	       double threshold);

#endif
