/* SPDX-License-Identifier: BSD-3-Clause */
/* read_run.c -- one repeat of one job, from an element of runs[] in schema bttbench.result/1. */
#include "read_run.h"
#include "read_job.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ERRNO_PREFIX "errno " /* for a number without a name */

static uint64_t
read_count(struct field *of, const char *name)
{
	return field_count(of, name, 0, FIELD_COUNT_MAX);
}

static uint32_t
read_u32(struct field *of, const char *name, uint32_t least)
{
	return (uint32_t)field_count(of, name, least, UINT32_MAX);
}

/* The number of a host in hosts[]; 0 for null. */
static unsigned
read_host_number(struct field *of)
{
	return (unsigned)field_count_or(of, "host", 1, UINT_MAX, 0);
}

enum result_status
read_status(struct field *of, const char *name)
{
	const char *text = field_text(of, name);
	const struct field at = {.reading = of->reading, .up = of, .name = name};

	for (int status = RESULT_VALID; status <= RESULT_INVALID; status++)
		if (!strcmp(text, result_status_name((enum result_status)status)))
			return (enum result_status)status;
	field_error(&at, "is no status (allowed: valid, interrupted, missed, inconclusive or "
			 "invalid)");
	return RESULT_INVALID;
}

const struct job *
read_job_of(struct field *of, const struct result *result)
{
	const char *text = field_text(of, "job");
	const struct field at = {.reading = of->reading, .up = of, .name = "job"};
	size_t count = result_point_jobs(result), first = read_point(of) * count;

	for (size_t i = first; i < first + count; i++)
		if (!strcmp(result->jobs.jobs[i].name, text))
			return &result->jobs.jobs[i];
	field_error(&at, "is no job (allowed: the name of an element of job.sections)");
	return NULL;
}

unsigned
read_round(struct field *of, const struct result *result)
{
	return (unsigned)field_count(of, "round", 1,
				     result->study.npoints           ? result->study.rounds
				     : result->qualification.profile ? UINT_MAX
								     : 1) -
	       1;
}

static const struct result_namespace *
read_namespace_of(struct field *of, const struct result *result)
{
	const char *text = field_text(of, "namespace");

	for (size_t i = 0; i < result->nnamespaces; i++)
		if (!strcmp(result->namespaces[i].spec, text))
			return &result->namespaces[i];
	field_error(of, "its namespace is none of namespaces[]");
	return NULL;
}

static void
read_layout(struct field *of, struct result_layout *layout)
{
	struct field at = field_object_or_null(of, "layout");

	if (!at.value)
		return;
	layout->valid = 1;
	field_fill(&at, "flavour", layout->flavour, sizeof(layout->flavour));
	layout->start_off = read_count(&at, "start_off");
	layout->lbasize = read_u32(&at, "lbasize", 1);
	layout->nlba = read_count(&at, "nlba");
	layout->nfree = read_u32(&at, "nfree", 0);
	layout->narenas = read_u32(&at, "narenas", 0);
	layout->nlane = read_u32(&at, "lanes", 1);
	layout->tracking = field_flag(&at, "tracking");
	layout->adjacent = field_amount(&at, "adjacent");
	layout->rotate = read_u32(&at, "rotate", 1);
	field_check_text(&at, "age", result_age(layout));
	field_end(&at);
}

/* [low, high, count] of a bucket with values, in ascending order */
static void
read_buckets(struct field *of, struct histogram *h)
{
	struct field buckets = field_array(of, "buckets", 0, HISTOGRAM_BUCKETS);
	uint64_t count = h->over;
	unsigned next = 0;

	for (size_t i = 0; i < field_length(&buckets) && !of->reading->failed; i++) {
		struct field at = field_at(&buckets, i);
		uint64_t numbers[3];
		unsigned index;

		for (size_t k = 0; k < 3; k++) {
			json_t *number = json_array_get(at.value, k);

			numbers[k] = json_is_integer(number) ? (uint64_t)json_integer_value(number)
							     : UINT64_MAX;
		}
		if (json_array_size(at.value) != 3 || numbers[0] > FIELD_COUNT_MAX ||
		    numbers[1] > FIELD_COUNT_MAX || !numbers[2] ||
		    numbers[2] > FIELD_COUNT_MAX - count) {
			field_error(&at, "is no bucket (allowed: [low, high, count])");
			return;
		}
		index = histogram_index(numbers[0]);
		if (index < next || index >= HISTOGRAM_BUCKETS ||
		    numbers[0] != histogram_bucket_low_ns(h, index) ||
		    numbers[1] != histogram_bucket_high_ns(h, index)) {
			field_error(&at, "is no bucket, or not in ascending order");
			return;
		}
		h->bucket[index] = numbers[2];
		count += numbers[2];
		next = index + 1;
	}
	if (!count)
		field_error(of, "has no values (allowed: null instead of the latencies)");
}

