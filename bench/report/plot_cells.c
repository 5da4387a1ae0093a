/* SPDX-License-Identifier: BSD-3-Clause */
#include "plot_cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"
#include "job/units.h"

double
plot_number(const char *text)
{
	uint64_t number;
	double percent;

	if (!units_parse_count(text, &number) || !units_parse_size(text, &number))
		return (double)number;
	if (!units_parse_duration(text, &number))
		return (double)number / 1e9;
	return units_parse_percent(text, &percent) ? NAN : percent;
}

struct plot_name
plot_key_text(const struct plot_set *set, const char *key)
{
	struct plot_name name;

	snprintf(name.text, sizeof(name.text), "%s", job_key_text(set->job, key).text);
	if (!strcmp(key, "threads"))
		snprintf(name.text, sizeof(name.text), "%zu", set->runs[0]->nworkers);
	return name;
}

/* The index of a text, which is added if it is new. -1: memory ran out. */
static ssize_t
index_of(struct plot_axis *axis, const char *text)
{
	char **texts;

	for (size_t i = 0; i < axis->count; i++)
		if (!strcmp(axis->texts[i], text))
			return (ssize_t)i;
	texts = realloc(axis->texts, (axis->count + 1) * sizeof(*texts));
	if (!texts)
		return -1;
	axis->texts = texts;
	texts[axis->count] = strdup(text);
	return texts[axis->count] ? (ssize_t)axis->count++ : -1;
}

struct plot_cell *
plot_cells_find(const struct plot_cells *cells, size_t x, size_t y)
{
	for (size_t i = 0; i < cells->count; i++)
		if (cells->cells[i].x == x && cells->cells[i].y == y)
			return &cells->cells[i];
	return NULL;
}

struct plot_cell *
plot_cells_at(struct plot_cells *cells, const char *x, const char *y, const struct plot_set *set)
{
	ssize_t ix = index_of(&cells->x, x), iy = index_of(&cells->y, y);
	struct plot_cell *cell, *all;

	if (ix < 0 || iy < 0)
		return NULL;
	cell = plot_cells_find(cells, (size_t)ix, (size_t)iy);
	if (cell)
		return cell;
	all = realloc(cells->cells, (cells->count + 1) * sizeof(*all));
	if (!all)
		return NULL;
	cells->cells = all;
	cell = &all[cells->count++];
	*cell = (struct plot_cell){.x = (size_t)ix, .y = (size_t)iy, .set = set};
	return cell;
}

int
plot_cell_add(struct plot_cell *cell, double value)
{
	double *values = realloc(cell->values, (cell->nvalues + 1) * sizeof(*values));

	if (!values)
		return -1;
	cell->values = values;
	values[cell->nvalues++] = value;
	return 0;
}

/* An insertion sort. The indices in the cells follow the texts. */
void
plot_cells_sort(struct plot_cells *cells, struct plot_axis *axis)
{
	int is_x = axis == &cells->x;

	for (size_t i = 0; i < axis->count; i++)
		if (isnan(plot_number(axis->texts[i])))
			return;
	for (size_t i = 1; i < axis->count; i++) {
		char *text = axis->texts[i];
		size_t to = i;

		while (to && plot_number(axis->texts[to - 1]) > plot_number(text))
			to--;
		memmove(&axis->texts[to + 1], &axis->texts[to], (i - to) * sizeof(text));
		axis->texts[to] = text;
		for (size_t k = 0; k < cells->count; k++) {
			size_t *index = is_x ? &cells->cells[k].x : &cells->cells[k].y;

			if (*index == i)
				*index = to;
			else if (*index >= to && *index < i)
				++*index;
		}
	}
}

void
plot_cells_free(struct plot_cells *cells)
{
	for (size_t i = 0; i < cells->x.count; i++)
		free(cells->x.texts[i]);
	for (size_t i = 0; i < cells->y.count; i++)
		free(cells->y.texts[i]);
	for (size_t i = 0; i < cells->count; i++)
		free(cells->cells[i].values);
	free(cells->x.texts);
	free(cells->y.texts);
	free(cells->cells);
	*cells = (struct plot_cells){0};
}
