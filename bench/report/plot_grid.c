/* SPDX-License-Identifier: BSD-3-Clause */
/* plot_grid.c -- heatmap and nodes: a figure as a matrix, with the median of the runs in each cell. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"
#include "plot_cells.h"
#include "plot_kinds.h"
#include "plot_metric.h"
#include "plot_text.h"

/* "1.20us to 1.31us" */
static struct plot_name
range_text(const struct metric *metric, const struct plot_spread *spread)
{
	struct plot_name name;

	snprintf(name.text, sizeof(name.text), "%s to %s", metric_human(metric, spread->low).text,
		 metric_human(metric, spread->high).text);
	return name;
}

/* One row for each cell of the matrix, also for those without runs. */
static int
put_cells(struct plot_cells *cells, const struct metric *metric, FILE *out)
{
	size_t values = 0;

	fputs("column\tx\trow\ty\truns\tvalue\tlow\thigh\ttext\tspread\n", out);
	for (size_t y = 0; y < cells->y.count; y++) {
		for (size_t x = 0; x < cells->x.count; x++) {
			struct plot_cell *cell = plot_cells_find(cells, x, y);
			struct plot_spread spread = {0, NAN, NAN, NAN};

			if (cell)
				spread = plot_spread_of(cell->values, cell->nvalues);
			fprintf(out, "%zu", x);
			plot_add_text(out, cells->x.texts[x]);
			fprintf(out, "\t%zu", y);
			plot_add_text(out, cells->y.texts[y]);
			fprintf(out, "\t%zu", spread.count);
			plot_add_number(out, spread.median);
			plot_add_number(out, spread.low);
			plot_add_number(out, spread.high);
			plot_add_text(out, metric_human(metric, spread.median).text);
			plot_add_text(out, spread.count > 1 ? range_text(metric, &spread).text
							    : "one run");
			fputc('\n', out);
			values += spread.count;
		}
	}
	return values ? 0 : -1;
}

/* Writes the notes, and the cells in order; `axes` names x and y. -1 if no cell has a value. */
static int
put_grid(struct plot_cells *cells, const char *const axes[2], const struct plot *plot,
	 const struct plot_sets *sets, FILE *out)
{
	const struct metric metric = plot_metric(plot, sets);
	const struct plot_name label = plot_metric_label(&metric);
	const struct plot_notes notes = {label.text, axes[0], axes[1], "number", "second line"};

	plot_cells_sort(cells, &cells->x);
	plot_cells_sort(cells, &cells->y);
	plot_put_notes(out, plot, sets, &notes);
	return put_cells(cells, &metric, out);
}

static int
fill_heatmap(struct plot_cells *cells, const char *const keys[2], const struct plot_sets *sets,
	     const struct metric *metric, struct why *why)
{
	for (size_t i = 0; i < sets->count; i++) {
		const struct plot_set *set = &sets->sets[i];
		struct plot_name x = plot_key_text(set, keys[0]), y = plot_key_text(set, keys[1]);
		struct plot_cell *cell = plot_cells_at(cells, x.text, y.text, set);

		if (!cell)
			return why_say(why, "out of memory");
		if (cell->set != set && cell->set->file == set->file)
			return why_say(why,
				       "%s=%s %s=%s has several points or jobs (allowed: one; "
				       "--where=KEY=VALUE or --job=NAME chooses)",
				       keys[0], x.text, keys[1], y.text);
		for (size_t k = 0; k < set->nruns; k++)
			if (plot_cell_add(cell, metric_of(set->runs[k], metric)))
				return why_say(why, "out of memory");
	}
	if (cells->x.count * cells->y.count < 2)
		return why_say(why, "one value of %s and of %s (allowed: more in all)", keys[0],
			       keys[1]);
	return 0;
}

int
plot_heatmap(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why)
{
	const struct result_study *study = &plot->results[0].study;
	const char *keys[2] = {plot->x, plot->y};
	struct metric metric = plot_metric(plot, sets);
	struct plot_cells cells = {0};
	int err;

	/* the swept keys, in their order, for those that are not given */
	for (size_t k = 0; k < (study->npoints ? study->nkeys : 0); k++) {
		int is_used = (keys[0] && !strcmp(keys[0], study->keys[k])) ||
			      (keys[1] && !strcmp(keys[1], study->keys[k]));

		if (!is_used && !keys[0])
			keys[0] = study->keys[k];
		else if (!is_used && !keys[1])
			keys[1] = study->keys[k];
	}
	if (!keys[0] || !keys[1])
		return why_say(why, "not two swept keys (allowed: a sweep of two or more keys, or "
				    "--x=KEY and --y=KEY)");
	err = fill_heatmap(&cells, keys, sets, &metric, why);
	if (!err && put_grid(&cells, keys, plot, sets, out))
		err = plot_no_metric(&metric, why);
	plot_cells_free(&cells);
	return err;
}

/* The node of all workers of a run, -1 if they have several or an unknown one. */
static int
worker_node(const struct result_run *run)
{
	int node = run->nworkers ? run->workers[0].place.node : -1;

	for (size_t i = 1; i < run->nworkers; i++)
		if (run->workers[i].place.node != node)
			return -1;
	return node;
}

static int
fill_nodes(struct plot_cells *cells, const struct plot_sets *sets, const struct metric *metric,
	   struct why *why)
{
	size_t njobs = sets->njobs;

	if (njobs > 1)
		return why_say(why, "%zu jobs (allowed: one; --job=NAME chooses)", njobs);
	for (size_t i = 0; i < sets->count; i++) {
		for (size_t k = 0; k < sets->sets[i].nruns; k++) {
			const struct result_run *run = sets->sets[i].runs[k];
			struct plot_cell *cell;
			char x[32], y[32];

			if (worker_node(run) < 0 || run->ns->node < 0)
				continue;
			snprintf(x, sizeof(x), "%d", run->ns->node);
			snprintf(y, sizeof(y), "%d", worker_node(run));
			cell = plot_cells_at(cells, x, y, &sets->sets[i]);
			if (!cell || plot_cell_add(cell, metric_of(run, metric)))
				return why_say(why, "out of memory");
		}
	}
	if (cells->count < 2)
		return why_say(why,
			       "the workers and memory of all runs are on %s (allowed: runs "
			       "with two or more pairs of nodes, such as near.json far.json)",
			       cells->count ? "one pair of nodes" : "several or unknown nodes");
	return 0;
}

int
plot_nodes(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why)
{
	static const char *const axes[2] = {"node of the memory", "node of the workers"};
	struct metric metric = plot_metric(plot, sets);
	struct plot_cells cells = {0};
	int err = fill_nodes(&cells, sets, &metric, why);

	if (!err && put_grid(&cells, axes, plot, sets, out))
		err = plot_no_metric(&metric, why);
	plot_cells_free(&cells);
	return err;
}
