/* SPDX-License-Identifier: BSD-3-Clause */
/* steady.h -- figures for the steady state of a series of rounds, as in the PTS of SNIA. */
#ifndef BENCH_STEADY_H
#define BENCH_STEADY_H

#include <stddef.h>

/* In percent of the mean. NAN if the mean is not above 0. */
struct steady_figures {
	double range_percent; /* largest minus smallest value */
	double slope_percent; /* absolute change of the least-squares line, first to last value */
};

/* Computes the figures of `count` >= 1 values. Pure function. */
struct steady_figures steady_look(const double *values, size_t count);

#endif
