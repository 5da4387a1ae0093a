/* SPDX-License-Identifier: BSD-3-Clause */
#include "explore.h"

#include <stdio.h>
#include <string.h>

#include "coroutine.h"
#include "spin_hook.h"
#include "tiny.h"

#define SCHEDULE_MAX 1024
#define GONE_THREAD  2u /* ran the warm-up; never fences again */

enum stop { STOP_OP, STOP_EVENT, STOP_SPIN };

struct thread {
	struct coroutine co;
	unsigned number, at; /* the next step, as a number in the whole program */
	int is_spinning;     /* and nothing has changed since it looked */
	enum stop stop;      /* where the thread yielded; a spinning thread holds no lock yet */
};

static struct run {
	struct explorer *e;
	struct program *program;
	struct oracle oracle;
	struct world world;
	struct btt *btt;
	struct thread threads[PROGRAM_THREADS];
	struct thread *running;
	unsigned done; /* one bit per step */
	uint8_t schedule[SCHEDULE_MAX];
	unsigned length;
} run;

static struct seen states;
static uint8_t *fresh;

void
crash_spin(void)
{
	if (!run.running)
		world_fail(
			"waits for a lock that nobody holds, or for a reader that does not exist");
	run.running->is_spinning = 1;
	run.running->stop = STOP_SPIN;
	coroutine_yield(&run.running->co);
}

static void
give_turn(struct world *w)
{
	(void)w;
	run.running->stop = STOP_EVENT;
	coroutine_yield(&run.running->co);
}

static void
print_run(void)
{
	static const char *const models[] = {"line", "word", "late"};

	printf("  commit %s, model %s\n",
	       run.e->commit == BTT_COMMIT_STRICT ? "strict" : "two-fence", models[run.e->model]);
	program_print(run.program);
	printf("  schedule (thread of each turn): ");
	for (unsigned i = 0; i < run.length; i++)
		putchar('0' + run.schedule[i]);
	putchar('\n');
}

static int
do_step(const struct step *s, unsigned number)
{
	uint64_t block[TINY_LBASIZE / 8];
	uint32_t lba = run.program->lba[s->block];
	int err;

	switch (s->kind) {
	case STEP_READ:
		err = btt_read(run.btt, s->lane, lba, block);
		break;
	case STEP_WRITE:
		value_fill(block, sizeof(block), VALUE_STEP + number);
		err = btt_write(run.btt, s->lane, lba, block);
		break;
	default:
		err = btt_set_zero(run.btt, s->lane, lba);
	}
	if (err)
		world_fail("op %u failed: %s", number, btt_errormsg());
	return s->kind == STEP_READ ? value_of(block, sizeof(block)) : 0;
}

static void
thread_body(void *arg)
{
	struct thread *t = arg;

	for (; t->at < run.program->count; t->at++) {
		const struct step *s = &run.program->steps[t->at];
		const char *wrong;
		int value;

		if (s->thread != t->number)
			continue;
		t->stop = STOP_OP;
		coroutine_yield(&t->co);
		oracle_begin(&run.oracle, t->at);
		value = do_step(s, t->at);
		wrong = oracle_end(&run.oracle, t->at, value);
		if (wrong)
			world_fail("op %u: %s", t->at, wrong);
		run.done |= 1u << t->at;
	}
}

/* The thread's next op waits for an earlier op of the same lane. */
static int
waits_for_lane(const struct thread *t)
{
	const struct step *steps = run.program->steps;

	for (unsigned i = 0; i < t->at && i < run.program->count; i++) {
		if (steps[i].lane == steps[t->at].lane && !(run.done >> i & 1))
			return 1;
	}
	return 0;
}

static int
can_go(const struct thread *t)
{
	return !t->co.is_done && !t->is_spinning && !waits_for_lane(t);
}

static void
turn(unsigned number)
{
	struct thread *t = &run.threads[number];

	if (run.length == SCHEDULE_MAX)
		world_fail("a schedule does not end");
	run.schedule[run.length++] = (uint8_t)number;
	for (unsigned i = 0; i < PROGRAM_THREADS; i++)
		run.threads[i].is_spinning = 0;
	run.world.thread = number;
	run.running = t;
	coroutine_resume(&t->co);
	run.running = NULL;
}

static void
warm_up(void)
{
	const uint32_t lba[PROGRAM_LANES] = {run.program->lba[0], run.program->lba[1],
					     PROGRAM_OTHER_LBA};
	uint64_t block[TINY_LBASIZE / 8];

	run.world.thread = GONE_THREAD;
	for (unsigned lane = 0; lane < PROGRAM_LANES; lane++) {
		value_fill(block, sizeof(block), VALUE_WARM + lane);
		if (btt_write(run.btt, lane, lba[lane], block))
			world_fail("the warm-up failed: %s", btt_errormsg());
	}
}

