/* SPDX-License-Identifier: BSD-3-Clause */
#include "rounds.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "phases.h"
#include "measure/steady.h"

/* Adds the last round to the series of each job of the group. Returns 1 if all are steady. */
static int
note_round(struct group *g, struct result_steady *steady)
{
	const struct result *result = g->session->result;
	const struct result_run *runs = result->runs + result->nruns - g->count;
	int all_reached = 1;

	for (unsigned i = 0; i < g->count; i++) {
		const struct job_steady *wanted = &g->jobs[i].steady;
		struct result_steady *own = &steady[i];
		double elapsed_s = runs[i].elapsed_s;
		struct steady_figures figures;

		own->iops[own->nrounds++] =
			elapsed_s > 0 ? (double)result_run_ops(&runs[i]) / elapsed_s : NAN;
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
			.round = g->session->round,
		};
		result->nsteady++;
		if (!grown[i].iops)
			return NULL;
	}
	return grown;
}

/* With peers, all processes measure the same number of rounds. */
static int
agree(struct group *g, int *reached)
{
	const struct run_peers *peers = g->session->options->peers;

	return peers ? peers->agree(peers->arg, reached, g->session->why) : 0;
}

int
rounds_until_steady(struct group *g)
{
	struct result_steady *steady = add_steady(g);
	struct result *result = g->session->result;
	size_t first = result->nruns, window = (size_t)g->jobs[0].steady.rounds * g->count;
	int err = steady ? 0 : why_say(g->session->why, "%s", strerror(errno)), reached = 0;

	while (!err && !reached && !phases_signalled() &&
	       g->nmeasured < g->jobs[0].steady.rounds_max) {
		err = group_measure(g);
		if (!err) {
			reached = note_round(g, steady);
			err = agree(g, &reached);
		}
	}
	if (err)
		return -1;
	for (size_t i = first; i + window < result->nruns; i++)
		result->runs[i].settling = 1;
	for (unsigned i = 0; i < g->count; i++)
		judge_steady(result, &steady[i]);
	return 0;
}

int
rounds_repeat(struct group *g)
{
	int err = 0;

	/* of visits, the rounds are the repeats */
	unsigned repeats = result_has_visits(g->session->result) ? 1 : g->jobs[0].repeat;

	for (unsigned i = 0; i < repeats && !err && (!i || !phases_signalled()); i++)
		err = group_measure(g);
	return err;
}
