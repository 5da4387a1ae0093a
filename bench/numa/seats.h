/* SPDX-License-Identifier: BSD-3-Clause */
/* seats.h -- chooses a CPU for every worker of the jobs that run together. */
#ifndef BENCH_SEATS_H
#define BENCH_SEATS_H

#include "job/job.h"
#include "why.h"
#include "topology.h"

struct seats {
	unsigned *counts;     /* number of workers of each job */
	struct place *places; /* of all workers, job after job; the index is also the lane */
	unsigned total;       /* number of places */
};

/*
 * Chooses places for the jobs in order. Each job gets cores that no earlier job uses. If too few cores are
 * free, a job with oversubscribe=1 shares cores; any other job is an error. threads=all takes all free
 * cores. `near_node` is the node of the namespace, -1 if unknown. Returns 0, or -1 with a line in `why`. The
 * caller calls seats_free in both cases.
 */
int seats_take(struct seats *seats, const struct topology *t, const struct job *jobs,
	       unsigned njobs, int near_node, struct why *why);
void seats_free(struct seats *seats);

#endif
