/* SPDX-License-Identifier: BSD-3-Clause */
/* fio.h -- the parts of fio's JSON that fio_op.c makes for fio.c. */
#ifndef BENCH_FIO_H
#define BENCH_FIO_H

#include "json_value.h"

/* ops per second over the steps of the time series */
struct series {
	double min, max, mean, stddev;
	int samples;
};

struct fio_op {
	const struct result_op *op;
	struct series series;
	uint64_t bytes, op_bytes;
	double runtime_ms;
	uint64_t all_ops; /* of every kind, in that run */
};

/* jobs[].read and its like */
json_t *fio_op_value(const struct fio_op *op);

enum fio_scale { FIO_NS, FIO_US, FIO_MS };

/* jobs[].latency_ns and its like: percent of the run's ops whose lat_ns lies below an edge */
json_t *fio_shares_value(const struct result_run *run, enum fio_scale scale);

#endif
