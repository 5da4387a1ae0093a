/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sweep.h -- measures all points of a sweep.
 *
 * One round runs every point once, in an order that the seed of the study decides, and rounds repeat. So a drift of the
 * machine meets all points alike, and the runs of one round are pairs.
 */
#ifndef BENCH_STUDY_SWEEP_H
#define BENCH_STUDY_SWEEP_H

#include <stdio.h>

#include "points.h"
#include "result/result.h"
#include "run/run.h"
#include "why.h"

struct sweep_options {
	struct run_options run;
	struct result *old;   /* a result to go on with, or NULL */
	const char *old_name; /* for messages */
	int skip_impossible;  /* 1: leave out points that can't run; 0: they are an error */
	/* Called before anything runs, if several points can't run or are left out. */
	void (*list_left)(const struct points_left *left);
	FILE *progress; /* NULL: no lines */
	int rewrite; /* 1: a terminal, one line that changes; 0: lines, status_interval_ns apart */
	uint64_t status_interval_ns;
	/* Called now and then with a whole result, and at the end. 0, or -1 with a line in `why`: the sweep ends. */
	int (*save)(void *arg, const struct result *result, struct why *why);
	void *arg;
};

/*
 * result->study and its jobs are loaded (points.h). Fills the rest of `result`. Points that can't run go to `left`.
 * Returns 0, also after an early end by a signal (result->interrupted_by), then perhaps without any run; or -1 with a
 * line in `why`. Runs that were measured before stay in the result. A sweep that can't go on has no runs.
 */
int sweep_run(const struct sweep_options *options, struct result *result, struct points_left *left,
	      struct why *why);

#endif
