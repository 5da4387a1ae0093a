/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * scatter.h -- maps ranks of popularity to blocks, so that popular blocks are not neighbours. The map is a
 * bijection of 0 .. n-1 that looks random.
 *
 * Algorithm: a bijection of 0 .. 2^k - 1, the next power of two, made of four rounds. A round is an
 * addition, a multiplication by an odd number and an xor-shift; each has its own random numbers. A result of
 * n or more goes through the bijection again. This ends, because a cycle that starts below n returns below
 * n, and takes fewer than two turns on average. There is no division. All workers of a job use the same
 * numbers, so the same blocks are popular for all of them.
 *
 * With two rounds or fixed multipliers, the number of popular blocks that share a line of the map is not
 * that of a random permutation. So workers would contend less, or more, than on random blocks.
 */
#ifndef BENCH_SCATTER_H
#define BENCH_SCATTER_H

#include <stdint.h>

#include "rng.h"

#define SCATTER_ROUNDS 4

struct scatter {
	uint64_t n, mask;
	struct {
		uint64_t add, odd;
	} rounds[SCATTER_ROUNDS];
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
	s->shift = (bits + 1) / 2;
	for (int i = 0; i < SCATTER_ROUNDS; i++) {
		s->rounds[i].add = rng_next(&shared);
		s->rounds[i].odd = rng_next(&shared) | 1;
	}
}

/* rank < n */
static inline uint64_t
scatter_block(const struct scatter *s, uint64_t rank)
{
	do {
		for (int i = 0; i < SCATTER_ROUNDS; i++) {
			rank = ((rank + s->rounds[i].add) * s->rounds[i].odd) & s->mask;
			rank ^= rank >> s->shift;
		}
	} while (rank >= s->n);
	return rank;
}

#endif
