/* SPDX-License-Identifier: BSD-3-Clause */
#include "program.h"

#include <stdio.h>
#include <string.h>

#include "tiny.h"
#include "world.h"

#define VALUE_WORD(value, i) ((uint64_t)(value) << 32 | 0x5a000000u | (i))

void
value_fill(void *block, uint32_t len, unsigned value)
{
	for (uint32_t i = 0; i < len / 8; i++) {
		uint64_t word = value == VALUE_ZERO ? 0 : VALUE_WORD(value, i);

		memcpy((uint8_t *)block + 8 * i, &word, sizeof(word));
	}
}

int
value_of(const void *block, uint32_t len)
{
	uint64_t first, word;
	unsigned value;

	memcpy(&first, block, sizeof(first));
	value = (unsigned)(first >> 32);
	if (value >= VALUES)
		return VALUE_TORN;
	for (uint32_t i = 0; i < len / 8; i++) {
		memcpy(&word, (const uint8_t *)block + 8 * i, sizeof(word));
		if (word != (value == VALUE_ZERO ? 0 : VALUE_WORD(value, i)))
			return VALUE_TORN;
	}
	return (int)value;
}

unsigned
program_call_end(const struct program *program, unsigned first)
{
	unsigned end = first + 1;

	while (end < program->count && program->steps[end].joins)
		end++;
	return end;
}

#define FIRST_BIT(block) (uint16_t)(1u << (PROGRAM_STEPS + (block)))

static unsigned
value_of_bit(const struct oracle *o, unsigned bit)
{
	if (bit >= PROGRAM_STEPS)
		return o->program->start == START_WARM
			       ? VALUE_WARM + (bit - PROGRAM_STEPS)
			       : tiny_first_value(o->program->lba[bit - PROGRAM_STEPS]);
	return o->program->steps[bit].kind == STEP_ZERO ? VALUE_ZERO : VALUE_STEP + bit;
}

/* The ops that give the block this value. */
static uint16_t
setters(const struct oracle *o, unsigned block)
{
	uint16_t mask = FIRST_BIT(block);

	for (unsigned i = 0; i < o->program->count; i++) {
		if (o->program->steps[i].kind != STEP_READ && o->program->steps[i].block == block)
			mask |= (uint16_t)(1u << i);
	}
	return mask;
}

static uint16_t
setters_of_value(const struct oracle *o, unsigned block, int value)
{
	uint16_t all = setters(o, block), mask = 0;

	for (unsigned bit = 0; bit < PROGRAM_STEPS + PROGRAM_BLOCKS; bit++) {
		if (all >> bit & 1 && (int)value_of_bit(o, bit) == value)
			mask |= (uint16_t)(1u << bit);
	}
	return mask;
}

void
oracle_start(struct oracle *o, const struct program *program)
{
	*o = (struct oracle){.program = program};
	for (unsigned i = 0; i < PROGRAM_BLOCKS; i++)
		o->begun |= FIRST_BIT(i);
	o->known = o->begun;
}

void
oracle_begin(struct oracle *o, unsigned step)
{
	o->begun |= (uint16_t)(1u << step);
	o->before[step] = o->known;
	o->gone_before[step] = o->gone;
}

static void
learn(struct oracle *o, unsigned bit)
{
	o->known |= (uint16_t)(1u << bit);
	if (bit < PROGRAM_STEPS)
		o->gone |= setters(o, o->program->steps[bit].block) & o->before[bit];
}

static const char *
end_read(struct oracle *o, unsigned step, int value)
{
	unsigned block = o->program->steps[step].block;
	uint16_t same = setters_of_value(o, block, value) & o->begun;
	uint16_t could = same & (uint16_t)~o->gone_before[step];

	if (value == VALUE_TORN)
		return "a read returned a torn block";
	if (!same)
		return "a read returned a value that nobody wrote to the block";
	if (!could)
		return "a read returned a value that was overwritten before the read began";
	o->gone |= setters(o, block) & o->before[step] & (uint16_t)~same;
	if (!(could & (could - 1)))
		learn(o, (unsigned)__builtin_ctz(could));
	return NULL;
}

