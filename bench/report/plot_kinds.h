/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * plot_kinds.h -- the kinds of plots. Each function writes notes, columns and rows of its kind. 0, or -1 with "wrong
 * (allowed: ...)" in `why`; errors of `out` are found by the caller. The sets are empty for kinds that are not of results.
 */
#ifndef BENCH_REPORT_PLOT_KINDS_H
#define BENCH_REPORT_PLOT_KINDS_H

#include "plot_sets.h"

int plot_percentiles(const struct plot *plot, const struct plot_sets *sets, FILE *out,
		     struct why *why);
int plot_histogram(const struct plot *plot, const struct plot_sets *sets, FILE *out,
		   struct why *why);
int plot_series(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why);
int plot_heatmap(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why);
int plot_scaling(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why);
int plot_tax(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why);
int plot_nodes(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why);
int plot_compare(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why);
int plot_trend(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why);

#endif
