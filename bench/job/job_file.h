/* SPDX-License-Identifier: BSD-3-Clause */
/* job_file.h -- parses the text of a job file. Each key is checked alone; resolve.h checks combinations. */
#ifndef BENCH_JOB_FILE_H
#define BENCH_JOB_FILE_H

#include <stdio.h>

#include "job.h"
#include "why.h"

/*
 * Appends the jobs in `file` to `list`. The caller frees the list, also after an error. Messages use
 * `name` for the file. Returns 0, or -1 with "name: line 7: ..." in `why`.
 */
int job_file_read(struct job_list *list, FILE *file, const char *name, struct why *why);

#endif
