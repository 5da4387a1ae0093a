/* SPDX-License-Identifier: BSD-3-Clause */
/* seats.h -- a place for every worker of the jobs that run together. */
#ifndef BENCH_SEATS_H
#define BENCH_SEATS_H

#include "job/job.h"
#include "why.h"
#include "topology.h"

struct seats {
	unsigned *counts; /* workers of each job */
	struct place
		*places; /* of all workers, job after job: its place is also the lane's number */
	unsigned total;
};

/*
 * Places the jobs in order, each on cores that no job before it has; a job with oversubscribe=1
 * shares them when there are too few. threads=all takes those that are left. 0, or -1 with one line
 * in `why`; seats_free either way.
 */
int seats_take(struct seats *seats, const struct topology *t, const struct job *jobs,
	       unsigned njobs, int near_node, struct why *why);
void seats_free(struct seats *seats);

#endif
