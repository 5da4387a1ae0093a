/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * plot.h -- plots of saved results, of comparisons and of the history: the data behind each plot, and gnuplot that draws it.
 *
 * Only good runs (result_is_good) are drawn; the footer of a plot counts the others. Where runs repeat, a plot shows
 * their median and their spread from the lowest to the highest.
 *
 * The data is text with tabs. Lines that start with # are notes: title, axes, footer. The next line names the columns.
 * A script in plots/ needs nothing else. So text of a result reaches gnuplot only as data, never as commands. In a
 * field, & is &amp;, " is &quot; and \ is &#92;, because gnuplot reads quotes and backslashes; control characters and
 * broken UTF-8 are ?.
 */
#ifndef BENCH_REPORT_PLOT_H
#define BENCH_REPORT_PLOT_H

#include <stdio.h>

#include "result/metric.h"
#include "result/result.h"
#include "why.h"

#define PLOT_KINDS     "percentiles, histogram, series, heatmap, scaling, tax, nodes, compare, trend"
#define PLOT_ENDINGS   ".svg, .png, .pdf"
#define PLOT_WIDTH     900
#define PLOT_WIDTH_MIN 400
#define PLOT_WIDTH_MAX 10000

struct comparison;
struct history;

struct plot {
	const char *kind;
	const struct result *results; /* of PLOT_OF_RESULTS: at least one */
	size_t nresults;
	const char *const *names;    /* of the results, for keys and messages: file names */
	const struct metric *metric; /* NULL: the default of the kind */
	unsigned op;                 /* enum op_kind; METRIC_TOTAL: each kind of op */
	const char *x, *y;           /* keys of jobs; NULL: the default of the kind */
	const char *job;             /* only jobs of this name; NULL: all */
	const char *const *where;    /* only jobs with these "KEY=VALUE" */
	size_t nwhere;
	const char *title;  /* NULL: a title that names the figure */
	const char *script; /* path of a script in place of the built-in one; NULL */
	unsigned width;     /* pixels; 0: PLOT_WIDTH */
	const struct comparison *comparison; /* of PLOT_OF_COMPARISON */
	const struct history *history;       /* of PLOT_OF_HISTORY: with the values of one metric */
	int64_t series;                      /* of the history: only this one; 0: all */
};

/* The members of struct plot that a kind is drawn from. Those of the others are not looked at. */
enum plot_source { PLOT_OF_NOTHING, PLOT_OF_RESULTS, PLOT_OF_COMPARISON, PLOT_OF_HISTORY };

/* PLOT_OF_NOTHING if `kind` is none of PLOT_KINDS. */
enum plot_source plot_source(const char *kind);

/* The ending of a path if it is one of PLOT_ENDINGS: "svg", "png" or "pdf". NULL: another one. */
const char *plot_ending(const char *path);

/*
 * Writes the data of the plot. 0, or -1 with "heatmap: wrong (allowed: ...)" in `why`, when the results can't give this
 * plot, memory runs out or `out` can't be written. Then some of it may have been written.
 */
int plot_data(const struct plot *plot, FILE *out, struct why *why);

/*
 * Draws the plot with gnuplot and writes the picture to `out`, in the format of an ending of PLOT_ENDINGS ("svg").
 * Fails like plot_data, and when gnuplot fails; `why` then has its first error line. errno is ENOENT if there is no
 * gnuplot, and another value else. Nothing is written to `out` unless gnuplot has finished the picture. Starts a child
 * process; temporary files are gone when it returns.
 */
int plot_draw(const struct plot *plot, const char *ending, FILE *out, struct why *why);

#endif
