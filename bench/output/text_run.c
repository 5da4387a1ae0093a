/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * text_run.c -- one repeat of one job as text: ops and latencies, counters, placement, errors.
 *
 * Read, write and zero have one row each. The "per op" value of a counter divides by all ops that succeeded.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "table.h"
#include "text.h"
#include "job/job_key.h"
#include "wrap.h"

struct given {
	const struct job *job;
	FILE *text;
};

static void
add_given(void *arg, const char *key, const char *value)
{
	struct given *given = arg;

	if (!strcmp(key, "engine") || !strcmp(key, "rw") || job_key_given(given->job, key))
		fprintf(given->text, " %s%s%s", key, job_key_sign(value), value);
}

/* with the keys engine, rw and all keys that the user set */
static int
print_heading(const struct result_run *run, FILE *out)
{
	struct given given = {.job = run->job};
	char *keys = NULL;
	size_t size;
	int err;

	given.text = open_memstream(&keys, &size);
	if (!given.text)
		return -1;
	job_each_key(run->job, add_given, &given);
	err = fclose(given.text);
	if (!err)
		wrap_print(out, "run", "job '%s', repeat %u, %.3f s%s:%s", run->job->name,
			   run->repeat + 1, run->elapsed_s,
			   run->interrupted ? " (interrupted)" : "", keys);
	free(keys);
	return err ? -1 : 0;
}

static void
add_latency(struct table *t, int any, double ns)
{
	table_cell(t, "%s", human_time(any ? ns : NAN).text);
}

static void
add_latencies(struct table *t, const struct job *job, const struct histogram *h)
{
	int any = histogram_count(h) > 0;

	add_latency(t, any, histogram_mean_ns(h));
	for (unsigned i = 0; i < job->npercentiles; i++)
		add_latency(t, any, (double)histogram_percentile_ns(h, job->percentiles[i]));
	add_latency(t, any, (double)h->max_ns);
}

/* The row of counts has the service times. In an open loop a second row has the response times. */
static void
add_op(struct table *t, const struct result_run *run, enum op_kind kind)
{
	const struct result_op *op = &run->ops[kind];

	table_cell(t, "%s", op_kind_name(kind));
	table_cell(t, "%" PRIu64, op->count);
	table_cell(t, "%s", human_count(op->iops).text);
	table_cell(t, "%s", human_bandwidth(op->bytes_per_s).text);
	add_latencies(t, run->job, &op->service);
	if (!run->pace.valid)
		return;
	table_cell(t, "resp");
	for (int i = 0; i < 3; i++)
		table_cell(t, "%s", "");
	add_latencies(t, run->job, &op->response);
}

/* the schedule of an open loop, and how well the workers kept it */
static void
print_pace(const struct result_run *run, FILE *out)
{
	const struct result_pace *pace = &run->pace;

	if (!pace->valid)
		return;
	wrap_print(out, "pace",
		   "%s ops/s asked, %s started, worst worker %.3g %% off its schedule, at most %s "
		   "behind, %" PRIu64 " due and not started; resp: from when an op was due",
		   human_count(pace->target_iops).text, human_count(pace->achieved_iops).text,
		   100 * pace->error, human_time((double)pace->behind_ns_max).text,
		   pace->unstarted);
}

static int
print_ops(const struct result_run *run, FILE *out)
{
	struct table t = {0};

	table_column(&t, "op");
	table_column(&t, "ops");
	table_column(&t, "IOPS");
	table_column(&t, "bandwidth");
	table_column(&t, "mean");
	for (unsigned i = 0; i < run->job->npercentiles; i++)
		table_column(&t, "p%.10g", run->job->percentiles[i]);
	table_column(&t, "max");
	for (unsigned kind = 0; kind < OP_KINDS; kind++)
		if (run->ops[kind].count || run->ops[kind].errors)
			add_op(&t, run, (enum op_kind)kind);
	return table_print(&t, out);
}

static void
add_ratio(struct table *t, double ratio)
{
	if (isfinite(ratio))
		table_cell(t, "%.4g", ratio);
	else
		table_cell(t, "-");
}

static void
add_counter(struct table *t, const char *name, const struct result_run *run, uint64_t counter)
{
	table_cell(t, "%s", name);
	table_cell(t, "%" PRIu64, counter);
	add_ratio(t, result_per_op(run, counter));
	table_cell(t, "-");
}

static int
print_counters(const struct result_run *run, FILE *out)
{
	struct table t = {0};

	if (!run->btt.valid)
		return 0;
	table_column(&t, "counter");
	table_column(&t, "total");
	table_column(&t, "per op");
	table_column(&t, "per user byte");
	add_counter(&t, "fences", run, run->btt.fences);
	add_counter(&t, "lines flushed", run, run->btt.lines_flushed);
	table_cell(&t, "bytes stored");
	table_cell(&t, "%" PRIu64, run->btt.bytes_stored);
	add_ratio(&t, result_per_op(run, run->btt.bytes_stored));
	add_ratio(&t, result_stored_per_user_byte(run));
	add_counter(&t, "lock waits", run, run->btt.lock_waits);
	add_counter(&t, "reader waits", run, run->btt.reader_waits);
	add_counter(&t, "read retries", run, run->btt.read_retries);
	return table_print(&t, out);
}

