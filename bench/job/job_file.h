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

/* 1 if the `len` bytes can be the name of a job: 1 to JOB_NAME_MAX - 1 printable ASCII characters, no blank at an end. */
int job_file_name_is_good(const char *name, size_t len);

#endif
