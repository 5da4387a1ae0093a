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

/* Like phases_signalled, but 0 with PHASES_FINISH: the phases that run are cut. Also 1 when a peer has failed. */
int phases_interrupted(void);

/*
 * The peers of this process from now on; NULL: none. `tell`, if not NULL, is called once after a signal, by the next call
 * of one of the two functions above.
 */
void phases_watch(const struct run_peers *peers, void (*tell)(int signal_number));

/*
 * Leads the started crews of one stage through all phases and joins them. Afterwards each crew's
 * monitor has its series. If a crew fails to get ready (crew_error), no phase is opened. All crews
 * share the measured phase: it ends after the jobs' runtime, when all jobs with a number of ops
 * have done them, or at a signal. With peers, all processes begin each phase together.
 *
 * 0, or -1 with a line when a peer has failed.
 */
int phases_drive(struct crew *crews, struct monitor *monitors, unsigned count,
		 const struct monitor_options *options, struct why *why);

#endif
