/* SPDX-License-Identifier: BSD-3-Clause */
/* read_job.h -- the jobs of a document, for read.c. */
#ifndef BENCH_RESULT_READ_JOB_H
#define BENCH_RESULT_READ_JOB_H

#include "read_field.h"
#include "result.h"

/* Reads the member `job`: result.jobs and result.job_path. */
void read_jobs(struct field *of, struct result *result);

#endif
