/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_block_test.c -- reading, writing, zeroing and marking blocks, one lane at a time. */
#include "btt_ram.h"

static void
blocks_keep_their_last_write_in_every_flavour_and_size(void **state)
{
	static const struct {
		enum btt_flavour flavour;
		uint32_t lbasize, nfree;
	} layouts[] = {
		{BTT_FLAVOUR_UEFI, 512, 256},    {BTT_FLAVOUR_UEFI, 528, 2},
		{BTT_FLAVOUR_UEFI, 4096, 3},     {BTT_FLAVOUR_KERNEL, 520, 256},
		{BTT_FLAVOUR_KERNEL, 4104, 512}, {BTT_FLAVOUR_KERNEL, 4224, 2},
		{BTT_FLAVOUR_PMDK, 513, 3},      {BTT_FLAVOUR_PMDK, 4160, 512},
		{BTT_FLAVOUR_PMDK, 5000, 256},   {BTT_FLAVOUR_UEFI, 512, 4096},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(layouts); i++) {
		struct media m =
			media_formatted(layouts[i].flavour, layouts[i].lbasize, layouts[i].nfree);
		struct btt *btt = media_open(&m, BTT_READ_WRITE);
		struct btt_layout info = {0};
		uint64_t last = btt_nlba(btt) - 1;

		btt_get_layout(btt, &info, sizeof(info));
		assert_int_equal(info.flavour, layouts[i].flavour);
		assert_int_equal(info.lbasize, layouts[i].lbasize);
		assert_int_equal(info.nfree, layouts[i].nfree);
		assert_int_equal(info.start, m.start);
		assert_int_equal(info.laid_out, 1);
		assert_int_equal(info.nlba, last + 1);
		assert_int_equal(btt_nlane(btt), layouts[i].nfree);
		for (unsigned k = 0; k < 6000; k++)
			write_block(btt, k % info.nlane, k % 2 ? k % 977 : last - k % 977, k);
		for (unsigned k = 6000 - 1954; k < 6000; k++)
			expect_block(btt, (k + 1) % info.nlane, k % 2 ? k % 977 : last - k % 977,
				     k);
		expect_zeros(btt, 0, 980);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		btt = media_open(&m, BTT_READ_WRITE);
		for (unsigned k = 6000 - 1954; k < 6000; k++)
			expect_block(btt, k % info.nlane, k % 2 ? k % 977 : last - k % 977, k);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		media_close(&m);
	}
}

/* A store past the end of a block would show in its neighbour. */
static void
every_block_has_its_own_storage(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_KERNEL, 4104, 2);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	(void)state;
	for (unsigned turn = 0; turn < 2; turn++) {
		for (uint64_t lba = 0; lba < btt_nlba(btt); lba++)
			write_block(btt, lba % 2, lba, (unsigned)lba + turn);
		for (uint64_t lba = 0; lba < btt_nlba(btt); lba++)
			expect_block(btt, 0, lba, (unsigned)lba + turn);
	}
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

static void
a_lane_or_lba_too_large_is_einval_and_nothing_is_written(void **state)
{
	static const uint64_t wild[] = {0, 1, 0x100000000, UINT64_MAX / 2};
	static const unsigned lanes[] = {16, 17, 0x80000000, UINT32_MAX};
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 16);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint64_t nlba = btt_nlba(btt), before = hash_bytes(m.bytes, m.size);
	struct btt_counters counters = {0};
	uint8_t buf[512];

	(void)state;
	memset(buf, 0x77, sizeof(buf));
	for (size_t i = 0; i < LENGTH(wild); i++) {
		uint64_t lba = nlba + wild[i];
		unsigned lane = lanes[i];

		expect_failed(btt_write(btt, 0, lba, buf), EINVAL, "lba ");
		expect_failed(btt_read(btt, 0, lba, buf), EINVAL, "lba ");
		expect_failed(btt_set_zero(btt, 0, lba), EINVAL, "lba ");
		expect_failed(btt_set_error(btt, 0, lba), EINVAL, "lba ");
		expect_failed(btt_write(btt, lane, 0, buf), EINVAL, "there are 16");
		expect_failed(btt_read(btt, lane, 0, buf), EINVAL, "there are 16");
		expect_failed(btt_set_zero(btt, lane, 0), EINVAL, "there are 16");
		expect_failed(btt_set_error(btt, lane, 0), EINVAL, "there are 16");
		expect_failed(btt_get_counters(btt, lane, &counters, sizeof(counters)), EINVAL,
			      "there are 16");
	}
	expect_failed(btt_write(btt, UINT32_MAX, UINT64_MAX, buf), EINVAL, "lane 4294967295");
	for (size_t i = 0; i < sizeof(buf); i++)
		assert_int_equal(buf[i], 0x77);
	btt_fini(btt);
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	media_close(&m);
}

