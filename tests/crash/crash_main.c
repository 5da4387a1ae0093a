/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * crash_main.c -- crash: every power cut of every schedule of every small program, and of every task that
 * changes a whole layout.
 *
 *   crash [--only=ops|tasks] [--ops=N] [--commit=ORDER] [--model=MODEL] [--rotate=N] [--random=PROGRAMS] [--seed=N]
 *         [--keep=DIR --pool=POOL]
 *   crash --check=DIR
 *
 * Without --only, --commit, --model and --rotate it runs all of them. With --rotate=2 and 3 there are two lanes, and
 * longer programs as well: one thread writes four times, so that a lane comes back to its first free block, beside any op
 * of the other lane. Prints one TAP line for each; the first violation ends the program and prints the small program and its
 * schedule.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "explore.h"
#include "task.h"
#include "tiny.h"

#define RANDOM_STEPS     6
#define ROTATE_MOST      3u
#define ROTATING_LANES   2u
#define WRITES_BESIDE    4u
#define RANDOM_SCHEDULES 20
#define KEPT_IMAGES      200u
#define BLOCK_NEAR       1u  /* shares a map line, and a word of that line, with block 0 */
#define BLOCK_FAR        16u /* in the next map line */

static const char *const commits[] = {
	[BTT_COMMIT_STRICT] = "strict", [BTT_COMMIT_TWO_FENCE] = "two-fence"};
enum part { PART_OPS, PART_TASKS, PARTS };

static const char *const parts[] = {"ops", "tasks"};
static const char *const models[] = {"line", "word", "late"};

static struct options {
	unsigned ops, batches;
	int part, commit, model; /* -1 = all */
	unsigned rotate;         /* 0 = all */
	unsigned random;
	uint64_t seed;
	const char *pool, *keep, *check;
} options = {
	.ops = 3, .batches = 1, .part = -1, .commit = -1, .model = -1, .random = 20, .seed = 1};

static struct explorer *explorer;
static struct sample *sample;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
explore_program(struct program *program)
{
	explore_all(explorer, program);
}

static void
explore_starts(uint32_t second_lba)
{
	for (int start = START_FRESH; start < STARTS; start++) {
		const struct check *check = explorer->check;
		struct program program = {.lba = {0, second_lba, PROGRAM_OTHER_LBA},
					  .nblocks = 2,
					  .start = (enum start)start,
					  .lanes = check->lanes};

		for (unsigned ops = 1; ops <= options.ops; ops++)
			program_each(&program, ops, explore_program);
		if (check->rotate > 1)
			program_each_beside_writes(&program, WRITES_BESIDE, explore_program);
		else if (options.batches)
			program_each_batch(&program, explore_program);
		program.nblocks = 2;
		for (unsigned i = 0; i < options.random; i++) {
			program_draw(&program, RANDOM_STEPS, &options.seed);
			explore_random(explorer, &program, RANDOM_SCHEDULES, &options.seed);
		}
	}
}

static void
explore_config(unsigned number, enum btt_commit commit, enum model model, unsigned rotate)
{
	struct check check = {.commit = commit,
			      .lanes = rotate > 1 ? ROTATING_LANES : PROGRAM_LANES,
			      .rotate = rotate,
			      .sample = rotate > 1 ? NULL : sample};
	struct explorer e = {.check = &check, .commit = commit, .model = model};
	double start = now();

	tiny_use_nfree(check.lanes * rotate);
	check_init(&check, model);
	explorer = &e;
	explore_starts(BLOCK_NEAR);
	explore_starts(BLOCK_FAR);
	printf("ok %u - commit %s, model %s, rotate %u: %ju programs, %ju schedules, %ju states, "
	       "%ju images, "
	       "%ju distinct (%ju cut inside a recovery), %ju kills, %ju openings, %.1f min\n",
	       number, commits[commit], models[model], rotate, (uintmax_t)e.programs,
	       (uintmax_t)e.schedules, (uintmax_t)e.states, (uintmax_t)check.images,
	       (uintmax_t)check.distinct, (uintmax_t)check.nested, (uintmax_t)check.killed,
	       (uintmax_t)check.opened, (now() - start) / 60);
	fflush(stdout);
	check_fini(&check);
}

