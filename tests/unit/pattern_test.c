/* SPDX-License-Identifier: BSD-3-Clause */
/* pattern_test.c -- sequences, proportions and independence of bench/load/pattern. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../bench/load/pattern.h"

static const struct pattern_params uniform = {
	.kind = PATTERN_UNIFORM,
	.percent = {[OP_READ] = 70, [OP_WRITE] = 25, [OP_ZERO] = 5},
	.lba_first = 1000,
	.nlba = 2096896,
	.seed = 42,
	.worker = 3,
};

static const struct pattern_params seq = {
	.kind = PATTERN_SEQ,
	.percent = {[OP_READ] = 30, [OP_WRITE] = 60, [OP_ZERO] = 10},
	.lba_first = 1000,
	.nlba = 4099,
	.lba_start = 2000,
	.seed = 42,
	.worker = 3,
};

static const struct pattern_params zipf = {
	.kind = PATTERN_ZIPF,
	.shape = {.theta = 0.99},
	.percent = {[OP_READ] = 70, [OP_WRITE] = 25, [OP_ZERO] = 5},
	.lba_first = 1000,
	.nlba = 2096896,
	.seed = 42,
	.worker = 3,
};

static const struct pattern_params hotspot = {
	.kind = PATTERN_HOTSPOT,
	.shape = {.hot_ops = 80, .hot_blocks = 20},
	.percent = {[OP_READ] = 70, [OP_WRITE] = 25, [OP_ZERO] = 5},
	.lba_first = 1000,
	.nlba = 2096896,
	.seed = 42,
	.worker = 3,
};

static const struct pattern_params stride = {
	.kind = PATTERN_STRIDE,
	.shape = {.stride = 7},
	.percent = {[OP_READ] = 30, [OP_WRITE] = 60, [OP_ZERO] = 10},
	.lba_first = 1000,
	.nlba = 4099,
	.lba_start = 2000,
	.seed = 42,
	.worker = 3,
};

static struct pattern
new_pattern(const struct pattern_params *params)
{
	struct pattern p;

	pattern_init(&p, params);
	return p;
}

/* ---- the same everywhere ---- */

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

/* the last of four workers with a part each, which has the three blocks that are left over */
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
	assert_true(hash_of_first_million(&zipf) == UINT64_C(0xdb6b54bd7433374b));
	assert_true(hash_of_first_million(&hotspot) == UINT64_C(0xc6c9977ec93a7440));
	assert_true(hash_of_first_million(&stride) == UINT64_C(0x8098608bcd66a7e7));
}

static void
zipf_of_theta_1_is_the_same_on_any_machine(void **state)
{
	struct pattern_params params = zipf;

	(void)state;
	params.shape.theta = 1;
	assert_true(hash_of_first_million(&params) == UINT64_C(0x47d4a5c2952b24ac));
}

static void
parts_with_many_blocks_an_op_are_the_same_on_any_machine(void **state)
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
	assert_true(hash_of_first_million(&of_zipf) == UINT64_C(0x847fade36ce3d78a));
	assert_true(hash_of_first_million(&of_hotspot) == UINT64_C(0x81789f7bef48ffef));
	assert_true(hash_of_first_million(&of_stride) == UINT64_C(0xebef129c4a91ad97));
}

/* first draws of the authors' own code for this state; a bound of 2^63 shows all but the last bit
 */
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

/* 10000 pairs of 2 million blocks meet by chance 0.005 times */
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
neighbouring_seeds_do_not_trade_workers(void **state)
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
 * Without rejection, of the values below 3 * 2^62 either the low third or every third one comes up
 * twice as often. 30 at two degrees of freedom has a chance of 3e-7.
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

/* within five standard deviations of a binomial draw */
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
kind_of_no_percent_never_comes(void **state)
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

/* this second word of the state makes a draw of 64 ones, the other one a draw of 0 */
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

/* ---- many blocks an op ---- */

