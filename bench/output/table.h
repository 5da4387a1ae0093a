/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * table.h -- a text table. Each column is as wide as its widest cell. When the table is wider than the page,
 * columns that may be left out go first, then columns are printed below, in a second block that repeats the first
 * column. A last line names the columns that were left out.
 *
 * Add the titles, then the cells row by row, then call table_print. The first column is aligned left, the others right.
 * Only table_print reports a failed allocation.
 */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX 48
#define TABLE_CELL_MAX    24 /* with the NUL; longer cells are cut */

struct table {
	unsigned ncolumns;
	unsigned dispensable
		[TABLE_COLUMNS_MAX];   /* of each column: 0, or its rank from table_dispensable */
	char (*cells)[TABLE_CELL_MAX]; /* titles, then row by row */
	size_t ncells, capacity;
	int failed;
};

/* Adds a column with this title (printf form). Not after the first table_cell. */
void table_column(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Allows to leave out the column that was added last: those of rank 1 go first, then those of rank 2 ... */
void table_dispensable(struct table *t, unsigned rank);

/* Adds the next cell (printf form). */
void table_cell(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Fills the row with empty cells. */
void table_end_row(struct table *t);

/*
 * Prints the table in at most `width` columns, with a blank line before each block, or nothing when it has no rows. Frees the cells and
 * sets `t` to zero. 0, or -1 when memory ran out.
 */
int table_print(struct table *t, FILE *out, unsigned width);

#endif
