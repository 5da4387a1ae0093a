/* SPDX-License-Identifier: BSD-3-Clause */
/* lines.h -- the lines of a job file one by one, those of included files in the place of `include FILE`. */
#ifndef BENCH_JOB_LINES_H
#define BENCH_JOB_LINES_H

#include <stdio.h>

#include "source.h"
#include "why.h"

#define LINES_FILES_MAX \
	8 /* open at once: the job file, what it includes, what that includes, ... */

struct lines {
	struct lines_file {
		FILE *file;
		char *name;
		int line;         /* read so far */
	} files[LINES_FILES_MAX]; /* the last is the one that is read */
	unsigned depth;
	int position; /* of the line read last */
	struct job_source *source;
};

enum lines_got {
	LINES_END,
	LINES_LINE,
	LINES_BAD,        /* this line: a reason */
	LINES_UNREADABLE, /* a file: a reason, with its name */
};

/* `file` stays the caller's; positions are noted in `source`. 0, or -1 when there is no memory. */
int lines_open(struct lines *lines, FILE *file, const char *name, struct job_source *source);

/* also those files that are still open because reading ended early */
void lines_close(struct lines *lines);

/* The next line without its end and leading blanks; one that includes a file reads as an empty one. */
enum lines_got lines_next(struct lines *lines, char *line, size_t size, struct why *why);

#endif
