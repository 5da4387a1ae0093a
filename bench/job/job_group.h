/* SPDX-License-Identifier: BSD-3-Clause */
/* job_group.h -- jobs that run together: from the first job, or one with stonewall, to the next stonewall. */
#ifndef BENCH_JOB_GROUP_H
#define BENCH_JOB_GROUP_H

#include "job.h"
#include "why.h"

/* number of jobs that run together with list->jobs[first], the first of its group */
size_t job_group_length(const struct job_list *list, size_t first);

/*
 * Merges the demands that the jobs of a group make on the engine they share into one job: the first job, with
 * ops that change blocks when any job has them, the precondition that does most, and the most blocks an op.
 */
void job_group_unite(const struct job *jobs, size_t count, struct job *united);

/* checks that jobs that run together agree on the keys they share; 0, or -1 with a line */
int job_group_check(const struct job_list *list, const char *path, struct why *why);

#endif
