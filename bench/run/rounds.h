/* SPDX-License-Identifier: BSD-3-Clause */
/* rounds.h -- repeats the run of a group. Both return 0, or -1 with a reason in session->why. */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

#include "group.h"

/* Measures the group `repeat` times. */
int rounds_repeat(struct group *g);

/*
 * Measures the group until `steady_state` is reached, or rounds_max times. The rounds before the
 * last ones are marked as settling; result->steady has the series of all rounds.
 */
int rounds_until_steady(struct group *g);

#endif
