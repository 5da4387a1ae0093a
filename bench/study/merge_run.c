/* SPDX-License-Identifier: BSD-3-Clause */
/* merge_run.c -- adds the runs of the hosts up. */
#include "merge_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Intervals of hosts that differ by more than this share of their length are not added up. */
#define LENGTH_TOLERANCE 0.01

static void
add_op(struct result_op *into, const struct result_op *op)
{
	if (!into->service.unit_ns) {
		histogram_init(&into->service, op->service.unit_ns);
		histogram_init(&into->response, op->response.unit_ns);
		histogram_init(&into->batch, op->batch.unit_ns);
	}
	into->count += op->count;
	into->errors += op->errors;
	into->iops += op->iops;
	into->bytes_per_s += op->bytes_per_s;
	histogram_merge(&into->service, &op->service);
	histogram_merge(&into->response, &op->response);
	histogram_merge(&into->batch, &op->batch);
	for (unsigned i = 0; i < op->nerrnos; i++)
		result_errno_add(into, &op->errnos[i]);
}

static void
add_pace(struct result_pace *into, const struct result_pace *pace)
{
	into->valid |= pace->valid;
	into->target_iops += pace->target_iops;
	into->achieved_iops += pace->achieved_iops;
	into->unstarted += pace->unstarted;
	if (pace->behind_ns_max > into->behind_ns_max)
		into->behind_ns_max = pace->behind_ns_max;
	into->error = fmax(into->error, pace->error);
}

static void
add_verify(struct result_verify *into, const struct result_verify *verify, unsigned host)
{
	uint64_t state_bytes = into->state_bytes;
	unsigned first = into->nfirst;

	result_verify_add(into, verify);
	into->state_bytes = state_bytes + verify->state_bytes;
	for (unsigned i = first; i < into->nfirst; i++)
		into->first[i].host =
			host +
			(verify->first[i - first].host ? verify->first[i - first].host - 1 : 0);
}

static int
add_workers(struct result_run *into, const struct result_run *run, unsigned host)
{
	struct result_worker *grown;

	if (!run->nworkers)
		return 0;
	grown = reallocarray(into->workers, into->nworkers + run->nworkers, sizeof(*grown));
	if (!grown)
		return -1;
	into->workers = grown;
	grown += into->nworkers;
	for (size_t i = 0; i < run->nworkers; i++) {
		grown[i] = run->workers[i];
		grown[i].host = host + (run->workers[i].host ? run->workers[i].host - 1 : 0);
	}
	into->nworkers += run->nworkers;
	return 0;
}

static int
is_alike(const struct result_interval *a, const struct result_interval *b)
{
	double limit = LENGTH_TOLERANCE * fmax(a->length_s, b->length_s);

	return fabs(a->length_s - b->length_s) <= limit && fabs(a->start_s - b->start_s) <= limit;
}

/* The first intervals that all hosts have, with the same start and length. */
static int
add_intervals(struct result_run *into, const struct result_run *run, int is_first)
{
	size_t count = is_first ? run->nintervals : into->nintervals;

	if (is_first && count) {
		into->intervals = calloc(count, sizeof(*into->intervals));
		if (!into->intervals)
			return -1;
		memcpy(into->intervals, run->intervals, count * sizeof(*into->intervals));
	}
	for (size_t i = 0; i < count && !is_first; i++) {
		const struct result_interval *one = &run->intervals[i];
		struct result_interval *sum = &into->intervals[i];

		if (i == run->nintervals || !is_alike(one, sum)) {
			count = i;
			break;
		}
		for (int kind = 0; kind < OP_KINDS; kind++)
			sum->ops[kind] += one->ops[kind];
		sum->errors += one->errors;
		sum->length_s = fmax(sum->length_s, one->length_s);
	}
	into->nintervals = count;
	return 0;
}

static void
add_layout(struct result_layout *into, const struct result_layout *layout, int is_first)
{
	if (is_first) {
		*into = *layout;
		return;
	}
	into->tracking |= layout->tracking;
	if (layout->nlane > into->nlane)
		into->nlane = layout->nlane;
}

int
merge_add_run(struct result_run *into, const struct result_run *run, unsigned host)
{
	int is_first = host == 1;

	if (run->status > into->status)
		into->status = run->status;
	if (is_first || run->started_at < into->started_at)
		into->started_at = run->started_at;
	if (is_first)
		into->disturbance = run->disturbance;
	into->elapsed_s = fmax(into->elapsed_s, run->elapsed_s);
	into->interrupted |= run->interrupted;
	into->ended_by_ops |= run->ended_by_ops;
	for (int kind = 0; kind < OP_KINDS; kind++)
		add_op(&into->ops[kind], &run->ops[kind]);
	add_pace(&into->pace, &run->pace);
	result_btt_add(&into->btt, &run->btt);
	into->disturbance.steal_s = fmax(into->disturbance.steal_s, run->disturbance.steal_s);
	into->disturbance.throttled_s =
		fmax(into->disturbance.throttled_s, run->disturbance.throttled_s);
	if (run->verify.valid)
		add_verify(&into->verify, &run->verify, host);
	add_layout(&into->layout, &run->layout, is_first);
	return add_workers(into, run, host) || add_intervals(into, run, is_first) ? -1 : 0;
}

int
merge_is_too_large(const struct result_run *run)
{
	const struct result_btt *btt = &run->btt;
	const struct result_verify *verify = &run->verify;
	uint64_t bits = btt->fences | btt->lines_flushed | btt->bytes_stored | btt->lock_waits |
			btt->reader_waits | btt->read_retries | btt->idle_zeroes | btt->zero_reads |
			btt->lane_waits | btt->scans | run->pace.unstarted | verify->read |
			verify->swept | verify->unknown | verify->by_stamp | verify->unchecked |
			verify->state_bytes | verify->layout_errors;

	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		bits |= verify->counts[kind];
	for (int kind = 0; kind < OP_KINDS; kind++) {
		const struct result_op *op = &run->ops[kind];

		bits |= op->count | op->errors | op->service.sum_ns | op->response.sum_ns |
			op->batch.sum_ns | histogram_count(&op->batch) |
			histogram_count(&op->service) | histogram_count(&op->response);
		for (unsigned i = 0; i < op->nerrnos; i++)
			bits |= op->errnos[i].count;
	}
	for (size_t i = 0; i < run->nintervals; i++)
		for (int kind = 0; kind < OP_KINDS; kind++)
			bits |= run->intervals[i].ops[kind] | run->intervals[i].errors;
	return (int)(bits >> 63);
}
