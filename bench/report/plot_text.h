/* SPDX-License-Identifier: BSD-3-Clause */
/* plot_text.h -- for the kinds of plots: notes, column names and fields of the data. */
#ifndef BENCH_REPORT_PLOT_TEXT_H
#define BENCH_REPORT_PLOT_TEXT_H

#include "plot_sets.h"

/* Prints one field: plot.h tells how. No tab or newline follows. */
void plot_put_text(FILE *out, const char *text);

/* Prints a number as short as %.7g, or NaN. */
void plot_put_number(FILE *out, double value);

/* A tab, and the field. */
void plot_add_text(FILE *out, const char *text);
void plot_add_number(FILE *out, double value);

/* A note: "#title", tab, the text. */
void plot_put_note(FILE *out, const char *tag, const char *text);

/* Lines of the footer, from items that NULL ends. An item longer than a line is cut. */
void plot_put_footer(FILE *out, const struct plot *plot, const char *const *items);

/*
 * The notes of every plot of results: #title, #x and #y, the labels of the axes; #samples, such as "median of 5 repeats" and how
 * the spread is drawn; lines of the footer: machine, namespaces, jobs, commits, samples, runs left out.
 */
struct plot_notes {
	const char *title; /* unless plot.title is given */
	const char *x, *y;
	const char *line, *spread; /* how both are drawn: "line", "band" */
};
void plot_put_notes(FILE *out, const struct plot *plot, const struct plot_sets *sets,
		    const struct plot_notes *notes);

#endif
