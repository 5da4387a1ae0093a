/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * qualify.h -- qualifies a namespace: measures the steps of a profile, and checks gates and limits.
 *
 * A step with jobs visits each job in rounds of changing order; a visit begins with a new layout, fills it as the job
 * says and measures. So a visit depends on no other one, and a qualification that was killed goes on with the visits that
 * its saved result lacks.
 */
#ifndef BENCH_STUDY_QUALIFY_H
#define BENCH_STUDY_QUALIFY_H

#include <stdio.h>

#include "engine/target.h"
#include "profile.h"
#include "result/result.h"
#include "why.h"

struct qualify_options {
	struct target_list *targets; /* one; recovery closes it and opens it again */
	const struct profile *profile;
	struct result *old;   /* a result to go on with, or NULL */
	const char *old_name; /* for messages */
	const char *stamps;   /* the file of the recovery step, which removes it */
	int keep_going;       /* 1: measures although a gate of the preflight is red */
	FILE *progress;       /* NULL: no lines */
	int rewrite; /* 1: a terminal, one line that changes; 0: lines, status_interval_ns apart */
	uint64_t status_interval_ns;
	/* Called after every visit and step. 0, or -1 with a line in `why`: the qualification ends. */
	int (*save)(void *arg, const struct result *result, struct why *why);
	void *arg;
};

/*
 * Loads the jobs and steps of the profile into `result`, which gets their lengths. The target must be open. 0, or -1 with
 * a line in `why`.
 */
int qualify_plan(const struct profile *profile, const struct target_list *targets,
		 struct result *result, struct why *why);

/*
 * Runs the rest of the plan and fills the rest of `result`, whose id is set. 0, also after an early end by a signal
 * (result->interrupted_by); or -1 with a line in `why`: then the result has the visits before the error.
 */
int qualify_run(const struct qualify_options *options, struct result *result, struct why *why);

/* A line that says the purpose of a step. */
const char *qualify_purpose(const char *step);

#endif
