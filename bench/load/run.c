/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * run.c -- the controller's side of a run: phases in order, the clock on the wall, SIGINT.
 *
 * The controller sleeps between looks, so that it takes next to nothing from the workers; it is not
 * pinned, and where cores are few the scheduler runs it beside one of them.
 */
#include "run.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "../engine/verify.h"
#include "../host/host.h"
#include "collect.h"
#include "crew.h"
#include "harness.h"

#define LOOK_NS      10000000u /* between two looks of the controller */
#define FAULT_CHUNK  (64ull << 20)
#define PAGE_LEAST   4096u
#define SAMPLE_PAGES 64u

static volatile sig_atomic_t interrupted;

static void
on_signal(int signal_number)
{
	interrupted = 1;
	signal(signal_number, SIG_DFL); /* the second one ends it the hard way */
}

static void
catch_signals(void)
{
	const struct sigaction action = {.sa_handler = on_signal};

	interrupted = 0;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static void
look_away(void)
{
	const struct timespec pause = {.tv_nsec = LOOK_NS};

	nanosleep(&pause, NULL);
}

/* what one job needs while it runs */
struct session {
	const struct run_options *options;
	const struct job *job;
	struct result *result;
	struct topology *topology;
	struct memory *memory;
	struct place *places;
	unsigned nworkers;
	int near_node;
	struct engine engine;
	char *why;
	size_t why_size;
};

/* the node the pages of a namespace lie on, when the system does not name it: a few are touched */
static int
ask_pages(const struct topology *t, const struct ns_facts *facts)
{
	uint64_t step = facts->size / SAMPLE_PAGES / 4096 * 4096;

	for (unsigned i = 0; i < SAMPLE_PAGES && step; i++)
		madvise((uint8_t *)facts->base + i * step, 4096, MADV_POPULATE_READ);
	return topology_area_node(t, facts->base, facts->size);
}

/* plain memory is put on one node, before it is touched: the first that the placement would use */
static int
settle_dram(const struct session *s, const struct ns_facts *facts)
{
	struct place first = {.node = NS_NODE_UNKNOWN};

	if (topology_place(s->topology, &s->job->placement, NS_NODE_UNKNOWN, &first, 1, s->why,
			   s->why_size))
		return NS_NODE_UNKNOWN; /* `remote` with nothing to be remote from: node 0 */
	if (topology_bind_area(s->topology, facts->base, facts->size, first.node))
		return NS_NODE_UNKNOWN;
	return first.node;
}

static int
find_near_node(const struct session *s)
{
	struct ns_facts facts;

	ns_get_facts(s->options->ns, &facts);
	if (facts.node != NS_NODE_UNKNOWN)
		return facts.node;
	return facts.kind == NS_DRAM ? settle_dram(s, &facts) : ask_pages(s->topology, &facts);
}

static int
place_workers(struct session *s)
{
	const struct placement *placement = &s->job->placement;

	s->near_node = find_near_node(s);
	s->nworkers = s->job->threads;
	if (s->nworkers == JOB_THREADS_ALL)
		s->nworkers = topology_capacity(s->topology, placement, s->near_node, s->why,
						s->why_size);
	if (s->nworkers == 0)
		return -1;
	s->places = calloc(s->nworkers, sizeof(*s->places));
	if (!s->places) {
		snprintf(s->why, s->why_size, "threads=%u: %s", s->nworkers, strerror(errno));
		return -1;
	}
	return topology_place(s->topology, placement, s->near_node, s->places, s->nworkers, s->why,
			      s->why_size);
}

/* one load a page: what lies below the kernel's own page tables, a hypervisor's, is made present too */
static void
touch_pages(const uint8_t *from, uint64_t len)
{
	for (uint64_t off = 0; off < len; off += PAGE_LEAST)
		(void)__atomic_load_n(from + off, __ATOMIC_RELAXED);
}

/* every page present before the load, so that no fault is measured */
static void
fault_pages(const struct session *s)
{
	const struct ns_facts *facts = &s->engine.facts;
	int writes = s->job->percent[OP_READ] != 100 && facts->mode == NS_READ_WRITE;

	if (s->job->precondition == JOB_PRECONDITION_NONE || s->job->engine == JOB_ENGINE_NULL)
		return;
	for (uint64_t off = 0; off < facts->size && !interrupted; off += FAULT_CHUNK) {
		uint64_t left = facts->size - off, len = left < FAULT_CHUNK ? left : FAULT_CHUNK;
		uint8_t *from = (uint8_t *)facts->base + off;

		if (!madvise(from, len,
			     writes || facts->kind == NS_DRAM ? MADV_POPULATE_WRITE
							      : MADV_POPULATE_READ))
			touch_pages(from, len); /* not where a page is bad */
	}
}

static void
stop_when_interrupted(struct crew *crew)
{
	if (!interrupted)
		return;
	atomic_store_explicit(&crew->stop, 1,
			      memory_order_relaxed); /* first: a cut ramp is not measured */
	atomic_store_explicit(&crew->ramp_over, 1, memory_order_release);
}

static void
wait_until_ready(struct crew *crew, struct monitor *m)
{
	while (!crew_all_arrived(crew)) {
		look_away();
		stop_when_interrupted(crew);
		if (atomic_load_explicit(&crew->filled, memory_order_relaxed))
			monitor_status_fill(
				m, atomic_load_explicit(&crew->filled, memory_order_relaxed),
				crew->engine->nlba);
	}
}

/* sleeps through `length_ns`, looking; 0 = until the workers are through */
static void
watch(struct crew *crew, struct monitor *m, const char *phase, uint64_t length_ns)
{
	uint64_t start = monitor_now_ns();

	while (!interrupted && !crew_all_arrived(crew) &&
	       (!length_ns || monitor_now_ns() - start < length_ns)) {
		look_away();
		monitor_sample(m, MONITOR_IF_DUE);
		monitor_status_measure(m, phase, length_ns);
	}
}

static int
first_error(const struct crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++) {
		if (crew->members[i].err)
			return crew->members[i].err;
	}
	return 0;
}

