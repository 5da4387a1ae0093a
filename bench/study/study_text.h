/* SPDX-License-Identifier: BSD-3-Clause */
/* study_text.h -- a sweep as text: a table with a row for each point, and matrices of two keys. */
#ifndef BENCH_STUDY_TEXT_H
#define BENCH_STUDY_TEXT_H

#include <stdio.h>

#include "output/wrap.h"
#include "result/metric.h"
#include "result/result.h"
#include "why.h"

struct study_view {
	const struct metric *metric; /* decides which point is best; NULL: IOPS */
	const char
		*pivot[2]; /* swept keys of the rows and the columns of a matrix; NULL: no matrix */
	unsigned width;    /* no line is longer */
};

/* Parses "A,B", two swept keys of the result, into view->pivot. 0, or -1 with "wrong (allowed: ...)" in `why`. */
int study_parse_pivot(struct study_view *view, const struct result *result, const char *text,
		      struct why *why);

/* Prints machine, table, matrices and verdict of a result with a study. 0, or -1/errno. */
int study_print(const struct result *result, const struct study_view *view, FILE *out);

/*
 * Prints one table with a row for each job and point of several results, and a column for each key whose values differ.
 * 0, or -1/errno.
 */
int study_print_results(const struct result *results, const char *const *names, size_t count,
			const struct page *page);

#endif
