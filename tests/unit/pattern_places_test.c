/* SPDX-License-Identifier: BSD-3-Clause */
/* pattern_places_test.c -- the blocks of ops of many blocks, strides, hot spots and popular blocks. */
#include "pattern_support.h"

/* ---- many blocks per op ---- */

/* 67 blocks are 16 places of four; the last three blocks are not used. */
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
stride_uses_each_block_once_before_it_repeats(void **state)
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
stride_skips_by_its_number_and_wraps_to_the_next_start(void **state)
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

/* The counts of the first `nlba` blocks, the most frequent first. */
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

/* Each count is within six standard deviations of its expected value. */
static void
assert_all_near(const unsigned *seen, unsigned n, double want)
{
	for (unsigned i = 0; i < n; i++)
		assert_true(fabs(seen[i] - want) < 6 * sqrt(want));
}

/* 80 % of ops to 40 of 200 blocks: 2 % each; the others get 0.125 % each. */
static void
hotspot_and_the_rest_get_their_shares_evenly(void **state)
{
	unsigned seen[200];

	(void)state;
	count_sorted(&hotspot, 200, 1000000, seen);
	assert_all_near(seen, 40, 20000);
	assert_all_near(seen + 40, 160, 1250);
}

static void
hotspot_of_few_blocks_has_one_hot_block_and_hits_the_rest(void **state)
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
each_rank_has_its_own_block(void **state)
{
	static const uint64_t large[] = {1023, 1024, 1025, 4099, 65535, 65536, 65537};

	(void)state;
	for (uint64_t n = 1; n <= 300; n++)
		for (uint64_t seed = 0; seed < 5; seed++)
			assert_bijection(n, seed);
	for (size_t i = 0; i < sizeof large / sizeof large[0]; i++)
		assert_bijection(large[i], 1);
}

/* By chance a pair of ranks is within 1000 of a million blocks twice in 1000 times. */
static void
popular_blocks_are_not_neighbours(void **state)
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

#define MAP_LINE 16 /* blocks in one line of the map */
#define SEEDS    400

/* The pairs of the `nhot` most popular blocks that share a line of the map. */
static double
count_pairs(uint64_t n, unsigned nhot, uint64_t seed)
{
	unsigned *in_line = calloc(n / MAP_LINE + 1, sizeof *in_line);
	struct scatter s;
	double pairs = 0;

	assert_non_null(in_line);
	scatter_init(&s, n, seed);
	for (uint64_t rank = 0; rank < nhot; rank++)
		pairs += in_line[scatter_block(&s, rank) / MAP_LINE]++;
	free(in_line);
	return pairs;
}

/*
 * A pair of blocks shares a line with a known probability. The number of pairs has this mean, and a variance of
 * mean * (1 - nhot / n)^2: nearly that of Poisson's distribution. Over all seeds, the mean is within five standard
 * deviations, and the variance within six; its own variance is 2 + 1 / mean.
 */
static void
popular_blocks_share_lines_of_the_map_as_in_a_random_permutation(void **state)
{
	static const struct {
		uint64_t n;
		unsigned nhot;
	} cases[] = {{200, 40},       {1024, 204},     {4096, 819},
		     {5000, 1000},    {65536, 1000},   {100003, 1000},
		     {1048576, 2000}, {1000003, 2000}, {2096896, 2000}};

	(void)state;
	for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
		double n = (double)cases[c].n, nhot = cases[c].nhot, rest = fmod(n, MAP_LINE);
		double together = ((n - rest) * (MAP_LINE - 1) + rest * (rest - 1)) / (n * (n - 1));
		double mean = nhot * (nhot - 1) / 2 * together;
		double variance = mean * (1 - nhot / n) * (1 - nhot / n);
		double sum = 0, squares = 0;

		for (uint64_t seed = 1; seed <= SEEDS; seed++) {
			double off = count_pairs(cases[c].n, cases[c].nhot, seed) - mean;

			sum += off;
			squares += off * off / variance;
		}
		assert_true(fabs(sum) < 5 * sqrt(SEEDS * variance));
		assert_true(fabs(squares - SEEDS) < 6 * sqrt(SEEDS * (2 + 1 / mean)));
	}
}

/* A bit of the block is flipped half of the time: within five standard deviations, for 8 to 24 bits. */
static void
each_bit_of_the_rank_flips_every_bit_of_the_block_half_of_the_time(void **state)
{
	const unsigned ranks_of_seed = 50;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1, 0);
	for (unsigned bits = 8; bits <= 24; bits += 4) {
		double flips[24][24] = {{0}}, drawn = SEEDS * ranks_of_seed;

		for (uint64_t seed = 1; seed <= SEEDS * ranks_of_seed; seed++) {
			uint64_t rank = rng_below(&rng, UINT64_C(1) << bits), flipped;
			struct scatter s;

			scatter_init(&s, UINT64_C(1) << bits, seed / ranks_of_seed);
			for (unsigned i = 0; i < bits; i++) {
				flipped = scatter_block(&s, rank) ^
					  scatter_block(&s, rank ^ (UINT64_C(1) << i));
				for (unsigned k = 0; k < bits; k++)
					flips[i][k] += (double)(flipped >> k & 1);
			}
		}
		for (unsigned i = 0; i < bits; i++)
			for (unsigned k = 0; k < bits; k++)
				assert_true(fabs(flips[i][k] - drawn / 2) < 5 * sqrt(drawn) / 2);
	}
}

/*
 * Of 1000 random distances in 2^20, 0.48 pairs are equal. In 100 seeds these are 48, and more than 83 by chance once in
 * a million times.
 */
static void
consecutive_ranks_have_no_common_distance(void **state)
{
	static uint8_t seen[1 << 20];
	unsigned again = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct scatter s;

		scatter_init(&s, sizeof seen, seed);
		memset(seen, 0, sizeof seen);
		for (uint64_t rank = 0; rank < 1000; rank++) {
			uint64_t by = scatter_block(&s, rank + 1) - scatter_block(&s, rank);

			again += seen[by % sizeof seen];
			seen[by % sizeof seen] = 1;
		}
	}
	assert_in_range(again, 0, 83);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ops_of_many_blocks_start_whole_places_apart),
		cmocka_unit_test(stride_uses_each_block_once_before_it_repeats),
		cmocka_unit_test(stride_skips_by_its_number_and_wraps_to_the_next_start),
		cmocka_unit_test(hotspot_and_the_rest_get_their_shares_evenly),
		cmocka_unit_test(hotspot_of_few_blocks_has_one_hot_block_and_hits_the_rest),
		cmocka_unit_test(workers_of_one_seed_have_the_same_popular_block),
		cmocka_unit_test(each_rank_has_its_own_block),
		cmocka_unit_test(popular_blocks_are_not_neighbours),
		cmocka_unit_test(popular_blocks_share_lines_of_the_map_as_in_a_random_permutation),
		cmocka_unit_test(
			each_bit_of_the_rank_flips_every_bit_of_the_block_half_of_the_time),
		cmocka_unit_test(consecutive_ranks_have_no_common_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
