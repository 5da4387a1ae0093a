/* SPDX-License-Identifier: BSD-3-Clause */
/* plot_metric.h -- for plots of one figure: the metric that they show. */
#ifndef BENCH_REPORT_PLOT_METRIC_H
#define BENCH_REPORT_PLOT_METRIC_H

#include "plot_sets.h"

/* plot.metric or IOPS, of plot.op. A latency of several kinds of op is that of the first kind that the runs have. */
struct metric plot_metric(const struct plot *plot, const struct plot_sets *sets);

/* "read p99 latency [ns]" */
struct plot_name plot_metric_label(const struct metric *metric);

/* "no run has the metric ...". Always returns -1. */
int plot_no_metric(const struct metric *metric, struct why *why);

#endif
