/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_open_flog_test.c -- opening with a damaged flog or map.
 */
#include "btt_support.h"

/* After a few writes, `damage` makes the arena read-only; the reason contains `text`. */
struct damage_case {
	void (*damage)(const struct media *m);
	const char *text;
};

static struct media
media_in_use(enum btt_flavour flavour)
{
	struct media m = media_formatted(flavour, 512, 256);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	for (unsigned i = 0; i < 20; i++)
		write_block(btt, i % 4, i, i);
	btt_fini(btt);
	return m;
}

static uint8_t *
current_slot(const struct media *m, uint32_t lane)
{
	uint8_t *first = flog_at(m, lane, 0), *second = flog_at(m, lane, 1);
	uint32_t a = get32(first + 12), b = get32(second + 12);

	return b == 0 || a == b % 3 + 1 ? first : second;
}

static void
set_equal_seqs(const struct media *m)
{
	put32(flog_at(m, 2, 0) + 12, 2);
	put32(flog_at(m, 2, 1) + 12, 2);
}

static void
set_no_seqs(const struct media *m)
{
	put32(flog_at(m, 2, 0) + 12, 0);
	put32(flog_at(m, 2, 1) + 12, 0);
}

static void
set_seq_4_first(const struct media *m)
{
	put32(flog_at(m, 2, 0) + 12, 4);
}

/* the low bits of 5 are those of 1 */
static void
set_seq_5_second(const struct media *m)
{
	put32(flog_at(m, 2, 1) + 12, 5);
}

static void
set_seq_huge(const struct media *m)
{
	put32(flog_at(m, 255, 0) + 12, 0xfffffffd);
}

static void
set_lba_at_end(const struct media *m)
{
	put32(current_slot(m, 2), external_nlba(m));
}

static void
set_lba_huge(const struct media *m)
{
	put32(current_slot(m, 2), 0xffffffff);
}

static void
set_old_at_end(const struct media *m)
{
	put32(current_slot(m, 2) + 4, internal_nlba(m));
}

static void
set_new_at_end(const struct media *m)
{
	put32(current_slot(m, 2) + 8, internal_nlba(m) | NORMAL_BITS);
}

static void
set_twin_free(const struct media *m)
{
	memcpy(flog_at(m, 9, 0), flog_at(m, 8, 0), 16);
}

static void
set_free_mapped(const struct media *m)
{
	put32(map_at(m, 1000), (external_nlba(m) + 100) | NORMAL_BITS);
}

/* A zero block keeps its storage, so it counts as mapped. */
static void
set_free_mapped_by_zero(const struct media *m)
{
	put32(map_at(m, external_nlba(m) - 1), (external_nlba(m) + 100) | ZERO_BIT);
}

static void
set_mixed_slots(const struct media *m)
{
	memcpy(flog_at(m, 200, 2), flog_at(m, 200, 0), 16);
	put32(flog_at(m, 200, 2) + 12, 2);
}

static const struct damage_case cases[] = {
	{set_equal_seqs, "arena 0: flog of lane 2: flog.seq=2: is the same in both slots"},
	{set_no_seqs, "flog of lane 2: flog.seq=0: is the same in both slots"},
	{set_seq_4_first, "flog of lane 2: flog.seq=4: must be at most 3"},
	{set_seq_5_second, "flog of lane 2: flog.seq=5: must be at most 3"},
	{set_seq_huge, "flog of lane 255: flog.seq=4294967293: must be"},
	{set_lba_at_end, "is not a block of this arena"},
	{set_lba_huge, "flog of lane 2: flog.lba=4294967295: is not"},
	{set_old_at_end, "flog of lane 2: flog.old_map="},
	{set_new_at_end, "flog of lane 2: flog.new_map="},
	{set_twin_free, "arena 0: lanes 8 and 9 have one free block"},
	{set_free_mapped, "of lane 100 is also mapped, by block 1000"},
	{set_free_mapped_by_zero, "of lane 100 is also mapped, by block"},
	{set_mixed_slots, "partly in slot 1 and partly in slot 2"},
};

