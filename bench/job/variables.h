/* SPDX-License-Identifier: BSD-3-Clause */
/* variables.h -- environment variables in a job file. */
#ifndef BENCH_JOB_VARIABLES_H
#define BENCH_JOB_VARIABLES_H

#include <stddef.h>

#include "why.h"

#define VARIABLES_TEXT_MAX 65536 /* bytes of an expanded text, with NUL */

/*
 * Copies `text` to `out` and replaces each ${NAME} by its value. ${NAME:-DEFAULT} gives DEFAULT if NAME is
 * not set or empty, as in the shell. Values are not expanded again. Returns 0, or -1 with a reason in `why`
 * that names the variable.
 */
int variables_expand(const char *text, char *out, size_t size, struct why *why);

#endif
