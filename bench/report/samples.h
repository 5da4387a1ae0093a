/* SPDX-License-Identifier: BSD-3-Clause */
/* samples.h -- the runs of one job: each figure has one sample from each good run. */
#ifndef BENCH_REPORT_SAMPLES_H
#define BENCH_REPORT_SAMPLES_H

#include "measure/robust.h"
#include "result/metric.h"
#include "result/result.h"

struct samples {
	const struct job *job;
	const struct result_run **runs; /* the first ngood give samples; none is settling */
	size_t nruns, ngood;
	size_t nbad;    /* invalid or inconclusive runs; if no run is good, all give samples */
	double *values; /* room for one of each run */
};

/* Takes the runs of a job. 0, or -1 when memory ran out. The caller calls samples_free after 0. */
int samples_take(struct samples *samples, const struct result *result, const struct job *job);
void samples_free(struct samples *samples);

/* Median and spread of a figure; no samples: count 0 and NAN. */
struct robust samples_look(const struct samples *samples, const struct metric *metric);

/* The same for the service times of an op, which metric_of gives only for closed loops. */
struct robust samples_look_service(const struct samples *samples, const struct metric *metric);

/* 1 when a run has ops of this kind, or failed ones. */
int samples_have(const struct samples *samples, unsigned kind);

#endif
