/* SPDX-License-Identifier: BSD-3-Clause */
/* run_targets.h -- the namespaces and block devices that the jobs of a run name, each opened once. */
#ifndef BENCH_CMD_RUN_TARGETS_H
#define BENCH_CMD_RUN_TARGETS_H

#include "engine/target.h"
#include "job/job.h"
#include "cmd.h"

/* spec: of jobs that name none. CMD_OK, or CMD_FAILED after the line that says why; close either way */
enum cmd_exit run_targets_open(struct target_list *targets, const struct job_list *jobs,
			       const char *spec, enum btt_ns_mode mode);
void run_targets_close(struct target_list *targets);

#endif
