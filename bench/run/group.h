/* SPDX-License-Identifier: BSD-3-Clause */
/* group.h -- one measured run of a group: the jobs that run together on one target. */
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

/* The state that all groups share. */
struct session {
	const struct run_options *options;
	struct result *result;
	struct topology *topology;
	struct memory *memory;
	struct why *why;
	struct job_list jobs; /* that run now: those of one point of a sweep, else all; borrowed */
	unsigned round;       /* of the sweep, from 0 */
	double *harness_ns_per_op;   /* of each job of the result; NAN: not measured yet */
	size_t nreasons;             /* of the result, before any run */
	struct result_layout *tried; /* run_check puts the layout of the first job there, or NULL */
};

/* The jobs that run together. */
struct group {
	struct session *session;
	const struct job *jobs;
	unsigned count;
	struct job united; /* their common demands on the engine (job_group_unite) */
	const struct target *target;
	struct result_namespace *ns; /* the target's entry in the result */
	struct seats seats;
	struct engine engine;
	unsigned nmeasured; /* runs so far; only the first one fills */
	unsigned repeat;    /* number of the next run of each job */
	char *is_shared; /* of each seat: 1: a worker of another process has its CPU; NULL: none */
};

/*
 * Runs the jobs of the group together once, and with verify=stamp the sweep afterwards. Appends one
 * run per job, in their order, to the result. 0, or -1 with a reason in session->why.
 */
int group_measure(struct group *g);

#endif
