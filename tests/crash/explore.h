/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * explore.h -- all schedules of a program. The threads are coroutines that yield before every load, store, flush
 * and fence, at every turn of a spin wait, and before every op.
 *
 * A state consists of the visible, durable and pending bytes, the position of each thread and all that it has
 * loaded, the knowledge of the oracle, and the turns and marks of lanes that rotate. A schedule that reaches a known state is not followed further.
 * Every state is cut (crash_check.h).
 */
#ifndef TESTS_CRASH_EXPLORE_H
#define TESTS_CRASH_EXPLORE_H

#include "crash_check.h"
#include "program.h"

struct explorer {
	struct check *check;
	enum btt_commit commit;
	enum model model;
	uint64_t programs, states, schedules, blocked;
};

void explore_all(struct explorer *e, struct program *program);

/* Runs `count` random schedules, drawn from *seed. */
void explore_random(struct explorer *e, struct program *program, unsigned count, uint64_t *seed);

#endif
