/* SPDX-License-Identifier: BSD-3-Clause */
/* group.h -- the jobs that run together, and one measured run of them. */
#ifndef BENCH_GROUP_H
#define BENCH_GROUP_H

#include "engine/engine.h"
#include "job/job.h"
#include "why.h"
#include "result/result.h"
#include "numa/memory.h"
#include "run.h"
#include "numa/seats.h"
#include "numa/topology.h"

/* what stays from group to group */
struct session {
	const struct run_options *options;
	struct result *result;
	struct topology *topology;
	struct memory *memory;
	struct why *why;
};

/* the jobs that run together */
struct group {
	struct session *session;
	const struct job *jobs;
	unsigned count;
	struct job united; /* what they ask of the engine */
	const struct target *target;
	struct result_namespace *ns; /* what the result says of it */
	struct seats seats;
	struct engine engine;
	unsigned nmeasured; /* runs so far: the first fills and faults */
};

/*
 * One run: the jobs of the group together, and with verify=stamp the sweep after it. The result gets one entry
 * a job, in their order, at its end. 0, or -1 with a reason in session->why.
 */
int group_measure(struct group *g);

#endif
