/* SPDX-License-Identifier: BSD-3-Clause */
/* study_rows.h -- a table with a row for each job and point: for a sweep, and for several results. */
#ifndef BENCH_STUDY_ROWS_H
#define BENCH_STUDY_ROWS_H

#include "output/table.h"
#include "output/wrap.h"
#include "result/result.h"

/* A row of a table: the runs of one job at one point. */
struct study_row {
	const struct result *result;
	const struct job *job;
	char first[JOB_NAME_MAX + TABLE_CELL_MAX]; /* the first column; the table cuts it */
	const char *mark;
};

struct study_rows {
	const char *title; /* of the first column */
	struct study_row *rows;
	size_t count;
	const char *keys[TABLE_COLUMNS_MAX / 2]; /* columns with values of jobs */
	size_t nkeys;
	int has_marks;
};

/* Prints the table, with all metrics that some run has. 0, or -1/errno. */
int study_rows_print(const struct study_rows *rows, const struct page *page);

#endif
