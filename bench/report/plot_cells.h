/* SPDX-License-Identifier: BSD-3-Clause */
/* plot_cells.h -- for plots of one figure against settings: values by column (x) and row (y). */
#ifndef BENCH_REPORT_PLOT_CELLS_H
#define BENCH_REPORT_PLOT_CELLS_H

#include "plot_sets.h"

/* One axis: different texts. */
struct plot_axis {
	char **texts;
	size_t count;
};

struct plot_cell {
	size_t x, y;                /* indices in the axes */
	const struct plot_set *set; /* the first one of the cell */
	double *values;
	size_t nvalues;
};

struct plot_cells {
	struct plot_axis x, y;
	struct plot_cell *cells;
	size_t count;
};

/* The cell of two texts, which is made if it is new. NULL: memory ran out. */
struct plot_cell *plot_cells_at(struct plot_cells *cells, const char *x, const char *y,
				const struct plot_set *set);

/* Adds a value to a cell. 0, or -1 when memory runs out. */
int plot_cell_add(struct plot_cell *cell, double value);

/* An existing cell, or NULL. */
struct plot_cell *plot_cells_find(const struct plot_cells *cells, size_t x, size_t y);

/* Sorts an axis by its numbers, if all texts are numbers with or without a unit. Else it keeps the order of the results. */
void plot_cells_sort(struct plot_cells *cells, struct plot_axis *axis);

void plot_cells_free(struct plot_cells *cells);

/* The number of a setting, such as "16", "4k" or "10s". NAN: it is no number. */
double plot_number(const char *text);

/* The value of a key as a plot shows it: threads=all is the number of workers. "": no such key. */
struct plot_name plot_key_text(const struct plot_set *set, const char *key);

#endif
