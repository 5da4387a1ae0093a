/* SPDX-License-Identifier: BSD-3-Clause */
/* fio_op.c -- one kind of op in fio's JSON, and the shares of ops by latency. */
#include "fio.h"
#include "job/job_key.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define KIB 1024

static const double fio_percentiles[] = {1,  5,  10, 20, 30,   40,   50,    60,   70,
					 80, 90, 95, 99, 99.5, 99.9, 99.95, 99.99};

static json_t *
percentiles_value(const struct job *job, const struct histogram *h)
{
	int is_given = job_key_given(job, "percentiles");
	const double *percentiles = is_given ? job->percentiles : fio_percentiles;
	size_t count =
		is_given ? job->npercentiles : sizeof(fio_percentiles) / sizeof(fio_percentiles[0]);
	json_t *object = json_object();
	int failed = !object;

	for (size_t i = 0; i < count; i++) {
		char key[32];

		snprintf(key, sizeof(key), "%f", percentiles[i]);
		failed |= json_object_set_new(
			object, key, value_count(histogram_percentile_ns(h, percentiles[i])));
	}
	return value_unless(object, failed);
}

/* h = NULL: no values */
static json_t *
latency_value(const struct histogram *h)
{
	uint64_t n = h ? histogram_count(h) : 0;
	const struct value_member members[] = {
		{"min", value_count(n ? h->min_ns : 0)},
		{"max", value_count(n ? h->max_ns : 0)},
		{"mean", json_real(n ? histogram_mean_ns(h) : 0)},
		{"stddev", json_real(n ? histogram_stddev_ns(h) : 0)},
		{"N", value_count(n)},
	};

	return VALUE_OBJECT(members);
}

/* fio's total latency */
static const struct histogram *
total_of(const struct result_op *op)
{
	return histogram_count(&op->response) ? &op->response : &op->service;
}

/* As in fio, the key of a bucket is its middle. Durations beyond the last bucket count as the longest one. */
static json_t *
bins_value(const struct histogram *h)
{
	json_t *object = json_object();
	int failed = !object;
	char key[32];

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t low = histogram_bucket_low_ns(h, i);
		uint64_t high = histogram_bucket_high_ns(h, i);

		if (!h->bucket[i])
			continue;
		snprintf(key, sizeof(key), "%" PRIu64, low + (high - low + 1) / 2);
		failed |= json_object_set_new(object, key, value_count(h->bucket[i]));
	}
	if (h->over) {
		snprintf(key, sizeof(key), "%" PRIu64, h->max_ns);
		failed |= json_object_set_new(object, key, value_count(h->over));
	}
	return value_unless(object, failed);
}

/* like fio, without percentiles and buckets when the histogram is empty */
static json_t *
percentile_value(const struct fio_op *f, const struct histogram *h)
{
	json_t *value = latency_value(h);
	int failed = !value;

	if (value && histogram_count(h)) {
		failed |= json_object_set_new(value, "percentile", percentiles_value(f->job, h));
		if (f->has_bins)
			failed |= json_object_set_new(value, "bins", bins_value(h));
	}
	return value_unless(value, failed);
}

static json_t *
rounded(double value)
{
	return json_integer(isfinite(value) ? (json_int_t)llround(value) : 0);
}

static json_t *
known(double value)
{
	return json_real(isfinite(value) ? value : 0);
}

json_t *
fio_op_value(const struct fio_op *f)
{
	double kib = (double)f->op_bytes / KIB, bw = f->op->bytes_per_s;
	const struct series *s = &f->series;
	const struct value_member members[] = {
		{"io_bytes", value_count(f->bytes)},
		{"io_kbytes", value_count(f->bytes / KIB)},
		{"bw_bytes", rounded(bw)},
		{"bw", rounded(floor(bw / KIB))},
		{"iops", known(f->op->iops)},
		{"runtime", rounded(f->runtime_ms)},
		{"total_ios", value_count(f->op->count)},
		{"slat_ns", latency_value(NULL)},
		{"clat_ns", percentile_value(f, &f->op->service)},
		{"lat_ns", histogram_count(&f->op->response) ? percentile_value(f, &f->op->response)
							     : latency_value(&f->op->service)},
		{"bw_min", rounded(s->min * kib)},
		{"bw_max", rounded(s->max * kib)},
		{"bw_agg",
		 known(f->all_ops ? 100.0 * (double)f->op->count / (double)f->all_ops : 0)},
		{"bw_mean", known(s->mean * kib)},
		{"bw_dev", known(s->stddev * kib)},
		{"bw_samples", json_integer(s->samples)},
		{"iops_min", rounded(s->min)},
		{"iops_max", rounded(s->max)},
		{"iops_mean", known(s->mean)},
		{"iops_stddev", known(s->stddev)},
		{"iops_samples", json_integer(s->samples)},
	};

	return VALUE_OBJECT(members);
}

static const unsigned edges[] = {2, 4, 10, 20, 50, 100, 250, 500, 750, 1000, 2000};

#define EDGES (sizeof(edges) / sizeof(edges[0]))

/* ops of all kinds whose bucket begins below `edge_ns` */
static uint64_t
count_below(const struct result_run *run, uint64_t edge_ns)
{
	uint64_t count = 0;

	for (int kind = 0; kind < OP_KINDS; kind++) {
		const struct histogram *h = total_of(&run->ops[kind]);

		for (unsigned i = 0;
		     i < HISTOGRAM_BUCKETS && histogram_bucket_low_ns(h, i) < edge_ns; i++)
			count += h->bucket[i];
	}
	return count;
}

static json_t *
share_value(uint64_t count, uint64_t ops)
{
	return json_real(ops ? 100.0 * (double)count / (double)ops : 0);
}

json_t *
fio_shares_value(const struct result_run *run, enum fio_scale scale)
{
	static const uint64_t units[] = {[FIO_NS] = 1, [FIO_US] = 1000, [FIO_MS] = 1000000};
	/* ops below the first edge of this scale belong to the smaller scale */
	uint64_t below = scale == FIO_NS ? 0 : count_below(run, units[scale]);
	size_t nedges = scale == FIO_MS ? EDGES : EDGES - 1;
	uint64_t ops = result_run_ops(run);
	json_t *object = json_object();
	int failed = !object;

	for (size_t i = 0; i < nedges; i++) {
		uint64_t reached = count_below(run, edges[i] * units[scale]);
		char key[16];

		snprintf(key, sizeof(key), "%u", edges[i]);
		failed |= json_object_set_new(object, key, share_value(reached - below, ops));
		below = reached;
	}
	if (scale == FIO_MS)
		failed |= json_object_set_new(object, ">=2000", share_value(ops - below, ops));
	return value_unless(object, failed);
}
