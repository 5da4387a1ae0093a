/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_batch_error_test.c -- blocks of a batch that fail beside blocks that do not, and calls that are refused. */
#include "btt_batch_support.h"

static void
expect_refused(struct btt *btt, struct call *c, const char *text)
{
	expect_failed(write_call(btt, c), EINVAL, text);
	for (unsigned i = 0; i < c->n && c->n <= BTT_BATCH_MAX; i++)
		assert_int_equal(c->error[i], EINVAL);
	expect_failed(read_call(btt, c), EINVAL, text);
}

static void
arguments_out_of_range_change_nothing(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, BLOCK, 16);
	struct btt *btt = media_open_to_write(&m, BTT_COMMIT_TWO_FENCE);
	const uint64_t lba[4] = {1, 2, 3, 4};
	uint64_t hash = hash_bytes(m.bytes, m.size);
	struct call c;

	(void)state;
	set_call(&c, 4, lba, 1);
	c.n = 0;
	expect_refused(btt, &c, "batch of 0 blocks: must be 1 to 64");
	c.n = 65;
	expect_refused(btt, &c, "batch of 65 blocks: must be 1 to 64");
	c.n = 4;
	c.lane[2] = 16;
	expect_refused(btt, &c, "lane 16: there are 16");
	c.lane[2] = 0;
	expect_refused(btt, &c, "lane 0: twice in one batch");
	c.lane[2] = 15; /* lanes in any order */
	c.lba[3] = btt_nlba(btt);
	expect_refused(btt, &c, "lba ");
	assert_true(hash_bytes(m.bytes, m.size) == hash);
	c.lba[3] = 4;
	assert_int_equal(btt_write_batch(btt, c.lane, c.lba, c.from, 4, NULL), 0);
	btt_fini(btt);
	media_close(&m);
}

/* The free block of lane 1 cannot be stored to. The blocks beside it share its map line. */
static void
a_block_that_fails_leaves_the_others(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_five, 0);
	const uint64_t lba[4] = {3, 4, 5, 4}, other[3] = {3, 4, 5};
	struct btt *btt;
	struct call c;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, BLOCK, LANES);
	btt = media_open_to_write(&m, BTT_COMMIT_STRICT);
	write_all(btt, 3, other, 50);
	ram->bad_write_off = (uint64_t)(data_at(&m, 5) - ram->bytes); /* lane 2 freed block 5 */
	set_call(&c, 3, lba, 60);
	expect_failed(write_call(btt, &c), EIO, "storing 512 bytes");
	assert_int_equal(c.error[0], 0);
	assert_int_equal(c.error[1], 0);
	assert_int_equal(c.error[2], EIO);
	expect_block(btt, 0, 3, 60);
	expect_block(btt, 0, 4, 61);
	expect_block(btt, 0, 5, 52);
	assert_null(btt_readonly_reason(btt));
	/* block 4 comes twice, and its last write fails on lane 2: both say so */
	set_call(&c, 4, lba, 70);
	c.lane[2] = 3;
	c.lane[3] = 2;
	expect_failed(write_call(btt, &c), EIO, "storing 512 bytes");
	assert_int_equal(c.error[0], 0);
	assert_int_equal(c.error[1], EIO);
	assert_int_equal(c.error[2], 0);
	assert_int_equal(c.error[3], EIO);
	expect_block(btt, 0, 3, 70);
	expect_block(btt, 0, 4, 61);
	expect_block(btt, 0, 5, 72);
	ram->bad_write_off = UINT64_MAX;
	write_all(btt, 4, lba, 80); /* no lock is held */
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	ram_close(ram);
}

/* A store to the log of lane 1 fails: the arena turns read-only, and the other blocks are written. */
static void
an_error_in_one_commit_does_not_stop_the_others(void **state)
{
	const uint64_t lba[3] = {3, 4, 5};

	(void)state;
	for (unsigned half = 0; half < 2; half++) {
		struct ram *ram = ram_open(16 * MIB, 0xa5);
		struct media m = ram_media(ram, &ram_five, 0);
		struct btt *btt;
		struct call c;

		media_format(&m, BTT_FLAVOUR_UEFI, BLOCK, LANES);
		btt = media_open_to_write(&m, BTT_COMMIT_STRICT);
		ram->bad_write_off = (uint64_t)(flog_at(&m, 1, 1) - ram->bytes) + 8 * half;
		set_call(&c, 3, lba, 60);
		expect_failed(write_call(btt, &c), EIO, "storing 8 bytes");
		assert_int_equal(c.error[0], 0);
		assert_int_equal(c.error[1], EIO);
		assert_int_equal(c.error[2], 0);
		expect_block(btt, 0, 3, 60);
		expect_block(btt, 0, 5, 62);
		assert_non_null(strstr(btt_readonly_reason(btt), "middle of a commit"));
		expect_failed(write_call(btt, &c), EROFS, "read-only: arena 0: media failed");
		assert_int_equal(c.error[0], EROFS);
		assert_int_equal(c.error[2], EROFS);
		btt_fini(btt);
		ram_close(ram);
	}
}

