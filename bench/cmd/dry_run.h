/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BENCH_CMD_DRY_RUN_H
#define BENCH_CMD_DRY_RUN_H

#include "engine/target.h"
#include "job/job.h"
#include "cmd.h"

/*
 * bttbench run --dry-run: prints the jobs as a job file, every key with its effective value on `targets`, and comments
 * with the place of each worker. Running that file runs the same jobs. On an error nothing is printed on standard
 * output.
 */
enum cmd_exit dry_run(struct job_list *list, const struct target_list *targets);

#endif
