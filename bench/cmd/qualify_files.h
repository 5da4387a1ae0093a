/* SPDX-License-Identifier: BSD-3-Clause */
/* qualify_files.h -- the folder of a qualification. Functions that fail have printed one line. */
#ifndef BENCH_CMD_QUALIFY_FILES_H
#define BENCH_CMD_QUALIFY_FILES_H

#include <limits.h>

#include "result/result.h"
#include "cmd.h"
#include "why.h"

struct qualify_files {
	char result[PATH_MAX], report[PATH_MAX], junit[PATH_MAX], summary[PATH_MAX],
		stamps[PATH_MAX];
};

/* Makes the folder if it is missing. */
enum cmd_exit qualify_files_open(struct qualify_files *files, const char *dir);

/* Replaces result.json; -1 with a line in `why`. */
int qualify_files_save(const struct qualify_files *files, const struct result *result,
		       struct why *why);

/* Replaces the other three files. */
enum cmd_exit qualify_files_finish(const struct qualify_files *files, const struct result *result);

#endif
