/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * given.h -- what a run was asked to do, one value at a time, for writers with columns and labels.
 */
#ifndef BENCH_GIVEN_H
#define BENCH_GIVEN_H

#include "result/result.h"

struct given_key {
	char text[64];
};

/* the value of a job's key as job-file text; "" when there is no such key */
struct given_key given_key(const struct job *job, const char *key);

/* bytes of one op, whatever a job calls them; 0 when no op says */
uint64_t given_op_bytes(const struct result_run *run);

/* bytes that the ops of one kind moved */
uint64_t given_bytes(const struct result_run *run, const struct result_op *op);

#endif
