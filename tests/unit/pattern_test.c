/* SPDX-License-Identifier: BSD-3-Clause */
/* pattern_test.c -- sequences, proportions and independence of pattern/pattern. */
#include "pattern_support.h"

/* ---- the same on any machine ---- */

static uint64_t
fnv1a(uint64_t hash, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		hash = (hash ^ ((value >> (8 * i)) & 0xff)) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t
hash_of_first_million(const struct pattern_params *params)
{
	struct pattern p = new_pattern(params);
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (int i = 0; i < 1000000; i++) {
		struct op op = pattern_next(&p);

		hash = fnv1a(fnv1a(hash, op.lba, 8), op.kind, 1);
	}
	return hash;
}

/* The last of four workers with a part each; its part includes the three remaining blocks. */
static struct pattern_params
part_of(const struct pattern_params *params, unsigned blocks)
{
	struct pattern_params part = *params;

	memcpy(part.percent, uniform.percent, sizeof(part.percent));
	part.lba_first = part.lba_start = UINT64_C(3) * 524224;
	part.nlba = 524224 + 3;
	part.blocks = blocks;
	return part;
}

/* The hashes come from another implementation of the same generators, in Python. */
static void
sequence_is_the_same_on_any_machine(void **state)
{
	(void)state;
	assert_true(hash_of_first_million(&uniform) == UINT64_C(0x11e71d256b72e42b));
	assert_true(hash_of_first_million(&seq) == UINT64_C(0x5da01cf289e5586f));
	assert_true(hash_of_first_million(&zipf) == UINT64_C(0x3d6facc737a6413d));
	assert_true(hash_of_first_million(&hotspot) == UINT64_C(0x3ada264aaa4ce14f));
	assert_true(hash_of_first_million(&stride) == UINT64_C(0x8098608bcd66a7e7));
}

static void
zipf_of_theta_1_is_the_same_on_any_machine(void **state)
{
	struct pattern_params params = zipf;

	(void)state;
	params.shape.theta = 1;
	assert_true(hash_of_first_million(&params) == UINT64_C(0x48281c8483333fa7));
}

static void
parts_with_many_blocks_per_op_are_the_same_on_any_machine(void **state)
{
	struct pattern_params of_uniform = part_of(&uniform, 8), of_seq = part_of(&seq, 8);
	struct pattern_params of_zipf = part_of(&zipf, 4), of_hotspot = part_of(&hotspot, 3);
	struct pattern_params of_stride = part_of(&stride, 4);

	(void)state;
	of_zipf.shape.theta = 1.2;
	of_hotspot.shape = (struct pattern_shape){.hot_ops = 99.9, .hot_blocks = 0.1};
	of_stride.shape.stride = 1000;
	of_stride.lba_start += 8;
	assert_true(hash_of_first_million(&of_uniform) == UINT64_C(0x7d4cb5eb6875494e));
	assert_true(hash_of_first_million(&of_seq) == UINT64_C(0xa5cddef06f0b2de4));
	assert_true(hash_of_first_million(&of_zipf) == UINT64_C(0xdcdbe301a79b02c6));
	assert_true(hash_of_first_million(&of_hotspot) == UINT64_C(0xf3173d548f0abcaf));
	assert_true(hash_of_first_million(&of_stride) == UINT64_C(0xebef129c4a91ad97));
}

/* The first draws of the authors' own code for this state; a bound of 2^63 shows all but the last bit. */
static void
generator_is_xoshiro256_starstar(void **state)
{
	static const uint64_t published[] = {11520, 0, 1509978240, UINT64_C(1215971899390074240)};
	struct rng rng = {{1, 2, 3, 4}};

	(void)state;
	for (size_t i = 0; i < sizeof published / sizeof published[0]; i++)
		assert_true(rng_below(&rng, UINT64_C(1) << 63) == published[i] >> 1);
}

static unsigned
equal_lbas(const struct pattern_params *left, const struct pattern_params *right, int skip)
{
	struct pattern a = new_pattern(left), b = new_pattern(right);
	unsigned equal = 0;

	for (int i = 0; i < skip; i++)
		pattern_next(&b);
	for (int i = 0; i < 10000; i++)
		equal += pattern_next(&a).lba == pattern_next(&b).lba;
	return equal;
}

static void
same_seed_and_worker_make_the_same_sequence(void **state)
{
	(void)state;
	assert_int_equal(equal_lbas(&uniform, &uniform, 0), 10000);
}

/* 10000 pairs of 2 million blocks are equal by chance 0.005 times. */
static void
workers_of_one_seed_are_unrelated(void **state)
{
	struct pattern_params other = uniform;

	(void)state;
	for (unsigned worker = 0; worker < 16; worker++) {
		other.worker = worker;
		for (int skip = 0; skip < 8 && worker != uniform.worker; skip++)
			assert_in_range(equal_lbas(&uniform, &other, skip), 0, 2);
	}
}

static void
neighbouring_seeds_do_not_swap_workers(void **state)
{
	struct pattern_params other = uniform;

	(void)state;
	other.seed = uniform.seed + 1;
	for (other.worker = 0; other.worker < 8; other.worker++)
		assert_in_range(equal_lbas(&uniform, &other, 0), 0, 2);
}

/* ---- uniform ---- */

static double
chi_square(const uint64_t *seen, unsigned cells, uint64_t drawn)
{
	double expected = (double)drawn / cells, sum = 0;

	for (unsigned i = 0; i < cells; i++) {
		double off = (double)seen[i] - expected;

		sum += off * off / expected;
	}
	return sum;
}

/*
 * Without rejection, of the values below 3 * 2^62 either the low third or every third value appears twice as often.
 * By chance chi-square exceeds 30 at two degrees of freedom 3 times in 10^7.
 */
static void
bound_near_2_to_the_63_is_drawn_without_bias(void **state)
{
	const uint64_t third = UINT64_C(1) << 62;
	struct pattern p = new_pattern(&uniform);
	uint64_t by_size[3] = {0}, by_rest[3] = {0};

	(void)state;
	for (int i = 0; i < 300000; i++) {
		uint64_t drawn = rng_below(&p.rng, 3 * third);

		assert_true(drawn < 3 * third);
		by_size[drawn / third]++;
		by_rest[drawn % 3]++;
	}
	assert_true(chi_square(by_size, 3, 300000) < 30);
	assert_true(chi_square(by_rest, 3, 300000) < 30);
}

static void
small_bounds_are_drawn_evenly(void **state)
{
	static const unsigned bounds[] = {2, 3, 7, 10, 100, 1000};
	struct pattern p = new_pattern(&uniform);

	(void)state;
	for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
		uint64_t seen[1000] = {0};
		double free_cells = bounds[b] - 1;

		for (int i = 0; i < 200000; i++)
			seen[rng_below(&p.rng, bounds[b])]++;
		assert_true(chi_square(seen, bounds[b], 200000) <
			    free_cells + 6 * sqrt(2 * free_cells) + 12);
	}
}

