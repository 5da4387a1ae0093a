/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * table.h -- a table of text, as wide as its cells need; what does not fit into TEXT_WIDTH goes on
 * below, under the first column again.
 *
 * Give the titles, then the cells row by row, then print, which frees. The first column is flush
 * left, the others flush right. A failed allocation shows in table_print alone.
 */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include <stddef.h>
#include <stdio.h>

#define TEXT_WIDTH        100
#define TABLE_COLUMNS_MAX 24
#define TABLE_CELL_MAX    24 /* with the NUL; longer cells are cut */

struct table {
	unsigned ncolumns;
	char (*cells)[TABLE_CELL_MAX]; /* titles, then row by row */
	size_t ncells, capacity;
	int failed;
};

/* a title (printf form) and so a column; all of them before the first cell */
void table_column(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* the next cell (printf form) */
void table_cell(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Prints a blank line and the table, or nothing when it has no rows, and frees it: it is then all
 * zero. 0, or -1 when memory ran out.
 */
int table_print(struct table *t, FILE *out);

#endif