/* Fence AB or C fails. The next opening finds each block old or new, and nothing else. */
static void
a_fence_that_fails_fails_all_blocks(void **state)
{
	const uint64_t lba[3] = {3, 4, 50};

	(void)state;
	for (unsigned drain = 1; drain <= 2; drain++) {
		struct ram *ram = ram_open(16 * MIB, 0xa5);
		struct media m = ram_media(ram, &ram_mapped, 0);
		struct btt *btt;
		struct call c;

		media_format(&m, BTT_FLAVOUR_UEFI, BLOCK, LANES);
		btt = media_open_to_write(&m, BTT_COMMIT_TWO_FENCE);
		write_all(btt, 3, lba, 10);
		ram->bad_drain = drain;
		set_call(&c, 3, lba, 20);
		expect_failed(write_call(btt, &c), EIO, "making stores durable");
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(c.error[i], EIO);
		expect_all(btt, 3, lba, 10);
		expect_write_fails(btt, 9, 4, EROFS, "middle of a commit"); /* no lock is held */
		btt_fini(btt);
		btt = media_open_to_write(&m, BTT_COMMIT_TWO_FENCE);
		expect_all(btt, 3, lba, drain == 1 ? 10 : 20);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		ram_close(ram);
	}
}

static void
check_bad_read(struct btt *btt)
{
	const uint64_t lba[5] = {3, 4, 5, 60, 61};
	struct call c;

	write_all(btt, 4, lba, 1);
	assert_int_equal(btt_set_error(btt, 0, 4), 0);
	assert_int_equal(btt_set_zero(btt, 0, 5), 0);
	assert_int_equal(btt_set_error(btt, 0, 60), 0);
	set_call(&c, 5, lba, 1);
	expect_failed(read_call(btt, &c), EIO, "block 4 is marked bad");
	assert_int_equal(c.error[0], 0);
	assert_int_equal(c.error[1], EIO);
	assert_int_equal(c.error[2], 0);
	assert_int_equal(c.error[3], EIO);
	assert_int_equal(c.error[4], 0);
	for (unsigned i = 0; i < BLOCK; i++)
		assert_true(c.data[2][i] == 0 && c.data[4][i] == 0);
	set_call(&c, 5, lba, 1);
	write_all(btt, 5, lba, 7); /* a write clears the marks */
	expect_all(btt, 5, lba, 7);
}

static void
a_marked_block_fails_alone_in_a_batch_of_reads(void **state)
{
	(void)state;
	on_each_namespace(0, check_bad_read);
}

static void
a_batch_before_the_first_write_reads_zeros_and_then_lays_out(void **state)
{
	const uint64_t lba[3] = {3, 4, 5};
	struct ram *ram = ram_open(16 * MIB, 0);
	uint8_t parent[16] = {1};
	struct btt *btt = btt_init(ram->size, BLOCK, parent, 8, ram, &ram_five);
	struct call c;

	(void)state;
	assert_non_null(btt);
	set_call(&c, 3, lba, 1);
	assert_int_equal(read_call(btt, &c), 0);
	for (unsigned i = 0; i < 3 * BLOCK; i++)
		assert_int_equal(c.data[i / BLOCK][i % BLOCK], 0);
	write_all(btt, 3, lba, 5);
	expect_all(btt, 3, lba, 5);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	ram_close(ram);
}

static void
a_read_only_btt_refuses_each_block_of_a_batch(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, BLOCK, 16);
	struct btt *btt = media_open(&m, BTT_READ_ONLY);
	const uint64_t lba[3] = {3, 4, 3};
	uint64_t hash = hash_bytes(m.bytes, m.size);
	struct call c;

	(void)state;
	set_call(&c, 3, lba, 1);
	expect_failed(write_call(btt, &c), EROFS, "read-only: opened read-only");
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(c.error[i], EROFS);
	assert_true(hash_bytes(m.bytes, m.size) == hash);
	btt_fini(btt);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_out_of_range_change_nothing),
		cmocka_unit_test(a_block_that_fails_leaves_the_others),
		cmocka_unit_test(an_error_in_one_commit_does_not_stop_the_others),
		cmocka_unit_test(a_fence_that_fails_fails_all_blocks),
		cmocka_unit_test(a_marked_block_fails_alone_in_a_batch_of_reads),
		cmocka_unit_test(a_batch_before_the_first_write_reads_zeros_and_then_lays_out),
		cmocka_unit_test(a_read_only_btt_refuses_each_block_of_a_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