const char *
oracle_end(struct oracle *o, unsigned step, int value)
{
	if (o->program->steps[step].kind == STEP_READ) {
		o->known |= (uint16_t)(1u << step);
		return end_read(o, step, value);
	}
	learn(o, step);
	return NULL;
}

uint32_t
oracle_allowed(const struct oracle *o, unsigned block)
{
	uint16_t live = setters(o, block) & o->begun & (uint16_t)~o->gone;
	uint32_t values = 0;

	for (unsigned bit = 0; bit < PROGRAM_STEPS + PROGRAM_BLOCKS; bit++) {
		if (live >> bit & 1)
			values |= 1u << value_of_bit(o, bit);
	}
	return values;
}

uint64_t
oracle_hash(const struct oracle *o)
{
	uint64_t hash = (uint64_t)o->begun << 32 | (uint64_t)o->known << 16 | o->gone;

	for (unsigned i = 0; i < o->program->count; i++)
		hash = world_mix(hash, (uint64_t)o->before[i] << 16 | o->gone_before[i]);
	return hash;
}

void
program_print(const struct program *program)
{
	static const char *const kinds[] = {"read", "write", "zero"};

	printf("  start %s\n", program->start == START_WARM ? "warm" : "fresh");
	for (unsigned i = 0; i < program->count; i++) {
		const struct step *s = &program->steps[i];

		printf("  op %u: thread %u lane %u %s lba %u (value %u)%s\n", i, s->thread, s->lane,
		       kinds[s->kind], program->lba[s->block],
		       s->kind == STEP_WRITE ? VALUE_STEP + i : 0,
		       s->joins ? ", in one batch with the op before" : "");
	}
}

/* Names are first used in order: 0, then 1, … */
static unsigned
next_name(const struct program *p, unsigned count, unsigned (*name)(const struct step *))
{
	unsigned next = 0;

	for (unsigned i = 0; i < count; i++) {
		if (name(&p->steps[i]) >= next)
			next = name(&p->steps[i]) + 1;
	}
	return next;
}

static unsigned
name_thread(const struct step *s)
{
	return s->thread;
}

static unsigned
name_lane(const struct step *s)
{
	return s->lane;
}

static unsigned
name_block(const struct step *s)
{
	return s->block;
}

static unsigned
at_most(unsigned next, unsigned names)
{
	return next < names ? next + 1 : names;
}

/* Step n can be part of the call before it: the same kind and thread, on a lane of its own. */
static int
can_join(const struct program *p, unsigned n)
{
	const struct step *s = &p->steps[n];

	if (!n || s->kind == STEP_ZERO || p->steps[n - 1].kind != s->kind ||
	    p->steps[n - 1].thread != s->thread)
		return 0;
	for (unsigned i = n; i-- > 0;) {
		if (p->steps[i].lane == s->lane)
			return 0;
		if (!p->steps[i].joins)
			break;
	}
	return 1;
}

static void
add_step(struct program *p, unsigned count, void (*each)(struct program *program))
{
	unsigned n = p->count;
	unsigned threads = at_most(next_name(p, n, name_thread), PROGRAM_THREADS);
	unsigned lanes = at_most(next_name(p, n, name_lane), p->lanes);
	unsigned blocks = at_most(next_name(p, n, name_block), p->nblocks);

	if (n == count) {
		each(p);
		return;
	}
	p->count = n + 1;
	for (unsigned i = 0; i < STEP_KINDS * threads * lanes * blocks; i++) {
		p->steps[n] = (struct step){
			.kind = (uint8_t)(i % STEP_KINDS),
			.thread = (uint8_t)(i / STEP_KINDS % threads),
			.lane = (uint8_t)(i / STEP_KINDS / threads % lanes),
			.block = (uint8_t)(i / STEP_KINDS / threads / lanes),
		};
		add_step(p, count, each);
		p->count = n + 1;
		if (can_join(p, n)) {
			p->steps[n].joins = 1;
			add_step(p, count, each);
			p->count = n + 1;
		}
	}
	p->count = n;
}

