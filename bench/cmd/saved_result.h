/* SPDX-License-Identifier: BSD-3-Clause */
/* saved_result.h -- how the commands that measure end: the file of --output, and the exit code. */
#ifndef BENCH_CMD_SAVED_RESULT_H
#define BENCH_CMD_SAVED_RESULT_H

#include "result/result.h"
#include "cmd.h"
#include "output_file.h"
#include "why.h"

/* Writes the result as JSON to an open output, and finishes or drops it. 0, or -1 with a line that begins with `path`. */
int saved_result_write(const struct result *result, struct output_file *output, const char *path,
		       struct why *why);

/* The exit code for the verdict; after a signal 128 + its number, as the shell and fio have it. */
enum cmd_exit saved_result_exit(const struct result *result);

#endif
