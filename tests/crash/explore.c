/* SPDX-License-Identifier: BSD-3-Clause */
#include "explore.h"

#include <stdio.h>
#include <string.h>

#include "btt_impl.h"
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

	printf("  commit %s, model %s, rotate %u\n",
	       run.e->commit == BTT_COMMIT_STRICT ? "strict" : "two-fence", models[run.e->model],
	       run.e->check->rotate);
	program_print(run.program);
	printf("  schedule (thread of each turn): ");
	for (unsigned i = 0; i < run.length; i++)
		putchar('0' + run.schedule[i]);
	putchar('\n');
}

/* The blocks of one call. */
static uint64_t buffers[PROGRAM_THREADS][PROGRAM_STEPS][TINY_LBASIZE / 8];

static int
do_step(const struct step *s, void *block)
{
	uint32_t lba = run.program->lba[s->block];

	switch (s->kind) {
	case STEP_READ:
		return btt_read(run.btt, s->lane, lba, block);
	case STEP_WRITE:
		return btt_write(run.btt, s->lane, lba, block);
	default:
		return btt_set_zero(run.btt, s->lane, lba);
	}
}

static int
do_batch(const struct step *steps, unsigned n, uint64_t (*blocks)[TINY_LBASIZE / 8])
{
	unsigned lane[PROGRAM_STEPS];
	uint64_t lba[PROGRAM_STEPS];
	void *to[PROGRAM_STEPS];
	const void *from[PROGRAM_STEPS];

	for (unsigned i = 0; i < n; i++) {
		lane[i] = steps[i].lane;
		lba[i] = run.program->lba[steps[i].block];
		from[i] = to[i] = blocks[i];
	}
	return steps->kind == STEP_READ ? btt_read_batch(run.btt, lane, lba, to, n, NULL)
					: btt_write_batch(run.btt, lane, lba, from, n, NULL);
}

/* A later step of the call writes the same block: only that one is written. */
static int
is_superseded(unsigned at, unsigned end)
{
	const struct step *steps = run.program->steps;

	for (unsigned i = at + 1; i < end && steps[at].kind == STEP_WRITE; i++) {
		if (steps[i].block == steps[at].block)
			return 1;
	}
	return 0;
}

static void
do_call(unsigned first, unsigned end)
{
	const struct step *steps = run.program->steps;
	uint64_t(*blocks)[TINY_LBASIZE / 8] = buffers[steps[first].thread];
	int err;

	for (unsigned i = first; i < end; i++) {
		value_fill(blocks[i - first], TINY_LBASIZE, VALUE_STEP + i);
		if (!is_superseded(i, end))
			oracle_begin(&run.oracle, i);
	}
	err = end == first + 1 ? do_step(&steps[first], blocks[0])
			       : do_batch(&steps[first], end - first, blocks);
	if (err)
		world_fail("op %u failed: %s", first, btt_errormsg());
	for (unsigned i = first; i < end; i++) {
		const char *wrong = NULL;

		if (!is_superseded(i, end))
			wrong = oracle_end(&run.oracle, i,
					   value_of(blocks[i - first], TINY_LBASIZE));
		if (wrong)
			world_fail("op %u: %s", i, wrong);
		run.done |= 1u << i;
	}
}

static void
thread_body(void *arg)
{
	struct thread *t = arg;
	unsigned end;

	for (; t->at < run.program->count; t->at = end) {
		end = program_call_end(run.program, t->at);
		if (run.program->steps[t->at].thread != t->number)
			continue;
		t->stop = STOP_OP;
		coroutine_yield(&t->co);
		do_call(t->at, end);
	}
}

/* The thread's next call waits for an earlier op of one of its lanes. */
static int
waits_for_lane(const struct thread *t)
{
	const struct step *steps = run.program->steps;
	unsigned end = t->at < run.program->count ? program_call_end(run.program, t->at) : t->at;

	for (unsigned mine = t->at; mine < end; mine++) {
		for (unsigned i = 0; i < t->at; i++) {
			if (steps[i].lane == steps[mine].lane && !(run.done >> i & 1))
				return 1;
		}
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
	int was_looking = t->stop == STOP_SPIN;

	if (run.length == SCHEDULE_MAX)
		world_fail("a schedule does not end");
	run.schedule[run.length++] = (uint8_t)number;
	t->is_spinning = 0;
	run.world.thread = number;
	run.running = t;
	coroutine_resume(&t->co);
	run.running = NULL;
	/* from one look to the next nothing changes, so threads that only look wait for each other */
	if (was_looking && t->stop == STOP_SPIN && !t->co.is_done)
		return;
	for (unsigned i = 0; i < PROGRAM_THREADS; i++) {
		if (i != number)
			run.threads[i].is_spinning = 0;
	}
}

static void
warm_up(void)
{
	const struct check *c = run.e->check;
	unsigned writes = c->rotate == 1 ? PROGRAM_WARM : c->lanes * c->rotate;
	uint64_t block[TINY_LBASIZE / 8];

	run.world.thread = GONE_THREAD;
	for (unsigned i = 0; i < writes; i++) {
		unsigned number = i % PROGRAM_BLOCKS;

		value_fill(block, sizeof(block), VALUE_WARM + number);
		if (btt_write(run.btt, i % c->lanes, run.program->lba[number], block))
			world_fail("the warm-up failed: %s", btt_errormsg());
	}
}

static void
begin_run(void)
{
	world_load(&run.world, fresh, world_hash_image(fresh, world_bytes(&tiny_shape)));
	run.btt = check_open(&run.world, run.e->check);
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
	for (unsigned i = 0; i < tiny_nfree(); i++) {
		const struct flog_group *group = run.btt->arenas->flog.groups[i];

		hash = world_mix(hash, (uint64_t)group->turn << 1 | group->may_be_read);
	}
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
	if (run.world.visible) {
		run.world.model = e->model;
	} else {
		world_init(&run.world, &tiny_shape, e->model);
		fresh = malloc(world_bytes(&tiny_shape));
		if (!fresh)
			world_fail("no memory");
	}
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
