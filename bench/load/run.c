/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * run.c -- the jobs of a result, group by group: places, engine, measured runs, what they are worth.
 *
 * A group's measured runs are its repeats, or the rounds of steady_state, of which the last are kept.
 */
#include "run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../engine/verify.h"
#include "../host/host.h"
#include "../job/why.h"
#include "collect.h"
#include "crew.h"
#include "harness.h"
#include "judge.h"
#include "near.h"
#include "phases.h"
#include "seats.h"
#include "steady.h"

/* what stays from group to group */
struct session {
	const struct run_options *options;
	struct result *result;
	struct topology *topology;
	struct memory *memory;
	int near_node;
	struct why why;
};

/* the jobs that run together */
struct group {
	struct session *session;
	const struct job *jobs;
	unsigned count;
	struct job united; /* what they ask of the engine */
	struct seats seats;
	struct engine engine;
	unsigned nmeasured; /* runs so far: the first fills and faults */
};

static int
start_crews(struct group *g, struct stage *stage, struct crew *crews)
{
	struct session *s = g->session;
	unsigned lane = 0;

	for (unsigned i = 0; i < g->count; i++) {
		crews[i].job = &g->jobs[i];
		crews[i].engine = &g->engine;
		crews[i].topology = s->topology;
		crews[i].memory = s->memory;
		crews[i].stage = stage;
		crews[i].count = g->seats.counts[i];
		crews[i].lane_first = lane;
		crews[i].repeat = g->nmeasured;
		if (crew_start(&crews[i], &s->result->clock, g->seats.places + lane, s->why.text,
			       s->why.size)) {
			stage_abandon(stage);
			for (unsigned k = 0; k < i; k++) {
				crew_join(&crews[k]);
				crew_free(&crews[k]);
			}
			return -1;
		}
		lane += crews[i].count;
	}
	return 0;
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

static int
collect_crew(struct group *g, struct crew *crew, struct monitor *m, struct result_run *run)
{
	int err = first_error(crew);

	if (err)
		return why_say(&g->session->why, "preparing the load: %s", strerror(err));
	*run = (struct result_run){.repeat = g->nmeasured, .interrupted = phases_interrupted()};
	if (collect_run(run, crew, m))
		return why_say(&g->session->why, "%s", strerror(ENOMEM));
	return 0;
}

/* all jobs of the group, once; runs[] gets one entry a job */
static int
measure_crews(struct group *g, struct crew *crews, struct monitor *monitors,
	      struct result_run *runs)
{
	struct stage stage = {.count = g->seats.total,
			      .fill = g->nmeasured == 0 &&
				      g->united.precondition == JOB_PRECONDITION_FILL};
	int err;

	stage_init(&stage);
	err = start_crews(g, &stage, crews);
	if (!err) {
		phases_drive(crews, monitors, g->count, &g->session->options->monitor);
		for (unsigned i = 0; i < g->count; i++)
			err |= collect_crew(g, &crews[i], &monitors[i], &runs[i]);
		for (unsigned i = 0; i < g->count; i++)
			crew_free(&crews[i]);
	}
	stage_destroy(&stage);
	return err ? -1 : 0;
}

/* verify=stamp, after the load: every block, and the layout; what jobs share, the first one's run has */
static int
check_all(struct group *g, struct result_run *run)
{
	struct verify *verify = g->engine.verify;

	if (verify_sweep(verify, &g->engine))
		return why_say(&g->session->why, "verify=stamp: %s", strerror(errno));
	verify_layout(verify, &g->engine);
	verify_report(verify, &run->verify);
	return 0;
}

static int
measure(struct group *g, struct result_run *runs)
{
	struct crew *crews = calloc(g->count, sizeof(*crews));
	struct monitor *monitors = calloc(g->count, sizeof(*monitors));
	int err = crews && monitors ? measure_crews(g, crews, monitors, runs)
				    : why_say(&g->session->why, "%s", strerror(ENOMEM));

	for (unsigned i = 0; monitors && i < g->count; i++)
		free(monitors[i].intervals);
	free(monitors);
	free(crews);
	if (!err && g->engine.verify)
		err = check_all(g, &runs[0]);
	g->nmeasured++;
	return err;
}

/* room for one more run of each job, at the end of the result's; NULL with a reason */
static struct result_run *
add_runs(struct group *g)
{
	struct result *result = g->session->result;
	struct result_run *grown =
		reallocarray(result->runs, result->nruns + g->count, sizeof(*grown));

	if (!grown) {
		why_say(&g->session->why, "%s", strerror(errno));
		return NULL;
	}
	result->runs = grown;
	memset(grown + result->nruns, 0, g->count * sizeof(*grown));
	result->nruns += g->count;
	return grown + result->nruns - g->count;
}

static int
measure_once(struct group *g)
{
	struct result_run *runs = add_runs(g);

	return runs ? measure(g, runs) : -1;
}

static double
run_iops(const struct result_run *run)
{
	return run->elapsed_s > 0 ? (double)result_run_ops(run) / run->elapsed_s : NAN;
}

/* the series of each job of the group, of the round just measured; 1 when all are steady */
static int
note_round(struct group *g, struct result_steady *steady)
{
	const struct result *result = g->session->result;
	const struct result_run *runs = result->runs + result->nruns - g->count;
	int all_reached = 1;

	for (unsigned i = 0; i < g->count; i++) {
		const struct job_steady *wanted = &g->jobs[i].steady;
		struct result_steady *own = &steady[i];
		struct steady_figures figures;

		own->iops[own->nrounds++] = run_iops(&runs[i]);
		if (own->nrounds >= wanted->rounds) {
			figures = steady_look(own->iops + own->nrounds - wanted->rounds,
					      wanted->rounds);
			own->range_percent = figures.range_percent;
			own->slope_percent = figures.slope_percent;
			own->reached = figures.range_percent <= wanted->range_percent &&
				       figures.slope_percent <= wanted->slope_percent;
		}
		all_reached &= own->reached;
	}
	return all_reached;
}

/* keeps the runs of the last rounds, numbered from 0; the group's runs are the result's last */
static void
keep_window(struct group *g, size_t first)
{
	struct result *result = g->session->result;
	size_t nrounds = (result->nruns - first) / g->count, window = g->jobs[0].steady.rounds;
	size_t drop = nrounds > window ? (nrounds - window) * g->count : 0;

	for (size_t i = first; i < first + drop; i++)
		result_run_free(&result->runs[i]);
	memmove(result->runs + first, result->runs + first + drop,
		(result->nruns - first - drop) * sizeof(*result->runs));
	result->nruns -= drop;
	for (size_t i = first; i < result->nruns; i++)
		result->runs[i].repeat = (unsigned)((i - first) / g->count);
}

static struct result_steady *
add_steady(struct group *g)
{
	struct result *result = g->session->result;
	struct result_steady *grown =
		reallocarray(result->steady, result->nsteady + g->count, sizeof(*grown));

	if (!grown)
		return NULL;
	result->steady = grown;
	grown += result->nsteady;
	for (unsigned i = 0; i < g->count; i++) {
		grown[i] = (struct result_steady){
			.job = &g->jobs[i],
			.iops = calloc(g->jobs[i].steady.rounds_max, sizeof(double)),
			.range_percent = NAN,
			.slope_percent = NAN,
		};
		result->nsteady++;
		if (!grown[i].iops)
			return NULL;
	}
	return grown;
}

static int
measure_until_steady(struct group *g)
{
	struct result_steady *steady = add_steady(g);
	size_t first = g->session->result->nruns;
	int err = steady ? 0 : why_say(&g->session->why, "%s", strerror(errno)), reached = 0;

	while (!err && !reached && !phases_interrupted() &&
	       g->nmeasured < g->jobs[0].steady.rounds_max) {
		err = measure_once(g);
		if (!err)
			reached = note_round(g, steady);
	}
	if (err)
		return -1;
	keep_window(g, first);
	for (unsigned i = 0; i < g->count; i++)
		judge_steady(g->session->result, &steady[i]);
	return 0;
}

static int
measure_repeats(struct group *g)
{
	int err = 0;

	for (unsigned i = 0; i < g->jobs[0].repeat && !err && (!i || !phases_interrupted()); i++)
		err = measure_once(g);
	return err;
}

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
	if (g->jobs[0].steady.rounds ? measure_until_steady(g) : measure_repeats(g))
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
		.blocks = 1,
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

/* jobs that only read do not write over somebody's data unless they are told to */
static void
spare_data(const struct run_options *options, struct result *result)
{
	struct ns_facts facts;
	int spared = 0;

	ns_get_facts(options->ns, &facts);
	for (size_t i = 0; i < result->jobs.count && facts.kind != NS_DRAM; i++) {
		struct job *job = &result->jobs.jobs[i];

		if (job->percent[OP_READ] == 100 && !job_key_given(job, "precondition")) {
			job->precondition = JOB_PRECONDITION_FAULT;
			spared = 1;
		}
	}
	if (spared)
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
