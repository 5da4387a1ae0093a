/* SPDX-License-Identifier: BSD-3-Clause */
#include "run.h"
#include "job/job_group.h"
#include "job/limit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify/verify.h"
#include "host/available.h"
#include "host/host.h"
#include "collect.h"
#include "fault.h"
#include "group.h"
#include "harness.h"
#include "judge.h"
#include "numa/near.h"
#include "phases.h"
#include "plan.h"
#include "rounds.h"

/* all but precondition=none: only the regions of the jobs, the space for them checked first */
static int
fault_regions(struct group *g)
{
	struct region region;

	for (unsigned i = 0; i < g->count; i++) {
		const struct job *job = &g->jobs[i];
		int writes = job->percent[OP_READ] != 100 || job_fill_passes(job);

		if (job->precondition == JOB_PRECONDITION_NONE)
			continue;
		if (region_resolve(&region, job, &g->engine, g->seats.counts[i], g->session->why) ||
		    fault_check_space(&g->engine, &region, writes, g->session->why))
			return -1;
		fault_region(&g->engine, &region, writes, phases_interrupted);
	}
	return 0;
}

/* once for each job: patterns differ in cost */
static int
measure_harness(struct group *g)
{
	struct session *s = g->session;
	unsigned seat = 0;

	g->harness_ns_per_op = calloc(g->count, sizeof(*g->harness_ns_per_op));
	if (!g->harness_ns_per_op)
		return why_say(s->why, "%s", strerror(errno));
	for (unsigned i = 0; i < g->count; i++) {
		g->harness_ns_per_op[i] =
			harness_measure(&g->jobs[i], s->topology, s->memory, &s->result->clock,
					&g->seats.places[seat]);
		seat += g->seats.counts[i];
	}
	return 0;
}

static int
run_on_engine(struct group *g)
{
	struct session *s = g->session;
	struct result *result = s->result;
	size_t first = result->nruns;

	if (fault_regions(g) || measure_harness(g))
		return -1;
	if (g->jobs[0].steady.rounds ? rounds_until_steady(g) : rounds_repeat(g))
		return -1;
	if (g->engine.facts.base)
		g->ns->page_bytes = host_page_bytes(g->engine.facts.base);
	for (size_t i = first; i < result->nruns; i++)
		judge_run(result, &result->runs[i]);
	judge_places(result, g->seats.places, g->seats.total);
	for (unsigned i = 0; i < g->count; i++)
		judge_limits(result, &g->jobs[i]);
	return 0;
}

static int
open_verify(struct group *g)
{
	struct session *s = g->session;
	int is_first =
		g->jobs == target_first_job(s->options->targets, g->target, &s->result->jobs);
	int is_zero = g->target->facts.kind == BTT_NS_DRAM &&
		      (g->engine.btt ? g->engine.is_blank : is_first);
	int is_read_pass = g->united.percent[OP_READ] == 100 && !job_fill_passes(&g->united) &&
			   g->united.verify_unknown == JOB_UNKNOWN_FINDING;
	const struct verify_options options = {
		.state_path = s->options->verify_state,
		.state_option = "--verify-state",
		.nworkers = g->seats.total,
		.blocks = g->united.blocks,
		.content = is_zero        ? VERIFY_ZERO
			   : is_read_pass ? VERIFY_STAMPED
					  : VERIFY_UNKNOWN,
	};

	if (g->united.verify == JOB_VERIFY_NONE)
		return 0;
	return verify_open(&g->engine, &options, s->why) ? 0 : -1;
}

static int
check_verify_memory(const struct group *g)
{
	const struct session *s = g->session;
	uint64_t available = available_memory("");

	if (g->united.verify == JOB_VERIFY_NONE || s->options->verify_state ||
	    g->engine.nlba <= available / VERIFY_BYTES_PER_BLOCK)
		return 0;
	return why_say(s->why,
		       "verify=stamp: the states of %" PRIu64
		       " blocks take %u bytes each, and %" PRIu64
		       " are available (allowed: --verify-state=FILE)",
		       g->engine.nlba, VERIFY_BYTES_PER_BLOCK, available);
}

static int
open_group(struct group *g)
{
	struct session *s = g->session;

	if (seats_take(&g->seats, s->topology, g->jobs, g->count, g->ns->node, s->why) ||
	    engine_open(&g->engine, &g->united, g->target, g->seats.total, s->why))
		return -1;
	if (!region_check(g->jobs, g->count, g->seats.counts, &g->engine, s->why) &&
	    !check_verify_memory(g))
		return 0;
	engine_close(&g->engine);
	return -1;
}

/* A limit on a latency needs latencies of its kind of op. */
static int
check_limits(const struct group *g)
{
	struct session *s = g->session;

	for (unsigned i = 0; i < g->count; i++)
		for (unsigned k = 0; k < g->jobs[i].nlimits; k++) {
			const struct job_limit *limit = &g->jobs[i].limits[k];

			if (limit->metric >= JOB_LIMIT_MIN &&
			    !result_is_attributable(&s->result->clock, &g->jobs[i]))
				return why_say(
					s->why,
					"job '%s': %s: not with " CLOCK_VARIABLE
					"=tsc-unordered and several kinds of op (allowed: the "
					"default clock, or one kind)",
					g->jobs[i].name, job_limit_key(limit).text);
		}
	return 0;
}

