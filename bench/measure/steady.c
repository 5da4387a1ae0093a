/* SPDX-License-Identifier: BSD-3-Clause */
#include "steady.h"

#include <math.h>

struct steady_figures
steady_look(const double *values, size_t count)
{
	double sum = 0, least = values[0], most = values[0], above = 0, below = 0;
	double middle = (double)(count - 1) / 2, mean, slope;

	for (size_t i = 0; i < count; i++) {
		sum += values[i];
		least = fmin(least, values[i]);
		most = fmax(most, values[i]);
	}
	mean = sum / (double)count;
	if (!(mean > 0))
		return (struct steady_figures){NAN, NAN};

	/* least-squares line through (0, values[0]), (1, values[1]), ... */
	for (size_t i = 0; i < count; i++) {
		double x = (double)i - middle;

		above += x * (values[i] - mean);
		below += x * x;
	}
	slope = below > 0 ? above / below : 0;
	return (struct steady_figures){
		.range_percent = 100 * (most - least) / mean,
		.slope_percent = 100 * (fabs(slope) * (double)(count - 1)) / mean,
	};
}
