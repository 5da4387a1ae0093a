/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * append_file.h -- a CSV file that gets the rows of one run after the other (--append).
 *
 * All rows have the same columns: a file with another header is refused before the run. Several commands may append at
 * the same time: a lock (flock) keeps the rows of each together. An error leaves the file as it was.
 *
 * A function that fails has printed one line on standard error.
 */
#ifndef BENCH_CMD_APPEND_FILE_H
#define BENCH_CMD_APPEND_FILE_H

#include "output/output.h"
#include "cmd.h"

struct append_file {
	const char *path;
	int fd;
	int is_new; /* 1: append_file_open created it */
};

/* Opens or creates the file, before the run. CMD_USAGE when it holds other columns than a result of these jobs. */
enum cmd_exit append_file_open(struct append_file *file, const char *path,
			       const struct job_list *jobs);

/* Appends the rows, after a header when the file is empty, and drops it. */
enum cmd_exit append_file_write(struct append_file *file, const struct result *result);

/* Closes the file; removes it when append_file_open created it and it is still empty. */
void append_file_drop(struct append_file *file);

#endif
