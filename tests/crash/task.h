/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * task.h -- what changes a layout as a whole (formatting, an info block restored, a repair), cut at every
 * event.
 *
 * From every image that a cut may leave, depth first:
 *	1. the task says at which stage the image is; it opens read-only, and stores nothing
 *	2. the task uses it as whoever comes next would; where that stores, it is cut in turn, and what is old
 *	   stays so
 *	3. the task runs again from the start, with cuts of its own for one image in RERUN_ONE_IN, and gets done
 * Stages go one way: where all that is pending is lost, and a stage is reached, no image of this cut or a
 * later one is at an earlier stage. When the task has returned, it is done in every image.
 */
#ifndef TESTS_CRASH_TASK_H
#define TESTS_CRASH_TASK_H

#include "btt.h"
#include "seen.h"
#include "world.h"

#define TASK_DEPTH 2 /* cuts inside what comes after a cut */

enum stage { STAGE_OLD, STAGE_BETWEEN, STAGE_DONE };

struct task {
	const char *name;
	const struct shape *shape;
	const void *arg; /* the task's own */
	void (*make)(const struct task *task, uint8_t *image);
	void (*run)(const struct task *task, struct world *w);
	enum stage (*check)(const struct task *task, struct world *w);
	void (*use)(const struct task *task, struct world *w, enum stage stage);
};

struct task_counts {
	uint64_t tasks, events, images, distinct, nested;
	uint64_t stages[STAGE_DONE + 1];
};

/* a violation ends the program: world_fail */
void task_explore(const struct task *task, enum model model, struct task_counts *counts);

/* opens in any mode, without a word when it can't be */
struct btt *task_open(struct world *w, enum btt_mode mode, uint64_t start);

/* what the parts offer; NULL behind the last one */
const struct task *format_task(unsigned number);
const struct task *repair_task(unsigned number);

#endif
