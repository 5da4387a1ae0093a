/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * profile.h -- the profile of a qualification: a job file with a section [qualify].
 *
 * The first word of a job's name is its step: [steady-state], [matrix], [latency read]. [qualify] has these settings:
 *
 *	vary = KEY=LIST			the points of the job [matrix]; LIST of threads may have `half` and `all`
 *	repeat = N			rounds of the matrix
 *	gate.NAME <= VALUE, >=, =	a demand on the machine, which profile_gates lists
 *	limit.OP.METRIC <= VALUE, >=	a limit on every point of the matrix that has such operations
 *	limit.near_far.OP.METRIC <= N	a limit on the ratio of a far point to the near one
 */
#ifndef BENCH_STUDY_PROFILE_H
#define BENCH_STUDY_PROFILE_H

#include "job/job_list.h"
#include "numa/topology.h"
#include "result/metric.h"
#include "vary.h"
#include "why.h"

#define PROFILE_ROUNDS_DEFAULT 3

enum profile_gate {
	PROFILE_DIRTY_SHUTDOWNS,
	PROFILE_BAD_BLOCKS,
	PROFILE_SPARES,
	PROFILE_LIFE_USED,
	PROFILE_TEMPERATURE,
	PROFILE_NODE,
	PROFILE_GOVERNOR,
	PROFILE_TURBO,
	PROFILE_SMT,
	PROFILE_LOAD,
	PROFILE_GATES
};

/* A demand of the profile; the sign is that of profile_gates. */
struct profile_demand {
	int is_given;
	double number; /* off and on are 0 and 1 */
	char word[32]; /* of the governor */
};

struct profile_ratio {
	struct metric metric;
	double most;
};

#define PROFILE_RATIOS_MAX 16

struct profile {
	struct job_input from;
	const char *name; /* as the user gave it */
	struct job_list jobs;
	char *const *sets;
	size_t nsets;
	unsigned rounds;
	struct profile_demand demands[PROFILE_GATES];
	struct profile_ratio ratios[PROFILE_RATIOS_MAX];
	size_t nratios;
};

/* The steps that have jobs, in their order; the last one is NULL. */
extern const char *const profile_steps[];

/*
 * Loads the profile from->name, or from->text of that name, and applies the settings, which must outlive the profile, to
 * every job. 0, or -1 with a line in `why`. The caller calls profile_free in both cases.
 */
int profile_load(struct profile *profile, const struct job_input *from, char *const *sets,
		 size_t nsets, struct why *why);
void profile_free(struct profile *profile);

/* 1 if the job belongs to the step. */
int profile_is_of_step(const struct job *job, const char *step);

/* The step of a job: the first word of its name. */
struct profile_step {
	char name[JOB_NAME_MAX];
};
struct profile_step profile_step_of(const struct job *job);

/* The cores that a plan counts with. */
struct profile_cores {
	unsigned near, far; /* far 0: no core is away from the namespace */
};

/*
 * Sets `jobs` to the jobs of the profile, with one job for each point of the matrix. Points on a far node are left out on
 * a machine without one. The list borrows the lines of the profile. 0, or -1 with a line in `why`.
 */
int profile_expand(const struct profile *profile, const struct profile_cores *cores,
		   struct job_list *jobs, struct why *why);

#endif