static void
read_percentiles(struct field *of, const struct histogram *h, const struct job *job)
{
	struct field at = field_object(of, "percentiles");
	char keys[JOB_PERCENTILES_MAX][32];

	for (unsigned i = 0; i < job->npercentiles; i++) {
		snprintf(keys[i], sizeof(keys[i]), "%.10g", job->percentiles[i]);
		field_check_real(&at, keys[i],
				 (double)histogram_percentile_ns(h, job->percentiles[i]));
	}
	field_end(&at);
}

static void
read_latency(struct field *of, const char *name, const struct job *job, struct histogram *h)
{
	struct field at = field_object_or_null(of, name), histogram;

	h->min_ns = UINT64_MAX;
	if (!at.value)
		return;
	h->min_ns = read_count(&at, "min");
	h->max_ns = field_count(&at, "max", h->min_ns, FIELD_COUNT_MAX);
	histogram = field_object(&at, "histogram");
	field_check_text(&histogram, "unit", "ns");
	h->over = read_count(&histogram, "over");
	h->sum_ns = read_count(&histogram, "sum_ns");
	read_buckets(&histogram, h);
	field_end(&histogram);
	if (of->reading->failed)
		return;
	field_check_real(&at, "mean", histogram_mean_ns(h));
	field_check_real(&at, "stddev", histogram_stddev_ns(h));
	read_percentiles(&at, h, job);
	field_end(&at);
}

/* The number of an errno by its name, or of "errno 9999"; 0: neither. */
static int
errno_of(const char *text)
{
	char again[32];
	int err;

	for (err = 1; strerrorname_np(err) || err < 256; err++)
		if (strerrorname_np(err) && !strcmp(strerrorname_np(err), text))
			return err;
	if (strncmp(text, ERRNO_PREFIX, strlen(ERRNO_PREFIX)) != 0)
		return 0;
	err = atoi(text + strlen(ERRNO_PREFIX));
	snprintf(again, sizeof(again), ERRNO_PREFIX "%d", err);
	return strerrorname_np(err) || strcmp(again, text) != 0 ? 0 : err;
}

static void
read_op(struct field *of, const struct result *result, const struct job *job, enum op_kind kind,
	struct result_op *op)
{
	struct field at = field_object(of, op_kind_name(kind)), errnos;

	op->service.unit_ns = op->response.unit_ns = op->batch.unit_ns = result->clock.unit_ns;
	op->count = read_count(&at, "count");
	op->errors = read_count(&at, "errors");
	op->iops = field_amount(&at, "iops");
	op->bytes_per_s = field_amount(&at, "bytes_per_s");
	read_latency(&at, "service_ns", job, &op->service);
	read_latency(&at, "response_ns", job, &op->response);
	read_latency(&at, "batch_ns", job, &op->batch);
	errnos = field_array(&at, "errnos", 0, RESULT_ERRNOS_MAX);
	op->nerrnos = (unsigned)field_length(&errnos);
	for (unsigned i = 0; i < op->nerrnos; i++) {
		struct field element = field_object_at(&errnos, i);

		op->errnos[i].err = errno_of(field_text(&element, "errno"));
		if (!op->errnos[i].err)
			field_error(&element, "its errno is unknown (allowed: a name like EIO, or "
					      "errno N)");
		op->errnos[i].count = read_count(&element, "count");
		op->errnos[i].first_lba = read_count(&element, "first_lba");
		op->errnos[i].first_ns = read_count(&element, "first_ns");
		field_end(&element);
	}
	field_end(&at);
}