static void
expect_readonly(const struct media *m, const char *text)
{
	uint64_t before = hash_bytes(m->bytes, m->size);
	struct btt *btt = media_open(m, BTT_READ_WRITE);

	if (!btt_readonly_reason(btt) || !strstr(btt_readonly_reason(btt), text))
		fail_msg("'%s' is not in the reason '%s'", text, btt_readonly_reason(btt));
	for (unsigned i = 0; i < 20; i++)
		expect_block(btt, i % 4, i, i);
	expect_write_fails(btt, 0, 1, EROFS, text);
	expect_write_fails(btt, 2, 1, EROFS, text);
	expect_failed(btt_set_zero(btt, 0, 1), EROFS, text);
	expect_failed(btt_set_error(btt, 3, 1), EROFS, text);
	assert_int_equal(btt_check(btt), 0);
	btt_fini(btt);
	assert_int_equal(hash_bytes(m->bytes, m->size), before);
}

/* The second opening gives the same result. */
static void
each_damage_of_the_flog_opens_read_only_with_its_reason_every_time(void **state)
{
	(void)state;
	for (int flavour = BTT_FLAVOUR_UEFI; flavour <= BTT_FLAVOUR_PMDK; flavour++) {
		for (size_t i = 0; i < LENGTH(cases); i++) {
			struct media m = media_in_use((enum btt_flavour)flavour);

			cases[i].damage(&m);
			expect_readonly(&m, cases[i].text);
			expect_readonly(&m, cases[i].text);
			media_close(&m);
		}
	}
}

static void
a_map_entry_out_of_range_costs_only_its_block(void **state)
{
	static const uint32_t over[] = {0, 1, 1000000};
	const struct btt_open_options one_lane = {.maxlane = 1}; /* has a path of its own */

	(void)state;
	for (size_t i = 0; i < LENGTH(over); i++) {
		struct media m = media_in_use(BTT_FLAVOUR_UEFI);
		struct btt *btt;

		put32(map_at(&m, 3), (internal_nlba(&m) + over[i]) | NORMAL_BITS);
		put32(map_at(&m, 4), NUMBER_BITS | NORMAL_BITS);
		btt = media_open(&m, BTT_READ_WRITE);
		assert_null(btt_readonly_reason(btt));
		expect_read_fails(btt, 0, 3, EIO, "block 3: its map entry");
		expect_read_fails(btt, 0, 4, EIO,
				  "block 4: its map entry 0xffffffff is out of range");
		expect_write_fails(btt, 0, 3, EIO, "block 3: its map entry");
		expect_failed(btt_set_zero(btt, 0, 3), EIO, "out of range");
		expect_failed(btt_set_error(btt, 0, 3), EIO, "out of range");
		assert_int_equal(get32(map_at(&m, 3)), (internal_nlba(&m) + over[i]) | NORMAL_BITS);
		expect_block(btt, 0, 2, 2);
		write_block(btt, 0, 5, 50);
		expect_block(btt, 1, 5, 50);
		assert_int_equal(btt_check(btt), 0);
		btt_fini(btt);
		btt = btt_open(&one_lane, m.size, m.ns, m.cb);
		assert_non_null(btt);
		expect_read_fails(btt, 0, 3, EIO, "block 3: its map entry");
		expect_read_fails(btt, 0, 4, EIO,
				  "block 4: its map entry 0xffffffff is out of range");
		expect_block(btt, 0, 5, 50);
		btt_fini(btt);
		media_close(&m);
	}
}

/* The number of the last block is in range. */
static void
a_map_entry_of_the_last_block_is_in_range(void **state)
{
	struct media m = media_in_use(BTT_FLAVOUR_UEFI);
	uint32_t last = internal_nlba(&m) - 1;
	struct btt *btt;

	(void)state;
	put32(map_at(&m, 3), last | NORMAL_BITS);
	fill(data_at(&m, last), 512, 123);
	btt = media_open(&m, BTT_READ_ONLY);
	expect_block(btt, 0, 3, 123);
	btt_fini(btt);
	media_close(&m);
}

