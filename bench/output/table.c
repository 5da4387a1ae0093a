/* SPDX-License-Identifier: BSD-3-Clause */
#include "table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define INDENT 2
#define GAP    2

static char *
add_cell(struct table *t)
{
	if (t->ncells == t->capacity) {
		size_t capacity = t->capacity ? 2 * t->capacity : 64;
		void *cells = reallocarray(t->cells, capacity, TABLE_CELL_MAX);

		if (!cells) {
			t->failed = 1;
			return NULL;
		}
		t->cells = cells;
		t->capacity = capacity;
	}
	return t->cells[t->ncells++];
}

static void
add_text(struct table *t, const char *format, va_list args)
{
	char *cell = add_cell(t);

	if (cell)
		vsnprintf(cell, TABLE_CELL_MAX, format, args);
}

void
table_column(struct table *t, const char *format, ...)
{
	va_list args;

	assert(t->ncolumns == t->ncells || t->failed);
	assert(t->ncolumns < TABLE_COLUMNS_MAX);
	t->ncolumns++;
	va_start(args, format);
	add_text(t, format, args);
	va_end(args);
}

void
table_cell(struct table *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_text(t, format, args);
	va_end(args);
}

void
table_dispensable(struct table *t, unsigned rank)
{
	t->dispensable[t->ncolumns - 1] = rank;
}

void
table_end_row(struct table *t)
{
	while (t->ncells % t->ncolumns && !t->failed)
		table_cell(t, "%s", "");
}

/* A table that is ready to print. */
struct layout {
	const struct table *t;
	unsigned columns[TABLE_COLUMNS_MAX]; /* those that are printed */
	unsigned ncolumns;
	unsigned widths[TABLE_COLUMNS_MAX]; /* of all columns */
	unsigned width;                     /* of the page */
};

static unsigned
column_width(const struct table *t, unsigned column)
{
	size_t width = 0;

	for (size_t i = column; i < t->ncells; i += t->ncolumns)
		if (strlen(t->cells[i]) > width)
			width = strlen(t->cells[i]);
	return (unsigned)width;
}

static unsigned
total_width(const struct layout *l)
{
	unsigned width = INDENT;

	for (unsigned i = 0; i < l->ncolumns; i++)
		width += l->widths[l->columns[i]] + (i ? GAP : 0);
	return width;
}

/* The next column to leave out: its index in l->columns. 0: no other one may be left out. */
static unsigned
find_dispensable(const struct layout *l)
{
	unsigned found = 0;

	for (unsigned i = 1; i < l->ncolumns; i++) {
		unsigned rank = l->t->dispensable[l->columns[i]];

		if (rank && (!found || rank < l->t->dispensable[l->columns[found]]))
			found = i;
	}
	return found;
}

static void
lay_out(struct layout *l)
{
	unsigned out;

	for (unsigned i = 0; i < l->t->ncolumns; i++) {
		l->columns[l->ncolumns++] = i;
		l->widths[i] = column_width(l->t, i);
	}
	while (total_width(l) > l->width && (out = find_dispensable(l)) > 0) {
		l->ncolumns--;
		memmove(&l->columns[out], &l->columns[out + 1],
			(l->ncolumns - out) * sizeof(l->columns[0]));
	}
}

/* One past the last column that fits into the block that starts with `first`. A block has at least one column. */
static unsigned
block_end(const struct layout *l, unsigned first)
{
	unsigned width = INDENT + l->widths[0];
	unsigned end = first;

	while (end < l->ncolumns && (width += GAP + l->widths[l->columns[end]]) <= l->width)
		end++;
	return end > first ? end : first + 1;
}

static void
print_row(const struct layout *l, size_t row, unsigned first, unsigned end, FILE *out)
{
	char(*cells)[TABLE_CELL_MAX] = l->t->cells + row * l->t->ncolumns;

	while (end > first && !*cells[l->columns[end - 1]]) /* no blanks at the end */
		end--;
	if (end == first)
		fprintf(out, "%*s%s", INDENT, "", cells[0]);
	else
		fprintf(out, "%*s%-*s", INDENT, "", (int)l->widths[0], cells[0]);
	for (unsigned i = first; i < end; i++)
		fprintf(out, "%*s%*s", GAP, "", (int)l->widths[l->columns[i]],
			cells[l->columns[i]]);
	fputc('\n', out);
}

/* The rows of a block without those at its end that are empty in all its columns. */
static size_t
rows_of_block(const struct layout *l, size_t nrows, unsigned first, unsigned end)
{
	for (; nrows > 1; nrows--) {
		char(*cells)[TABLE_CELL_MAX] = l->t->cells + (nrows - 1) * l->t->ncolumns;

		for (unsigned i = first; i < end; i++)
			if (*cells[l->columns[i]])
				return nrows;
	}
	return nrows;
}

static void
print_left_out(const struct layout *l, FILE *out)
{
	const char *before = "";
	unsigned used;

	if (l->ncolumns == l->t->ncolumns)
		return;
	used = (unsigned)fprintf(out, "%*s(too narrow for ", INDENT, "");
	for (unsigned column = 0, i = 0; column < l->t->ncolumns; column++) {
		if (i < l->ncolumns && l->columns[i] == column) {
			i++;
			continue;
		}
		if (used + strlen(before) + strlen(l->t->cells[column]) + 1 > l->width) {
			before = ",\n   ";
			used = 0;
		}
		used += (unsigned)fprintf(out, "%s%s", before, l->t->cells[column]);
		before = ", ";
	}
	fputs(")\n", out);
}

int
table_print(struct table *t, FILE *out, unsigned width)
{
	int err = t->failed ? -1 : 0;
	size_t nrows = err ? 0 : t->ncells / t->ncolumns; /* with the titles */
	struct layout l = {.t = t, .width = width};
	unsigned end;

	assert(t->failed || t->ncells % t->ncolumns == 0);
	if (nrows > 1) {
		lay_out(&l);
		for (unsigned first = 1; first < l.ncolumns; first = end) {
			end = block_end(&l, first);
			fputc('\n', out);
			for (size_t row = 0; row < rows_of_block(&l, nrows, first, end); row++)
				print_row(&l, row, first, end, out);
		}
		print_left_out(&l, out);
	}
	free(t->cells);
	*t = (struct table){0};
	return err;
}
