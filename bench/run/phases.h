/* SPDX-License-Identifier: BSD-3-Clause */
/* phases.h -- the crews of a group through their phases, the clock on the wall, SIGINT. */
#ifndef BENCH_PHASES_H
#define BENCH_PHASES_H

#include "crew.h"
#include "monitor.h"

/* takes SIGINT and SIGTERM: the first ends the phases early, the second the process */
void phases_catch_signals(void);
int phases_interrupted(void);

/*
 * Takes the started crews of one stage through all phases and joins them. Each crew's monitor has
 * its series afterwards. The measured phase is one for all: it ends after the jobs' runtime or as
 * soon as one crew is through with its ops.
 */
void phases_drive(struct crew *crews, struct monitor *monitors, unsigned count,
		  const struct monitor_options *options);

#endif
