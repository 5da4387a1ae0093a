/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bmf.c -- Bencher Metric Format: benchmark -> measure -> value, lower_value, upper_value.
 *
 * A benchmark is JOB/OP. throughput is in ops per second, the latencies are in nanoseconds, as Bencher's
 * own measures of these names are: latency* are service times, response* response times, which only an open
 * loop has. A value is the median of the repeats; with
 * more than one of them, the bounds are the smallest and the largest.
 */
#include <math.h>
#include <stdlib.h>

#include "json_value.h"
#include "output.h"

struct measure {
	const char *slug;
	double (*of)(const struct result_op *op);
};

static double
throughput(const struct result_op *op)
{
	return op->count || op->errors ? op->iops : NAN;
}

static double
mean(const struct result_op *op)
{
	return op->count ? histogram_mean_ns(&op->service) : NAN;
}

static double
response_mean(const struct result_op *op)
{
	return histogram_count(&op->response) ? histogram_mean_ns(&op->response) : NAN;
}

static double
percentile(const struct histogram *h, double percent)
{
	return histogram_count(h) ? (double)histogram_percentile_ns(h, percent) : NAN;
}

static double
p50(const struct result_op *op)
{
	return percentile(&op->service, 50);
}

static double
p99(const struct result_op *op)
{
	return percentile(&op->service, 99);
}

static double
p99_9(const struct result_op *op)
{
	return percentile(&op->service, 99.9);
}

static double
response_p50(const struct result_op *op)
{
	return percentile(&op->response, 50);
}

static double
response_p99(const struct result_op *op)
{
	return percentile(&op->response, 99);
}

static double
response_p99_9(const struct result_op *op)
{
	return percentile(&op->response, 99.9);
}

static const struct measure measures[] = {
	{"throughput", throughput},
	{"latency", mean},
	{"latency-p50", p50},
	{"latency-p99", p99},
	{"latency-p99-9", p99_9},
	{"response", response_mean},
	{"response-p50", response_p50},
	{"response-p99", response_p99},
	{"response-p99-9", response_p99_9},
};

#define MEASURES (sizeof(measures) / sizeof(measures[0]))

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* of the repeats of a job; `values` has room for every run. How many are known. */
static size_t
gather(const struct result *result, const struct job *job, int kind, const struct measure *measure,
       double *values)
{
	size_t n = 0;

	for (size_t i = 0; i < result->nruns; i++) {
		double value = measure->of(&result->runs[i].ops[kind]);

		if (result->runs[i].job == job && isfinite(value))
			values[n++] = value;
	}
	qsort(values, n, sizeof(*values), ascending);
	return n;
}

/* `values` ascend; n > 0 */
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

/* an op that no run did has no measures, and stays out; 0 or -1 */
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
