/* SPDX-License-Identifier: BSD-3-Clause */
/* settle.h -- what the keys of a job say about each other, once all of them are given. */
#ifndef BENCH_JOB_SETTLE_H
#define BENCH_JOB_SETTLE_H

#include "job.h"
#include "why.h"

/*
 * Fills in the defaults that follow from other keys and checks the job as a whole. `path` is what
 * messages call the job file. Among others, a limit of --set may be meant for another job. 0, or -1 with a reason.
 */
enum settle_siblings { SETTLE_ALONE, SETTLE_AMONG_OTHERS };
int settle_job(struct job *job, const char *path, enum settle_siblings siblings,
	       const struct why *why);

/*
 * A limit of [global] or --set may be meant for some of the jobs, but not for none: `asked`, the last job before it was
 * settled, has all of them. 0, or -1 with a reason.
 */
int settle_find_limits(const struct job_list *list, const struct job *asked, const char *path,
		       const struct why *why);

#endif
