/* SPDX-License-Identifier: BSD-3-Clause */
#include "measured.h"

#include <math.h>

#include "measure/robust.h"

bool
measured_counts(const struct result_run *run)
{
	return result_is_good(run) && !run->interrupted;
}

size_t
measured_in_runs(const struct result *result, const struct job *job, const struct metric *metric,
		 double *values)
{
	size_t count = 0;

	for (size_t i = 0; i < result->nruns; i++) {
		double value;

		if (result->runs[i].job != job || !measured_counts(&result->runs[i]))
			continue;
		value = metric_of(&result->runs[i], metric);
		if (isfinite(value))
			values[count++] = value;
	}
	return count;
}

void
measured_in_rounds(const struct result *result, const struct job *job, const struct metric *metric,
		   double *values, double *scratch)
{
	for (unsigned round = 0; round < result->study.rounds; round++) {
		size_t count = 0;

		for (size_t i = 0; i < result->nruns; i++) {
			const struct result_run *run = &result->runs[i];

			if (run->job != job || run->round != round || !measured_counts(run))
				continue;
			scratch[count] = metric_of(run, metric);
			count += isfinite(scratch[count]) ? 1 : 0;
		}
		values[round] = robust_median(scratch, count);
	}
}
