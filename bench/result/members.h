/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * members.h -- the hosts of a merged result, compared with each other.
 *
 * The deviation of a figure is its distance from the median of all hosts, in units of the median absolute deviation (MAD)
 * times 1.4826, which is the standard deviation of normal values. The unit is at least 1/350 of the median: hosts that
 * differ by 1 % or less are alike, even if all others are equal. It takes three hosts to tell which one stands out.
 */
#ifndef BENCH_RESULT_MEMBERS_H
#define BENCH_RESULT_MEMBERS_H

#include "metric.h"
#include "result.h"

#define MEMBERS_METRICS_MAX (1 + 3 * OP_KINDS)

/* The metrics of a job by which hosts are compared: IOPS, and p50, p99 and p99.9 of each kind of op. Returns their number. */
size_t members_metrics(const struct job *job, struct metric *metrics);

/* Sets the deviations of all figures. Every host has the same figures in the same order. 0, or -1/ENOMEM. */
int members_compare(struct result *result);

/* The median of a figure over all hosts; `index` is its place in figures[]. NAN: fewer than three hosts have it. */
double members_median(const struct result *result, size_t index);

/* 1 when the figure stands out. */
int members_is_apart(const struct result_figure *figure);

/*
 * A distance that chance alone rarely reaches: among so many equal hosts, the largest deviation of 7 independent figures
 * with normal noise of 2 % is beyond it in about 1 % of cases. From a simulation, which tests/unit/members_test.c repeats.
 */
double members_chance(size_t nhosts);

#endif