static void
bound_of_one_draws_zero(void **state)
{
	struct pattern p = new_pattern(&uniform);

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(rng_below(&p.rng, 1), 0);
}

static void
uniform_draws_every_block_of_its_range_and_no_other(void **state)
{
	struct pattern_params params = uniform;
	unsigned seen[64] = {0};
	struct pattern p;

	(void)state;
	params.nlba = 64;
	pattern_init(&p, &params);
	for (int i = 0; i < 10000; i++) {
		uint64_t lba = pattern_next(&p).lba;

		assert_in_range(lba, params.lba_first, params.lba_first + 63);
		seen[lba - params.lba_first]++;
	}
	for (int i = 0; i < 64; i++)
		assert_true(seen[i] > 0);
}

/* ---- the mix ---- */

static void
count_kinds(const struct pattern_params *params, unsigned draws, unsigned seen[OP_KINDS])
{
	struct pattern p = new_pattern(params);

	memset(seen, 0, OP_KINDS * sizeof *seen);
	for (unsigned i = 0; i < draws; i++)
		seen[pattern_next(&p).kind]++;
}

/* Within five standard deviations of a binomial distribution. */
static void
kinds_come_in_the_proportions_of_the_mix(void **state)
{
	const unsigned draws = 1000000;
	unsigned seen[OP_KINDS];

	(void)state;
	count_kinds(&uniform, draws, seen);
	for (int kind = 0; kind < OP_KINDS; kind++) {
		double share = uniform.percent[kind] / 100.0;
		double sigma = sqrt(draws * share * (1 - share));

		assert_true(fabs(seen[kind] - draws * share) < 5 * sigma);
	}
}

