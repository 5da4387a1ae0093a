/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * job_group.h -- groups of jobs that run together. A group starts with the first job or with a job that
 * has stonewall=1, and ends before the next stonewall=1.
 */
#ifndef BENCH_JOB_GROUP_H
#define BENCH_JOB_GROUP_H

#include "job.h"
#include "why.h"

/* Number of jobs in the group that starts with list->jobs[first], at least 1. */
size_t job_group_length(const struct job_list *list, size_t first);

/*
 * Merges the demands of a group on its shared engine into one job. `united` is a copy of the first job
 * with the strongest precondition, the largest number of blocks per op, and the mix with the smallest
 * share of reads. So it contains ops that change blocks when any job has them.
 */
void job_group_unite(const struct job *jobs, size_t count, struct job *united);

/*
 * Checks that the jobs of each group agree on the keys they share. `path` is the name of the job file in
 * messages. Returns 0, or -1 with a line in `why`.
 */
int job_group_check(const struct job_list *list, const char *path, struct why *why);

#endif
