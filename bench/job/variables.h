/* SPDX-License-Identifier: BSD-3-Clause */
/* variables.h -- ${NAME} in a job file: what the environment says. */
#ifndef BENCH_JOB_VARIABLES_H
#define BENCH_JOB_VARIABLES_H

#include <stddef.h>

#include "why.h"

#define VARIABLES_TEXT_MAX 1024 /* a text with its variables put in */

/*
 * Copies `text` with the value of each ${NAME}; ${NAME:-DEFAULT} is DEFAULT where NAME is not set or empty, as in the
 * shell. What is put in is not looked at for variables again. 0, or -1 with a reason, which names the variable.
 */
int variables_put_in(const char *text, char *out, size_t size, struct why *why);

#endif
