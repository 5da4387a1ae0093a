/* SPDX-License-Identifier: BSD-3-Clause */
/* read_run.h -- an element of runs[], for read.c. */
#ifndef BENCH_RESULT_READ_RUN_H
#define BENCH_RESULT_READ_RUN_H

#include "read_field.h"
#include "result.h"

/* Reads one run. `result` has its jobs, namespaces and clock already; *run is zero. */
void read_run(struct field *at, const struct result *result, struct result_run *run);

/* A member with the word of a status. */
enum result_status read_status(struct field *of, const char *name);

/* The job that the members `job` and `point` name; NULL after an error. */
const struct job *read_job_of(struct field *of, const struct result *result);

/* The member `round`, from 0. */
unsigned read_round(struct field *of, const struct result *result);

#endif