/* Runs for all groups first: an error must not appear after hours of load. */
static int
check_group(struct group *g)
{
	struct session *s = g->session;

	if (engine_check(&g->united, g->target, s->options->force, s->why))
		return why_prefix(s->why, g->target->spec);
	return check_limits(g);
}

/*
 * Opens the later groups once before the first one runs, for the same reason. Not on plain memory:
 * a new layout would change it for the groups before.
 */
static int
try_group(struct group *g)
{
	int err;

	if (g->jobs == g->session->result->jobs.jobs || g->target->facts.kind == BTT_NS_DRAM)
		return 0;
	err = open_group(g);
	if (!err)
		engine_close(&g->engine);
	seats_free(&g->seats);
	return err ? why_prefix(g->session->why, g->target->spec) : 0;
}

static int
run_group(struct group *g)
{
	struct session *s = g->session;
	struct result *result = s->result;
	size_t nruns = result->nruns, nsteady = result->nsteady;
	int err = open_group(g);

	if (!err) {
		err = open_verify(g);
		if (!err && g->jobs == result->jobs.jobs && s->options->before_load)
			s->options->before_load(s->options->targets, &result->jobs);
		if (!err)
			err = run_on_engine(g);
		if (g->engine.verify)
			verify_close(g->engine.verify, &g->engine);
		engine_close(&g->engine);
	}
	free(g->harness_ns_per_op);
	seats_free(&g->seats);
	if (!err)
		return 0;
	/* A group that failed has no runs in the result. */
	while (result->nruns > nruns)
		result_run_free(&result->runs[--result->nruns]);
	while (result->nsteady > nsteady)
		free(result->steady[--result->nsteady].iops);
	return why_prefix(s->why, g->target->spec);
}

static int
each_group(struct session *s, int (*each)(struct group *g))
{
	const struct target_list *targets = s->options->targets;
	const struct job_list *list = &s->result->jobs;

	for (size_t first = 0; first < list->count && (!first || !phases_interrupted());) {
		struct group g = {.session = s, .jobs = list->jobs + first};

		g.count = (unsigned)job_group_length(list, first);
		g.target = target_find(targets, g.jobs);
		g.ns = &s->result->namespaces[g.target - targets->targets];
		job_group_unite(g.jobs, g.count, &g.united);
		if (each(&g))
			return -1;
		first += g.count;
	}
	return 0;
}

/* Runs before any page of a target is touched. */
static int
describe_targets(struct session *s)
{
	const struct target_list *targets = s->options->targets;
	struct result *result = s->result;

	result->namespaces = calloc(targets->count, sizeof(*result->namespaces));
	if (!result->namespaces)
		return why_say(s->why, "result of the namespaces: %s", strerror(errno));
	result->nnamespaces = targets->count;
	for (size_t i = 0; i < targets->count; i++) {
		const struct target *target = &targets->targets[i];
		struct result_namespace *ns = &result->namespaces[i];

		if (collect_target(ns, target))
			return why_say(s->why, "%s: %s", target->spec, strerror(ENOMEM));
		ns->node = near_node(s->topology,
				     &target_first_job(targets, target, &result->jobs)->placement,
				     &target->facts);
		if (target->facts.kind != BTT_NS_DRAM)
			host_read_namespace(target->spec, ns);
	}
	return 0;
}

static int
open_session(struct session *s)
{
	const struct placement every_cpu = {.kind = PLACEMENT_SPREAD, .smt = SMT_USE};
	struct result *result = s->result;

	result->started_at = (uint64_t)time(NULL);
	host_read(&result->host);
	s->topology = topology_open(s->why);
	if (!s->topology)
		return -1;
	s->memory = memory_open(s->topology);
	if (!s->memory || clock_open(&result->clock))
		return why_say(s->why, "can't look at this machine: %s", strerror(errno));
	result->host.nodes = (int)topology_nodes(s->topology);
	result->host.cpus =
		(int)topology_capacity(s->topology, &every_cpu, BTT_NS_NODE_UNKNOWN, s->why);
	return 0;
}

int
run_jobs(const struct run_options *options, struct result *result, struct why *why)
{
	struct session s = {.options = options, .result = result, .why = why};
	int err;

	phases_catch_signals();
	if (plan_spare_data(&result->jobs, options->targets))
		result_add_reason(result, "the namespace was not filled, since this job only "
					  "reads: blocks that were never written read as zeros, "
					  "and fast (precondition=fill writes them)");
	err = open_session(&s) || describe_targets(&s) || each_group(&s, check_group) ||
			      each_group(&s, try_group) || each_group(&s, run_group)
		      ? -1
		      : 0;
	result->interrupted_by = phases_interrupted();
	if (err && result->nruns) {
		result_lower(result, RESULT_INVALID);
		result_add_reason(result, "ended by an error before all jobs had run: %s",
				  why->text);
	}
	if (result->nruns)
		judge_doubts(result);
	if (s.memory)
		memory_close(s.memory);
	if (s.topology)
		topology_close(s.topology);
	return err;
}
