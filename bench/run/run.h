/* SPDX-License-Identifier: BSD-3-Clause */
/* run.h -- runs all jobs of a result: places, engine, phases, measurements, verdict. */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include <stddef.h>

#include "engine/engine.h"
#include "result/result.h"
#include "monitor.h"
#include "peers.h"
#include "why.h"

struct run_options {
	const struct target_list *targets; /* of all jobs */
	enum engine_force force;
	const char *verify_state; /* the state file of verify=stamp; NULL: in memory */
	struct monitor_options monitor;
	/* Called before the first load, when no key of the jobs can be wrong any more. NULL: not called. */
	void (*before_load)(const struct target_list *targets, const struct job_list *jobs);
	const struct run_peers *peers; /* NULL: this process runs alone; not for a sweep */
	/* Called once, by the controller, soon after a signal: mpirun kills a second later. NULL: not called. */
	void (*on_signal)(int signal_number);
};

/*
 * Runs result->jobs (which must be loaded) and fills the rest of `result`. Returns 0, also after an
 * early end by a signal (result->interrupted_by). Returns -1 with one line in `why` if a job could not be
 * run: the result then has the runs of the earlier jobs and is invalid, or it has none (nruns 0).
 * One call at a time: it handles SIGINT, SIGTERM and SIGHUP of the process.
 */
int run_jobs(const struct run_options *options, struct result *result, struct why *why);

/*
 * The same in parts, for a sweep or a qualification (result_has_visits): the jobs of all points must be there. One session at a time, for
 * the same reason; the first signal then ends no run, and run_signalled tells of it.
 *
 * run_open looks at the machine and the namespaces; NULL with a line in `why`, which the later calls use too. run_check
 * finds out whether all jobs of a point can run, without a change of data that are not the run's own; -1 with a line.
 * `layout`, if not NULL, gets the layout for the first job. run_point appends the runs of a point; after -1, and when a
 * signal came before the jobs were steady (steady_state), it has appended none. run_finish completes the verdict; it can be called again after more runs.
 */
struct session;
struct session *run_open(const struct run_options *options, struct result *result, struct why *why);
int run_check(struct session *session, size_t point, struct result_layout *layout);
int run_point(struct session *session, size_t point, unsigned round);
int run_signalled(void); /* the number of the signal, or 0 */
void run_finish(struct session *session);
void run_close(struct session *session);

#endif
