/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bmf.c -- Bencher Metric Format: benchmark -> measure -> value, lower_value, upper_value.
 *
 * A benchmark is JOB/OP, or JOB/OP/lookahead=VALUE, so that its history does not mix them. Units are those of
 * Bencher's own measures: throughput in ops per second, latencies in nanoseconds. latency* are service times. response*
 * are response times; only an open loop has them. The percentiles are those of the job: latency-p99-9. A value is the
 * median of the repeats. With several repeats the bounds are the smallest and the largest value.
 *
 * The format has only numbers, so it can't mark a bad one: runs that are invalid, inconclusive or settling are left out.
 */
#include <math.h>
#include <stdlib.h>

#include "json_value.h"
#include "number.h"
#include "output.h"
#include "job/job_key.h"

#define SLUG_MAX 64

enum source { THROUGHPUT, SERVICE, RESPONSE };

struct measure {
	enum source source;
	double percent; /* of a latency; 0: the mean */
};

/* "latency-p99-9" */
static void
print_slug(const struct measure *measure, char slug[SLUG_MAX])
{
	static const char *const names[] = {"throughput", "latency", "response"};
	int used = snprintf(slug, SLUG_MAX, "%s", names[measure->source]);

	if (measure->percent > 0)
		snprintf(slug + used, SLUG_MAX - (size_t)used, "-p%s",
			 number_percent(measure->percent).text);
	for (; *slug; slug++)
		if (*slug == '.')
			*slug = '-';
}

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

/*
 * Collects the values of a job's good repeats in ascending order and returns their count. `values` has room for all
 * runs.
 */
static size_t
gather(const struct result *result, const struct job *job, int kind, const struct measure *measure,
       double *values)
{
	size_t n = 0;

	for (size_t i = 0; i < result->nruns; i++) {
		double value = measure_op(measure, &result->runs[i].ops[kind]);

		if (result->runs[i].job == job && result_is_good(&result->runs[i]) &&
		    isfinite(value))
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

static int
add_measure(json_t *object, const struct measure *measure, const double *values, size_t n)
{
	char slug[SLUG_MAX];

	if (!n)
		return 0;
	print_slug(measure, slug);
	return json_object_set_new(object, slug, metric_value(values, n));
}

static json_t *
measures_value(const struct result *result, const struct job *job, int kind, double *values)
{
	struct measure measure = {.source = THROUGHPUT};
	json_t *object = json_object();
	int failed = !object;

	failed |=
		add_measure(object, &measure, values, gather(result, job, kind, &measure, values));
	for (int source = SERVICE; source <= RESPONSE; source++)
		for (unsigned i = 0; i <= job->npercentiles; i++) {
			measure.source = (enum source)source;
			measure.percent = i ? job->percentiles[i - 1] : 0;
			failed |= add_measure(object, &measure, values,
					      gather(result, job, kind, &measure, values));
		}
	return value_unless(object, failed);
}

/* Adds nothing for an op that succeeded in no good run. Returns 0 or -1. */
static int
add_benchmark(json_t *root, const struct result *result, const struct job *job, int kind)
{
	double *values = calloc(result->nruns + 1, sizeof(*values));
	json_t *value = values ? measures_value(result, job, kind, values) : NULL;
	int has_foresight = job->lookahead != JOB_LOOKAHEAD_NONE;
	char name[JOB_NAME_MAX + 320];
	int err = !value;

	snprintf(name, sizeof(name), "%s/%s%s%s", job->name, op_kind_name((enum op_kind)kind),
		 has_foresight ? "/lookahead=" : "",
		 has_foresight ? job_key_text(job, "lookahead").text : "");
	if (json_object_get(value, "throughput"))
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
