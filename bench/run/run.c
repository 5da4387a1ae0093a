/* SPDX-License-Identifier: BSD-3-Clause */
#include "run.h"
#include "job/job_group.h"
#include "job/limit.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify/verify.h"
#include "host/available.h"
#include "host/host.h"
#include "collect.h"
#include "describe.h"
#include "fault.h"
#include "group.h"
#include "harness.h"
#include "judge.h"
#include "peers.h"
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
static void
measure_harness(struct group *g)
{
	struct session *s = g->session;
	double *ns_per_op = s->harness_ns_per_op + (g->jobs - s->result->jobs.jobs);
	unsigned seat = 0;

	for (unsigned i = 0; i < g->count; i++) {
		if (isnan(ns_per_op[i]))
			ns_per_op[i] = harness_measure(&g->jobs[i], s->topology, s->memory,
						       &s->result->clock, &g->seats.places[seat]);
		seat += g->seats.counts[i];
	}
}

static int
run_on_engine(struct group *g)
{
	struct session *s = g->session;
	struct result *result = s->result;
	size_t first = result->nruns;

	if (fault_regions(g))
		return -1;
	measure_harness(g);
	if (g->jobs[0].steady.rounds ? rounds_until_steady(g) : rounds_repeat(g))
		return -1;
	if (g->engine.facts.base)
		host_read_mapping(g->engine.facts.base, g->ns);
	for (size_t i = first; i < result->nruns; i++)
		judge_run(result, &result->runs[i]);
	judge_places(result, first, g->seats.places, g->seats.total);
	judge_peers(result, g->is_shared, g->seats.total);
	for (unsigned i = 0; i < g->count && !result_has_visits(result); i++)
		judge_limits(result, &g->jobs[i]);
	return 0;
}

