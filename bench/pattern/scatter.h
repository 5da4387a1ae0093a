/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * scatter.h -- maps ranks of popularity to blocks, so that popular blocks are not neighbours. The map is a
 * bijection of 0 .. n-1 that looks random.
 *
 * Algorithm: a bijection of 0 .. 2^k - 1, the next power of two, made of one addition, two multiplications
 * by odd numbers and two xor-shifts. A result of n or more goes through the bijection again. This ends,
 * because a cycle that starts below n returns below n, and takes fewer than two rounds on average. There is
 * no division. All workers of a job use the same key, so the same blocks are popular for all of them.
 */
#ifndef BENCH_SCATTER_H
#define BENCH_SCATTER_H

#include <stdint.h>

#include "rng.h"

struct scatter {
	uint64_t n, mask, key;
	unsigned shift;
};

/* n >= 1 */
static inline void
scatter_init(struct scatter *s, uint64_t n, uint64_t seed)
{
	unsigned bits = n > 1 ? 64 - (unsigned)__builtin_clzll(n - 1) : 0;
	struct rng shared;

	rng_seed(&shared, seed, RNG_STREAM_SHARED);
	s->n = n;
	s->mask = bits ? UINT64_MAX >> (64 - bits) : 0;
	s->shift = bits / 2 + 1;
	s->key = rng_next(&shared);
}

/* rank < n */
static inline uint64_t
scatter_block(const struct scatter *s, uint64_t rank)
{
	do {
		rank = ((rank + s->key) * UINT64_C(0xff51afd7ed558ccd)) & s->mask;
		rank ^= rank >> s->shift;
		rank = (rank * UINT64_C(0xc4ceb9fe1a85ec53)) & s->mask;
		rank ^= rank >> s->shift;
	} while (rank >= s->n);
	return rank;
}

#endif
