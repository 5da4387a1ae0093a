/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bmf.c -- Bencher Metric Format: benchmark -> measure -> value, lower_value, upper_value.
 *
 * A benchmark is JOB/OP. Units are those of Bencher's own measures: throughput in ops per second, latencies in
 * nanoseconds. latency* are service times. response* are response times; only an open loop has them. A value is the
 * median of the repeats. With several repeats the bounds are the smallest and the largest value.
 */
#include <math.h>
#include <stdlib.h>

#include "json_value.h"
#include "output.h"

enum source { THROUGHPUT, SERVICE, RESPONSE };

struct measure {
	const char *slug;
	enum source source;
	double percent; /* of a latency; 0: the mean */
};

static const struct measure measures[] = {
	{"throughput", THROUGHPUT, 0},      {"latency", SERVICE, 0},
	{"latency-p50", SERVICE, 50},       {"latency-p99", SERVICE, 99},
	{"latency-p99-9", SERVICE, 99.9},   {"response", RESPONSE, 0},
	{"response-p50", RESPONSE, 50},     {"response-p99", RESPONSE, 99},
	{"response-p99-9", RESPONSE, 99.9},
};

#define MEASURES (sizeof(measures) / sizeof(measures[0]))

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* NAN when the run has no such value */
static double
measure_op(const struct measure *measure, const struct result_op *op)
{
	const struct histogram *h = measure->source == SERVICE ? &op->service : &op->response;

	if (measure->source == THROUGHPUT)
		return op->count || op->errors ? op->iops : NAN;
	if (!histogram_count(h))
		return NAN;
	if (measure->percent > 0)
		return (double)histogram_percentile_ns(h, measure->percent);
	return histogram_mean_ns(h);
}

/* Collects the values of a job's repeats in ascending order and returns their count. `values` has room for all runs. */
static size_t
gather(const struct result *result, const struct job *job, int kind, const struct measure *measure,
       double *values)
{
	size_t n = 0;

	for (size_t i = 0; i < result->nruns; i++) {
		double value = measure_op(measure, &result->runs[i].ops[kind]);

		if (result->runs[i].job == job && isfinite(value))
			values[n++] = value;
	}
	qsort(values, n, sizeof(*values), ascending);
	return n;
}

/* `values` are in ascending order; n > 0 */
static json_t *
metric_value(const double *values, size_t n)
{
	const struct value_member members[] = {
		{"value", json_real((values[(n - 1) / 2] + values[n / 2]) / 2)},
		{"lower_value", json_real(values[0])},
		{"upper_value", json_real(values[n - 1])},
	};
	json_t *value = VALUE_OBJECT(members);

	if (value && n == 1) {
		json_object_del(value, "lower_value");
		json_object_del(value, "upper_value");
	}
	return value;
}

static json_t *
measures_value(const struct result *result, const struct job *job, int kind, double *values)
{
	json_t *object = json_object();
	int failed = !object;

	for (size_t m = 0; m < MEASURES; m++) {
		size_t n = gather(result, job, kind, &measures[m], values);

		if (n)
			failed |= json_object_set_new(object, measures[m].slug,
						      metric_value(values, n));
	}
	return value_unless(object, failed);
}

/* Adds nothing for an op that succeeded in no run. Returns 0 or -1. */
static int
add_benchmark(json_t *root, const struct result *result, const struct job *job, int kind)
{
	double *values = calloc(result->nruns + 1, sizeof(*values));
	json_t *value = values ? measures_value(result, job, kind, values) : NULL;
	char name[JOB_NAME_MAX + 8];
	int err = !value;

	snprintf(name, sizeof(name), "%s/%s", job->name, op_kind_name((enum op_kind)kind));
	if (json_object_get(value, "latency"))
		err = json_object_set(root, name, value);
	json_decref(value);
	free(values);
	return err ? -1 : 0;
}

int
output_bmf(const struct result *result, FILE *out)
{
	json_t *root = json_object();
	int failed = !root;

	for (size_t j = 0; j < result->jobs.count; j++)
		for (int kind = 0; kind < OP_KINDS; kind++)
			failed |= add_benchmark(root, result, &result->jobs.jobs[j], kind);
	return value_write(value_unless(root, failed), out);
}
