/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * task.h -- tasks that change a whole layout (formatting, restoring an info block, repair), cut at every event.
 *
 * For every image that a cut may leave, depth first:
 *	1. The task names the stage of the image. The image opens read-only, and the opening stores nothing.
 *	2. The task uses the image as the next program would. Stores during this use are cut in turn; an old layout
 *	   stays old.
 *	3. The task runs again from the start and completes. One image in RERUN_ONE_IN is cut during this run.
 * Stages only advance: when the image that loses all pending bytes has a stage, no image of this cut or of a later
 * cut has an earlier stage. After the task has returned, every image is at stage done.
 */
#ifndef TESTS_CRASH_TASK_H
#define TESTS_CRASH_TASK_H

#include "btt.h"
#include "seen.h"
#include "world.h"

#define TASK_DEPTH 2 /* cuts after an earlier cut */

enum stage { STAGE_OLD, STAGE_BETWEEN, STAGE_DONE };

struct task {
	const char *name;
	const struct shape *shape;
	const void *arg; /* argument of the task */
	void (*make)(const struct task *task, uint8_t *image);
	void (*run)(const struct task *task, struct world *w);
	enum stage (*check)(const struct task *task, struct world *w);
	void (*use)(const struct task *task, struct world *w, enum stage stage);
};

struct task_counts {
	uint64_t tasks, events, images, distinct, nested;
	uint64_t stages[STAGE_DONE + 1];
};

/* A violation ends the program (world_fail). */
void task_explore(const struct task *task, enum model model, struct task_counts *counts);

/* Opens in any mode; prints nothing on failure. */
struct btt *task_open(struct world *w, enum btt_mode mode, uint64_t start);

/* The tasks of each file by number; NULL after the last one. */
const struct task *format_task(unsigned number);
const struct task *repair_task(unsigned number);

#endif