static void
drive_phases(const struct session *s, struct crew *crew, struct monitor *m)
{
	const struct job *job = s->job;

	monitor_start(m, &s->options->monitor, crew);
	wait_until_ready(crew, m);
	crew_next_phase(crew);
	wait_until_ready(crew, m);
	crew_next_phase(crew);
	if (job->ramp_time_ns)
		watch(crew, m, "ramp", job->ramp_time_ns);
	stop_when_interrupted(crew);
	atomic_store_explicit(&crew->ramp_over, 1, memory_order_relaxed);
	wait_until_ready(crew, m);
	free(m->intervals);
	monitor_start(m, &s->options->monitor, crew);
	crew_next_phase(crew);
	watch(crew, m, "run", job->runtime_ns);
	atomic_store_explicit(&crew->stop, 1, memory_order_relaxed);
	crew_join(crew);
	monitor_sample(m, MONITOR_LAST);
	monitor_clear(m);
}

/* verify=stamp, after the load: every block, and the layout */
static int
check_all(const struct session *s, struct result_run *run)
{
	struct verify *verify = s->engine.verify;

	if (verify_sweep(verify, &s->engine)) {
		snprintf(s->why, s->why_size, "verify=stamp: %s", strerror(errno));
		return -1;
	}
	verify_layout(verify, &s->engine);
	verify_report(verify, &run->verify);
	return 0;
}

static int
measure(struct session *s, struct result_run *run)
{
	struct monitor *m = calloc(1, sizeof(*m));
	struct crew crew = {.job = s->job,
			    .engine = &s->engine,
			    .topology = s->topology,
			    .memory = s->memory,
			    .count = s->nworkers};
	int err;

	if (!m || crew_start(&crew, &s->result->clock, s->places, s->why, s->why_size)) {
		free(m);
		return -1;
	}
	drive_phases(s, &crew, m);
	err = first_error(&crew);
	if (err)
		snprintf(s->why, s->why_size, "preparing the load: %s", strerror(err));
	else
		err = collect_run(run, &crew, m);
	if (!err && s->engine.verify)
		err = check_all(s, run);
	run->interrupted = interrupted;
	free(m->intervals);
	free(m);
	crew_free(&crew);
	return err ? -1 : 0;
}

static void
judge_blocks(struct result *result, const struct result_verify *verify)
{
	uint64_t found = result_verify_findings(verify);

	if (!verify->valid || (!found && !verify->layout_first[0]))
		return;
	result->status = RESULT_INVALID;
	if (verify->layout < 0)
		result_add_reason(result, "verify=stamp: the layout could not be checked: %s",
				  verify->layout_first);
	if (found)
		result_add_reason(result,
				  "verify=stamp: %" PRIu64 " findings: blocks did not hold what they "
				  "must, or the layout is not consistent",
				  found);
}

static void
judge_pace(struct result *result, const struct result_run *run)
{
	const struct result_pace *pace = &run->pace;

	if (!pace->valid || pace->error <= RESULT_PACE_ERROR_MAX)
		return;
	result->status = RESULT_INVALID;
	result_add_reason(result,
			  "rate_iops=%" PRIu64 ": a worker missed its schedule by %.3g %% (allowed: "
			  "%.3g %%); %" PRIu64 " ops were due and not started",
			  run->job->rate_iops, 100 * pace->error, 100 * RESULT_PACE_ERROR_MAX,
			  pace->unstarted);
}