static void
a_program_can_ask_for_fewer_lanes_than_the_layout_has(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 16);
	static const unsigned asked[] = {0, 1, 15, 16, 17, UINT32_MAX},
			      got[] = {16, 1, 15, 16, 16, 16};
	uint8_t buf[512] = {0};

	(void)state;
	for (size_t i = 0; i < LENGTH(asked); i++) {
		const struct btt_open_options options = {.maxlane = asked[i]};
		struct btt *btt = btt_open(&options, m.size, m.ns, m.cb);

		assert_non_null(btt);
		assert_int_equal(btt_nlane(btt), got[i]);
		write_block(btt, got[i] - 1, 3, 3);
		expect_failed(btt_write(btt, got[i], 3, buf), EINVAL, "lane ");
		assert_int_equal(btt_check(btt),
				 1); /* all free blocks count, also those of unused lanes */
		btt_fini(btt);
	}
	media_close(&m);
}

static void
zero_keeps_the_storage_and_reads_as_zeros_until_the_next_write(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 16);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint32_t postmap;

	(void)state;
	write_block(btt, 0, 10, 1);
	postmap = get32(map_at(&m, 10)) & NUMBER_BITS;
	assert_int_equal(btt_set_zero(btt, 1, 10), 0);
	assert_int_equal(get32(map_at(&m, 10)), postmap | ZERO_BIT);
	expect_zeros(btt, 0, 10);
	write_block(btt, 2, 10, 2);
	expect_block(btt, 0, 10, 2);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

static void
zeroing_a_block_that_reads_as_zeros_stores_nothing(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 16);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint64_t stored;

	(void)state;
	assert_int_equal(btt_set_zero(btt, 1, 10), 0); /* formatted over old data */
	assert_int_equal(counters_of(btt, 1).bytes_stored, 0);
	assert_int_equal(get32(map_at(&m, 10)), ZERO_BIT | 10);
	write_block(btt, 1, 10, 1);
	assert_int_equal(btt_set_zero(btt, 1, 10), 0);
	stored = counters_of(btt, 1).bytes_stored;
	assert_int_equal(btt_set_zero(btt, 1, 10), 0); /* zero already */
	assert_int_equal(counters_of(btt, 1).bytes_stored, stored);
	assert_int_equal(counters_of(btt, 1).idle_zeroes, 2);
	btt_fini(btt);
	media_close(&m);
}

static void
reads_of_zeros_are_counted_and_other_reads_are_not(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 16);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	(void)state;
	put32(map_at(&m, 12), 0); /* initial: data */
	expect_zeros(btt, 3, 10);
	write_block(btt, 3, 10, 1);
	expect_block(btt, 3, 10, 1);
	assert_int_equal(btt_set_error(btt, 3, 11), 0);
	expect_read_fails(btt, 3, 11, EIO, "marked bad");
	assert_int_equal(btt_read(btt, 3, 12, (uint8_t[512]){0}), 0);
	assert_int_equal(counters_of(btt, 3).zero_reads, 1);
	assert_int_equal(btt_set_zero(btt, 3, 10), 0);
	expect_zeros(btt, 3, 10);
	assert_int_equal(counters_of(btt, 3).zero_reads, 2);
	assert_int_equal(counters_of(btt, 3).idle_zeroes, 0);
	assert_int_equal(counters_of(btt, 2).zero_reads, 0);
	btt_fini(btt);
	media_close(&m);
}

static void
locate_names_the_place_of_a_block_and_says_if_it_has_data(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_KERNEL, 512, 16);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint8_t expected[512];
	uint64_t off = 77;

	(void)state;
	fill(expected, sizeof(expected), 5);
	for (unsigned i = 0; i < 3; i++) {
		write_block(btt, 1, 10, 5);
		assert_int_equal(btt_locate(btt, 10, &off), 0);
		assert_memory_equal(m.bytes + off, expected, sizeof(expected));
	}
	assert_int_equal(btt_set_zero(btt, 1, 10), 0); /* keeps its place */
	assert_int_equal(btt_locate(btt, 10, &off), 1);
	assert_memory_equal(m.bytes + off, expected, sizeof(expected));
	assert_int_equal(btt_set_error(btt, 1, 10), 0);
	assert_int_equal(btt_locate(btt, 10, &off), 1);
	assert_int_equal(btt_locate(btt, 12, &off), 1); /* never written */
	assert_int_equal(off, data_at(&m, 12) - m.bytes);
	put32(map_at(&m, 12), 0); /* initial */
	assert_int_equal(btt_locate(btt, 12, &off), 1);
	assert_int_equal(off, data_at(&m, 12) - m.bytes);
	put32(map_at(&m, 12), NORMAL_BITS | internal_nlba(&m));
	expect_failed(btt_locate(btt, 12, &off), EIO, "block 12: its map entry");
	expect_failed(btt_locate(btt, btt_nlba(btt), &off), EINVAL, "lba ");
	assert_int_equal(off, data_at(&m, 12) - m.bytes);
	btt_fini(btt);
	media_close(&m);
}

