/* SPDX-License-Identifier: BSD-3-Clause */
/* job_list.h -- from a job file and --set options to jobs. */
#ifndef BENCH_JOB_LIST_H
#define BENCH_JOB_LIST_H

#include "job.h"
#include "why.h"

/*
 * Reads a job file; NULL = the built-in default job, which equals workloads/default.job. Then applies
 * `sets` ("key=value", the last one wins) to every job. `--set ops=` alone lifts the runtime of the file,
 * `--set rw=` to one kind of op its rwmix. Returns 0, or -1 with a line that names file, job, line, key,
 * value and the allowed values; the list is then empty. errno is ENOMEM when memory was missing.
 */
int job_list_load(struct job_list *list, const char *path, char *const *sets, size_t nsets,
		  struct why *why);
void job_list_free(struct job_list *list);

/* 1 when `is` returns non-zero for one of the files that the job file includes */
int job_list_any_include(const struct job_list *list, int (*is)(const char *file, const char *arg),
			 const char *arg);

#endif
