/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pattern.c -- xoshiro256** (Blackman and Vigna), seeded through splitmix64 (Steele, Lea and
 * Flood), bounded by Lemire's multiply and reject.
 */
#include "pattern.h"

#include <assert.h>

static uint64_t
splitmix64(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/*
 * The worker is added after the seed was mixed: seed 1 of worker 0 and seed 0 of worker 1 must not
 * be the same sequence.
 */
static void
seed_rng(uint64_t rng[4], uint64_t seed, unsigned worker)
{
	uint64_t state = splitmix64(&seed) + worker;

	for (int i = 0; i < 4; i++)
		rng[i] = splitmix64(&state);
}

static void
set_mix(uint64_t kind_below[OP_KINDS], const unsigned percent[OP_KINDS])
{
	uint64_t sum = 0;

	for (int kind = 0; kind < OP_KINDS; kind++) {
		sum += percent[kind];
		kind_below[kind] = (sum << 32) / 100;
	}
	assert(sum == 100);
}

void
pattern_init(struct pattern *p, const struct pattern_params *params)
{
	uint64_t start = params->lba_start - params->lba_first;

	assert(params->nlba >= 1);
	assert(params->kind != PATTERN_SEQ || start < params->nlba);
	seed_rng(p->rng, params->seed, params->worker);
	set_mix(p->kind_below, params->percent);
	p->lba_first = params->lba_first;
	p->nlba = params->nlba;
	p->seq_next = start;
	p->kind = params->kind;
}

static uint64_t
rotl(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static uint64_t
draw(struct pattern *p)
{
	uint64_t *s = p->rng;
	uint64_t drawn = rotl(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotl(s[3], 45);
	return drawn;
}

uint64_t
pattern_draw_below(struct pattern *p, uint64_t bound)
{
	unsigned __int128 product = (unsigned __int128)draw(p) * bound;

	if (__builtin_expect((uint64_t)product < bound, 0)) {
		uint64_t biased = -bound % bound;

		while ((uint64_t)product < biased)
			product = (unsigned __int128)draw(p) * bound;
	}
	return (uint64_t)(product >> 64);
}

static_assert(OP_KINDS == 3, "next_kind compares with every kind but the last");

/*
 * A draw below a kind's bound, but not below that of the kind before it, is that kind. No branch:
 * no predictor would foresee a mix drawn at random.
 */
static enum op_kind
next_kind(struct pattern *p)
{
	uint64_t drawn = draw(p) >> 32;

	return (enum op_kind)((drawn >= p->kind_below[0]) + (drawn >= p->kind_below[1]));
}

static uint64_t
next_seq(struct pattern *p)
{
	uint64_t off = p->seq_next;

	p->seq_next = off + 1 < p->nlba ? off + 1 : 0;
	return off;
}

struct op
pattern_next(struct pattern *p)
{
	enum op_kind kind = next_kind(p);
	uint64_t off = p->kind == PATTERN_SEQ ? next_seq(p) : pattern_draw_below(p, p->nlba);

	return (struct op){.lba = p->lba_first + off, .kind = kind};
}
