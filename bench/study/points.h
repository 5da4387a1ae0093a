/* SPDX-License-Identifier: BSD-3-Clause */
/* points.h -- the points of a sweep: every combination of the values of the swept keys. */
#ifndef BENCH_STUDY_POINTS_H
#define BENCH_STUDY_POINTS_H

#include "job/job_list.h"
#include "result/result.h"
#include "vary.h"
#include "why.h"

/* Which jobs a sweep measures, as for job_list_load. */
struct points_of {
	const char *path;             /* of the job file; NULL: the built-in job */
	const struct job_input *from; /* takes the place of `path`; or NULL */
	char *const *sets;
	size_t nsets;
	const struct vary *varies;
	size_t nvaries;
};

/* A point that can't run. */
struct points_impossible {
	char *name; /* "nfree=2 threads=4" */
	char *why;
};

struct points_left {
	struct points_impossible *points;
	size_t count;
};

/*
 * Loads the jobs at each point into result->jobs, and result->study with its keys and points; the first key varies
 * slowest. Points whose settings contradict each other go to `left` with the reason. Returns 0; or -1 with a line in
 * `why`, also when no point is left. The caller frees both.
 */
int points_load(struct result *result, const struct points_of *of, struct points_left *left,
		struct why *why);

/* Moves point `number` of the result to `left`. -1/ENOMEM: then nothing changed. */
int points_leave_out(struct result *result, size_t number, struct points_left *left,
		     const char *why);
void points_left_free(struct points_left *left);

#endif
