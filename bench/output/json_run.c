/* SPDX-License-Identifier: BSD-3-Clause */
/* json_run.c -- one repeat of one job as JSON: an element of runs[] in schema bttbench.result/1. */
#include <stdio.h>
#include <string.h>

#include "json_value.h"

static json_t *
percentiles_value(const struct histogram *h, const struct job *job)
{
	json_t *object = json_object();
	int failed = !object;

	for (unsigned i = 0; i < job->npercentiles; i++) {
		char key[32];
		uint64_t ns = histogram_percentile_ns(h, job->percentiles[i]);

		snprintf(key, sizeof(key), "%.10g", job->percentiles[i]);
		failed |= json_object_set_new(object, key, value_count(ns));
	}
	return value_unless(object, failed);
}

static json_t *
buckets_value(const struct histogram *h)
{
	json_t *array = json_array();
	int failed = !array;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->bucket[i])
			failed |= json_array_append_new(
				array,
				json_pack("[ooo]", value_count(histogram_bucket_low_ns(h, i)),
					  value_count(histogram_bucket_high_ns(h, i)),
					  value_count(h->bucket[i])));
	return value_unless(array, failed);
}

static json_t *
latency_value(const struct histogram *h, const struct job *job)
{
	if (!histogram_count(h))
		return json_null();

	const struct value_member histogram[] = {
		{"unit", value_text("ns")},
		{"buckets", buckets_value(h)},
		{"over", value_count(h->over)},
		{"sum_ns", value_count(h->sum_ns)},
	};
	const struct value_member members[] = {
		{"min", value_count(h->min_ns)},
		{"mean", json_real(histogram_mean_ns(h))},
		{"stddev", json_real(histogram_stddev_ns(h))},
		{"max", value_count(h->max_ns)},
		{"percentiles", percentiles_value(h, job)},
		{"histogram", VALUE_OBJECT(histogram)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
errno_value(const void *element)
{
	const struct result_errno *e = element;
	const char *name = strerrorname_np(e->err);
	const struct value_member members[] = {
		{"errno", name ? value_text(name) : json_sprintf("errno %d", e->err)},
		{"count", value_count(e->count)},
		{"first_lba", value_count(e->first_lba)},
		{"first_ns", value_count(e->first_ns)},
	};

	return VALUE_OBJECT(members);
}

/* In a closed loop no op has a due time, so response_ns is null. With batches no op has a time of its own. */
static json_t *
op_value(const struct result_op *op, const struct job *job)
{
	const struct value_member members[] = {
		{"count", value_count(op->count)},
		{"errors", value_count(op->errors)},
		{"iops", value_real(op->iops)},
		{"bytes_per_s", value_real(op->bytes_per_s)},
		{"service_ns", latency_value(&op->service, job)},
		{"response_ns", latency_value(&op->response, job)},
		{"errnos", VALUE_ARRAY(op->errnos, op->nerrnos, errno_value)},
		{"batch_ns", latency_value(&op->batch, job)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
ops_value(const struct result_run *run)
{
	const struct value_member members[] = {
		{op_kind_name(OP_READ), op_value(&run->ops[OP_READ], run->job)},
		{op_kind_name(OP_WRITE), op_value(&run->ops[OP_WRITE], run->job)},
		{op_kind_name(OP_ZERO), op_value(&run->ops[OP_ZERO], run->job)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
pace_value(const struct result_run *run)
{
	const struct result_pace *pace = &run->pace;

	if (!pace->valid)
		return json_null();

	const struct value_member members[] = {
		{"target_iops", value_real(pace->target_iops)},
		{"achieved_iops", value_real(pace->achieved_iops)},
		{"unstarted", value_count(pace->unstarted)},
		{"behind_ns_max", value_count(pace->behind_ns_max)},
		{"error", value_real(pace->error)},
		{"lower_bound_from", value_real(result_lower_bound_from(run, NULL))},
	};

	return VALUE_OBJECT(members);
}

static json_t *
btt_value(const struct result_run *run)
{
	const struct result_btt *btt = &run->btt;

	if (!btt->valid)
		return json_null();

	const struct value_member per_op[] = {
		{"fences", value_real(result_per_op(run, btt->fences))},
		{"lines_flushed", value_real(result_per_op(run, btt->lines_flushed))},
		{"bytes_stored_per_user_byte", value_real(result_stored_per_user_byte(run))},
	};
	const struct value_member members[] = {
		{"fences", value_count(btt->fences)},
		{"lines_flushed", value_count(btt->lines_flushed)},
		{"bytes_stored", value_count(btt->bytes_stored)},
		{"lock_waits", value_count(btt->lock_waits)},
		{"reader_waits", value_count(btt->reader_waits)},
		{"read_retries", value_count(btt->read_retries)},
		{"idle_zeroes", value_count(btt->idle_zeroes)},
		{"zero_reads", value_count(btt->zero_reads)},
		{"lane_waits", value_count(btt->lane_waits)},
		{"scans", value_count(btt->scans)},
		{"per_op", VALUE_OBJECT(per_op)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
counts_value(const struct result_verify *verify)
{
	json_t *object = json_object();
	int failed = !object;

	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		failed |= json_object_set_new(object,
					      result_finding_name((enum result_finding_kind)kind),
					      value_count(verify->counts[kind]));
	return value_unless(object, failed);
}

static json_t *
finding_value(const void *element)
{
	const struct result_finding *finding = element;
	const struct value_member members[] = {
		{"kind", value_text(result_finding_name(finding->kind))},
		{"in_sweep", json_boolean(finding->in_sweep)},
		{"lane", value_count(finding->lane)},
		{"lba", value_count(finding->lba)},
		{"expected", value_text(finding->expected)},
		{"found", value_text(finding->found)},
		{"host", value_positive(finding->host)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
verify_value(const struct result_verify *verify)
{
	if (!verify->valid)
		return json_null();

	const struct value_member members[] = {
		{"read", value_count(verify->read)},
		{"swept", value_count(verify->swept)},
		{"unknown", value_count(verify->unknown)},
		{"by_stamp", value_count(verify->by_stamp)},
		{"unchecked", value_count(verify->unchecked)},
		{"state_bytes", value_count(verify->state_bytes)},
		{"counts", counts_value(verify)},
		{"first", VALUE_ARRAY(verify->first, verify->nfirst, finding_value)},
		{"layout_consistent", value_flag(verify->layout)},
		{"layout_errors", value_count(verify->layout_errors)},
		{"layout_first", value_text(verify->layout_first[0] ? verify->layout_first : NULL)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
worker_value(const void *element)
{
	const struct result_worker *worker = element;
	const struct result_usage *usage = &worker->usage;
	const struct value_member members[] = {
		{"lane", value_count(worker->lane)},
		{"cpu", value_index(worker->place.cpu)},
		{"cpu_seen", value_index(worker->cpu_seen)},
		{"core", value_index(worker->place.core)},
		{"node", value_index(worker->place.node)},
		{"buffer_node", value_index(worker->buffer_node)},
		{"state_node", value_index(worker->state_node)},
		{"lane_node", value_index(worker->lane_node)},
		{"ops", value_count(worker->ops)},
		{"errors", value_count(worker->errors)},
		{"user_s", value_real(usage->user_s)},
		{"system_s", value_real(usage->system_s)},
		{"voluntary_switches", value_count(usage->voluntary_switches)},
		{"involuntary_switches", value_count(usage->involuntary_switches)},
		{"cpu_share", value_real(worker->cpu_share)},
		{"strays", value_count(worker->strays)},
		{"host", value_positive(worker->host)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
interval_value(const void *element)
{
	const struct result_interval *interval = element;
	const struct value_member ops[] = {
		{op_kind_name(OP_READ), value_count(interval->ops[OP_READ])},
		{op_kind_name(OP_WRITE), value_count(interval->ops[OP_WRITE])},
		{op_kind_name(OP_ZERO), value_count(interval->ops[OP_ZERO])},
	};
	const struct value_member members[] = {
		{"start_s", json_real(interval->start_s)},
		{"length_s", json_real(interval->length_s)},
		{"ops", VALUE_OBJECT(ops)},
		{"errors", value_count(interval->errors)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
layout_value(const struct result_layout *layout)
{
	if (!layout->valid)
		return json_null();

	const struct value_member members[] = {
		{"flavour", value_text(layout->flavour)},
		{"start_off", value_count(layout->start_off)},
		{"lbasize", value_count(layout->lbasize)},
		{"nlba", value_count(layout->nlba)},
		{"nfree", value_count(layout->nfree)},
		{"narenas", value_count(layout->narenas)},
		{"lanes", value_count(layout->nlane)},
		{"tracking", json_boolean(layout->tracking)},
		{"age", value_text(result_age(layout))},
		{"adjacent", value_real(layout->adjacent)},
		{"rotate", value_count(layout->rotate)},
	};

	return VALUE_OBJECT(members);
}

static json_t *
disturbance_value(const struct result_disturbance *disturbance)
{
	const struct value_member members[] = {
		{"steal_s", value_real(disturbance->steal_s)},
		{"throttled_s", value_real(disturbance->throttled_s)},
	};

	return VALUE_OBJECT(members);
}

json_t *
value_run(const struct result *result, const struct result_run *run)
{
	const struct value_member members[] = {
		{"job", value_text(run->job->name)},
		{"point", value_point(result, result_point(result, run->job))},
		{"round", value_count(run->round + 1)},
		{"started_at", value_time(run->started_at)},
		{"namespace", value_text(run->ns->spec)},
		{"layout", layout_value(&run->layout)},
		{"repeat", value_count(result_repeat(run))},
		{"settling", json_boolean(run->settling)},
		{"status", value_text(result_status_name(run->status))},
		{"reasons", VALUE_ARRAY(run->reasons, run->nreasons, value_string)},
		{"elapsed_s", json_real(run->elapsed_s)},
		{"asked_s", value_real(result_asked_s(run))},
		{"interrupted", json_boolean(run->interrupted)},
		{"ops", ops_value(run)},
		{"pace", pace_value(run)},
		{"btt", btt_value(run)},
		{"disturbance", disturbance_value(&run->disturbance)},
		{"verify", verify_value(&run->verify)},
		{"workers", VALUE_ARRAY(run->workers, run->nworkers, worker_value)},
		{"intervals", VALUE_ARRAY(run->intervals, run->nintervals, interval_value)},
		{"harness_ns_per_op", value_real(run->harness_ns_per_op)},
	};

	return VALUE_OBJECT(members);
}
