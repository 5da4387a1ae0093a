/* SPDX-License-Identifier: BSD-3-Clause */
#include "group.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify/verify.h"
#include "collect.h"
#include "crew.h"
#include "monitor.h"
#include "phases.h"

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
		crews[i].repeat = g->repeat;
		if (crew_start(&crews[i], &s->result->clock, g->seats.places, s->why)) {
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

/*
 * All crews with the same region as crew `which` fill it together, if one of their jobs fills; scattered, if one of
 * them ages.
 */
static void
gather_fillers(const struct group *g, struct crew *crews, unsigned which)
{
	struct fillers all = {0};

	for (unsigned i = 0; i < g->count; i++) {
		if (!region_equal(&crews[i].region, &crews[which].region))
			continue;
		if (i == which)
			all.first = all.count;
		all.count += g->seats.counts[i];
		if (job_fill_passes(&g->jobs[i]) > all.passes)
			all.passes = job_fill_passes(&g->jobs[i]);
		all.scattered |= g->jobs[i].precondition == JOB_PRECONDITION_AGE;
	}
	if (all.passes)
		crews[which].fillers = all;
}

/* Counts the writes of the fill. Regions that overlap but are not equal are each filled in full. */
static uint64_t
count_fill_blocks(const struct group *g, struct crew *crews)
{
	uint64_t blocks = 0;

	for (unsigned i = 0; i < g->count; i++) {
		gather_fillers(g, crews, i);
		if (crews[i].fillers.count && crews[i].fillers.first == 0)
			blocks += crews[i].region.count * crews[i].fillers.passes;
	}
	return blocks;
}

static int
collect_crew(struct group *g, struct crew *crew, struct monitor *m, struct result_run *run)
{
	const char *failed = crew_error(crew);

	if (failed)
		return why_say(g->session->why, "preparing the load: %s", failed);
	*run = (struct result_run){.repeat = g->repeat,
				   .round = g->session->round,
				   .interrupted = phases_interrupted() != 0};
	for (unsigned i = 0; i < g->count; i++)
		run->ended_by_ops |= g->jobs[i].ops != 0;
	run->ns = g->ns;
	run->harness_ns_per_op =
		g->session->harness_ns_per_op[crew->job - g->session->result->jobs.jobs];
	collect_layout(&run->layout, &g->engine);
	run->layout.adjacent = crew->adjacent;
	if (collect_run(run, crew, m))
		return why_say(g->session->why, "%s", strerror(ENOMEM));
	run->started_at = (uint64_t)((double)time(NULL) - run->elapsed_s);
	return 0;
}

/* Runs all jobs of the group once; fills one entry of runs[] per job. */
static int
measure_crews(struct group *g, struct crew *crews, struct monitor *monitors,
	      struct result_run *runs)
{
	struct stage stage = {.count = g->seats.total,
			      .peers = g->session->options->peers,
			      .is_shared = g->is_shared};
	int err;

	for (unsigned i = 0; i < g->count; i++)
		if (region_resolve(&crews[i].region, &g->jobs[i], &g->engine, g->seats.counts[i],
				   g->session->why))
			return -1;
	if (g->nmeasured == 0)
		stage.fill_blocks = count_fill_blocks(g, crews);
	stage_init(&stage);
	err = start_crews(g, &stage, crews);
	if (!err) {
		err = phases_drive(crews, monitors, g->count, &g->session->options->monitor,
				   g->session->why);
		for (unsigned i = 0; i < g->count; i++)
			err = err || collect_crew(g, &crews[i], &monitors[i], &runs[i]);
		for (unsigned i = 0; i < g->count; i++)
			crew_free(&crews[i]);
	}
	stage_destroy(&stage);
	return err ? -1 : 0;
}

/* Takes the blocks of all regions from *from on, up to the first block that is in none. Returns 0 if none is left. */
static int
next_extent(const struct group *g, const struct crew *crews, uint64_t *from, uint64_t *to)
{
	uint64_t first = UINT64_MAX;
	int has_grown = 1;

	for (unsigned i = 0; i < g->count; i++) {
		uint64_t start = crews[i].region.first > *from ? crews[i].region.first : *from;

		if (crews[i].region.first + crews[i].region.count > *from && start < first)
			first = start;
	}
	*from = *to = first;
	while (first != UINT64_MAX && has_grown) {
		has_grown = 0;
		for (unsigned i = 0; i < g->count; i++) {
			uint64_t end = crews[i].region.first + crews[i].region.count;

			if (crews[i].region.first <= *to && end > *to) {
				*to = end;
				has_grown = 1;
			}
		}
	}
	return first != UINT64_MAX;
}

/* Checks every block of the regions and the layout after the load. The first job's run has all findings. */
static int
check_verify(struct group *g, const struct crew *crews, struct result_run *run)
{
	struct verify *verify = g->engine.verify;

	for (uint64_t from = 0, to; next_extent(g, crews, &from, &to); from = to)
		if (verify_sweep_range(verify, &g->engine, from, to - from))
			return why_say(g->session->why, "verify=stamp: %s", strerror(errno));
	verify_layout(verify, &g->engine);
	verify_report(verify, &run->verify);
	return 0;
}

/* Appends one zeroed run per job to the result; NULL with a reason. */
static struct result_run *
add_runs(struct group *g)
{
	struct result *result = g->session->result;
	struct result_run *grown =
		reallocarray(result->runs, result->nruns + g->count, sizeof(*grown));

	if (!grown) {
		why_say(g->session->why, "%s", strerror(errno));
		return NULL;
	}
	result->runs = grown;
	memset(grown + result->nruns, 0, g->count * sizeof(*grown));
	result->nruns += g->count;
	return grown + result->nruns - g->count;
}

int
group_measure(struct group *g)
{
	struct result_run *runs = add_runs(g);
	struct crew *crews;
	struct monitor *monitors;
	int err;

	if (!runs)
		return -1;
	crews = calloc(g->count, sizeof(*crews));
	monitors = calloc(g->count, sizeof(*monitors));
	err = crews && monitors ? measure_crews(g, crews, monitors, runs)
				: why_say(g->session->why, "%s", strerror(ENOMEM));
	for (unsigned i = 0; monitors && i < g->count; i++)
		free(monitors[i].intervals);
	free(monitors);
	if (!err && g->engine.verify)
		err = check_verify(g, crews, &runs[0]);
	free(crews);
	g->nmeasured++;
	g->repeat++;
	return err;
}
