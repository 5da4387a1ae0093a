/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * report.h -- one HTML page about saved results. It needs no network and no other file.
 *
 * For each result: verdict and reasons, the question and its answer, plots, tables, environment, effective job, and the
 * result itself to download. report.c has the order, report_kind.h the parts that depend on the kind of result.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdio.h>

#include "result/metric.h"
#include "result/result.h"
#include "why.h"

struct report_file {
	const char *name; /* of the file that the result was read from */
	const struct result *result;
	const char *document; /* the result as JSON, which the page gives back */
	size_t document_size;
};

struct report {
	const struct report_file *files;
	size_t nfiles;               /* at least 1 */
	const char *title;           /* NULL: a title made from the results */
	const struct metric *metric; /* decides which point of a study is best; NULL: IOPS */
	int has_plots;               /* 0: without plots */
};

/*
 * Writes the page. `no_plots` gets the reason when plots are missing that could have been drawn, else "". Returns 0, or
 * -1/errno when memory ran out or `out` failed; then some of the page may have been written. Plots start child
 * processes (report/plot.h).
 */
int report_write(const struct report *report, FILE *out, struct why *no_plots);

#endif
