/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * run.h -- a job from start to result: placement, engine, phases, what was found.
 */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include <stddef.h>

#include "engine/engine.h"
#include "result/result.h"
#include "monitor.h"
#include "why.h"

struct run_options {
	const struct target_list *targets; /* of all jobs */
	enum engine_force force;
	const char *verify_state; /* file that verify=stamp keeps its state in; NULL: memory */
	struct monitor_options monitor;
};

/*
 * Runs result->jobs (which must be loaded) and fills the rest of `result`. 0, also when it was
 * ended early (result->status); -1 with one line in `why` when a job could not be run. The result then has the
 * runs of the jobs that were through before, and is invalid; it is empty (nruns 0) when there are none. One run
 * at a time: it takes SIGINT and SIGTERM for itself.
 */
int run_jobs(const struct run_options *options, struct result *result, struct why *why);

#endif
