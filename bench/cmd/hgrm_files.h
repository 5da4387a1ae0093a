/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * hgrm_files.h -- one file for each latency distribution (--hgrm=PREFIX): PREFIX.JOB.OP.hgrm has the service times,
 * PREFIX.JOB.OP.response.hgrm the response times of an open loop. Old files are replaced.
 *
 * A function that fails has printed one line on standard error.
 */
#ifndef BENCH_CMD_HGRM_FILES_H
#define BENCH_CMD_HGRM_FILES_H

#include "output/output.h"
#include "cmd.h"

/* Before the run: the names are valid and the files can be created. `is_taken` refuses a path: CMD_OK or an exit code. */
enum cmd_exit hgrm_files_check(const char *prefix, const struct job_list *jobs,
			       enum cmd_exit (*is_taken)(void *arg, const char *path), void *arg);

enum cmd_exit hgrm_files_write(const char *prefix, const struct result *result);

#endif
