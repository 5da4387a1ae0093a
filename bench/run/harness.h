/* SPDX-License-Identifier: BSD-3-Clause */
/* harness.h -- measures the cost of the load generator itself. */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include "job/job.h"
#include "measure/clock.h"
#include "numa/memory.h"
#include "numa/topology.h"

/*
 * Runs the hot loop with engine=null and this job's pattern, on a thread pinned to `place`. Takes about 30 ms. Returns
 * the nanoseconds per op (pattern, clock and histogram), the median of many batches, so that a moment without the CPU
 * does not count; NAN on an error.
 */
double harness_measure(const struct job *job, const struct topology *topology,
		       struct memory *memory, const struct clock *clock, const struct place *place);

#endif
