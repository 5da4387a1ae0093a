/* SPDX-License-Identifier: BSD-3-Clause */
#include "collect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
collect_op(struct result_op *op, const struct crew *crew, int kind, double elapsed_s)
{
	const struct clock *clock = crew->members[0].worker->clock;

	histogram_init(&op->service, clock->unit_ns);
	histogram_init(&op->response, clock->unit_ns);
	histogram_init(&op->batch, clock->unit_ns);
	for (unsigned i = 0; i < crew->count; i++) {
		const struct worker *w = crew->members[i].worker;

		histogram_merge(&op->service, &w->service[kind]);
		histogram_merge(&op->response, &w->response[kind]);
		histogram_merge(&op->batch, &w->batch_time[kind]);
		op->count += atomic_load_explicit(&w->done[kind], memory_order_relaxed);
		op->errors += w->failures[kind].count;
		for (unsigned k = 0; k < w->failures[kind].nerrnos; k++)
			result_errno_add(op, &w->failures[kind].errnos[k]);
	}
	if (!result_is_attributable(clock, crew->job)) {
		histogram_init(&op->service, clock->unit_ns);
		histogram_init(&op->response, clock->unit_ns);
		histogram_init(&op->batch, clock->unit_ns);
	}
	op->iops = elapsed_s > 0 ? (double)op->count / elapsed_s : NAN;
	op->bytes_per_s = op->iops * crew->engine->bs * crew->job->blocks;
}

static void
collect_pace(struct result_pace *pace, const struct crew *crew, double elapsed_s)
{
	const struct job *job = crew->job;
	uint64_t started = 0;

	if (!job->rate_iops)
		return;
	pace->valid = 1;
	pace->target_iops = (double)job->rate_iops * crew->count;
	for (unsigned i = 0; i < crew->count; i++) {
		const struct worker *w = crew->members[i].worker;
		uint64_t behind_ns = clock_ns(w->clock, w->behind_ticks);
		double seconds = (double)clock_ns(w->clock, w->scheduled - w->started) / 1e9;

		started += w->driven;
		pace->unstarted += w->unstarted;
		if (behind_ns > pace->behind_ns_max)
			pace->behind_ns_max = behind_ns;
		pace->error = fmax(pace->error, pace_error(job->arrival, job->rate_iops, seconds,
							   w->driven, w->overdue));
	}
	pace->achieved_iops = elapsed_s > 0 ? (double)started / elapsed_s : NAN;
}

static void
collect_btt(struct result_btt *btt, const struct crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++) {
		const struct member *m = &crew->members[i];
		const struct btt_counters *b = &m->before.btt, *a = &m->after.btt;
		const struct result_btt part = {
			.valid = crew->engine->ops->count != NULL,
			.fences = a->fences - b->fences,
			.lines_flushed = a->lines_flushed - b->lines_flushed,
			.bytes_stored = a->bytes_stored - b->bytes_stored,
			.lock_waits = a->lock_waits - b->lock_waits,
			.reader_waits = a->reader_waits - b->reader_waits,
			.read_retries = a->read_retries - b->read_retries,
			.idle_zeroes = a->idle_zeroes - b->idle_zeroes,
			.zero_reads = a->zero_reads - b->zero_reads,
			.lane_waits = m->after.lane_waits - m->before.lane_waits,
			.scans = a->scans - b->scans,
		};

		result_btt_add(btt, &part);
	}
}

static void
collect_worker(struct result_worker *worker, const struct member *m)
{
	const struct worker *w = m->worker;

	*worker = (struct result_worker){
		.lane = w->lane.lane,
		.place = m->place,
		.cpu_seen = m->cpu_seen,
		.buffer_node = m->buffer_node,
		.state_node = m->state_node,
		.lane_node = m->lane_node,
		.errors = atomic_load_explicit(&w->failed, memory_order_relaxed),
		.usage = m->usage,
		.cpu_share = NAN,
		.strays = w->strays,
		.shares_cpu = m->shares_cpu,
	};
	if (w->ended > w->started)
		worker->cpu_share =
			m->cpu_s * 1e9 / (double)clock_ns(w->clock, w->ended - w->started);
	for (int k = 0; k < OP_KINDS; k++)
		worker->ops += atomic_load_explicit(&w->done[k], memory_order_relaxed);
}

static void
collect_unfilled(struct result_errno *sum, const struct result_errno *share)
{
	uint64_t count = sum->count + share->count;

	if (share->count && (!sum->count || share->first_lba < sum->first_lba))
		*sum = *share;
	sum->count = count;
}

/* The seconds from the first op of any worker to the last op of any worker. */
static double
elapsed_s(const struct crew *crew)
{
	uint64_t started = UINT64_MAX, ended = 0;

	for (unsigned i = 0; i < crew->count; i++) {
		const struct worker *w = crew->members[i].worker;

		started = w->started < started ? w->started : started;
		ended = w->ended > ended ? w->ended : ended;
	}
	return (double)clock_ns(crew->members[0].worker->clock, ended - started) / 1e9;
}

int
collect_run(struct result_run *run, const struct crew *crew, struct monitor *monitor)
{
	run->job = crew->job;
	run->elapsed_s = elapsed_s(crew);
	for (int k = 0; k < OP_KINDS; k++)
		collect_op(&run->ops[k], crew, k, run->elapsed_s);
	collect_pace(&run->pace, crew, run->elapsed_s);
	collect_btt(&run->btt, crew);
	run->disturbance = (struct result_disturbance){
		.steal_s = crew->after.steal_s - crew->before.steal_s,
		.throttled_s = crew->after.throttled_s - crew->before.throttled_s,
	};
	run->intervals = monitor->intervals;
	run->nintervals = monitor->nintervals;
	monitor->intervals = NULL;
	run->workers = calloc(crew->count, sizeof(*run->workers));
	if (!run->workers)
		return -1;
	run->nworkers = crew->count;
	for (unsigned i = 0; i < crew->count; i++) {
		collect_worker(&run->workers[i], &crew->members[i]);
		collect_unfilled(&run->unfilled, &crew->members[i].unfilled);
	}
	return 0;
}

int
collect_target(struct result_namespace *ns, const struct target *target)
{
	*ns = (struct result_namespace){
		.spec = strdup(target->spec),
		.kind = strdup(target_kind_name(target)),
		.size_bytes = target->facts.size,
		.node = BTT_NS_NODE_UNKNOWN,
		.is_pmem = target->ns && target->facts.mode == BTT_NS_READ_WRITE
				   ? target->facts.is_pmem
				   : -1,
		.nodes = DEVICE_NODES_UNKNOWN,
		.map_sync = -1,
	};
	return ns->spec && ns->kind ? 0 : -1;
}

void
collect_layout(struct result_layout *layout, const struct engine *engine)
{
	struct btt_layout found;

	*layout = (struct result_layout){.valid = engine->btt != NULL};
	if (!engine->btt)
		return;
	btt_get_layout(engine->btt, &found, sizeof(found));
	snprintf(layout->flavour, sizeof(layout->flavour), "%s", btt_flavour_name(found.flavour));
	layout->start_off = found.start;
	layout->nlba = found.nlba;
	layout->lbasize = found.lbasize;
	layout->nfree = found.nfree;
	layout->narenas = found.narenas;
	layout->nlane = found.nlane;
	layout->tracking = found.tracking;
	layout->rotate = found.rotate;
}
