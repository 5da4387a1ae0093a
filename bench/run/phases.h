/* SPDX-License-Identifier: BSD-3-Clause */
/* phases.h -- leads the crews of a group through their phases; handles SIGINT, SIGTERM and SIGHUP. */
#ifndef BENCH_PHASES_H
#define BENCH_PHASES_H

#include "crew.h"
#include "monitor.h"

/*
 * Handles SIGINT, SIGTERM and SIGHUP, unless they are ignored. The first ends the phases early. Repeats within one
 * second do nothing, a later one kills the process.
 */
void phases_catch_signals(void);

/* Returns the number of the first signal, 0 before it. */
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
