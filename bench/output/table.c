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

static int
column_width(const struct table *t, unsigned column)
{
	size_t width = 0;

	for (size_t i = column; i < t->ncells; i += t->ncolumns)
		if (strlen(t->cells[i]) > width)
			width = strlen(t->cells[i]);
	return (int)width;
}

/* One past the last column that fits into the block that starts with `first`. A block has at least one column. */
static unsigned
block_end(const struct table *t, unsigned first)
{
	int width = INDENT + column_width(t, 0);
	unsigned end = first;

	while (end < t->ncolumns && (width += GAP + column_width(t, end)) <= TEXT_WIDTH)
		end++;
	return end > first ? end : first + 1;
}

static void
print_row(const struct table *t, size_t row, unsigned first, unsigned end, FILE *out)
{
	char(*cells)[TABLE_CELL_MAX] = t->cells + row * t->ncolumns;

	fprintf(out, "%*s%-*s", INDENT, "", column_width(t, 0), cells[0]);
	for (unsigned column = first; column < end; column++)
		fprintf(out, "%*s%*s", GAP, "", column_width(t, column), cells[column]);
	fputc('\n', out);
}

int
table_print(struct table *t, FILE *out)
{
	int err = t->failed ? -1 : 0;
	size_t nrows = err ? 0 : t->ncells / t->ncolumns; /* with the titles */
	unsigned end;

	assert(t->failed || t->ncells % t->ncolumns == 0);
	if (nrows > 1)
		fputc('\n', out);
	for (unsigned first = 1; nrows > 1 && first < t->ncolumns; first = end) {
		end = block_end(t, first);
		for (size_t row = 0; row < nrows; row++)
			print_row(t, row, first, end, out);
	}
	free(t->cells);
	*t = (struct table){0};
	return err;
}
