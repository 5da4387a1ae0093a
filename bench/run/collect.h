/* SPDX-License-Identifier: BSD-3-Clause */
/* collect.h -- copies the measurements of workers, engine and target into the result. */
#ifndef BENCH_COLLECT_H
#define BENCH_COLLECT_H

#include "result/result.h"
#include "crew.h"
#include "monitor.h"

/*
 * Fills `run` with the crew's measured phase; the workers have ended. Takes the intervals from the
 * monitor. 0, or -1/ENOMEM.
 */
int collect_run(struct result_run *run, const struct crew *crew, struct monitor *monitor);

/* Fills `ns` with the facts of a target before any job runs on it; 0, or -1/ENOMEM. */
int collect_target(struct result_namespace *ns, const struct target *target);

/* Fills `layout` from the engine; not valid without a BTT. */
void collect_layout(struct result_layout *layout, const struct engine *engine);

#endif
