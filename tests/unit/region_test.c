/* SPDX-License-Identifier: BSD-3-Clause */
/* region_test.c -- the blocks of a job and of its workers; ops of many blocks on real engines. */
#include "job_support.h"

#include <errno.h>

#include "engine/engine.h"
#include "run/region.h"

#define BS     4096u
#define BLOCKS 4u

static const struct engine holds_1003 = {.bs = BS, .nlba = 1003};

static struct job_list kept;

static struct job
job_of(const char *lines)
{
	struct job_list list;
	char text[256];
	struct job job;

	snprintf(text, sizeof(text), "[a]\n%s\n", lines);
	ASSERT_LOADS(&list, text);
	job = list.jobs[0];
	/* messages about the job name its line, which the list knows: it stays until the next call */
	job_list_free(&kept);
	kept = list;
	return job;
}

static void
assert_region(const char *lines, uint64_t first, uint64_t count)
{
	struct job job = job_of(lines);
	struct region region;

	assert_int_equal(region_resolve(&region, &job, &holds_1003, 1, &why), 0);
	assert_int_equal(region.first, first);
	assert_int_equal(region.count, count);
}

static void
assert_no_region(const char *lines, unsigned workers, const char *want)
{
	struct job job = job_of(lines);
	struct region region;

	assert_int_equal(region_resolve(&region, &job, &holds_1003, workers, &why), -1);
	assert_string_equal(why.text, want);
}

static void
region_in_bytes_or_percent_gives_its_blocks(void **state)
{
	(void)state;
	assert_region("region=all", 0, 1003);
	assert_region("region=offset:8k", 2, 1001);
	assert_region("region=size:40k", 0, 10);
	assert_region("region=offset:4k,size:4104192", 1, 1002);
}

static void
adjacent_percentages_make_adjacent_regions(void **state)
{
	(void)state;
	assert_region("region=size:33.3%", 0, 333);
	assert_region("region=offset:33.3%,size:33.3%", 333, 667 - 333);
	assert_region("region=offset:66.6%,size:33.4%", 667, 1003 - 667);
	assert_region("region=offset:66.6%", 667, 1003 - 667);
	assert_region("region=offset:50%,size:4k", 501, 1);
}

static void
region_outside_the_layout_is_refused(void **state)
{
	static const char whole[] = "not whole blocks (allowed: multiples of 4096 bytes, or %)";
	static const char beyond[] =
		"beyond the end (allowed: up to 4108288 bytes, 1003 blocks of 4096)";
	char want[256];

	(void)state;
	snprintf(want, sizeof(want), "job 'a', line 2: region=offset:1000: %s", whole);
	assert_no_region("region=offset:1000", 1, want);
	snprintf(want, sizeof(want), "job 'a', line 2: region=size:4097: %s", whole);
	assert_no_region("region=size:4097", 1, want);
	snprintf(want, sizeof(want), "job 'a', line 2: region=offset:4012k: %s", beyond);
	assert_no_region("region=offset:4108288", 1, want);
	snprintf(want, sizeof(want), "job 'a', line 2: region=offset:100%%: %s", beyond);
	assert_no_region("region=offset:100%", 1, want);
	snprintf(want, sizeof(want), "job 'a', line 2: region=offset:60%%,size:60%%: %s", beyond);
	assert_no_region("region=offset:60%,size:60%", 1, want);
	snprintf(want, sizeof(want), "job 'a', line 2: region=offset:4k,size:4012k: %s", beyond);
	assert_no_region("region=offset:4k,size:4108288", 1, want);
}

static void
region_too_small_for_an_op_or_for_the_threads_is_refused(void **state)
{
	(void)state;
	assert_no_region(
		"region=size:0.01%", 1,
		"job 'a', line 2: region=size:0.01%: the region has 0 blocks of 4096 bytes "
		"(allowed: a region of 1 at least)");
	assert_no_region("region=size:12k\nblocks=4", 1,
			 "job 'a', line 3: blocks=4: the region has 3 blocks of 4096 bytes "
			 "(allowed: a region of 4 at least)");
	assert_no_region("region=size:44k\nblocks=4\nrw=write\nthreads=3", 3,
			 "job 'a': partition=thread: 3 threads, and blocks for 2 operations "
			 "(allowed: at most as many threads, or partition=shared)");
}