/* 67 blocks are 16 places of four; the last three blocks are left out */
static void
ops_of_many_blocks_start_whole_places_apart(void **state)
{
	static const struct pattern_params *const all[] = {&uniform, &seq, &zipf, &hotspot,
							   &stride};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct pattern_params params = *all[i];
		unsigned seen[16] = {0};
		struct pattern p;

		params.nlba = 67;
		params.lba_start = params.lba_first;
		params.blocks = 4;
		p = new_pattern(&params);
		for (int k = 0; k < 10000; k++) {
			uint64_t off = pattern_next(&p).lba - params.lba_first;

			assert_int_equal(off % 4, 0);
			assert_in_range(off, 0, 60);
			seen[off / 4]++;
		}
		for (int k = 0; k < 16; k++)
			assert_true(seen[k] > 0);
	}
}

/* ---- stride ---- */

static void
assert_each_once_a_turn(uint64_t nlba, uint64_t by, uint64_t start)
{
	struct pattern_params params = stride;
	uint8_t seen[100] = {0};
	struct pattern p;

	params.nlba = nlba;
	params.shape.stride = by;
	params.lba_start = params.lba_first + start;
	p = new_pattern(&params);
	for (uint8_t turn = 1; turn <= 2; turn++) {
		for (uint64_t i = 0; i < nlba; i++)
			seen[pattern_next(&p).lba - params.lba_first]++;
		for (uint64_t i = 0; i < nlba; i++)
			assert_int_equal(seen[i], turn);
	}
}

static void
stride_takes_each_block_once_before_any_comes_again(void **state)
{
	static const uint64_t nlbas[] = {1, 2, 12, 97, 100};

	(void)state;
	for (size_t i = 0; i < sizeof nlbas / sizeof nlbas[0]; i++)
		for (uint64_t by = 1; by <= 101; by++)
			for (uint64_t start = 0; start < nlbas[i]; start += 5)
				assert_each_once_a_turn(nlbas[i], by, start);
}

/* 4099 = 7 * 585 + 4 */
static void
stride_skips_by_its_number_and_goes_on_beside_where_it_began(void **state)
{
	struct pattern p;
	struct pattern_params params = stride;

	(void)state;
	params.lba_start = params.lba_first;
	p = new_pattern(&params);
	for (uint64_t i = 0; i < 586; i++)
		assert_int_equal(pattern_next(&p).lba, params.lba_first + 7 * i);
	for (uint64_t i = 0; i < 586; i++)
		assert_int_equal(pattern_next(&p).lba, params.lba_first + 1 + 7 * i);
}

/* ---- hotspot and zipf ---- */

static int
compare_descending(const void *left, const void *right)
{
	unsigned a = *(const unsigned *)left, b = *(const unsigned *)right;

	return (a < b) - (a > b);
}

/* how often each of the first `nlba` blocks came, the most frequent first */
static void
count_sorted(const struct pattern_params *of, uint64_t nlba, unsigned draws, unsigned *seen)
{
	struct pattern_params params = *of;
	struct pattern p;

	params.nlba = nlba;
	p = new_pattern(&params);
	memset(seen, 0, nlba * sizeof *seen);
	for (unsigned i = 0; i < draws; i++)
		seen[pattern_next(&p).lba - params.lba_first]++;
	qsort(seen, nlba, sizeof *seen, compare_descending);
}

/* each count is six standard deviations from what it should be at most */
static void
assert_all_near(const unsigned *seen, unsigned n, double want)
{
	for (unsigned i = 0; i < n; i++)
		assert_true(fabs(seen[i] - want) < 6 * sqrt(want));
}

/* 80 % to 40 blocks of 200: 2 % each; the others have 0.125 % each */
static void
hotspot_gives_its_blocks_their_share_evenly_and_so_the_rest(void **state)
{
	unsigned seen[200];

	(void)state;
	count_sorted(&hotspot, 200, 1000000, seen);
	assert_all_near(seen, 40, 20000);
	assert_all_near(seen + 40, 160, 1250);
}

static void
hotspot_of_few_blocks_has_one_hot_and_hits_the_rest(void **state)
{
	unsigned seen[4];

	(void)state;
	count_sorted(&hotspot, 1, 10000, seen);
	assert_int_equal(seen[0], 10000);
	count_sorted(&hotspot, 4, 100000, seen);
	assert_all_near(seen, 1, 80000);
	assert_all_near(seen + 1, 3, 20000 / 3.0);
}

