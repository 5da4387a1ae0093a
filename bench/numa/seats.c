/* SPDX-License-Identifier: BSD-3-Clause */
#include "seats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct taking {
	struct seats *seats;
	const struct topology *topology;
	const struct job *job;
	int near_node;
	struct why *why;
};

static int
grow(struct seats *seats, unsigned more)
{
	struct place *grown =
		reallocarray(seats->places, seats->total + more, sizeof(*seats->places));

	if (!grown)
		return -1;
	seats->places = grown;
	return 0;
}

/* 1 if an earlier job uses this CPU, or with SMT_AVOID its core. */
static int
is_taken(const struct seats *seats, const struct place *place, enum smt_use smt)
{
	for (unsigned i = 0; i < seats->total; i++) {
		const struct place *taken = &seats->places[i];

		if (taken->cpu == place->cpu)
			return 1;
		if (smt == SMT_AVOID && taken->core >= 0 && taken->core == place->core &&
		    taken->node == place->node)
			return 1;
	}
	return 0;
}

static int
error_taken(const struct taking *t, unsigned nfree, unsigned capacity)
{
	char threads[16] = "all";

	if (t->job->threads != JOB_THREADS_ALL)
		snprintf(threads, sizeof(threads), "%u", t->job->threads);
	return why_say(
		t->why,
		"job '%s': threads=%s: %u of %u places are left by the jobs that run together "
		"with it (allowed: fewer threads, stonewall, or oversubscribe=1)",
		t->job->name, threads, nfree, capacity);
}

/*
 * Stores places for the threads of the job after the places of earlier jobs. Takes free places from the
 * `capacity` places in `all`, and changes `all`. Returns the number of places, or 0 with a reason.
 */
static unsigned
choose(const struct taking *t, struct place *all, unsigned capacity)
{
	unsigned nfree = 0, wanted = t->job->threads;

	for (unsigned i = 0; i < capacity; i++)
		if (!is_taken(t->seats, &all[i], t->job->placement.smt))
			all[nfree++] = all[i];
	if (wanted == JOB_THREADS_ALL)
		wanted = nfree;
	if (wanted == 0 || (wanted > nfree && !t->job->placement.oversubscribe)) {
		error_taken(t, nfree, capacity);
		return 0;
	}
	if (grow(t->seats, wanted)) {
		why_say(t->why, "threads=%u: %s", wanted, strerror(errno));
		return 0;
	}
	if (wanted <= nfree)
		memcpy(t->seats->places + t->seats->total, all, wanted * sizeof(*all));
	else if (topology_place(t->topology, &t->job->placement, t->near_node,
				t->seats->places + t->seats->total, wanted, t->why))
		return 0;
	return wanted;
}

/* The first job has all places, so topology_place reports the errors. */
static int
take_first(const struct taking *t, unsigned capacity)
{
	unsigned wanted = t->job->threads == JOB_THREADS_ALL ? capacity : t->job->threads;

	if (grow(t->seats, wanted))
		return why_say(t->why, "threads=%u: %s", wanted, strerror(errno));
	if (topology_place(t->topology, &t->job->placement, t->near_node, t->seats->places, wanted,
			   t->why))
		return -1;
	t->seats->counts[0] = t->seats->total = wanted;
	return 0;
}

static int
take_next(const struct taking *t, unsigned index, unsigned capacity)
{
	struct place *all = calloc(capacity, sizeof(*all));
	unsigned taken = 0;

	if (!all)
		return why_say(t->why, "job '%s': %s", t->job->name, strerror(errno));
	if (!topology_place(t->topology, &t->job->placement, t->near_node, all, capacity, t->why))
		taken = choose(t, all, capacity);
	free(all);
	t->seats->counts[index] = taken;
	t->seats->total += taken;
	return taken ? 0 : -1;
}

int
seats_take(struct seats *seats, const struct topology *t, const struct job *jobs, unsigned njobs,
	   int near_node, struct why *why)
{
	*seats = (struct seats){.counts = calloc(njobs, sizeof(*seats->counts))};
	if (!seats->counts)
		return why_say(why, "%s", strerror(errno));
	for (unsigned i = 0; i < njobs; i++) {
		const struct taking taking = {seats, t, &jobs[i], near_node, why};
		unsigned capacity = topology_capacity(t, &jobs[i].placement, near_node, why);

		if (!capacity ||
		    (i ? take_next(&taking, i, capacity) : take_first(&taking, capacity)))
			return -1;
	}
	return 0;
}

void
seats_free(struct seats *seats)
{
	free(seats->counts);
	free(seats->places);
	*seats = (struct seats){0};
}
