/* SPDX-License-Identifier: BSD-3-Clause */
/* run.h -- runs all jobs of a result: places, engine, phases, measurements, verdict. */
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
	const char *verify_state; /* the state file of verify=stamp; NULL: in memory */
	struct monitor_options monitor;
	/* Called before the first load, when no key of the jobs can be wrong any more. NULL: not called. */
	void (*before_load)(const struct target_list *targets, const struct job_list *jobs);
};

/*
 * Runs result->jobs (which must be loaded) and fills the rest of `result`. Returns 0, also after an
 * early end by a signal (result->interrupted_by). Returns -1 with one line in `why` if a job could not be
 * run: the result then has the runs of the earlier jobs and is invalid, or it has none (nruns 0).
 * One call at a time: it handles SIGINT, SIGTERM and SIGHUP of the process.
 */
int run_jobs(const struct run_options *options, struct result *result, struct why *why);

#endif
