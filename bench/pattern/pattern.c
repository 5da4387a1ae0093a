/* SPDX-License-Identifier: BSD-3-Clause */
/* pattern.c -- see pattern.h. */
#include "pattern.h"

#include <assert.h>

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

#define PERCENT_ONE 1000000u /* millionths */

/* percent / 100 of a whole, exactly */
static uint64_t
share_of(uint64_t whole, double percent)
{
	uint64_t millionths = (uint64_t)(percent * PERCENT_ONE + 0.5);

	return (uint64_t)((unsigned __int128)whole * millionths / (100u * PERCENT_ONE));
}

/* at least one place is hot, and, where there are two, one is not */
static void
set_hotspot(struct pattern *p, const struct pattern_shape *shape)
{
	p->nhot = share_of(p->nplaces, shape->hot_blocks);
	p->hot_below = share_of(UINT64_C(1) << 32, shape->hot_ops);
	if (p->nhot == 0)
		p->nhot = 1;
	if (p->nhot == p->nplaces)
		p->hot_below = UINT64_C(1) << 32;
}

static void
set_stride(struct pattern *p, uint64_t stride)
{
	assert(stride >= 1);
	p->stride = stride < p->nplaces ? stride : p->nplaces;
	p->round = p->next % p->stride;
}

void
pattern_init(struct pattern *p, const struct pattern_params *params)
{
	*p = (struct pattern){
		.lba_first = params->lba_first,
		.blocks = params->blocks ? params->blocks : 1,
		.kind = params->kind,
	};
	p->nplaces = params->nlba / p->blocks;
	assert(p->nplaces >= 1);
	rng_seed(&p->rng, params->seed, params->worker);
	set_mix(p->kind_below, params->percent);
	scatter_init(&p->scatter, p->nplaces, params->seed);
	if (p->kind == PATTERN_SEQ || p->kind == PATTERN_STRIDE) {
		p->next = (params->lba_start - params->lba_first) / p->blocks;
		assert(p->next < p->nplaces);
	}
	if (p->kind == PATTERN_STRIDE)
		set_stride(p, params->shape.stride);
	if (p->kind == PATTERN_HOTSPOT)
		set_hotspot(p, &params->shape);
	if (p->kind == PATTERN_ZIPF)
		zipf_init(&p->zipf, p->nplaces, params->shape.theta);
}

static_assert(OP_KINDS == 3, "next_kind compares with every kind but the last");

/*
 * A draw below a kind's bound, but not below that of the kind before it, is that kind. No branch:
 * no predictor would foresee a mix drawn at random.
 */
static enum op_kind
next_kind(struct pattern *p)
{
	uint64_t drawn = rng_next(&p->rng) >> 32;

	return (enum op_kind)((drawn >= p->kind_below[0]) + (drawn >= p->kind_below[1]));
}

static uint64_t
next_seq(struct pattern *p)
{
	uint64_t place = p->next;

	p->next = place + 1 < p->nplaces ? place + 1 : 0;
	return place;
}

static uint64_t
next_stride(struct pattern *p)
{
	uint64_t place = p->next;

	p->next = place + p->stride;
	if (p->next >= p->nplaces)
		p->next = p->round = p->round + 1 < p->stride ? p->round + 1 : 0;
	return place;
}

static uint64_t
next_hotspot(struct pattern *p)
{
	int hot = rng_next(&p->rng) >> 32 < p->hot_below;
	uint64_t rank = rng_below(&p->rng, hot ? p->nhot : p->nplaces - p->nhot);

	return scatter_block(&p->scatter, hot ? rank : rank + p->nhot);
}

static uint64_t
next_place(struct pattern *p)
{
	switch (p->kind) {
	case PATTERN_SEQ:
		return next_seq(p);
	case PATTERN_STRIDE:
		return next_stride(p);
	case PATTERN_ZIPF:
		return scatter_block(&p->scatter, zipf_next(&p->zipf, &p->rng));
	case PATTERN_HOTSPOT:
		return next_hotspot(p);
	case PATTERN_UNIFORM:
		break;
	}
	return rng_below(&p->rng, p->nplaces);
}

struct op
pattern_next(struct pattern *p)
{
	enum op_kind kind = next_kind(p);

	return (struct op){.lba = p->lba_first + next_place(p) * p->blocks, .kind = kind};
}