static int
open_verify(struct group *g)
{
	struct session *s = g->session;
	int is_first = g->jobs == target_first_job(s->options->targets, g->target, &s->jobs);
	int is_zero = g->target->facts.kind == BTT_NS_DRAM &&
		      (g->engine.btt ? g->engine.is_blank : is_first);
	int is_read_pass = g->united.percent[OP_READ] == 100 && !job_fill_passes(&g->united) &&
			   g->united.verify_unknown == JOB_UNKNOWN_FINDING;
	const struct verify_options options = {
		.state_path = s->options->verify_state,
		.state_option = "--verify-state",
		.nworkers = g->seats.total,
		.blocks = g->united.blocks * g->united.batch,
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

/* At each visit a target with a free choice of its layout begins with a new one. */
static int
open_group(struct group *g, struct target target)
{
	struct session *s = g->session;

	target.must_format = target.may_format && result_has_visits(s->result) &&
			     g->jobs == target_first_job(s->options->targets, g->target, &s->jobs);
	if (seats_take(&g->seats, s->topology, g->jobs, g->count, g->ns->node, s->why) ||
	    engine_open(&g->engine, &g->united, &target, g->seats.total, s->why))
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
 * Opens the groups once before the first one runs, for the same reason. A new layout would lose data: a target that gets
 * one stands aside for plain memory of its size. In a run, plain memory has a layout of an earlier group, so it is not
 * tried, and the first group is about to be opened anyway.
 */
static int
try_group(struct group *g)
{
	struct session *s = g->session;
	int has_visits = result_has_visits(s->result), err;
	const struct target *target = g->target;
	struct target stand_in = *target;

	if (!has_visits && (g->jobs == s->jobs.jobs || target->facts.kind == BTT_NS_DRAM))
		return 0;
	if (target->may_format && target->facts.kind != BTT_NS_DRAM &&
	    g->jobs->engine == JOB_ENGINE_BTT) {
		struct btt_ns *ns = btt_ns_open_dram(target->facts.size, 0);

		if (!ns)
			return why_say(s->why, "%s: no memory to try the layout: %s", target->spec,
				       strerror(errno));
		target_set_namespace(&stand_in, target->spec, ns);
	}
	err = open_group(g, stand_in);
	if (!err) {
		if (s->tried && g->jobs == s->jobs.jobs)
			collect_layout(s->tried, &g->engine);
		engine_close(&g->engine);
	}
	seats_free(&g->seats);
	if (stand_in.ns != target->ns)
		btt_ns_close(stand_in.ns);
	return err ? why_prefix(s->why, target->spec) : 0;
}

/* Frees the runs from index `nruns` on, and the series from `nsteady` on. */
static void
drop_runs(struct result *result, size_t nruns, size_t nsteady)
{
	while (result->nruns > nruns)
		result_run_free(&result->runs[--result->nruns]);
	while (result->nsteady > nsteady)
		free(result->steady[--result->nsteady].iops);
}

static int
run_group(struct group *g)
{
	struct session *s = g->session;
	struct result *result = s->result;
	size_t nruns = result->nruns, nsteady = result->nsteady;
	int err = open_group(g, *g->target);

	for (size_t i = 0; i < nruns; i++)
		g->repeat += result->runs[i].job == g->jobs;
	if (!err) {
		err = peers_compare(g) || open_verify(g) ? -1 : 0;
		if (!err && !nruns && s->options->before_load)
			s->options->before_load(s->options->targets, &result->jobs);
		if (!err)
			err = run_on_engine(g);
		if (g->engine.verify)
			verify_close(g->engine.verify, &g->engine);
		engine_close(&g->engine);
	}
	seats_free(&g->seats);
	free(g->is_shared);
	if (!err)
		return 0;
	/* A group that failed has no runs in the result. */
	drop_runs(result, nruns, nsteady);
	return why_prefix(s->why, g->target->spec);
}

static int
each_group(struct session *s, int (*each)(struct group *g))
{
	const struct target_list *targets = s->options->targets;
	const struct job_list *list = &s->jobs;

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
add_namespaces(struct session *s)
{
	struct result *result = s->result;

	result->namespaces =
		describe_targets(s->topology, s->options->targets, &result->jobs, s->why);
	if (!result->namespaces)
		return -1;
	result->nnamespaces = s->options->targets->count;
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

struct session *
run_open(const struct run_options *options, struct result *result, struct why *why)
{
	struct session *s = calloc(1, sizeof(*s));
	size_t njobs = result->jobs.count;

	if (!s) {
		why_say(why, "the run: %s", strerror(errno));
		return NULL;
	}
	*s = (struct session){.options = options, .result = result, .why = why};
	phases_catch_signals(result_has_visits(result) ? PHASES_FINISH : PHASES_CUT);
	phases_watch(options->peers, options->on_signal);
	if (plan_spare_data(&result->jobs, options->targets))
		result_add_reason(result, "the namespace was not filled, since this job only "
					  "reads: blocks that were never written read as zeros, "
					  "and fast (precondition=fill writes them)");
	s->harness_ns_per_op = malloc(njobs * sizeof(*s->harness_ns_per_op));
	for (size_t i = 0; i < njobs && s->harness_ns_per_op; i++)
		s->harness_ns_per_op[i] = NAN;
	s->nreasons = result->nreasons;
	if (!s->harness_ns_per_op)
		why_say(why, "the run: %s", strerror(errno));
	else if (!open_session(s) && !add_namespaces(s))
		return s;
	run_close(s);
	return NULL;
}

static void
choose_point(struct session *s, size_t point)
{
	size_t count = s->result->qualification.profile ? 1 : result_point_jobs(s->result);

	s->jobs = (struct job_list){.jobs = s->result->jobs.jobs + point * count, .count = count};
}

int
run_check(struct session *s, size_t point, struct result_layout *layout)
{
	choose_point(s, point);
	s->tried = layout;
	return each_group(s, check_group) || each_group(s, try_group) ? -1 : 0;
}

/* 1 when a signal ended a series of rounds before its jobs were steady */
static int
is_series_cut(const struct session *s, size_t first)
{
	for (size_t i = first; i < s->result->nsteady; i++) {
		const struct result_steady *steady = &s->result->steady[i];

		if (!steady->reached && steady->nrounds < steady->job->steady.rounds_max)
			return 1;
	}
	return 0;
}

int
run_point(struct session *s, size_t point, unsigned round)
{
	size_t nruns = s->result->nruns, nsteady = s->result->nsteady;
	int err;

	choose_point(s, point);
	s->round = round;
	err = each_group(s, run_group);
	if ((err || is_series_cut(s, nsteady)) && result_has_visits(s->result))
		drop_runs(s->result, nruns, nsteady);
	return err;
}

int
run_signalled(void)
{
	return phases_signalled();
}

void
run_close(struct session *s)
{
	if (s->memory)
		memory_close(s->memory);
	if (s->topology)
		topology_close(s->topology);
	free(s->harness_ns_per_op);
	free(s);
}

void
run_finish(struct session *s)
{
	struct result *result = s->result;

	result->interrupted_by = phases_signalled();
	if (result->study.npoints)
		judge_study(result, s->nreasons);
	judge_doubts(result);
}

int
run_jobs(const struct run_options *options, struct result *result, struct why *why)
{
	struct session *s = run_open(options, result, why);
	int err;

	if (!s)
		return -1;
	err = run_check(s, 0, NULL) || run_point(s, 0, 0) ? -1 : 0;
	if (err && result->nruns) {
		result_lower(result, RESULT_INVALID);
		result_add_reason(result, "ended by an error before all jobs had run: %s",
				  why->text);
	}
	if (result->nruns)
		run_finish(s);
	run_close(s);
	return err;
}