/* A half-written slot is not the current one, because of its seq. Its other fields may hold anything. */
static void
an_inactive_slot_may_hold_garbage(void **state)
{
	static const uint32_t garbage[] = {0xffffffff, 0x12345678, 0x40000000};

	(void)state;
	for (size_t i = 0; i < LENGTH(garbage); i++) {
		struct media m = media_in_use(BTT_FLAVOUR_UEFI);
		struct btt *btt;

		for (uint32_t lane = 0; lane < 256; lane++) {
			uint8_t *current = current_slot(&m, lane), *first = flog_at(&m, lane, 0);
			uint8_t *other = current == first ? flog_at(&m, lane, 1) : first;

			put_slot(other, garbage[i], garbage[i], garbage[i], get32(other + 12));
		}
		btt = media_open(&m, BTT_READ_WRITE);
		assert_null(btt_readonly_reason(btt));
		for (unsigned k = 0; k < 20; k++)
			expect_block(btt, 0, k, k);
		for (unsigned k = 0; k < 512; k++)
			write_block(btt, k % 256, k, k);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		media_close(&m);
	}
}

static void
garbage_in_the_padding_slots_is_ignored_once_slot_1_is_in_use(void **state)
{
	struct media m = media_in_use(BTT_FLAVOUR_KERNEL);
	struct btt_arena_info info = {0};
	struct btt *btt;

	(void)state;
	memset(flog_at(&m, 1, 2), 0xff, 32);
	memset(flog_at(&m, 100, 3), 0xff, 16);
	btt = media_open(&m, BTT_READ_WRITE);
	assert_null(btt_readonly_reason(btt));
	assert_int_equal(btt_get_arena(btt, 0, &info, sizeof(info)), 0);
	assert_int_equal(info.flog_second_slot, 1);
	write_block(btt, 1, 500, 1);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

/* Kernels before 4.15 kept the second entry in slot 2. */
static void
make_flog_old(const struct media *m)
{
	for (uint32_t lane = 0; lane < 256; lane++) {
		memcpy(flog_at(m, lane, 2), flog_at(m, lane, 1), 16);
		memset(flog_at(m, lane, 1), 0, 16);
	}
}

static void
a_flog_in_slots_0_and_2_is_used_in_place(void **state)
{
	struct media m = media_in_use(BTT_FLAVOUR_KERNEL);
	struct btt_arena_info info = {0};
	struct btt *btt;

	(void)state;
	make_flog_old(&m);
	for (unsigned turn = 0; turn < 5; turn++) {
		btt = media_open(&m, BTT_READ_WRITE);
		assert_null(btt_readonly_reason(btt));
		assert_int_equal(btt_get_arena(btt, 0, &info, sizeof(info)), 0);
		assert_int_equal(info.flog_second_slot, 2);
		for (unsigned i = 0; i < 20; i++)
			expect_block(btt, 0, i, i + 100 * turn);
		for (unsigned i = 0; i < 20; i++)
			write_block(btt, i % 7, i, i + 100 * (turn + 1));
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		for (uint32_t lane = 0; lane < 256; lane++) {
			assert_int_equal(get_le(flog_at(&m, lane, 1), 8), 0);
			assert_int_equal(get_le(flog_at(&m, lane, 1) + 8, 8), 0);
			assert_int_equal(get_le(flog_at(&m, lane, 3), 8), 0);
		}
	}
	media_close(&m);
}

static void
a_cut_write_is_rolled_forward_in_slots_0_and_2(void **state)
{
	struct media m = media_in_use(BTT_FLAVOUR_KERNEL);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint32_t entry = get32(map_at(&m, 11));

	(void)state;
	write_block(btt, 3, 11, 200);
	btt_fini(btt);
	put32(map_at(&m, 11), entry);
	make_flog_old(&m);
	btt = media_open(&m, BTT_READ_WRITE);
	expect_block(btt, 0, 11, 200);
	write_block(btt, 3, 11, 201);
	expect_block(btt, 0, 11, 201);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_damage_of_the_flog_opens_read_only_with_its_reason_every_time),
		cmocka_unit_test(a_map_entry_out_of_range_costs_only_its_block),
		cmocka_unit_test(a_map_entry_of_the_last_block_is_in_range),
		cmocka_unit_test(an_inactive_slot_may_hold_garbage),
		cmocka_unit_test(garbage_in_the_padding_slots_is_ignored_once_slot_1_is_in_use),
		cmocka_unit_test(a_flog_in_slots_0_and_2_is_used_in_place),
		cmocka_unit_test(a_cut_write_is_rolled_forward_in_slots_0_and_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
