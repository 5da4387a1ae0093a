/* SPDX-License-Identifier: BSD-3-Clause */
/* own_variables.h -- the environment variables of bttbench itself; their names start with BTTBENCH_. */
#ifndef BENCH_CMD_OWN_VARIABLES_H
#define BENCH_CMD_OWN_VARIABLES_H

#include "why.h"

/* Returns 0, or -1 with a line in `why` if a variable has a value that is not allowed. Empty counts as unset. */
int own_variables_check(struct why *why);

/*
 * Looks for variables that start with BTTBENCH_ and do not exist: they have no effect, except that a job file may
 * use them. *next is 0 at the first call. Returns 1 with a line about the next one in `why`, or 0 after the last.
 */
int own_variables_next_unknown(unsigned *next, struct why *why);

#endif
