/* SPDX-License-Identifier: BSD-3-Clause */
/* resolve.h -- checks and completes a job after all its keys have been read. */
#ifndef BENCH_JOB_RESOLVE_H
#define BENCH_JOB_RESOLVE_H

#include "job.h"
#include "why.h"

/*
 * Checks the keys that depend on each other and fills in the defaults that depend on other keys. Messages
 * use `path` for the job file. RESOLVE_ALONE means that the list has one job: then a limit from --set must
 * fit this job. Returns 0, or -1 with a line in `why`.
 */
enum resolve_siblings { RESOLVE_ALONE, RESOLVE_AMONG_OTHERS };
int resolve_job(struct job *job, const char *path, enum resolve_siblings siblings, struct why *why);

/*
 * Checks that every limit from [global] or --set fits at least one job. `asked` is a copy of the last job
 * before resolve_job: that copy has all these limits. Returns 0, or -1 with a line in `why`.
 */
int resolve_check_limits(const struct job_list *list, const struct job *asked, const char *path,
			 struct why *why);

#endif
