/* SPDX-License-Identifier: BSD-3-Clause */
#include "metric.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "job/units.h"

/* in the order of enum metric_kind; a percentile is "p" and a number */
static const char *const words[] = {"iops", "bw", "errors", "min",   "mean",
				    "max",  NULL, "fences", "lines", "stored"};
static const char *const titles[] = {"IOPS",         "bandwidth",       "errors", "min latency",
				     "mean latency", "max latency",     NULL,     "fences/op",
				     "lines/op",     "stored/user byte"};
static const char *const units[] = {"ops/s", "B/s", "errors", "ns",     "ns",
				    "ns",    "ns",  "per op", "per op", "per user byte"};

#define KINDS (sizeof(words) / sizeof(words[0]))

/* Figures of the whole run have no kind of op. */
static int
is_of_run(enum metric_kind kind)
{
	return kind >= METRIC_FENCES;
}

int
metric_parse(struct metric *metric, const char *name, struct why *why)
{
	const char *rest = name;
	size_t kind = 0;

	*metric = (struct metric){.op = METRIC_TOTAL};
	for (unsigned op = 0; op < OP_KINDS && metric->op == METRIC_TOTAL; op++) {
		size_t len = strlen(op_kind_name((enum op_kind)op));

		if (!strncmp(name, op_kind_name((enum op_kind)op), len) && name[len] == '.') {
			metric->op = op;
			rest = name + len + 1;
		}
	}
	if (!strncmp(name, "total.", 6))
		rest = name + 6;
	while (kind < KINDS && (!words[kind] || strcmp(words[kind], rest) != 0))
		kind++;
	if (kind == KINDS && rest[0] == 'p' &&
	    !units_parse_percent(rest + 1, &metric->percentile) && metric->percentile > 0)
		kind = METRIC_PERCENTILE;
	if (kind == KINDS || (is_of_run((enum metric_kind)kind) && rest != name))
		return why_say(why, "not a metric (allowed: " METRIC_ALLOWED ")");
	metric->kind = (enum metric_kind)kind;
	return 0;
}

struct metric_text
metric_name(const struct metric *metric)
{
	struct metric_text t;
	char percent[UNITS_TEXT_MAX];
	const char *op = metric->op < OP_KINDS ? op_kind_name((enum op_kind)metric->op) : "";
	const char *dot = metric->op < OP_KINDS ? "." : "";

	if (metric->kind != METRIC_PERCENTILE) {
		snprintf(t.text, sizeof(t.text), "%s%s%s", op, dot, words[metric->kind]);
		return t;
	}
	units_print_percent(metric->percentile, percent, sizeof(percent));
	snprintf(t.text, sizeof(t.text), "%s%sp%.20s", op, dot, percent);
	return t;
}

struct metric_text
metric_title(const struct metric *metric)
{
	struct metric_text t;
	char percent[UNITS_TEXT_MAX];

	if (metric->kind != METRIC_PERCENTILE) {
		snprintf(t.text, sizeof(t.text), "%s", titles[metric->kind]);
		return t;
	}
	units_print_percent(metric->percentile, percent, sizeof(percent));
	snprintf(t.text, sizeof(t.text), "p%.20s latency", percent);
	return t;
}

const char *
metric_unit(const struct metric *metric)
{
	return units[metric->kind];
}

struct human
metric_human(const struct metric *metric, double value)
{
	if (metric->kind == METRIC_BW)
		return human_bandwidth(value);
	return metric_is_latency(metric) ? human_time(value) : human_count(value);
}

int
metric_is_latency(const struct metric *metric)
{
	return metric->kind >= METRIC_MIN && metric->kind <= METRIC_PERCENTILE;
}

int
metric_higher_is_better(const struct metric *metric)
{
	return metric->kind <= METRIC_BW;
}

double
metric_of_histogram(const struct histogram *h, const struct metric *metric)
{
	if (!histogram_count(h))
		return NAN;
	switch (metric->kind) {
	case METRIC_MIN:
		return (double)h->min_ns;
	case METRIC_MEAN:
		return histogram_mean_ns(h);
	case METRIC_MAX:
		return (double)h->max_ns;
	default:
		return (double)histogram_percentile_ns(h, metric->percentile);
	}
}

static double
value_of(const struct result_op *op, const struct metric *metric)
{
	switch (metric->kind) {
	case METRIC_IOPS:
		return op->iops;
	case METRIC_BW:
		return op->bytes_per_s;
	case METRIC_ERRORS:
		return (double)op->errors;
	default:
		return metric_of_histogram(
			histogram_count(&op->response) ? &op->response : &op->service, metric);
	}
}

double
metric_of(const struct result_run *run, const struct metric *metric)
{
	unsigned kinds = 0, only = 0;
	double sum = 0;

	if (metric->kind == METRIC_STORED)
		return run->btt.valid ? result_stored_per_user_byte(run) : NAN;
	if (metric->kind == METRIC_FENCES)
		return run->btt.valid ? result_per_op(run, run->btt.fences) : NAN;
	if (metric->kind == METRIC_LINES)
		return run->btt.valid ? result_per_op(run, run->btt.lines_flushed) : NAN;
	if (metric->op < OP_KINDS)
		return value_of(&run->ops[metric->op], metric);
	for (unsigned op = 0; op < OP_KINDS; op++) {
		if (run->ops[op].count)
			only = op;
		kinds += run->ops[op].count > 0;
		if (!metric_is_latency(metric))
			sum += value_of(&run->ops[op], metric);
	}
	if (!metric_is_latency(metric))
		return sum;
	return kinds == 1 ? value_of(&run->ops[only], metric) : NAN;
}
