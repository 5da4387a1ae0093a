/* SPDX-License-Identifier: BSD-3-Clause */
#include "robust.h"

#include <math.h>
#include <stdlib.h>

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
robust_median(double *values, size_t count)
{
	if (!count)
		return NAN;
	qsort(values, count, sizeof(*values), ascending);
	return values[(count - 1) / 2] / 2 + values[count / 2] / 2;
}

struct robust
robust_look(double *values, size_t count)
{
	struct robust r = {0};

	for (size_t i = 0; i < count; i++)
		if (isfinite(values[i]))
			values[r.count++] = values[i];
	r.median = robust_median(values, r.count);
	for (size_t i = 0; i < r.count; i++)
		values[i] = fabs(values[i] - r.median);
	r.mad = robust_median(values, r.count);
	r.mad_percent = r.count > 1 && r.median > 0 ? 100 * r.mad / r.median : NAN;
	return r;
}