static void
judge_run(struct result *result, const struct result_run *run)
{
	for (size_t i = 0; i < run->nworkers; i++) {
		const struct result_worker *w = &run->workers[i];

		if (w->cpu_seen >= 0 && w->cpu_seen != w->place.cpu) {
			result->status = RESULT_INVALID;
			result_add_reason(result, "worker %zu was put on CPU %d and ran on CPU %d",
					  i, w->place.cpu, w->cpu_seen);
		}
	}
	judge_blocks(result, &run->verify);
	judge_pace(result, run);
	if (result_run_ops(run) == 0) {
		result->status = RESULT_INVALID;
		result_add_reason(result, "no op succeeded in the measured phase");
	}
	if (run->interrupted) {
		result->status =
			result->status == RESULT_INVALID ? RESULT_INVALID : RESULT_INTERRUPTED;
		result_add_reason(result, "ended early by a signal after %.3f s", run->elapsed_s);
	}
}

static void
note_doubts(struct result *result)
{
	if (!result->ns.is_pmem)
		result_add_reason(result, "libpmem can't flush this namespace from user space: the "
					  "times are those of msync");
	if (result->clock.why_not_tsc)
		result_add_reason(result, "clock: %s", result->clock.why_not_tsc);
}

static int
run_on_engine(struct session *s)
{
	struct result *result = s->result;
	int err;

	if (collect_namespace(&result->ns, &s->engine, s->options->ns_spec)) {
		snprintf(s->why, s->why_size, "%s", strerror(ENOMEM));
		return -1;
	}
	result->ns.node = s->near_node;
	result->harness_ns_per_op =
		harness_measure(s->job, s->topology, s->memory, &result->clock, &s->places[0]);
	fault_pages(s);
	err = measure(s, &result->runs[result->nruns]);
	result->nruns++;
	if (err)
		return -1;
	result->ns.page_bytes = host_page_bytes(s->engine.facts.base);
	judge_run(result, &result->runs[result->nruns - 1]);
	note_doubts(result);
	return 0;
}

/* verify=stamp: stands between the workers and the engine */
static int
open_verify(struct session *s)
{
	const struct verify_options options = {
		.state_path = s->options->verify_state,
		.nworkers = s->nworkers,
		.blocks = 1,
		.content = s->engine.facts.kind == NS_DRAM ? VERIFY_ZERO : VERIFY_UNKNOWN,
	};

	if (s->job->verify == JOB_VERIFY_NONE)
		return 0;
	return verify_open(&s->engine, &options, s->why, s->why_size) ? 0 : -1;
}

static int
run_job(struct session *s)
{
	int err;

	if (place_workers(s) || engine_open(&s->engine, s->job, s->options->ns, s->nworkers,
					    s->options->force, s->why, s->why_size))
		return -1;
	err = open_verify(s) || run_on_engine(s) ? -1 : 0;
	if (s->engine.verify)
		verify_close(s->engine.verify, &s->engine);
	engine_close(&s->engine);
	return err;
}

/* a job that only reads does not write over somebody's data unless it is told to */
static void
spare_data(const struct run_options *options, struct result *result)
{
	struct job *job = result->jobs.jobs;
	struct ns_facts facts;

	ns_get_facts(options->ns, &facts);
	if (facts.kind == NS_DRAM || job->percent[OP_READ] != 100 ||
	    job_key_given(job, "precondition"))
		return;
	job->precondition = JOB_PRECONDITION_FAULT;
	result_add_reason(
		result, "the namespace was not filled, since this job only reads: blocks that were "
			"never written read as zeros, and fast (precondition=fill writes them)");
}

static int
open_session(struct session *s)
{
	const struct placement every_cpu = {.kind = PLACEMENT_SPREAD, .smt = SMT_USE};
	struct result *result = s->result;

	result->started_at = (uint64_t)time(NULL);
	host_read(&result->host);
	result->runs = calloc(result->jobs.count, sizeof(*result->runs));
	s->topology = topology_open();
	s->memory = s->topology ? memory_open(s->topology) : NULL;
	if (!result->runs || !s->memory || clock_open(&result->clock)) {
		snprintf(s->why, s->why_size, "can't look at this machine: %s", strerror(errno));
		return -1;
	}
	result->host.nodes = (int)topology_nodes(s->topology);
	result->host.cpus = (int)topology_capacity(s->topology, &every_cpu, NS_NODE_UNKNOWN, s->why,
						   s->why_size);
	return 0;
}

int
run_jobs(const struct run_options *options, struct result *result, char *why, size_t why_size)
{
	struct session s = {.options = options,
			    .job = result->jobs.jobs,
			    .result = result,
			    .why = why,
			    .why_size = why_size};
	int err;

	catch_signals();
	spare_data(options, result);
	err = open_session(&s) || run_job(&s) ? -1 : 0;
	free(s.places);
	if (s.memory)
		memory_close(s.memory);
	if (s.topology)
		topology_close(s.topology);
	return err;
}
