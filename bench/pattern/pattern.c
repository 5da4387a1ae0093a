/* SPDX-License-Identifier: BSD-3-Clause */
#include "pattern.h"

#include <assert.h>

#define PERCENT_ONE 1000000u /* shapes have percentages in millionths */

/* percent / 100 of `whole`, rounded down, without error of floating point */
static uint64_t
share_of(uint64_t whole, double percent)
{
	uint64_t millionths = (uint64_t)(percent * PERCENT_ONE + 0.5);

	return (uint64_t)((unsigned __int128)whole * millionths / (100u * PERCENT_ONE));
}

void
pattern_init(struct pattern *p, const struct pattern_params *params)
{
	const struct pattern_shape *shape = &params->shape;
	uint64_t sum = 0;

	*p = (struct pattern){
		.lba_first = params->lba_first,
		.blocks = params->blocks ? params->blocks : 1,
		.kind = params->kind,
	};
	p->nplaces = params->nlba / p->blocks;
	assert(p->nplaces >= 1);
	rng_seed(&p->rng, params->seed, params->worker);
	for (int kind = 0; kind < OP_KINDS; kind++) {
		sum += params->percent[kind];
		p->kind_below[kind] = (sum << 32) / 100;
	}
	assert(sum == 100);
	scatter_init(&p->scatter, p->nplaces, params->seed);
	if (p->kind == PATTERN_SEQ || p->kind == PATTERN_STRIDE) {
		p->next = (params->lba_start - params->lba_first) / p->blocks;
		assert(p->next < p->nplaces);
	}
	if (p->kind == PATTERN_STRIDE) {
		assert(shape->stride >= 1);
		p->stride = shape->stride < p->nplaces ? shape->stride : p->nplaces;
		p->round = p->next % p->stride;
	}
	if (p->kind == PATTERN_HOTSPOT) {
		/* at least one place is hot; if all are, every op goes to a hot place */
		p->nhot = share_of(p->nplaces, shape->hot_blocks);
		p->hot_below = share_of(UINT64_C(1) << 32, shape->hot_ops);
		if (p->nhot == 0)
			p->nhot = 1;
		if (p->nhot == p->nplaces)
			p->hot_below = UINT64_C(1) << 32;
	}
	if (p->kind == PATTERN_ZIPF)
		zipf_init(&p->zipf, p->nplaces, shape->theta);
}

static_assert(OP_KINDS == 3, "next_kind compares with every kind but the last");

/*
 * The drawn number selects the first kind with a larger bound. There is no branch, because no predictor
 * could guess a random mix.
 */
static inline enum op_kind
next_kind(const struct pattern *p, struct rng *rng)
{
	uint64_t drawn = rng_next(rng) >> 32;

	return (enum op_kind)((drawn >= p->kind_below[0]) + (drawn >= p->kind_below[1]));
}

static inline uint64_t
next_place(struct pattern *p, enum pattern_kind kind, struct rng *rng)
{
	uint64_t place = p->next, cold;

	switch (kind) {
	case PATTERN_SEQ:
		p->next = place + 1 < p->nplaces ? place + 1 : 0;
		return place;
	case PATTERN_STRIDE:
		p->next = place + p->stride;
		if (p->next >= p->nplaces)
			p->next = p->round = p->round + 1 < p->stride ? p->round + 1 : 0;
		return place;
	case PATTERN_ZIPF:
		return scatter_block(&p->scatter, zipf_next(&p->zipf, rng));
	case PATTERN_HOTSPOT:
		cold = -(uint64_t)(rng_next(rng) >> 32 >= p->hot_below); /* all bits; no branch */
		return scatter_block(&p->scatter,
				     rng_below(rng, p->nhot + (cold & (p->nplaces - 2 * p->nhot))) +
					     (cold & p->nhot));
	case PATTERN_UNIFORM:
		break;
	}
	return rng_below(rng, p->nplaces);
}

/* `kind` is a constant, and the state of the generator stays in registers. */
static inline __attribute__((always_inline)) void
draw_of_kind(struct pattern *p, enum pattern_kind kind, struct op *ops, unsigned n)
{
	struct rng rng = p->rng;

	for (unsigned i = 0; i < n; i++) {
		enum op_kind op_kind = next_kind(p, &rng);

		ops[i] = (struct op){.lba = p->lba_first + next_place(p, kind, &rng) * p->blocks,
				     .kind = op_kind};
	}
	p->rng = rng;
}

void
pattern_draw(struct pattern *p, struct op *ops, unsigned n)
{
	switch (p->kind) {
	case PATTERN_UNIFORM:
		draw_of_kind(p, PATTERN_UNIFORM, ops, n);
		break;
	case PATTERN_SEQ:
		draw_of_kind(p, PATTERN_SEQ, ops, n);
		break;
	case PATTERN_ZIPF:
		draw_of_kind(p, PATTERN_ZIPF, ops, n);
		break;
	case PATTERN_HOTSPOT:
		draw_of_kind(p, PATTERN_HOTSPOT, ops, n);
		break;
	case PATTERN_STRIDE:
		draw_of_kind(p, PATTERN_STRIDE, ops, n);
		break;
	}
}

struct op
pattern_next(struct pattern *p)
{
	struct op op;

	pattern_draw(p, &op, 1);
	return op;
}
