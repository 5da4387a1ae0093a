/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.h -- what a run would do, before it does it: settings that depend on the namespace, and places. */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "engine/target.h"
#include "job/job.h"
#include "why.h"
#include "numa/topology.h"

/*
 * Jobs that only read do not write over somebody's data unless they are told to: precondition becomes
 * `fault` on a namespace that is not plain memory. How many were changed.
 */
unsigned plan_spare_data(struct job_list *list, const struct target_list *targets);

/* a job and its workers: worker i has lane lane_first + i and goes to places[i] */
struct plan_job {
	const struct job *job;
	const struct place *places;
	unsigned count, lane_first;
};

/*
 * Calls `each` for every job of the list, in order, with the settings and the places that run_jobs would
 * take on this machine. The targets, which are open to read, are looked at, not written; what a job asks of its
 * layout is held against the one that is there, or, of plain memory, is laid out. 0, or -1 with one line in `why`,
 * which names the target that it is about.
 */
int plan_jobs(struct job_list *list, const struct target_list *targets,
	      void (*each)(void *arg, const struct plan_job *plan), void *arg, struct why *why);

#endif
