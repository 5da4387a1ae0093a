/* SPDX-License-Identifier: BSD-3-Clause */
/* fio.h -- the interface between fio.c and fio_op.c. */
#ifndef BENCH_FIO_H
#define BENCH_FIO_H

#include "json_value.h"

/* ops per second over the steps of the time series */
struct series {
	double min, max, mean, stddev;
	int samples;
};

struct fio_op {
	const struct job *job;
	const struct result_op *op;
	int has_bins; /* 1: with every bucket, as fio's json+ */
	struct series series;
	uint64_t bytes, op_bytes;
	double runtime_ms;
	uint64_t all_ops; /* ops of all kinds in the run */
};

/* jobs[].read, .write, .trim */
json_t *fio_op_value(const struct fio_op *op);

enum fio_scale { FIO_NS, FIO_US, FIO_MS };

/* jobs[].latency_ns, _us, _ms: percent of the run's ops with lat_ns between two edges */
json_t *fio_shares_value(const struct result_run *run, enum fio_scale scale);

#endif
