/* SPDX-License-Identifier: BSD-3-Clause */
/* dry_run.h -- bttbench run --dry-run. */
#ifndef BENCH_CMD_DRY_RUN_H
#define BENCH_CMD_DRY_RUN_H

#include "engine/target.h"
#include "job/job.h"
#include "cmd.h"

/*
 * Prints the jobs as a job file, every key with the value that a run on these would take it to have, and in comments
 * where each worker would run. That file gives the same jobs. The exit code; nothing is printed but with CMD_OK.
 */
enum cmd_exit dry_run(struct job_list *list, const struct target_list *targets);

#endif
