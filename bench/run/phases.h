/* SPDX-License-Identifier: BSD-3-Clause */
/* phases.h -- leads the crews of a group through their phases; handles SIGINT, SIGTERM and SIGHUP. */
#ifndef BENCH_PHASES_H
#define BENCH_PHASES_H

#include "crew.h"
#include "monitor.h"

/* What the first signal does to the phases of the group that runs. */
enum phases_on_signal { PHASES_CUT, PHASES_FINISH };

/*
 * Handles SIGINT, SIGTERM and SIGHUP, unless they are ignored. Repeats of the first signal within one second do nothing,
 * a later one kills the process.
 */
void phases_catch_signals(enum phases_on_signal on_signal);

/* Returns the number of the first signal, 0 before it: no other group may start. */
int phases_signalled(void);

/* Like phases_signalled, but 0 with PHASES_FINISH: the phases that run are cut. */
int phases_interrupted(void);

/*
 * Leads the started crews of one stage through all phases and joins them. Afterwards each crew's
 * monitor has its series. If a crew fails to get ready (crew_error), no phase is opened. All crews
 * share the measured phase: it ends after the jobs' runtime, when all jobs with a number of ops
 * have done them, or at a signal.
 */
void phases_drive(struct crew *crews, struct monitor *monitors, unsigned count,
		  const struct monitor_options *options);

#endif
