/* SPDX-License-Identifier: BSD-3-Clause */
/* read_files.h -- the arguments FILE... of commands that work on saved results. A function that fails has printed one line. */
#ifndef BENCH_CMD_READ_FILES_H
#define BENCH_CMD_READ_FILES_H

#include <stddef.h>

#include "result/result.h"
#include "cmd.h"

/* CMD_USAGE when there is no file, or when standard input (-) is named twice. */
enum cmd_exit read_files_check(const char *command, char *const *files, size_t nfiles);

/* The same for a command that also writes the file `output`, a `noun` ("page") in messages. No FILE may be this file. */
enum cmd_exit read_files_check_output(const char *command, char *const *files, size_t nfiles,
				      const char *output, const char *noun);

/*
 * Reads all files into a new array, so that nothing is printed when one of them is bad. The caller calls read_files_free
 * also after a failure.
 */
enum cmd_exit read_files(const char *command, char *const *files, size_t nfiles,
			 struct result **results);
void read_files_free(struct result *results, size_t nfiles);

#endif
