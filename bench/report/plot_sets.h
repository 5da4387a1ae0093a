/* SPDX-License-Identifier: BSD-3-Clause */
/* plot_sets.h -- for the kinds of plots: the runs that a plot shows, in sets, and the spread within a set. */
#ifndef BENCH_REPORT_PLOT_SETS_H
#define BENCH_REPORT_PLOT_SETS_H

#include "plot.h"

#define PLOT_NAME_MAX 512

/* The good runs of one job at one point of one result: repeats of each other. */
struct plot_set {
	const struct result *result;
	size_t file; /* index of the result in plot.results */
	const struct job *job;
	const struct result_run **runs;
	size_t nruns; /* at least 1 */
};

struct plot_sets {
	struct plot_set *sets;
	size_t count;
	size_t nruns_max; /* of one set */
	size_t left_out;  /* runs that are not good, settling runs apart */
	size_t used;      /* runs in all sets */
	size_t njobs;     /* different names of jobs */
};

/* 0; the caller calls plot_sets_free. -1: no good run, a key of plot.where that is none, or memory ran out. */
int plot_sets_make(struct plot_sets *sets, const struct plot *plot, struct why *why);
void plot_sets_free(struct plot_sets *sets);

/*
 * A name that tells the set from the others: of its file, job and point as far as these differ. `without`, a key or
 * NULL, is left out of the point, and so is the file of a result without a sweep if `without` is set. "" if nothing is
 * left.
 */
struct plot_name {
	char text[PLOT_NAME_MAX];
};
struct plot_name plot_set_name(const struct plot *plot, const struct plot_sets *sets,
			       const struct plot_set *set, const char *without);

/* The kinds of op that a plot shows of a set: as plot.op says, and the runs have some. */
int plot_set_has_op(const struct plot *plot, const struct plot_set *set, unsigned op);

/* Values of the runs of a set, or of several sets. */
struct plot_spread {
	size_t count; /* of the finite values */
	double median, low, high;
};

/* Sorts the values. NAN without values. */
struct plot_spread plot_spread_of(double *values, size_t count);

#endif
