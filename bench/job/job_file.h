/* SPDX-License-Identifier: BSD-3-Clause */
/* file.h -- job files: the text into a list of jobs, each key checked on its own. */
#ifndef BENCH_JOB_FILE_H
#define BENCH_JOB_FILE_H

#include <stdio.h>

#include "job.h"
#include "why.h"

/*
 * Appends the jobs in `file` to the list, which stays the caller's to free. `name` is what messages
 * call the file. 0, or -1 with "name: line 7: ..." in `why`.
 */
int job_file_read(struct job_list *list, FILE *file, const char *name, struct why *why);

#endif