static void
read_pace(struct field *of, struct result_run *run)
{
	struct field at = field_object_or_null(of, "pace");
	struct result_pace *pace = &run->pace;

	if (!at.value)
		return;
	pace->valid = 1;
	pace->target_iops = field_amount(&at, "target_iops");
	pace->achieved_iops = field_amount(&at, "achieved_iops");
	pace->unstarted = read_count(&at, "unstarted");
	pace->behind_ns_max = read_count(&at, "behind_ns_max");
	pace->error = field_amount(&at, "error");
	field_check_real(&at, "lower_bound_from", result_lower_bound_from(run, NULL));
	field_end(&at);
}

static void
read_btt(struct field *of, struct result_run *run)
{
	struct field at = field_object_or_null(of, "btt"), per_op;
	struct result_btt *btt = &run->btt;

	if (!at.value)
		return;
	btt->valid = 1;
	btt->fences = read_count(&at, "fences");
	btt->lines_flushed = read_count(&at, "lines_flushed");
	btt->bytes_stored = read_count(&at, "bytes_stored");
	btt->lock_waits = read_count(&at, "lock_waits");
	btt->reader_waits = read_count(&at, "reader_waits");
	btt->read_retries = read_count(&at, "read_retries");
	btt->idle_zeroes = read_count(&at, "idle_zeroes");
	btt->zero_reads = read_count(&at, "zero_reads");
	btt->lane_waits = read_count(&at, "lane_waits");
	btt->scans = read_count(&at, "scans");
	per_op = field_object(&at, "per_op");
	field_check_real(&per_op, "fences", result_per_op(run, btt->fences));
	field_check_real(&per_op, "lines_flushed", result_per_op(run, btt->lines_flushed));
	field_check_real(&per_op, "bytes_stored_per_user_byte", result_stored_per_user_byte(run));
	field_end(&per_op);
	field_end(&at);
}

static void
read_finding(struct field *at, struct result_finding *finding)
{
	const char *kind_name = field_text(at, "kind");
	int kind = 0;

	while (kind < RESULT_FINDING_KINDS &&
	       strcmp(kind_name, result_finding_name((enum result_finding_kind)kind)) != 0)
		kind++;
	if (kind == RESULT_FINDING_KINDS)
		field_error(at, "its kind is unknown (allowed: those of counts)");
	finding->kind = (enum result_finding_kind)kind;
	finding->in_sweep = field_flag(at, "in_sweep");
	finding->lane = read_u32(at, "lane", 0);
	finding->lba = read_count(at, "lba");
	field_fill(at, "expected", finding->expected, sizeof(finding->expected));
	field_fill(at, "found", finding->found, sizeof(finding->found));
	finding->host = read_host_number(at);
	field_end(at);
}

static void
read_verify(struct field *of, struct result_verify *verify)
{
	struct field at = field_object_or_null(of, "verify"), counts, first;

	if (!at.value)
		return;
	verify->valid = 1;
	verify->read = read_count(&at, "read");
	verify->swept = read_count(&at, "swept");
	verify->unknown = read_count(&at, "unknown");
	verify->by_stamp = read_count(&at, "by_stamp");
	verify->unchecked = read_count(&at, "unchecked");
	verify->state_bytes = read_count(&at, "state_bytes");
	counts = field_object(&at, "counts");
	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		verify->counts[kind] =
			read_count(&counts, result_finding_name((enum result_finding_kind)kind));
	field_end(&counts);
	first = field_array(&at, "first", 0, RESULT_FINDINGS_MAX);
	verify->nfirst = (unsigned)field_length(&first);
	for (unsigned i = 0; i < verify->nfirst; i++) {
		struct field finding = field_object_at(&first, i);

		read_finding(&finding, &verify->first[i]);
	}
	verify->layout = field_flag_or_null(&at, "layout_consistent");
	verify->layout_errors = read_count(&at, "layout_errors");
	field_fill_or_null(&at, "layout_first", verify->layout_first, sizeof(verify->layout_first));
	field_end(&at);
}

