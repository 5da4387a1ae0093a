/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * measured.h -- the values of a metric in the runs of one job, for statistics.
 *
 * A run counts if it is good and no signal ended it early.
 */
#ifndef BENCH_MEASURED_H
#define BENCH_MEASURED_H

#include <stdbool.h>

#include "result/metric.h"
#include "result/result.h"

bool measured_counts(const struct result_run *run);

/* All values, in the order of the runs; `values` has room for result->nruns. Returns their number. */
size_t measured_in_runs(const struct result *result, const struct job *job,
			const struct metric *metric, double *values);

/*
 * values[round]: the median of the runs in that round of a sweep (with steady_state, several), NAN without one.
 * `scratch` has room for result->nruns.
 */
void measured_in_rounds(const struct result *result, const struct job *job,
			const struct metric *metric, double *values, double *scratch);

#endif
