/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * source.h -- maps positions to files and lines.
 *
 * A position counts all lines in the order of reading, from 1. The lines of an included file come after the
 * line that includes it. In a job file without includes, positions are line numbers.
 */
#ifndef BENCH_JOB_SOURCE_H
#define BENCH_JOB_SOURCE_H

#include "key_type.h"

struct job_source;

/* Returns an empty map, or NULL if memory ran out. */
struct job_source *source_new(void);
void source_free(struct job_source *source);

/*
 * Notes that the line at `position` is line `line` of `file`, and that the next lines follow it up to the
 * next note. file = NULL is the job file itself. Positions must ascend. Returns 0, or -1 if memory ran out.
 */
int source_note(struct job_source *source, int position, const char *file, int line);

/* The number of notes, and the file of note `number` (from 0): NULL is the job file itself. */
size_t source_count(const struct job_source *source);
const char *source_file(const struct job_source *source, size_t number);

/* "line 7", or "line 7 of common.inc" for an included file. source may be NULL: a job without includes. */
struct source_text {
	char text[KEY_TEXT_MAX];
};
struct source_text source_line(const struct job_source *source, int position);

#endif
