/* SPDX-License-Identifier: BSD-3-Clause */
/* lines.h -- reads a job file line by line. Included files are read in place of their `include FILE`. */
#ifndef BENCH_JOB_LINES_H
#define BENCH_JOB_LINES_H

#include <stdio.h>

#include "source.h"
#include "why.h"

/* the deepest nesting of includes: number of files that are open at the same time */
#define LINES_FILES_MAX 8

struct lines {
	struct lines_file {
		FILE *file;
		char *name;
		int line; /* number of lines read so far */
	} files[LINES_FILES_MAX];
	unsigned depth; /* number of open files; lines come from the last one */
	int position;   /* position of the line read last, see source.h */
	struct job_source *source;
};

enum lines_got {
	LINES_END,
	LINES_LINE,
	LINES_BAD,        /* error in this line */
	LINES_UNREADABLE, /* read error; `why` names the file */
};

/*
 * Starts to read `file`, which the caller closes after lines_close. Notes the origin of all lines in
 * `source`. Returns 0, or -1 if memory ran out.
 */
int lines_open(struct lines *lines, FILE *file, const char *name, struct job_source *source);

/* Closes all included files and frees the names. */
void lines_close(struct lines *lines);

/*
 * Reads the next line, without leading blanks and newline. A line with `include` reads as an empty line.
 * LINES_BAD and LINES_UNREADABLE come with a reason in `why`.
 */
enum lines_got lines_next(struct lines *lines, char *line, size_t size, struct why *why);

#endif
