/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * plot_scaling.c -- scaling: a figure against a swept number, threads by default; and tax: engines against the one that
 * costs least. One series for each set of the other swept keys.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_cells.h"
#include "plot_kinds.h"
#include "plot_metric.h"
#include "plot_text.h"

/* In a result without a sweep, jobs with different values of the key are points of one series. */
static struct plot_cell *
find_cell(struct plot_cells *cells, const struct plot *plot, const struct plot_sets *sets,
	  const struct plot_set *set, const char *key)
{
	struct plot_name series = plot_set_name(plot, sets, set, key);
	struct plot_name x = plot_key_text(set, key);
	struct plot_cell *cell;

	if (set->result->study.npoints)
		return plot_cells_at(cells, x.text, series.text, set);
	cell = plot_cells_at(cells, x.text, "", set);
	if (cell && cell->set != set && cell->set->file == set->file)
		cell = plot_cells_at(cells, x.text, series.text, set);
	return cell;
}

static int
fill(struct plot_cells *cells, const struct plot *plot, const struct plot_sets *sets,
     const char *key, const struct metric *metric)
{
	for (size_t i = 0; i < sets->count; i++) {
		const struct plot_set *set = &sets->sets[i];
		struct plot_cell *cell = find_cell(cells, plot, sets, set, key);

		for (size_t k = 0; cell && k < set->nruns; k++)
			if (plot_cell_add(cell, metric_of(set->runs[k], metric)))
				cell = NULL;
		if (!cell)
			return -1;
	}
	return 0;
}

static size_t
put_lines(const struct plot_cells *cells, int is_ideal, FILE *out)
{
	size_t rows = 0;

	fputs("series\tname\tx\tx_text\truns\tvalue\tlow\thigh\tideal\n", out);
	for (size_t y = 0; y < cells->y.count; y++) {
		double per_x = NAN;

		for (size_t x = 0; x < cells->x.count; x++) {
			struct plot_cell *cell = plot_cells_find(cells, x, y);
			double number = plot_number(cells->x.texts[x]);
			struct plot_spread spread;

			if (!cell)
				continue;
			spread = plot_spread_of(cell->values, cell->nvalues);
			if (isnan(per_x) && is_ideal && number > 0)
				per_x = spread.median / number;
			rows += spread.count > 0;
			fprintf(out, "%zu", y);
			plot_add_text(out, cells->y.texts[y]);
			plot_add_number(out, number);
			plot_add_text(out, cells->x.texts[x]);
			fprintf(out, "\t%zu", spread.count);
			plot_add_number(out, spread.median);
			plot_add_number(out, spread.low);
			plot_add_number(out, spread.high);
			plot_add_number(out, per_x * number);
			fputc('\n', out);
		}
	}
	return rows;
}

int
plot_scaling(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why)
{
	const char *key = plot->x ? plot->x : "threads";
	struct metric metric = plot_metric(plot, sets);
	struct plot_name label = plot_metric_label(&metric), title;
	const struct plot_notes notes = {title.text, key, label.text, "point", "bar"};
	struct plot_cells cells = {0};
	int err = 0, is_ideal;

	snprintf(title.text, sizeof(title.text), "%s by %s", metric_title(&metric).text, key);
	if (fill(&cells, plot, sets, key, &metric))
		err = why_say(why, "out of memory");
	for (size_t x = 0; x < cells.x.count && !err; x++)
		if (isnan(plot_number(cells.x.texts[x])))
			err = why_say(why, "%s=%s is no number (allowed: --x=KEY with numbers)",
				      key, cells.x.texts[x]);
	if (!err && cells.x.count < 2)
		err = why_say(why,
			      "all runs have %s=%s (allowed: a sweep of %s, or --x=KEY of a key "
			      "with several values)",
			      key, cells.x.texts[0], key);
	if (!err) {
		plot_cells_sort(&cells, &cells.x);
		plot_put_notes(out, plot, sets, &notes);
		/* twice the threads, twice the figure */
		is_ideal = !strcmp(key, "threads") &&
			   (metric.kind == METRIC_IOPS || metric.kind == METRIC_BW);
		if (!put_lines(&cells, is_ideal, out))
			err = plot_no_metric(&metric, why);
	}
	plot_cells_free(&cells);
	return err;
}

/* The engine that the others are compared with. */
static size_t
find_base(const struct plot_axis *engines)
{
	static const char *const bases[] = {"raw", "floor"};

	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
		for (size_t x = 0; x < engines->count; x++)
			if (!strcmp(engines->texts[x], bases[i]))
				return x;
	return 0;
}

/* The bars of one figure; `series` counts the series. */
static void
put_bars(const struct plot_cells *cells, const struct metric *metric, int panel, unsigned *series,
	 FILE *out)
{
	size_t base_x = find_base(&cells->x);

	for (size_t y = 0; y < cells->y.count; y++) {
		struct plot_cell *base = plot_cells_find(cells, base_x, y);
		double whole = base ? plot_spread_of(base->values, base->nvalues).median : NAN;
		const char *name = cells->y.texts[y];
		int has_rows = 0;

		for (size_t x = 0; x < cells->x.count; x++) {
			struct plot_cell *cell = plot_cells_find(cells, x, y);
			struct plot_spread spread;

			if (!cell)
				continue;
			spread = plot_spread_of(cell->values, cell->nvalues);
			if (!spread.count)
				continue;
			fprintf(out, "%d\t%zu", panel, x);
			plot_add_text(out, cells->x.texts[x]);
			fprintf(out, "\t%u", *series);
			plot_add_text(out, name);
			fprintf(out, "%s%s\t%zu", *name ? " " : "",
				panel ? metric_name(metric).text : "IOPS", spread.count);
			plot_add_number(out, spread.median);
			plot_add_text(out, metric_human(metric, spread.median).text);
			plot_add_number(out, 100 * spread.median / whole);
			plot_add_number(out, 100 * spread.low / whole);
			plot_add_number(out, 100 * spread.high / whole);
			fputc('\n', out);
			has_rows = 1;
		}
		*series += (unsigned)has_rows;
	}
}

int
plot_tax(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why)
{
	const char *key = plot->x ? plot->x : "engine";
	const struct plot_notes notes = {"IOPS and median latency by engine", key,
					 "of the base [%]", "bar", "whisker"};
	struct metric iops = {METRIC_IOPS, plot->op, 0};
	struct plot_cells cells = {0};
	unsigned series = 0;
	int err = 0;

	if (fill(&cells, plot, sets, key, &iops))
		err = why_say(why, "out of memory");
	if (!err && cells.x.count < 2)
		err = why_say(why,
			      "all runs have %s=%s (allowed: runs of two or more engines, or "
			      "--x=KEY of a key with several values)",
			      key, cells.x.texts[0]);
	if (!err) {
		plot_put_notes(out, plot, sets, &notes);
		plot_put_note(out, "base", cells.x.texts[find_base(&cells.x)]);
		fprintf(out, "panel\tcolumn\tx\tseries\tname\truns\tvalue\ttext\tpercent\tlow_"
			     "percent\thigh_percent\n");
		put_bars(&cells, &iops, 0, &series, out);
		for (unsigned op = 0; op < OP_KINDS && !err; op++) {
			struct metric p50 = {METRIC_PERCENTILE, op, 50};
			struct plot_cells times = {0};

			if (plot->op != METRIC_TOTAL && plot->op != op)
				continue;
			if (fill(&times, plot, sets, key, &p50))
				err = why_say(why, "out of memory");
			else
				put_bars(&times, &p50, 1, &series, out);
			plot_cells_free(&times);
		}
	}
	plot_cells_free(&cells);
	return err;
}
