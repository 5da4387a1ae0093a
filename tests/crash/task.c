/* SPDX-License-Identifier: BSD-3-Clause */
#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_check.h"

#define RERUN_ONE_IN 16u
#define LEVELS       (TASK_DEPTH + 3)

/* One for each cut inside another cut. */
struct level {
	struct world world;
	enum stage least, most; /* stages that an image of this level may have */
	int knows_least;        /* the image that loses all pending bytes has been checked */
};

static struct explored {
	const struct task *task;
	struct task_counts *counts;
	struct seen seen;
	struct level levels[LEVELS];
	unsigned depth; /* the level of the running world */
	uint64_t event; /* event of the outermost run, for the message */
} x;

struct btt *
task_open(struct world *w, enum btt_mode mode, uint64_t start)
{
	static const struct ns_callback none;
	const struct btt_open_options options = {.mode = mode, .start = start};

	return btt_open(&options, w->shape->size, w, &none);
}

static void
print_task(void)
{
	static const char *const models[] = {"line", "word", "late"};

	printf("  %s, model %s, cut after event %ju, %u cuts deep\n", x.task->name,
	       models[x.levels[0].world.model], (uintmax_t)x.event, x.depth);
}

static void cut(struct world *w);

/* The world of the next level, loaded with an image that a cut of this level left. */
static struct world *
enter(const uint8_t *image, uint64_t hash)
{
	struct world *w = &x.levels[++x.depth].world;

	world_load(w, image, hash);
	return w;
}

static void
let_be_cut(enum stage least, enum stage most)
{
	struct level *level = &x.levels[x.depth];

	level->least = least;
	level->most = most;
	level->world.after = x.depth <= TASK_DEPTH ? cut : NULL;
}

static enum stage
check_unchanged(struct world *w)
{
	uint64_t hash = w->durable_hash;
	enum stage stage = x.task->check(x.task, w);

	if (w->npieces || w->visible_hash != hash)
		world_fail("opened read-only, but changed");
	return stage;
}

static void
expect_done(void *arg, const uint8_t *image, uint64_t hash)
{
	struct world *w = enter(image, hash);

	(void)arg;
	if (check_unchanged(w) != STAGE_DONE)
		world_fail("the task returned, but a cut leaves it undone");
	x.task->use(x.task, w, STAGE_DONE);
	x.depth--;
}

static void
run_to_the_end(struct world *w)
{
	x.task->run(x.task, w);
	w->after = NULL;
	if (w->npieces)
		world_fail("the task returned, but one of its stores is not durable");
	world_each_image(w, expect_done, NULL);
}

static void
check_stage(struct level *above, enum stage stage)
{
	static const char *const names[] = {"old", "between", "done"};

	if (stage < above->least)
		world_fail("a cut brings back stage %s after stage %s", names[stage],
			   names[above->least]);
	if (stage > above->most)
		world_fail("a cut leaves stage %s; the latest possible is %s", names[stage],
			   names[above->most]);
	if (!above->knows_least)
		above->least = stage; /* the first image loses all pending bytes */
	above->knows_least = 1;
	x.counts->stages[stage]++;
}

/* The next program uses the layout, or the task starts again. */
static void
go_on(struct world *w, const uint8_t *image, uint64_t hash, enum stage stage)
{
	x.counts->distinct++;
	x.counts->nested += x.depth > 1;
	let_be_cut(stage, stage == STAGE_OLD ? STAGE_OLD : STAGE_DONE);
	x.task->use(x.task, w, stage);

	world_load(w, image, hash);
	let_be_cut(stage, STAGE_DONE);
	if (stage == STAGE_DONE || hash % RERUN_ONE_IN)
		w->after = NULL;
	run_to_the_end(w);
}

static void
check_image(void *arg, const uint8_t *image, uint64_t hash)
{
	struct level *above = &x.levels[x.depth];
	struct world *w;
	enum stage stage;
	uint64_t key =
		world_mix(hash, (uint64_t)above->least << 8 | (uint64_t)above->most << 4 | x.depth);
	int is_new = seen_add(&x.seen, key);

	(void)arg;
	x.counts->images++;
	if (!is_new && above->knows_least)
		return;
	w = enter(image, hash);
	stage = check_unchanged(w);
	check_stage(above, stage);
	if (is_new)
		go_on(w, image, hash, stage);
	x.depth--;
}

static void
cut(struct world *w)
{
	struct level *level = &x.levels[x.depth];

	if (x.depth == 0) {
		x.event = w->all_events;
		x.counts->events++;
	}
	if (x.depth && !w->npieces)
		return; /* unchanged since the last fence: all durable */
	level->knows_least = 0;
	world_each_image(w, check_image, NULL);
}

void
task_explore(const struct task *task, enum model model, struct task_counts *counts)
{
	uint8_t *image = calloc(1, world_bytes(task->shape));
	struct world *first = &x.levels[0].world;

	if (!image)
		world_fail("no memory");
	x = (struct explored){.task = task, .counts = counts};
	for (unsigned i = 0; i < LEVELS; i++)
		world_init(&x.levels[i].world, task->shape, model);
	world_fail_context = print_task;
	task->make(task, image);
	world_load(first, image, world_hash_image(image, world_bytes(task->shape)));
	let_be_cut(STAGE_OLD, STAGE_DONE);
	run_to_the_end(first);
	counts->tasks++;
	for (unsigned i = 0; i < LEVELS; i++)
		world_fini(&x.levels[i].world);
	free(x.seen.slots);
	free(image);
}