/* Parts follow each other, are whole ops except the last one, and cover everything. */
static void
parts_cover_the_region_and_do_not_overlap(void **state)
{
	(void)state;
	for (uint64_t count = 1; count <= 60; count++)
		for (unsigned blocks = 1; blocks <= 5; blocks++)
			for (unsigned workers = 1; workers <= 7; workers++) {
				const struct region all = {1000, count};
				uint64_t next = all.first;

				for (unsigned i = 0; i < workers; i++) {
					struct region part = region_part(&all, blocks, i, workers);

					assert_int_equal(part.first, next);
					if (i + 1 < workers)
						assert_int_equal(part.count % blocks, 0);
					next += part.count;
				}
				assert_int_equal(next, all.first + count);
			}
}

/* ---- ops of many blocks ---- */

struct bench {
	struct btt_ns *ns;
	struct engine engine;
	uint8_t buf[BLOCKS * BS];
};

static void
bench_open(struct bench *b, const char *lines)
{
	struct job job = job_of(lines);
	struct target target;

	b->ns = btt_ns_open_dram(16 << 20, 0);
	assert_non_null(b->ns);
	target_set_namespace(&target, "dram:16M", b->ns);
	assert_int_equal(engine_open(&b->engine, &job, &target, 1, &why), 0);
}

static void
bench_close(struct bench *b)
{
	engine_close(&b->engine);
	btt_ns_close(b->ns);
}

static int
submit(struct bench *b, enum op_kind kind, uint64_t lba, unsigned blocks)
{
	const struct engine_lane lane = {
		.engine = &b->engine, .blocks = blocks, .read_buf = b->buf, .write_buf = b->buf};

	return b->engine.ops->submit(&lane, &(struct op){.lba = lba, .kind = kind}, 1);
}

static void
write_blocks(struct bench *b, uint64_t lba, uint8_t first_value)
{
	for (unsigned i = 0; i < BLOCKS; i++)
		memset(b->buf + (size_t)i * BS, first_value + (int)i, BS);
	assert_int_equal(submit(b, OP_WRITE, lba, BLOCKS), 0);
}

static void
assert_filled(const uint8_t *block, uint8_t value)
{
	for (unsigned i = 0; i < BS; i++)
		assert_int_equal(block[i], value);
}

static void
assert_block_holds(struct bench *b, uint64_t lba, uint8_t value)
{
	assert_int_equal(submit(b, OP_READ, lba, 1), 0);
	assert_filled(b->buf, value);
}

static void
op_of_many_blocks_covers_exactly_its_blocks(void **state)
{
	static const char *const engines[] = {"engine=btt", "engine=raw"};

	(void)state;
	for (size_t e = 0; e < LENGTH(engines); e++) {
		struct bench b;

		bench_open(&b, engines[e]);
		write_blocks(&b, 100, 1);
		assert_block_holds(&b, 99, 0);
		for (unsigned i = 0; i < BLOCKS; i++)
			assert_block_holds(&b, 100 + i, (uint8_t)(1 + i));
		assert_block_holds(&b, 100 + BLOCKS, 0);
		assert_int_equal(submit(&b, OP_READ, 100, BLOCKS), 0);
		for (unsigned i = 0; i < BLOCKS; i++)
			assert_filled(b.buf + (size_t)i * BS, (uint8_t)(1 + i));
		write_blocks(&b, 104, 5);
		assert_int_equal(submit(&b, OP_ZERO, 101, BLOCKS), 0);
		assert_block_holds(&b, 100, 1);
		for (unsigned i = 0; i < BLOCKS; i++)
			assert_block_holds(&b, 101 + i, 0);
		assert_block_holds(&b, 105, 6);
		bench_close(&b);
	}
}

static void
op_fails_with_any_of_its_blocks(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "engine=btt");
	write_blocks(&b, 100, 1);
	for (unsigned bad = 0; bad < BLOCKS; bad++) {
		assert_int_equal(btt_set_error(b.engine.btt, 0, 100 + bad), 0);
		errno = 0;
		assert_int_equal(submit(&b, OP_READ, 100, BLOCKS), -1);
		assert_int_equal(errno, EIO);
		write_blocks(&b, 100, 1); /* repairs the block */
		assert_int_equal(submit(&b, OP_READ, 100, BLOCKS), 0);
	}
	bench_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(region_in_bytes_or_percent_gives_its_blocks),
		cmocka_unit_test(adjacent_percentages_make_adjacent_regions),
		cmocka_unit_test(region_outside_the_layout_is_refused),
		cmocka_unit_test(region_too_small_for_an_op_or_for_the_threads_is_refused),
		cmocka_unit_test(parts_cover_the_region_and_do_not_overlap),
		cmocka_unit_test(op_of_many_blocks_covers_exactly_its_blocks),
		cmocka_unit_test(op_fails_with_any_of_its_blocks),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