static void
before_the_first_write_zeros_are_counted_and_no_block_has_a_place(void **state)
{
	struct media m = media_dram(16 * MIB, 0);
	struct btt *btt = btt_init(m.size, 512, NULL, 4, m.ns, m.cb);
	uint64_t off;

	(void)state;
	assert_non_null(btt);
	expect_zeros(btt, 1, 5);
	assert_int_equal(btt_set_zero(btt, 1, 5), 0);
	assert_int_equal(counters_of(btt, 1).zero_reads, 1);
	assert_int_equal(counters_of(btt, 1).idle_zeroes, 1);
	expect_failed(btt_locate(btt, 5, &off), ENOENT, "nothing has been written");
	write_block(btt, 1, 5, 5);
	assert_int_equal(btt_locate(btt, 5, &off), 0);
	btt_fini(btt);
	media_close(&m);
}

static void
an_error_mark_fails_reads_until_a_write_or_a_zero_clears_it(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 16);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	(void)state;
	assert_int_equal(btt_set_error(btt, 0, 9),
			 0); /* initial entry: the mark stores the number explicitly */
	assert_int_equal(get32(map_at(&m, 9)), 9 | ERROR_BIT);
	write_block(btt, 0, 10, 1);
	assert_int_equal(btt_set_error(btt, 0, 10), 0);
	btt_fini(btt);
	btt = media_open(&m, BTT_READ_WRITE);
	assert_null(btt_readonly_reason(btt));
	expect_read_fails(btt, 0, 9, EIO, "arena 0: block 9 is marked bad");
	expect_read_fails(btt, 0, 10, EIO, "arena 0: block 10 is marked bad");
	expect_zeros(btt, 0, 11);
	write_block(btt, 1, 10, 2);
	expect_block(btt, 0, 10, 2);
	assert_int_equal(btt_set_zero(btt, 1, 9), 0);
	expect_zeros(btt, 0, 9);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

/* Each replaces the other, down to the bits of the map entry. */
static void
zero_and_error_flags_replace_each_other(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_PMDK, 512, 16);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint32_t postmap;

	(void)state;
	write_block(btt, 0, 10, 1);
	postmap = get32(map_at(&m, 10)) & NUMBER_BITS;
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(btt_set_error(btt, 0, 10), 0);
		assert_int_equal(get32(map_at(&m, 10)), postmap | ERROR_BIT);
		assert_int_equal(btt_set_zero(btt, 0, 10), 0);
		assert_int_equal(get32(map_at(&m, 10)), postmap | ZERO_BIT);
	}
	btt_fini(btt);
	media_close(&m);
}

static void
a_zero_or_marked_block_can_be_read_when_opened_read_only(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 16);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint64_t before;

	(void)state;
	write_block(btt, 0, 1, 1);
	write_block(btt, 0, 2, 1);
	assert_int_equal(btt_set_zero(btt, 0, 1), 0);
	assert_int_equal(btt_set_error(btt, 0, 2), 0);
	btt_fini(btt);
	before = hash_bytes(m.bytes, m.size);
	btt = media_open(&m, BTT_READ_ONLY);
	assert_string_equal(btt_readonly_reason(btt), "opened read-only");
	expect_zeros(btt, 0, 1);
	expect_read_fails(btt, 0, 2, EIO, "block 2 is marked bad");
	expect_failed(btt_set_zero(btt, 0, 3), EROFS, "opened read-only");
	btt_fini(btt);
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_keep_their_last_write_in_every_flavour_and_size),
		cmocka_unit_test(every_block_has_its_own_storage),
		cmocka_unit_test(a_lane_or_lba_too_large_is_einval_and_nothing_is_written),
		cmocka_unit_test(a_program_can_ask_for_fewer_lanes_than_the_layout_has),
		cmocka_unit_test(zero_keeps_the_storage_and_reads_as_zeros_until_the_next_write),
		cmocka_unit_test(zeroing_a_block_that_reads_as_zeros_stores_nothing),
		cmocka_unit_test(reads_of_zeros_are_counted_and_other_reads_are_not),
		cmocka_unit_test(locate_names_the_place_of_a_block_and_says_if_it_has_data),
		cmocka_unit_test(before_the_first_write_zeros_are_counted_and_no_block_has_a_place),
		cmocka_unit_test(an_error_mark_fails_reads_until_a_write_or_a_zero_clears_it),
		cmocka_unit_test(zero_and_error_flags_replace_each_other),
		cmocka_unit_test(a_zero_or_marked_block_can_be_read_when_opened_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
