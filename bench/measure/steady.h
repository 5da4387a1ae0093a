/* SPDX-License-Identifier: BSD-3-Clause */
/* steady.h -- has a series of rounds come to rest? Pure arithmetic, as in SNIA's PTS. */
#ifndef BENCH_STEADY_H
#define BENCH_STEADY_H

#include <stddef.h>

/* over a window of values, in percent of their mean; NAN when the mean is not above 0 */
struct steady_figures {
	double range_percent; /* largest less smallest */
	double slope_percent; /* what the least-squares line rises or falls by, first to last value */
};

/* of `count` >= 1 values */
struct steady_figures steady_look(const double *values, size_t count);

#endif