static uint64_t
most_frequent(const struct pattern_params *params)
{
	static unsigned seen[1000];
	struct pattern p = new_pattern(params);
	unsigned best = 0;

	memset(seen, 0, sizeof seen);
	for (int i = 0; i < 10000; i++)
		seen[pattern_next(&p).lba - params->lba_first]++;
	for (unsigned i = 0; i < 1000; i++)
		best = seen[i] > seen[best] ? i : best;
	return best;
}

static void
workers_of_one_seed_have_the_same_popular_block(void **state)
{
	struct pattern_params params = zipf;
	uint64_t popular;

	(void)state;
	params.nlba = 1000;
	popular = most_frequent(&params);
	for (params.worker = 0; params.worker < 8; params.worker++)
		assert_int_equal(most_frequent(&params), popular);
	params.seed++;
	assert_int_not_equal(most_frequent(&params), popular);
}

static void
assert_bijection(uint64_t n, uint64_t seed)
{
	static uint8_t seen[66000];
	struct scatter s;

	memset(seen, 0, sizeof seen);
	scatter_init(&s, n, seed);
	for (uint64_t rank = 0; rank < n; rank++) {
		uint64_t block = scatter_block(&s, rank);

		assert_true(block < n && !seen[block]);
		seen[block] = 1;
	}
}

static void
each_rank_has_a_block_of_its_own(void **state)
{
	static const uint64_t large[] = {1023, 1024, 1025, 4099, 65535, 65536, 65537};

	(void)state;
	for (uint64_t n = 1; n <= 300; n++)
		for (uint64_t seed = 0; seed < 5; seed++)
			assert_bijection(n, seed);
	for (size_t i = 0; i < sizeof large / sizeof large[0]; i++)
		assert_bijection(large[i], 1);
}

/* by chance a pair of ranks is at most 1000 of a million blocks apart twice in 1000 */
static void
popular_blocks_are_no_neighbours(void **state)
{
	const uint64_t n = 1000003;
	unsigned near = 0;
	struct scatter s;

	(void)state;
	scatter_init(&s, n, 42);
	for (uint64_t rank = 0; rank < 1000; rank++) {
		uint64_t a = scatter_block(&s, rank), b = scatter_block(&s, rank + 1);

		near += (a > b ? a - b : b - a) <= 1000;
	}
	assert_in_range(near, 0, 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequence_is_the_same_on_any_machine),
		cmocka_unit_test(zipf_of_theta_1_is_the_same_on_any_machine),
		cmocka_unit_test(parts_with_many_blocks_an_op_are_the_same_on_any_machine),
		cmocka_unit_test(generator_is_xoshiro256_starstar),
		cmocka_unit_test(same_seed_and_worker_make_the_same_sequence),
		cmocka_unit_test(workers_of_one_seed_are_unrelated),
		cmocka_unit_test(neighbouring_seeds_do_not_trade_workers),
		cmocka_unit_test(bound_near_2_to_the_63_is_drawn_without_bias),
		cmocka_unit_test(small_bounds_are_drawn_evenly),
		cmocka_unit_test(bound_of_one_draws_zero),
		cmocka_unit_test(uniform_draws_every_block_of_its_range_and_no_other),
		cmocka_unit_test(kinds_come_in_the_proportions_of_the_mix),
		cmocka_unit_test(kind_of_no_percent_never_comes),
		cmocka_unit_test(kind_of_100_percent_takes_the_largest_and_the_smallest_draw),
		cmocka_unit_test(mix_does_not_change_the_blocks),
		cmocka_unit_test(seq_covers_every_block_in_order_and_wraps),
		cmocka_unit_test(seq_of_one_block_stays_on_it),
		cmocka_unit_test(ops_of_many_blocks_start_whole_places_apart),
		cmocka_unit_test(stride_takes_each_block_once_before_any_comes_again),
		cmocka_unit_test(stride_skips_by_its_number_and_goes_on_beside_where_it_began),
		cmocka_unit_test(hotspot_gives_its_blocks_their_share_evenly_and_so_the_rest),
		cmocka_unit_test(hotspot_of_few_blocks_has_one_hot_and_hits_the_rest),
		cmocka_unit_test(workers_of_one_seed_have_the_same_popular_block),
		cmocka_unit_test(each_rank_has_a_block_of_its_own),
		cmocka_unit_test(popular_blocks_are_no_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
