/* SPDX-License-Identifier: BSD-3-Clause */
/* steady.c -- see steady.h. */
#include "steady.h"

#include <math.h>

static double
mean_of(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

static double
range_of(const double *values, size_t count)
{
	double least = values[0], most = values[0];

	for (size_t i = 1; i < count; i++) {
		least = fmin(least, values[i]);
		most = fmax(most, values[i]);
	}
	return most - least;
}

/* of the least-squares line through (0, values[0]), (1, values[1]), ... */
static double
slope_of(const double *values, size_t count, double mean)
{
	double middle = (double)(count - 1) / 2, above = 0, below = 0;

	for (size_t i = 0; i < count; i++) {
		double x = (double)i - middle;

		above += x * (values[i] - mean);
		below += x * x;
	}
	return below > 0 ? above / below : 0;
}

struct steady_figures
steady_look(const double *values, size_t count)
{
	double mean = mean_of(values, count);
	double rise = fabs(slope_of(values, count, mean)) * (double)(count - 1);

	if (!(mean > 0))
		return (struct steady_figures){NAN, NAN};
	return (struct steady_figures){
		.range_percent = 100 * range_of(values, count) / mean,
		.slope_percent = 100 * rise / mean,
	};
}