static int
find_word(const char *word, const char *const *words, int count)
{
	for (int i = 0; i < count; i++) {
		if (!strcmp(word, words[i]))
			return i;
	}
	fprintf(stderr, "crash: %s: unknown\n", word);
	exit(2);
}

static void
parse(const char *arg)
{
	const char *value = strchr(arg, '=');

	if (value && !strncmp(arg, "--ops=", 6))
		options.ops = (unsigned)strtoul(value + 1, NULL, 0);
	else if (value && !strncmp(arg, "--batches=", 10))
		options.batches = (unsigned)strtoul(value + 1, NULL, 0);
	else if (value && !strncmp(arg, "--random=", 9))
		options.random = (unsigned)strtoul(value + 1, NULL, 0);
	else if (value && !strncmp(arg, "--seed=", 7))
		options.seed = strtoull(value + 1, NULL, 0);
	else if (value && !strncmp(arg, "--rotate=", 9))
		options.rotate = (unsigned)strtoul(value + 1, NULL, 0);
	else if (value && !strncmp(arg, "--keep=", 7))
		options.keep = value + 1;
	else if (value && !strncmp(arg, "--pool=", 7))
		options.pool = value + 1;
	else if (value && !strncmp(arg, "--check=", 8))
		options.check = value + 1;
	else if (value && !strncmp(arg, "--only=", 7))
		options.part = find_word(value + 1, parts, PARTS);
	else if (value && !strncmp(arg, "--commit=", 9))
		options.commit = find_word(value + 1, commits, 2);
	else if (value && !strncmp(arg, "--model=", 8))
		options.model = find_word(value + 1, models, MODELS);
	else {
		fprintf(stderr, "crash: %s: unknown option\n", arg);
		exit(2);
	}
}

static void
explore_tasks_of(const struct task *(*task_of)(unsigned number), enum model model,
		 struct task_counts *counts)
{
	const struct task *task;

	for (unsigned i = 0; (task = task_of(i)) != NULL; i++)
		task_explore(task, model, counts);
}

static void
explore_tasks(unsigned number, enum model model)
{
	struct task_counts c = {0};
	double start = now();

	explore_tasks_of(format_task, model, &c);
	explore_tasks_of(repair_task, model, &c);
	printf("ok %u - tasks, model %s: %ju tasks, %ju events, %ju images, %ju distinct (%ju cut "
	       "after an earlier cut; stages: %ju old, %ju between, %ju done), %.1f min\n",
	       number, models[model], (uintmax_t)c.tasks, (uintmax_t)c.events, (uintmax_t)c.images,
	       (uintmax_t)c.distinct, (uintmax_t)c.nested, (uintmax_t)c.stages[STAGE_OLD],
	       (uintmax_t)c.stages[STAGE_BETWEEN], (uintmax_t)c.stages[STAGE_DONE],
	       (now() - start) / 60);
	fflush(stdout);
}

static int
is_wanted(int option, int value)
{
	return option < 0 || option == value;
}

/* Returns the number of the last line of TAP. */
static unsigned
explore_orders(unsigned number, unsigned rotate)
{
	for (int commit = 0; commit < 2; commit++) {
		for (int model = 0; model < MODELS; model++) {
			if (is_wanted(options.commit, commit) && is_wanted(options.model, model))
				explore_config(++number, (enum btt_commit)commit, (enum model)model,
					       rotate);
		}
	}
	return number;
}

int
main(int argc, char **argv)
{
	unsigned number = 0;

	for (int i = 1; i < argc; i++)
		parse(argv[i]);
	if (options.check) {
		sample_check(options.check);
		return 0;
	}
	if (options.keep && options.pool)
		sample = sample_begin(options.pool, options.keep, KEPT_IMAGES);
	for (unsigned rotate = 1; rotate <= ROTATE_MOST && is_wanted(options.part, PART_OPS);
	     rotate++)
		if (!options.rotate || options.rotate == rotate)
			number = explore_orders(number, rotate);
	tiny_use_nfree(TINY_NFREE);
	/* With one thread MODEL_LATE equals MODEL_WORD. */
	for (int model = 0; model < MODEL_LATE && is_wanted(options.part, PART_TASKS); model++) {
		if (is_wanted(options.model, model))
			explore_tasks(++number, (enum model)model);
	}
	if (sample)
		sample_end(sample);
	printf("1..%u\n", number);
	return 0;
}