static void
kind_of_0_percent_never_comes(void **state)
{
	struct pattern_params params = uniform;
	unsigned seen[OP_KINDS];

	(void)state;
	for (int without = 0; without < OP_KINDS; without++) {
		for (int kind = 0; kind < OP_KINDS; kind++)
			params.percent[kind] = kind == without ? 0 : 50;
		count_kinds(&params, 100000, seen);
		assert_int_equal(seen[without], 0);
	}
}

/* This second word of the state makes a draw of 64 ones, the other one a draw of 0. */
static void
kind_of_100_percent_takes_the_largest_and_the_smallest_draw(void **state)
{
	static const uint64_t extremes[] = {UINT64_C(0x4fc71c71c71c71c7), 0};
	struct pattern_params params = uniform;

	(void)state;
	for (int only = 0; only < OP_KINDS; only++)
		for (int i = 0; i < 2; i++) {
			struct pattern p;

			memset(params.percent, 0, sizeof params.percent);
			params.percent[only] = 100;
			pattern_init(&p, &params);
			p.rng.s[1] = extremes[i];
			assert_int_equal(pattern_next(&p).kind, only);
		}
}

static void
mix_does_not_change_the_blocks(void **state)
{
	struct pattern_params writes = uniform;

	(void)state;
	memset(writes.percent, 0, sizeof writes.percent);
	writes.percent[OP_WRITE] = 100;
	assert_int_equal(equal_lbas(&uniform, &writes, 0), 10000);
}

/* ---- sequential ---- */

static void
seq_covers_every_block_in_order_and_wraps(void **state)
{
	struct pattern p = new_pattern(&seq);
	uint64_t off = seq.lba_start - seq.lba_first;

	(void)state;
	for (uint64_t i = 0; i < 3 * seq.nlba; i++)
		assert_int_equal(pattern_next(&p).lba, seq.lba_first + (off + i) % seq.nlba);
}

static void
seq_of_one_block_stays_on_it(void **state)
{
	struct pattern_params params = seq;
	struct pattern p;

	(void)state;
	params.nlba = 1;
	params.lba_start = params.lba_first;
	pattern_init(&p, &params);
	for (int i = 0; i < 5; i++)
		assert_int_equal(pattern_next(&p).lba, params.lba_first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequence_is_the_same_on_any_machine),
		cmocka_unit_test(zipf_of_theta_1_is_the_same_on_any_machine),
		cmocka_unit_test(parts_with_many_blocks_per_op_are_the_same_on_any_machine),
		cmocka_unit_test(generator_is_xoshiro256_starstar),
		cmocka_unit_test(same_seed_and_worker_make_the_same_sequence),
		cmocka_unit_test(workers_of_one_seed_are_unrelated),
		cmocka_unit_test(neighbouring_seeds_do_not_swap_workers),
		cmocka_unit_test(bound_near_2_to_the_63_is_drawn_without_bias),
		cmocka_unit_test(small_bounds_are_drawn_evenly),
		cmocka_unit_test(bound_of_one_draws_zero),
		cmocka_unit_test(uniform_draws_every_block_of_its_range_and_no_other),
		cmocka_unit_test(kinds_come_in_the_proportions_of_the_mix),
		cmocka_unit_test(kind_of_0_percent_never_comes),
		cmocka_unit_test(kind_of_100_percent_takes_the_largest_and_the_smallest_draw),
		cmocka_unit_test(mix_does_not_change_the_blocks),
		cmocka_unit_test(seq_covers_every_block_in_order_and_wraps),
		cmocka_unit_test(seq_of_one_block_stays_on_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
