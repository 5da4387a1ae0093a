/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * read.h -- turns a file with schema bttbench.result/1 back into a result.
 *
 * A file that is accepted gives the identical document when output_json writes it again. So every member must be there,
 * no other one may be, and a figure that follows from others (a mean, a percentile) must be the one that follows.
 *
 * The file does not hold these fields, which only the verdict uses: result.interrupted_by, result.status_reason,
 * result_run.unfilled, result_worker.shares_cpu, and the lines of a job file. They are empty; a key that was given has
 * line 1.
 */
#ifndef BENCH_RESULT_READ_H
#define BENCH_RESULT_READ_H

#include <stdio.h>

#include "result.h"
#include "why.h"

/*
 * Reads the rest of `file`. `name` stands for it in messages. Returns 0; the caller calls result_free. Returns -1 with
 * "NAME: runs[3].ops.read.count: ..." in `why`; *result is then empty.
 */
int result_read(struct result *result, FILE *file, const char *name, struct why *why);

#endif
