/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * output_file.h -- a file that is written at the end of long work: whether it can be is found out at the start, and what
 * it held stays until all of the new text is there.
 */
#ifndef BENCH_CMD_OUTPUT_FILE_H
#define BENCH_CMD_OUTPUT_FILE_H

#include <stdio.h>

struct output_file {
	FILE *file;
	char *path; /* what it is in the end */
	char *temp; /* its name beside that until then; NULL: none yet, or written in place, as a pipe or a device is */
	int is_nameless; /* 1: it is on the disk without a name, until all is written */
};

/* 1 when both names are there and mean one file or device */
int output_file_is_same(const char *path, const char *other);

/* 0, or -1/errno; then output_file_begin and _finish, or output_file_drop */
int output_file_open(struct output_file *out, const char *path);

/* where to write; NULL/errno when what is written in place can't be emptied, and still output_file_drop */
FILE *output_file_begin(struct output_file *out);

/* all is written: 0, or -1/errno, and then what was there before is there still */
int output_file_finish(struct output_file *out);

/* as if it had never been opened */
void output_file_drop(struct output_file *out);

#endif
