/* SPDX-License-Identifier: BSD-3-Clause */
/* collect.h -- from what workers and engine hold to the result that writers read. */
#ifndef BENCH_COLLECT_H
#define BENCH_COLLECT_H

#include "result/result.h"
#include "crew.h"
#include "monitor.h"

/* what the crew's measured phase found; takes the monitor's series. 0 or -1/ENOMEM */
int collect_run(struct result_run *run, const struct crew *crew, struct monitor *monitor);

/* what is known of a target before anything runs on it; 0 or -1/ENOMEM */
int collect_target(struct result_namespace *ns, const struct target *target);

/* and its layout, when the engine has one; 0 or -1/ENOMEM */
int collect_layout(struct result_namespace *ns, const struct engine *engine);

#endif
