/* SPDX-License-Identifier: BSD-3-Clause */
/* age_test.c -- the share of neighbouring blocks that lie side by side, and the words for it. */
#include "job_support.h"

#include <math.h>

#include "engine/engine.h"
#include "pattern/scatter.h"
#include "result/result.h"
#include "run/age.h"

#define MIB (1ull << 20)

struct bench {
	struct btt_ns *ns;
	struct engine engine;
	struct region all;
};

static void
bench_open(struct bench *b, uint64_t size, const char *lines)
{
	struct job_list list;
	struct target target;
	char text[256];

	snprintf(text, sizeof(text), "[a]\n%s\n", lines);
	ASSERT_LOADS(&list, text);
	b->ns = btt_ns_open_dram(size, 0);
	assert_non_null(b->ns);
	target_set_namespace(&target, "dram", b->ns);
	assert_int_equal(engine_open(&b->engine, &list.jobs[0], &target, 1, &why), 0);
	b->all = (struct region){0, b->engine.nlba};
	job_list_free(&list);
}

static void
bench_close(struct bench *b)
{
	engine_close(&b->engine);
	btt_ns_close(b->ns);
}

static void
submit(struct bench *b, enum op_kind kind, uint64_t lba)
{
	static uint8_t block[8192];
	const struct engine_lane lane = {
		.engine = &b->engine, .blocks = 1, .read_buf = block, .write_buf = block};

	assert_int_equal(b->engine.ops->submit(&lane, &(struct op){.lba = lba, .kind = kind}, 1),
			 0);
}

static void
write_in_order(struct bench *b, const struct region *region)
{
	for (uint64_t i = 0; i < region->count; i++)
		submit(b, OP_WRITE, region->first + i);
}

static void
write_scattered(struct bench *b, const struct region *region, uint64_t seed)
{
	struct scatter order;

	scatter_init(&order, region->count, seed);
	for (uint64_t i = 0; i < region->count; i++)
		submit(b, OP_WRITE, region->first + scatter_block(&order, i));
}

/* A new layout maps every block to the place of its number: neighbours are adjacent, but hold nothing. */
static void
blocks_that_were_never_written_do_not_count(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, 16 * MIB, "engine=btt");
	assert_true(isnan(age_look(&b.engine, &b.all)));
	submit(&b, OP_WRITE, 7);
	submit(&b, OP_WRITE, 9);
	assert_true(isnan(age_look(&b.engine, &b.all)));
	bench_close(&b);
}

static void
zeroed_and_bad_blocks_do_not_count(void **state)
{
	const struct region three = {10, 3}, two = {20, 2};
	struct bench b;

	(void)state;
	bench_open(&b, 16 * MIB, "engine=btt");
	submit(&b, OP_WRITE, 9); /* the lane's free block, which lies elsewhere, is gone */
	write_in_order(&b, &three);
	write_in_order(&b, &two);
	assert_true(age_look(&b.engine, &three) == 1);
	submit(&b, OP_ZERO, 11);
	assert_true(isnan(age_look(&b.engine, &three)));
	assert_int_equal(btt_set_error(b.engine.btt, 0, 21), 0);
	assert_true(isnan(age_look(&b.engine, &two)));
	bench_close(&b);
}

static void
blocks_written_in_order_are_adjacent_for_every_size_of_a_place(void **state)
{
	static const char *const jobs[] = {"bs=4096", "bs=512", "bs=520", "bs=4104",
					   "bs=520\nflavour=pmdk"};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < LENGTH(jobs); i++) {
		bench_open(&b, 16 * MIB, jobs[i]);
		write_in_order(&b, &b.all);
		assert_true(age_look(&b.engine, &b.all) > 0.99);
		write_in_order(&b, &b.all);
		assert_true(age_look(&b.engine, &b.all) > 0.99);
		bench_close(&b);
	}
}

static void
one_scattered_pass_scatters_neighbours_in_new_and_old_layouts(void **state)
{
	static const char *const jobs[] = {"bs=4096", "bs=512", "bs=520"};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < LENGTH(jobs); i++)
		for (uint64_t seed = 1; seed <= 4; seed++) {
			bench_open(&b, 32 * MIB, jobs[i]);
			if (seed % 2)
				write_in_order(&b, &b.all);
			write_scattered(&b, &b.all, seed);
			assert_true(age_look(&b.engine, &b.all) < 0.01);
			write_scattered(&b, &b.all, seed + 1);
			assert_true(age_look(&b.engine, &b.all) < 0.01);
			bench_close(&b);
		}
}

/* A half that is scattered: a sample that misses a part of the region would not see it. */
static void
sample_of_a_large_region_stands_for_all_of_it(void **state)
{
	struct bench b;
	double share;

	(void)state;
	bench_open(&b, 128 * MIB, "bs=512");
	assert_true(b.all.count > 200000);
	write_in_order(&b, &b.all);
	for (unsigned half = 0; half < 2; half++) {
		const struct region part = {half * (b.all.count / 2), b.all.count / 2};

		write_scattered(&b, &part, 1);
		share = age_look(&b.engine, &b.all);
		assert_true(half ? share < 0.01 : fabs(share - 0.5) < 0.02);
	}
	bench_close(&b);
}

static void
region_of_one_block_has_no_pair_and_neither_has_an_engine_without_a_map(void **state)
{
	const struct region one = {3, 1};
	struct bench b;

	(void)state;
	bench_open(&b, 16 * MIB, "engine=btt");
	write_in_order(&b, &b.all);
	assert_true(isnan(age_look(&b.engine, &one)));
	bench_close(&b);
	bench_open(&b, 16 * MIB, "engine=raw");
	write_in_order(&b, &b.all);
	assert_true(isnan(age_look(&b.engine, &b.all)));
	bench_close(&b);
}

static void
words_follow_the_share_and_unknown_has_none(void **state)
{
	struct result_layout layout = {.valid = 1};
	static const struct {
		double share;
		const char *word;
	} ages[] = {{1, "fresh"},         {0.901, "fresh"}, {0.9, "partly aged"},
		    {0.1, "partly aged"}, {0.099, "aged"},  {0, "aged"}};

	(void)state;
	for (size_t i = 0; i < LENGTH(ages); i++) {
		layout.adjacent = ages[i].share;
		assert_string_equal(result_age(&layout), ages[i].word);
	}
	layout.adjacent = NAN;
	assert_null(result_age(&layout));
	layout = (struct result_layout){.adjacent = 1}; /* no BTT */
	assert_null(result_age(&layout));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_that_were_never_written_do_not_count),
		cmocka_unit_test(zeroed_and_bad_blocks_do_not_count),
		cmocka_unit_test(blocks_written_in_order_are_adjacent_for_every_size_of_a_place),
		cmocka_unit_test(one_scattered_pass_scatters_neighbours_in_new_and_old_layouts),
		cmocka_unit_test(sample_of_a_large_region_stands_for_all_of_it),
		cmocka_unit_test(
			region_of_one_block_has_no_pair_and_neither_has_an_engine_without_a_map),
		cmocka_unit_test(words_follow_the_share_and_unknown_has_none),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