static void
add_worker(struct table *t, size_t number, const struct result_worker *worker)
{
	table_cell(t, "%zu", number);
	table_cell(t, "%u", worker->lane);
	table_cell(t, "%s", human_index(worker->place.cpu).text);
	table_cell(t, "%s", human_index(worker->cpu_seen).text);
	table_cell(t, "%s", human_index(worker->place.core).text);
	table_cell(t, "%s", human_index(worker->place.node).text);
	table_cell(t, "%s", human_index(worker->buffer_node).text);
	table_cell(t, "%" PRIu64, worker->ops);
	table_cell(t, "%" PRIu64, worker->errors);
}

static int
print_workers(const struct result_run *run, FILE *out)
{
	struct table t = {0};

	table_column(&t, "worker");
	table_column(&t, "lane");
	table_column(&t, "cpu asked");
	table_column(&t, "cpu seen");
	table_column(&t, "core");
	table_column(&t, "node");
	table_column(&t, "buffer node");
	table_column(&t, "ops");
	table_column(&t, "errors");
	for (size_t i = 0; i < run->nworkers; i++)
		add_worker(&t, i, &run->workers[i]);
	return table_print(&t, out);
}

static void
add_errno(struct table *t, enum op_kind kind, const struct result_errno *e)
{
	const char *name = strerrorname_np(e->err);

	table_cell(t, "%s", op_kind_name(kind));
	if (name)
		table_cell(t, "%s", name);
	else
		table_cell(t, "errno %d", e->err);
	table_cell(t, "%" PRIu64, e->count);
	table_cell(t, "%" PRIu64, e->first_lba);
	table_cell(t, "%s", human_time((double)e->first_ns).text);
}

/* the errors that had no room in errnos[] */
static void
add_unnamed(struct table *t, enum op_kind kind, const struct result_op *op)
{
	uint64_t rest = op->errors;

	for (unsigned i = 0; i < op->nerrnos; i++)
		rest -= op->errnos[i].count;
	if (!rest)
		return;
	table_cell(t, "%s", op_kind_name(kind));
	table_cell(t, "others");
	table_cell(t, "%" PRIu64, rest);
	table_cell(t, "-");
	table_cell(t, "-");
}

static int
print_errors(const struct result_run *run, FILE *out)
{
	struct table t = {0};

	table_column(&t, "failed op");
	table_column(&t, "errno");
	table_column(&t, "count");
	table_column(&t, "first lba");
	table_column(&t, "first after");
	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		const struct result_op *op = &run->ops[kind];

		for (unsigned i = 0; i < op->nerrnos; i++)
			add_errno(&t, (enum op_kind)kind, &op->errnos[i]);
		add_unnamed(&t, (enum op_kind)kind, op);
	}
	return table_print(&t, out);
}

static void
print_verify(const struct result_verify *verify, FILE *out)
{
	static const char *const layout[] = {"not checked", "NOT consistent", "consistent"};

	if (!verify->valid)
		return;
	wrap_print(out, "verify",
		   "%" PRIu64 " findings in %" PRIu64 " blocks read and %" PRIu64 " swept (%" PRIu64
		   " of unknown content), layout %s, %s of state",
		   result_verify_findings(verify), verify->read, verify->swept, verify->unknown,
		   layout[verify->layout + 1], human_size(verify->state_bytes).text);
	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		if (verify->counts[kind])
			wrap_print(out, "", "%s: %" PRIu64,
				   result_finding_name((enum result_finding_kind)kind),
				   verify->counts[kind]);
	for (unsigned i = 0; i < verify->nfirst; i++) {
		const struct result_finding *f = &verify->first[i];

		wrap_print(out, "", "%s: lba %" PRIu64 ", %s lane %u: expected %s; found %s",
			   result_finding_name(f->kind), f->lba,
			   f->in_sweep ? "the sweep on" : "read by", f->lane, f->expected,
			   f->found);
	}
	if (verify->layout_first[0])
		wrap_print(out, "", "layout: %s", verify->layout_first);
}

int
text_run(const struct result_run *run, FILE *out)
{
	int err;

	fputc('\n', out);
	err = print_heading(run, out);
	print_pace(run, out);
	err |= print_ops(run, out);
	err |= print_counters(run, out);
	print_verify(&run->verify, out);
	err |= print_workers(run, out);
	err |= print_errors(run, out);
	return err;
}
