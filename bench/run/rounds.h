/* SPDX-License-Identifier: BSD-3-Clause */
/* rounds.h -- how often a group is measured. Both: 0, or -1 with a reason in session->why. */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

#include "group.h"

/* as `repeat` says */
int rounds_repeat(struct group *g);

/* as `steady_state` says: the runs of the last rounds stay in the result, with the series of all in its `steady` */
int rounds_until_steady(struct group *g);

#endif
