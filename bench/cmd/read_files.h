/* SPDX-License-Identifier: BSD-3-Clause */
/* read_files.h -- for the commands that read saved results: FILE... */
#ifndef BENCH_CMD_READ_FILES_H
#define BENCH_CMD_READ_FILES_H

#include "cmd.h"
#include "result/result.h"

/* Checks that there is a FILE, and standard input ("-") at most once. `command` is for the error line. */
enum cmd_exit read_files_check(const char *command, char *const *files, size_t count);

/*
 * Reads all files, so that nothing is printed when one of them is bad. Sets *results to an array of `count`, which the
 * caller frees with read_files_free; it is NULL after an error line.
 */
enum cmd_exit read_files(const char *command, char *const *files, size_t count,
			 struct result **results);
void read_files_free(struct result *results, size_t count);

#endif
