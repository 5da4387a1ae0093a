/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * rng.h -- the random generator for all draws: xoshiro256** (Blackman and Vigna), seeded with splitmix64
 * (Steele, Lea and Flood), bounded with Lemire's multiply and reject.
 *
 * Integers only, so a seed gives the same draws on any machine.
 */
#ifndef BENCH_RNG_H
#define BENCH_RNG_H

#include <stdint.h>

struct rng {
	uint64_t s[4];
};

/*
 * Independent streams of one seed. The ops of worker i use stream i, its due times use stream
 * RNG_STREAM_PACE + i, its data RNG_STREAM_DATA + i, its choice of timed ops RNG_STREAM_CHOICE + i. All
 * workers of a job share RNG_STREAM_SHARED.
 */
#define RNG_STREAM_PACE   (UINT64_C(1) << 32)
#define RNG_STREAM_SHARED (UINT64_C(2) << 32)
#define RNG_STREAM_DATA   (UINT64_C(3) << 32)
#define RNG_STREAM_CHOICE (UINT64_C(4) << 32)

static inline uint64_t
rng_splitmix64(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/*
 * Mixes the seed before it adds the stream: seed 1 of stream 0 and seed 0 of stream 1 must be different
 * sequences.
 */
static inline void
rng_seed(struct rng *rng, uint64_t seed, uint64_t stream)
{
	uint64_t state = rng_splitmix64(&seed) + stream;

	for (int i = 0; i < 4; i++)
		rng->s[i] = rng_splitmix64(&state);
}

static inline uint64_t
rng_rotl(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

/* 64 random bits */
static inline uint64_t
rng_next(struct rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t drawn = rng_rotl(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rng_rotl(s[3], 45);
	return drawn;
}

/*
 * Uniform in [0, bound), bound >= 1, without modulo bias. Divides only if it may have to reject, in one
 * draw out of 2^64 / bound.
 */
static inline uint64_t
rng_below(struct rng *rng, uint64_t bound)
{
	unsigned __int128 product = (unsigned __int128)rng_next(rng) * bound;

	if (__builtin_expect((uint64_t)product < bound, 0)) {
		uint64_t biased = -bound % bound;

		while ((uint64_t)product < biased)
			product = (unsigned __int128)rng_next(rng) * bound;
	}
	return (uint64_t)(product >> 64);
}

#endif
