/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * history.h -- which figures of a result belong to which series of the history, and how a series went.
 *
 * A series has the results of equal measurements. These texts identify it; if one differs, the series is another one:
 *
 * machine   host name, CPU, numbers of CPUs and nodes, clock
 * job       its name and number, and for each job that the result measures together: its name and the keys that were
 *           given, except repeat, percentiles and limits. A default that a later release changes starts no new series.
 * point     of a sweep
 * layout    the namespace (as it was named, kind, size, way to persist) and the fields of the BTT in it
 * engine    and the flush and store instructions of libpmem
 * op        read, write, zero, or total
 *
 * Kernel, microcode, version and commit are not among them: the history is there to show their effect.
 *
 * The value of a metric in a result is the median over the repeats that can be used.
 */
#ifndef BENCH_STUDY_HISTORY_H
#define BENCH_STUDY_HISTORY_H

#include "changes.h"
#include "history_store.h"
#include "result/metric.h"
#include "result/result.h"

/* Collects all that the store keeps of a result. 0, or -1 without memory. The caller calls history_record_free. */
int history_record_make(struct history_record *record, const struct result *result);

/* 1: changes and check look at this metric without being asked: IOPS, fences and lines, p50, p99 and p99.9. */
int history_is_main(const char *metric);

/* Values of one metric of one series: a part of history.values. */
struct history_run {
	const struct history_series *series;
	struct metric metric;
	const struct history_value *values;
	size_t count;
};

/* The run that starts at values[*at]; moves *at behind it. */
struct history_run history_next_run(const struct history *history, size_t *at);

/* The result of a value. */
const struct history_result *history_result_of(const struct history *history,
					       const struct history_value *value);

/* The parts of a run: between change points. */
struct history_parts {
	size_t *starts; /* of each part, the first one is 0 */
	size_t count;   /* 0 for an empty run */
};

/* 0, or -1 without memory. The caller frees parts->starts. */
int history_find_parts(const struct history_run *run, struct history_parts *parts);

/* The median of values[from] to values[to - 1]. NAN without memory. */
double history_median(const struct history_run *run, size_t from, size_t to);

#endif
