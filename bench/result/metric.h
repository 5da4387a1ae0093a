/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * metric.h -- the figures of a run that tables, plots, limits and comparisons show, by name: "iops", "write.bw",
 * "read.p99.9", "fences".
 */
#ifndef BENCH_RESULT_METRIC_H
#define BENCH_RESULT_METRIC_H

#include "human.h"
#include "result.h"
#include "why.h"

/* MIN to PERCENTILE are latencies: response times if the run has a rate, else service times. */
enum metric_kind {
	METRIC_IOPS,
	METRIC_BW, /* bytes per second */
	METRIC_ERRORS,
	METRIC_MIN, /* ns, like the next three */
	METRIC_MEAN,
	METRIC_MAX,
	METRIC_PERCENTILE,
	METRIC_FENCES, /* per op, all kinds together; so are the next two */
	METRIC_LINES,
	METRIC_STORED, /* bytes stored for each byte that writes and zeroes changed */
};

#define METRIC_TOTAL \
	OP_KINDS /* metric.op: all kinds of op; of a latency, the only kind that the run has */

struct metric {
	enum metric_kind kind;
	unsigned op;       /* enum op_kind or METRIC_TOTAL */
	double percentile; /* of METRIC_PERCENTILE */
};

#define METRIC_ALLOWED                                                                          \
	"iops, bw, errors, min, mean, max, p99 or any other percentile, each also with read., " \
	"write. or zero. in front; fences, lines, stored"

/* Parses a name. 0, or -1 with "wrong (allowed: ...)" in `why`. */
int metric_parse(struct metric *metric, const char *name, struct why *why);

/* "read.p99": metric_parse gives the same metric again. */
struct metric_text {
	char text[32];
};
struct metric_text metric_name(const struct metric *metric);

/* "IOPS", "p99 latency": without the kind of op. */
struct metric_text metric_title(const struct metric *metric);

/* "ops/s", "B/s", "ns", "per op", ... */
const char *metric_unit(const struct metric *metric);

/* The value in its unit with three digits: "1.23us". */
struct human metric_human(const struct metric *metric, double value);

int metric_is_latency(const struct metric *metric);
int metric_higher_is_better(const struct metric *metric);

/* The metric of one run; NAN: the run does not have it. A latency for METRIC_TOTAL is NAN if the run has several kinds. */
double metric_of(const struct result_run *run, const struct metric *metric);

/* A latency in a histogram; NAN: it is empty. */
double metric_of_histogram(const struct histogram *h, const struct metric *metric);

#endif
