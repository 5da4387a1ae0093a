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

void
pattern_init(struct pattern *p, const struct pattern_params *params)
{
	uint64_t start = params->lba_start - params->lba_first;

	assert(params->nlba >= 1);
	assert(params->kind != PATTERN_SEQ || start < params->nlba);
	rng_seed(&p->rng, params->seed, params->worker);
	set_mix(p->kind_below, params->percent);
	p->lba_first = params->lba_first;
	p->nlba = params->nlba;
	p->seq_next = start;
	p->kind = params->kind;
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
	uint64_t off = p->seq_next;

	p->seq_next = off + 1 < p->nlba ? off + 1 : 0;
	return off;
}

struct op
pattern_next(struct pattern *p)
{
	enum op_kind kind = next_kind(p);
	uint64_t off = p->kind == PATTERN_SEQ ? next_seq(p) : rng_below(&p->rng, p->nlba);

	return (struct op){.lba = p->lba_first + off, .kind = kind};
}
