/* SPDX-License-Identifier: BSD-3-Clause */
/* job_list.h -- loads jobs from a job file and --set options. */
#ifndef BENCH_JOB_LIST_H
#define BENCH_JOB_LIST_H

#include "job.h"
#include "why.h"

/*
 * Reads the job file `path`, or the built-in job if `path` is NULL. The built-in job equals
 * workloads/default.job. Then applies `sets` ("key=value", the last one wins) to every job. `--set ops=`
 * alone cancels the runtime of the file. `--set rw=` with a single kind of op cancels its rwmix.
 *
 * Returns 0. The caller frees the list. Returns -1 with a line in `why` that names file, job, line, key,
 * value and the allowed values. The list is then empty. errno is ENOMEM if memory ran out.
 */
int job_list_load(struct job_list *list, const char *path, char *const *sets, size_t nsets,
		  struct why *why);

/* The same for a job file that is part of the program, and for one job of a file. */
struct job_input {
	const char *name; /* for messages; without text, the path of a file */
	const char *text; /* NULL: the file has it */
	const char *only; /* name of the job to load; NULL: all */
};
int job_list_load_text(struct job_list *list, const struct job_input *from, char *const *sets,
		       size_t nsets, struct why *why);
void job_list_free(struct job_list *list);

/* 1 if `is` returns non-zero for any file that the job file includes, else 0. */
int job_list_any_include(const struct job_list *list, int (*is)(const char *file, const char *arg),
			 const char *arg);

#endif
