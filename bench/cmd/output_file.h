/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * output_file.h -- an output file that is opened before a long run and written after it.
 *
 * Opening reports most errors before the run. The text goes to a new file, without a name where the file system can
 * (O_TMPFILE), which replaces the old one when it is complete and synced. So the old content survives every error.
 * Pipes, devices, open descriptors (/dev/stdout) and files in folders that allow no new file are written in place.
 */
#ifndef BENCH_CMD_OUTPUT_FILE_H
#define BENCH_CMD_OUTPUT_FILE_H

#include <stdio.h>

#define STANDARD_OUTPUT \
	"-" /* in place of a path; the caller knows it, the functions below do not */

struct output_file {
	FILE *file;
	char *path; /* the final name */
	char *temp; /* the temporary name in the same folder; NULL: no name yet, or written in place */
	int is_nameless; /* 1: the new file has no name until output_file_finish */
};

/* 1 when both paths exist and name the same file or device */
int output_file_is_same(const char *path, const char *other);

/* 0, or -1/errno. After 0 call output_file_begin and output_file_finish, or output_file_drop. */
int output_file_open(struct output_file *out, const char *path);

/* The stream to write to. NULL/errno when the old content can't be truncated in place; then call output_file_drop. */
FILE *output_file_begin(struct output_file *out);

/* Replaces the old file and frees `out`. 0, or -1/errno: then the old file is unchanged, unless written in place. */
int output_file_finish(struct output_file *out);

/* Discards the new file and frees `out`. */
void output_file_drop(struct output_file *out);

#endif
