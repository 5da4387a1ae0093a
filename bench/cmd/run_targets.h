/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BENCH_CMD_RUN_TARGETS_H
#define BENCH_CMD_RUN_TARGETS_H

#include "engine/target.h"
#include "job/job.h"
#include "cmd.h"

/*
 * Opens each namespace and block device of the jobs once. `spec` is for the jobs that name none. Returns CMD_OK or
 * CMD_FAILED; call run_targets_close after either.
 */
enum cmd_exit run_targets_open(struct target_list *targets, const struct job_list *jobs,
			       const char *spec, enum btt_ns_mode mode);
void run_targets_close(struct target_list *targets);

#endif
