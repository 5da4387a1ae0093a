/* SPDX-License-Identifier: BSD-3-Clause */
/* resolve.h -- keys of a job that depend on each other, once all of them are read. */
#ifndef BENCH_JOB_RESOLVE_H
#define BENCH_JOB_RESOLVE_H

#include "job.h"
#include "why.h"

/*
 * Fills in the defaults that follow from other keys and checks the job as a whole. `path` is the name that
 * messages give the job file. Among other jobs, a limit of --set may be meant for another one. Returns 0, or
 * -1 with a line.
 */
enum resolve_siblings { RESOLVE_ALONE, RESOLVE_AMONG_OTHERS };
int resolve_job(struct job *job, const char *path, enum resolve_siblings siblings, struct why *why);

/*
 * A limit of [global] or --set may be meant for some of the jobs, but must fit one. `asked`, the last job before
 * it was resolved, has all these limits. Returns 0, or -1 with a line.
 */
int resolve_check_limits(const struct job_list *list, const struct job *asked, const char *path,
			 struct why *why);

#endif
