/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * source.h -- which file a line of a job comes from, when a job file includes others.
 *
 * Lines are counted through: the lines of an included file follow the one that includes it. A number so
 * counted is a position. In a job file that includes nothing, positions are its line numbers.
 */
#ifndef BENCH_JOB_SOURCE_H
#define BENCH_JOB_SOURCE_H

#include "key_type.h"

struct job_source;

/* nothing included yet; NULL when there is no memory */
struct job_source *source_new(void);
void source_free(struct job_source *source);

/* From `position` on, up to the next note, lines are those of `file` from `line` on; NULL: the job file
 * itself. In ascending order. 0, or -1 when there is no memory. */
int source_note(struct job_source *source, int position, const char *file, int line);

/* the included file of a note, from 0, or NULL where that is the job file itself */
size_t source_count(const struct job_source *source);
const char *source_file(const struct job_source *source, size_t number);

/* "line 7", or "line 7 of common.inc" where that was included; a source of NULL includes nothing */
struct source_text {
	char text[KEY_TEXT_MAX];
};
struct source_text source_line(const struct job_source *source, int position);

#endif
