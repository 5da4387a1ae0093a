/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * robust.h -- statistics of a few repeats that one outlier does not move: the median, and the median
 * absolute deviation from it (MAD).
 */
#ifndef BENCH_ROBUST_H
#define BENCH_ROBUST_H

#include <stddef.h>

/* The median of `count` values; of an even count, the mean of the middle two. Sorts the values. NAN without values. */
double robust_median(double *values, size_t count);

struct robust {
	size_t count;  /* of the finite values */
	double median; /* NAN without values */
	double mad; /* median of |value - median|, not scaled to a standard deviation; NAN without values */
	double mad_percent; /* of the median; NAN with less than 2 values or a median that is not above 0 */
};

/* Ignores values that are not finite. Overwrites the array. */
struct robust robust_look(double *values, size_t count);

#endif
