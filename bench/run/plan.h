/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.h -- plans a run without starting it: settings that depend on the target, and places. */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "engine/target.h"
#include "job/job.h"
#include "why.h"
#include "numa/topology.h"
#include "result/result.h"

/*
 * Protects data from the fill of jobs that only read: unless the job sets precondition itself, it
 * becomes `fault` on a target that is not plain memory. Returns the number of changed jobs.
 */
unsigned plan_spare_data(struct job_list *list, const struct target_list *targets);

/* A job and its workers: worker i has lane lane_first + i and runs at places[i]. */
struct plan_job {
	const struct job *job;
	const struct place *places;
	unsigned count, lane_first;
	const struct result_namespace *ns; /* of its target, with the node */
};

/*
 * Calls `each` for every job, in order, with the settings and places that run_jobs would use on
 * this machine; a plan_job is valid during the call. The targets must be open read-only and are not
 * written. The keys of each job are checked against the layout on its target; plain memory gets a
 * new layout. 0, or -1 with one line in `why`, which names the target.
 */
int plan_jobs(struct job_list *list, const struct target_list *targets,
	      void (*each)(void *arg, const struct plan_job *plan), void *arg, struct why *why);

#endif
