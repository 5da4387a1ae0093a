/* SPDX-License-Identifier: BSD-3-Clause */
/* run.c -- the jobs of a result, group by group: places, engine, measured runs, what they are worth. */
#include "run.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "../engine/verify.h"
#include "../host/host.h"
#include "collect.h"
#include "group.h"
#include "harness.h"
#include "judge.h"
#include "near.h"
#include "phases.h"
#include "plan.h"
#include "rounds.h"

static int
describe_namespace(struct group *g)
{
	struct session *s = g->session;
	struct result *result = s->result;

	if (result->ns.spec)
		return 0; /* an earlier group did */
	if (collect_namespace(&result->ns, &g->engine, s->options->ns_spec))
		return why_say(&s->why, "%s", strerror(ENOMEM));
	result->ns.node = s->near_node;
	if (g->engine.facts.kind != NS_DRAM)
		host_read_namespace(s->options->ns_spec, &result->ns);
	result->harness_ns_per_op = harness_measure(&g->jobs[0], s->topology, s->memory,
						    &result->clock, &g->seats.places[0]);
	return 0;
}

static int
run_on_engine(struct group *g)
{
	struct result *result = g->session->result;
	size_t first = result->nruns;

	if (describe_namespace(g))
		return -1;
	if (g->united.precondition != JOB_PRECONDITION_NONE && g->united.engine != JOB_ENGINE_NULL)
		near_fault_pages(&g->engine.facts, g->united.percent[OP_READ] != 100,
				 phases_interrupted);
	if (g->jobs[0].steady.rounds ? rounds_until_steady(g) : rounds_repeat(g))
		return -1;
	result->ns.page_bytes = host_page_bytes(g->engine.facts.base);
	for (size_t i = first; i < result->nruns; i++)
		judge_run(result, &result->runs[i]);
	for (unsigned i = 0; i < g->count; i++)
		judge_limits(result, &g->jobs[i]);
	return 0;
}

/* verify=stamp: stands between the workers and the engine */
static int
open_verify(struct group *g)
{
	struct session *s = g->session;
	int is_zero = g->engine.facts.kind == NS_DRAM &&
		      (g->engine.btt || g->jobs == s->result->jobs.jobs);
	const struct verify_options options = {
		.state_path = s->options->verify_state,
		.nworkers = g->seats.total,
		.blocks = g->united.blocks,
		.content = is_zero ? VERIFY_ZERO : VERIFY_UNKNOWN,
	};

	if (g->united.verify == JOB_VERIFY_NONE)
		return 0;
	return verify_open(&g->engine, &options, s->why.text, s->why.size) ? 0 : -1;
}

/* plain memory holds nobody's data, but what an earlier group left */
static enum engine_force
force_of(const struct session *s)
{
	struct ns_facts facts;

	ns_get_facts(s->options->ns, &facts);
	return facts.kind == NS_DRAM ? ENGINE_FORCE : s->options->force;
}

static int
run_group(struct session *s, const struct job *jobs, unsigned count)
{
	struct group g = {.session = s, .jobs = jobs, .count = count};
	int err;

	job_group_unite(jobs, count, &g.united);
	err = seats_take(&g.seats, s->topology, jobs, count, s->near_node, &s->why);
	if (!err)
		err = engine_open(&g.engine, &g.united, s->options->ns, g.seats.total, force_of(s),
				  s->why.text, s->why.size);
	if (!err) {
		err = open_verify(&g) || run_on_engine(&g) ? -1 : 0;
		if (g.engine.verify)
			verify_close(g.engine.verify, &g.engine);
		engine_close(&g.engine);
	}
	seats_free(&g.seats);
	return err;
}

static int
run_groups(struct session *s)
{
	const struct job_list *list = &s->result->jobs;
	struct ns_facts facts;

	ns_get_facts(s->options->ns, &facts);
	s->near_node = near_node(s->topology, &list->jobs[0].placement, &facts);
	for (size_t first = 0, n; first < list->count && (!first || !phases_interrupted());
	     first += n) {
		n = job_group_length(list, first);
		if (run_group(s, list->jobs + first, (unsigned)n))
			return -1;
	}
	judge_doubts(s->result);
	return 0;
}

static void
spare_data(const struct run_options *options, struct result *result)
{
	struct ns_facts facts;

	ns_get_facts(options->ns, &facts);
	if (plan_spare_data(&result->jobs, &facts))
		result_add_reason(result, "the namespace was not filled, since this job only "
					  "reads: blocks that were never written read as zeros, "
					  "and fast (precondition=fill writes them)");
}

static int
open_session(struct session *s)
{
	const struct placement every_cpu = {.kind = PLACEMENT_SPREAD, .smt = SMT_USE};
	struct result *result = s->result;

	result->started_at = (uint64_t)time(NULL);
	host_read(&result->host);
	s->topology = topology_open();
	s->memory = s->topology ? memory_open(s->topology) : NULL;
	if (!s->memory || clock_open(&result->clock))
		return why_say(&s->why, "can't look at this machine: %s", strerror(errno));
	result->host.nodes = (int)topology_nodes(s->topology);
	result->host.cpus = (int)topology_capacity(s->topology, &every_cpu, NS_NODE_UNKNOWN,
						   s->why.text, s->why.size);
	return 0;
}

int
run_jobs(const struct run_options *options, struct result *result, char *why, size_t why_size)
{
	struct session s = {.options = options, .result = result, .why = {why, why_size}};
	int err;

	phases_catch_signals();
	spare_data(options, result);
	err = open_session(&s) || run_groups(&s) ? -1 : 0;
	if (s.memory)
		memory_close(s.memory);
	if (s.topology)
		topology_close(s.topology);
	return err;
}