static void
begin_run(void)
{
	world_load(&run.world, fresh, world_hash_image(fresh, world_bytes(&tiny_shape)));
	run.btt = check_open(&run.world, run.e->commit);
	if (run.program->start == START_WARM)
		warm_up();
	oracle_start(&run.oracle, run.program);
	run.done = 0;
	run.length = 0;
	memset(run.world.loaded, 0, sizeof(run.world.loaded));
	memset(run.world.events, 0, sizeof(run.world.events));
	run.world.before = give_turn;
	for (unsigned i = 0; i < PROGRAM_THREADS; i++) {
		struct thread *t = &run.threads[i];

		t->number = i;
		t->at = 0;
		t->is_spinning = 0;
		coroutine_start(&t->co, thread_body, t);
		run.running = t;
		coroutine_resume(&t->co);
	}
	run.running = NULL;
}

static void
end_run(void)
{
	run.world.before = NULL;
	check_drop(&run.world, run.btt);
	run.btt = NULL;
}

static uint64_t
state_hash(void)
{
	const struct world *w = &run.world;
	uint64_t hash = world_mix(w->visible_hash, w->durable_hash);

	hash = world_mix(hash, world_pending_hash(w));
	hash = world_mix(hash, oracle_hash(&run.oracle));
	for (unsigned i = 0; i < PROGRAM_THREADS; i++) {
		hash = world_mix(hash, w->loaded[i]);
		hash = world_mix(hash, w->events[i] << 16 | run.threads[i].at << 8 |
					       (unsigned)run.threads[i].stop << 4 |
					       (unsigned)run.threads[i].is_spinning << 1 |
					       (unsigned)run.threads[i].co.is_done);
	}
	return hash;
}

static void
cut(void)
{
	uint32_t allowed[PROGRAM_BLOCKS];

	for (unsigned i = 0; i < PROGRAM_BLOCKS; i++)
		allowed[i] = oracle_allowed(&run.oracle, i);
	run.e->states++;
	check_cut(run.e->check, &run.world, allowed);
	check_kill(run.e->check, &run.world, allowed);
}

static int
is_finished(void)
{
	for (unsigned i = 0; i < PROGRAM_THREADS; i++) {
		if (!run.threads[i].co.is_done)
			return 0;
	}
	return 1;
}

/* A point where another thread could have run: the length of the schedule, and the thread. */
struct branch {
	unsigned length;
	uint8_t thread;
};

/* Runs from a new state to a state seen before, or to the end. Notes the other possible choices. */
static unsigned
follow(struct branch *branches, unsigned nbranches)
{
	while (seen_add(&states, state_hash())) {
		unsigned chosen = PROGRAM_THREADS;

		cut();
		for (unsigned i = 0; i < PROGRAM_THREADS; i++) {
			if (!can_go(&run.threads[i]))
				continue;
			if (chosen == PROGRAM_THREADS)
				chosen = i;
			else
				branches[nbranches++] = (struct branch){run.length, (uint8_t)i};
		}
		if (chosen == PROGRAM_THREADS) {
			if (!is_finished())
				world_fail("every thread waits for another");
			break;
		}
		turn(chosen);
	}
	return nbranches;
}

static void
prepare(struct explorer *e, struct program *program)
{
	run.e = e;
	run.program = program;
	world_fail_context = print_run;
	memcpy(e->check->lba, program->lba, sizeof(program->lba));
	e->check->commit = e->commit;
	e->check->start = program->start;
	if (run.world.visible) {
		run.world.model = e->model;
		return;
	}
	world_init(&run.world, &tiny_shape, e->model);
	fresh = malloc(world_bytes(&tiny_shape));
	if (!fresh)
		world_fail("no memory");
	tiny_make(fresh);
}

void
explore_all(struct explorer *e, struct program *program)
{
	struct branch branches[SCHEDULE_MAX];
	uint8_t path[SCHEDULE_MAX];
	unsigned nbranches;

	prepare(e, program);
	e->programs++;
	seen_clear(&states);
	begin_run();
	nbranches = follow(branches, 0);
	memcpy(path, run.schedule, run.length);
	end_run();
	e->schedules++;
	while (nbranches) {
		struct branch b = branches[--nbranches];

		begin_run();
		while (run.length < b.length)
			turn(path[run.length]);
		turn(b.thread);
		nbranches = follow(branches, nbranches);
		memcpy(path, run.schedule, run.length);
		end_run();
		e->schedules++;
	}
}

void
explore_random(struct explorer *e, struct program *program, unsigned count, uint64_t *seed)
{
	prepare(e, program);
	e->programs++;
	while (count--) {
		begin_run();
		while (!is_finished()) {
			unsigned first;

			*seed = world_mix(*seed, 2);
			first = (unsigned)(*seed >> 33) % PROGRAM_THREADS;
			if (!can_go(&run.threads[first]))
				first = !first;
			if (!can_go(&run.threads[first]))
				world_fail("every thread waits for another");
			turn(first);
			cut();
		}
		end_run();
		e->schedules++;
	}
}