static void
read_worker(struct field *at, struct result_worker *worker)
{
	worker->lane = read_u32(at, "lane", 0);
	worker->place.cpu = field_index(at, "cpu");
	worker->cpu_seen = field_index(at, "cpu_seen");
	worker->place.core = field_index(at, "core");
	worker->place.node = field_index(at, "node");
	worker->buffer_node = field_index(at, "buffer_node");
	worker->state_node = field_index(at, "state_node");
	worker->lane_node = field_index(at, "lane_node");
	worker->ops = read_count(at, "ops");
	worker->errors = read_count(at, "errors");
	worker->usage.user_s = field_amount(at, "user_s");
	worker->usage.system_s = field_amount(at, "system_s");
	worker->usage.voluntary_switches = read_count(at, "voluntary_switches");
	worker->usage.involuntary_switches = read_count(at, "involuntary_switches");
	worker->cpu_share = field_amount(at, "cpu_share");
	worker->strays = read_count(at, "strays");
	worker->host = read_host_number(at);
	field_end(at);
}

static void
read_interval(struct field *at, struct result_interval *interval)
{
	struct field ops;

	interval->start_s = field_known(at, "start_s");
	interval->length_s = field_known(at, "length_s");
	ops = field_object(at, "ops");
	for (int kind = 0; kind < OP_KINDS; kind++)
		interval->ops[kind] = read_count(&ops, op_kind_name((enum op_kind)kind));
	field_end(&ops);
	interval->errors = read_count(at, "errors");
	field_end(at);
}

/* Workers and time series */
static void
read_rows(struct field *at, struct result_run *run)
{
	struct field workers = field_array(at, "workers", 0, SIZE_MAX);
	struct field intervals = field_array(at, "intervals", 0, SIZE_MAX);

	run->workers = calloc(field_length(&workers) + 1, sizeof(*run->workers));
	run->intervals = calloc(field_length(&intervals) + 1, sizeof(*run->intervals));
	if (!run->workers || !run->intervals) {
		field_error(at, "out of memory");
		return;
	}
	run->nworkers = field_length(&workers);
	for (size_t i = 0; i < run->nworkers; i++) {
		struct field element = field_object_at(&workers, i);

		read_worker(&element, &run->workers[i]);
	}
	run->nintervals = field_length(&intervals);
	for (size_t i = 0; i < run->nintervals; i++) {
		struct field element = field_object_at(&intervals, i);

		read_interval(&element, &run->intervals[i]);
	}
}

void
read_run(struct field *at, const struct result *result, struct result_run *run)
{
	struct field ops, disturbance, reasons;
	double asked_s;

	run->job = read_job_of(at, result);
	run->round = read_round(at, result);
	run->started_at = field_time(at, "started_at");
	run->ns = read_namespace_of(at, result);
	read_layout(at, &run->layout);
	run->repeat = read_u32(at, "repeat", 1) - 1;
	run->settling = field_flag(at, "settling");
	run->status = read_status(at, "status");
	reasons = field_array(at, "reasons", 0, RESULT_RUN_REASONS_MAX);
	for (size_t i = 0; i < field_length(&reasons); i++) {
		struct field reason = field_at(&reasons, i);

		result_run_add_reason(run, field_string(&reason));
	}
	if (run->nreasons < field_length(&reasons))
		field_error(&reasons, "out of memory");
	run->elapsed_s = field_known(at, "elapsed_s");
	asked_s = field_amount(at, "asked_s");
	run->interrupted = field_flag(at, "interrupted");
	run->harness_ns_per_op = field_amount(at, "harness_ns_per_op");
	ops = field_object(at, "ops");
	if (at->reading->failed)
		return;
	run->ended_by_ops = !isfinite(asked_s);
	if (!run->ended_by_ops && !(fabs(asked_s - result_asked_s(run)) <= 1e-9 * asked_s))
		field_error(at, "its asked_s is not the runtime of its job");
	for (int kind = 0; kind < OP_KINDS; kind++)
		read_op(&ops, result, run->job, (enum op_kind)kind, &run->ops[kind]);
	field_end(&ops);
	read_pace(at, run);
	read_btt(at, run);
	disturbance = field_object(at, "disturbance");
	run->disturbance.steal_s = field_real(&disturbance, "steal_s");
	run->disturbance.throttled_s = field_real(&disturbance, "throttled_s");
	field_end(&disturbance);
	read_verify(at, &run->verify);
	read_rows(at, run);
	field_end(at);
}
