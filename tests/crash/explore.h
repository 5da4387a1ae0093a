/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * explore.h -- all schedules of a program: its threads are coroutines that give up their turn before
 * every load, store, flush and fence, at every turn of a spin wait and before every op.
 *
 * A state is what is visible, durable and pending, how far each thread is and all that it has loaded, and
 * what the oracle knows. A schedule that reaches a state seen before is not followed further.
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

/* `count` schedules drawn from *seed */
void explore_random(struct explorer *e, struct program *program, unsigned count, uint64_t *seed);

#endif