void
program_each(struct program *program, unsigned count, void (*each)(struct program *program))
{
	program->count = 0;
	add_step(program, count, each);
}

void
program_each_beside_writes(struct program *program, unsigned writes,
			   void (*each)(struct program *program))
{
	program->count = writes + 1;
	for (unsigned i = 0; i < (unsigned)STEP_KINDS * program->nblocks << writes; i++) {
		unsigned other = i >> writes;

		if (i & 1) /* the first write is of block 0 */
			continue;
		for (unsigned k = 0; k < writes; k++)
			program->steps[k] =
				(struct step){.kind = STEP_WRITE, .block = (uint8_t)(i >> k & 1)};
		program->steps[writes] = (struct step){.kind = (uint8_t)(other % STEP_KINDS),
						       .block = (uint8_t)(other / STEP_KINDS),
						       .thread = 1,
						       .lane = 1};
		each(program);
	}
}

static unsigned
draw(uint64_t *seed, unsigned below)
{
	*seed = world_mix(*seed, 1);
	return (unsigned)((*seed >> 20) % below);
}

void
program_draw(struct program *program, unsigned count, uint64_t *seed)
{
	program->count = count;
	for (unsigned i = 0; i < count; i++) {
		program->steps[i] = (struct step){
			.kind = (uint8_t)(draw(seed, 4) % STEP_KINDS),
			.thread = (uint8_t)draw(seed, PROGRAM_THREADS),
			.lane = (uint8_t)draw(seed, program->lanes),
			.block = (uint8_t)draw(seed, program->nblocks),
		};
		program->steps[i].joins = can_join(program, i) && draw(seed, 2);
	}
}

/* A batch of reads while another thread writes a block, and then a batch: one of its free blocks is being read. */
static void
each_under_readers(struct program *p, void (*each)(struct program *program))
{
	p->count = 5;
	for (unsigned i = 0; i < 8; i++) {
		p->steps[0] = (struct step){STEP_READ, 0, 1, 2, 0};
		p->steps[1] = (struct step){STEP_READ, 1, 1, 3, 1};
		p->steps[2] = (struct step){STEP_WRITE, i & 1, 0, 0, 0};
		p->steps[3] = (struct step){STEP_WRITE, i >> 1 & 1, 0, 0, 0};
		p->steps[4] = (struct step){STEP_WRITE, i >> 2 & 1, 0, 1, 1};
		each(p);
	}
}

/* Two batches of two at once. The first one writes one block twice, or two blocks of one map line or of two. */
static void
each_crossing(struct program *p, void (*each)(struct program *program))
{
	p->count = 4;
	for (unsigned i = 0; i < 8 * PROGRAM_BLOCKS; i++) {
		uint8_t kind = i & 1 ? STEP_WRITE : STEP_READ;

		p->steps[0] = (struct step){STEP_WRITE, 0, 0, 0, 0};
		p->steps[1] = (struct step){STEP_WRITE, (uint8_t)(i / 8), 0, 1, 1};
		p->steps[2] = (struct step){kind, i >> 1 & 1, 1, 2, 0};
		p->steps[3] = (struct step){kind, i >> 2 & 1, 1, 3, 1};
		each(p);
	}
}

/* A batch of three blocks, and another op on a lane of its own or on the first lane of the batch. */
static void
each_of_three(struct program *p, void (*each)(struct program *program))
{
	p->count = 4;
	p->nblocks = PROGRAM_BLOCKS;
	for (unsigned i = 0; i < 2 * STEP_KINDS * PROGRAM_BLOCKS; i++) {
		for (uint8_t n = 0; n < 3; n++)
			p->steps[n] = (struct step){STEP_WRITE, n, 0, n, n > 0};
		p->steps[3] = (struct step){
			.kind = (uint8_t)(i / 2 % STEP_KINDS),
			.block = (uint8_t)(i / 2 / STEP_KINDS),
			.thread = 1,
			.lane = i & 1 ? 3 : 0,
		};
		each(p);
	}
}

void
program_each_batch(struct program *program, void (*each)(struct program *program))
{
	each_under_readers(program, each);
	each_crossing(program, each);
	each_of_three(program, each);
}
