/* SPDX-License-Identifier: BSD-3-Clause */
/* harness.h -- what the load generator itself costs. */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include "job/job.h"
#include "measure/clock.h"
#include "numa/memory.h"
#include "numa/topology.h"

/*
 * Nanoseconds an op of this job takes when the engine does nothing: pattern, clock and histogram,
 * in the very loop that measures. About 50 ms on a thread pinned to `place`; NAN when it can't be
 * measured.
 */
double harness_measure(const struct job *job, const struct topology *topology,
		       struct memory *memory, const struct clock *clock, const struct place *place);

#endif
