/* SPDX-License-Identifier: BSD-3-Clause */
/* read_job.h -- the jobs of a document, for read.c. */
#ifndef BENCH_RESULT_READ_JOB_H
#define BENCH_RESULT_READ_JOB_H

#include "read_field.h"
#include "result.h"

/* Notes that an object is point `number` of the sweep. An error if there is another with the same values. */
void read_note_point(struct field *at, size_t number);

/* The number of the point that the member `point` has; 0 without a sweep and after an error. */
size_t read_point(struct field *of);

/* Reads the member `job`: result.jobs and result.job_path. */
void read_jobs(struct field *of, struct result *result);

#endif
