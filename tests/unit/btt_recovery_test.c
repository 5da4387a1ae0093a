/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_recovery_test.c -- opening after a power cut between the commit of a write and its map entry.
 *
 * The tests make the cut from a finished write: they restore the old map entry.
 */
#include "btt_support.h"

#define LANE  5
#define BLOCK 1234

/* the state of block BLOCK before the cut write */
enum before { NEVER_WRITTEN, WRITTEN, ZEROED, MARKED_BAD, BEFORES };

static void
prepare(struct btt *btt, enum before before)
{
	if (before != NEVER_WRITTEN)
		write_block(btt, 0, BLOCK, 1);
	if (before == ZEROED)
		assert_int_equal(btt_set_zero(btt, 0, BLOCK), 0);
	if (before == MARKED_BAD)
		assert_int_equal(btt_set_error(btt, 0, BLOCK), 0);
}

/* A namespace after the power cut; *freed is the block that the write removes from the map. */
static struct media
media_cut(enum btt_flavour flavour, enum before before, uint32_t *freed)
{
	struct media m = media_formatted(flavour, 512, 8);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint32_t entry;

	prepare(btt, before);
	entry = get32(map_at(&m, BLOCK));
	*freed = entry & NUMBER_BITS ? entry & NUMBER_BITS : BLOCK;
	write_block(btt, LANE, BLOCK, 2);
	btt_fini(btt);
	put32(map_at(&m, BLOCK), entry);
	return m;
}

/* Entries with flags (pmdk) and plain ones, over each kind of map entry. */
static void
a_committed_write_is_rolled_forward_in_every_flavour(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * BEFORES; i++) {
		uint32_t freed;
		struct media m = media_cut((enum btt_flavour)(i / BEFORES),
					   (enum before)(i % BEFORES), &freed);
		struct btt *btt = media_open(&m, BTT_READ_WRITE);

		assert_null(btt_readonly_reason(btt));
		expect_block(btt, 0, BLOCK, 2);
		assert_int_equal(get32(map_at(&m, BLOCK)),
				 (external_nlba(&m) + LANE) | NORMAL_BITS);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		btt = media_open(&m, BTT_READ_WRITE);
		expect_block(btt, 0, BLOCK, 2);
		btt_fini(btt);
		media_close(&m);
	}
}

/* The map never gets a plain number, because that would read as zeros. */
static void
after_recovery_the_lane_writes_to_the_freed_block(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * BEFORES; i++) {
		uint32_t freed;
		struct media m = media_cut((enum btt_flavour)(i / BEFORES),
					   (enum before)(i % BEFORES), &freed);
		struct btt *btt = media_open(&m, BTT_READ_WRITE);

		write_block(btt, LANE, 99, 7);
		assert_int_equal(get32(map_at(&m, 99)), freed | NORMAL_BITS);
		expect_block(btt, 0, 99, 7);
		expect_block(btt, 0, BLOCK, 2);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		media_close(&m);
	}
}

static void
a_read_only_opening_shows_the_write_and_changes_no_byte(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * BEFORES; i++) {
		uint32_t freed;
		struct media m = media_cut((enum btt_flavour)(i / BEFORES),
					   (enum before)(i % BEFORES), &freed);
		uint64_t hash = hash_bytes(m.bytes, m.size);
		struct btt_arena_usage usage = {0};
		struct btt *btt = media_open(&m, BTT_READ_ONLY);

		expect_block(btt, 0, BLOCK, 2);
		expect_zeros(btt, 0, BLOCK + 1);
		assert_int_equal(btt_check(btt), 1);
		assert_int_equal(btt_get_usage(btt, 0, &usage, sizeof(usage)), 0);
		assert_int_equal(usage.normal, 1);
		expect_write_fails(btt, 0, BLOCK, EROFS, "opened read-only");
		expect_failed(btt_set_zero(btt, 0, BLOCK), EROFS, "opened read-only");
		btt_fini(btt);
		assert_int_equal(hash_bytes(m.bytes, m.size), hash);
		media_close(&m);
	}
}

/* Damage in another arena does not hide the write. */
static void
a_damaged_arena_shows_the_write_too(void **state)
{
	uint32_t freed;
	struct media m = media_cut(BTT_FLAVOUR_UEFI, WRITTEN, &freed);
	uint64_t hash;
	struct btt *btt;

	(void)state;
	put32(flog_at(&m, 3, 0) + 12, 9);
	hash = hash_bytes(m.bytes, m.size);
	btt = media_open(&m, BTT_READ_WRITE);
	assert_non_null(strstr(btt_readonly_reason(btt), "flog of lane 3"));
	expect_block(btt, 0, BLOCK, 2);
	btt_fini(btt);
	assert_int_equal(hash_bytes(m.bytes, m.size), hash);
	media_close(&m);
}

static void
a_write_cut_before_its_commit_leaves_the_old_block(void **state)
{
	(void)state;
	for (int flavour = BTT_FLAVOUR_UEFI; flavour <= BTT_FLAVOUR_PMDK; flavour++) {
		struct media m = media_formatted((enum btt_flavour)flavour, 512, 8);
		struct btt *btt = media_open(&m, BTT_READ_WRITE);
		uint8_t *half;

		write_block(btt, LANE, BLOCK, 1);
		btt_fini(btt);
		/* the data and the first half of the next entry */
		half = flog_at(&m, LANE, 0);
		fill(data_at(&m, BLOCK), 512, 2);
		put32(half, BLOCK);
		put32(half + 4, (external_nlba(&m) + LANE) | (half[7] ? NORMAL_BITS : 0));
		btt = media_open(&m, BTT_READ_WRITE);
		expect_block(btt, 0, BLOCK, 1);
		write_block(btt, LANE, BLOCK, 3);
		expect_block(btt, 0, BLOCK, 3);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		media_close(&m);
	}
}

/* A later write gave the lba another block: the older log must not restore the old one. */
static void
a_log_older_than_the_map_is_not_replayed(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_PMDK, 512, 8);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	(void)state;
	write_block(btt, 0, BLOCK, 1);
	write_block(btt, 1, BLOCK, 2);
	write_block(btt, 2, BLOCK, 3);
	assert_int_equal(btt_set_error(btt, 3, BLOCK), 0);
	btt_fini(btt);
	btt = media_open(&m, BTT_READ_WRITE);
	expect_read_fails(btt, 0, BLOCK, EIO, "marked bad");
	assert_int_equal(get32(map_at(&m, BLOCK)), (external_nlba(&m) + 2) | ERROR_BIT);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

static void
every_lane_is_recovered_at_once(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 512);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	(void)state;
	for (unsigned lane = 0; lane < 512; lane++)
		write_block(btt, lane, 3 * lane, lane);
	btt_fini(btt);
	for (unsigned lane = 0; lane < 512; lane++)
		put32(map_at(&m, 3 * lane), 0);
	for (int mode = BTT_READ_ONLY; mode >= BTT_READ_WRITE; mode--) {
		btt = media_open(&m, (enum btt_mode)mode);
		for (unsigned lane = 0; lane < 512; lane++) {
			expect_block(btt, lane, 3 * lane, lane);
			expect_zeros(btt, lane, 3 * lane + 1);
		}
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
	}
	media_close(&m);
}

/*
 * Lane 1's log frees block p, and lane 0's unfinished write starts from p: recovery follows the chain to its end.
 */
static void
two_lanes_with_an_unfinished_write_of_one_block_open_read_only(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 8);
	uint32_t first = external_nlba(&m);
	struct btt *btt;

	(void)state;
	put_slot(flog_at(&m, 0, 1), BLOCK, BLOCK, first, 2);
	put_slot(flog_at(&m, 1, 1), BLOCK, BLOCK, first + 1, 2);
	btt = media_open(&m, BTT_READ_WRITE);
	assert_non_null(strstr(btt_readonly_reason(btt),
			       "two lanes have an unfinished write of block 1234"));
	expect_write_fails(btt, 0, 1, EROFS, "unfinished write");
	assert_int_equal(btt_check(btt), 0);
	btt_fini(btt);
	media_close(&m);
}

/* The sequence 1, 2, 3, 1 continues after any number of writes and reopenings. */
static void
the_log_of_a_lane_continues_its_sequence(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_KERNEL, 512, 2);

	(void)state;
	for (unsigned turn = 0; turn < 13; turn++) {
		struct btt *btt = media_open(&m, BTT_READ_WRITE);
		uint32_t entry;

		assert_null(btt_readonly_reason(btt));
		if (turn)
			expect_block(btt, 0, BLOCK, 100 + turn - 1);
		for (unsigned i = 0; i <= turn % 4; i++) {
			entry = get32(map_at(&m, BLOCK));
			write_block(btt, 1, BLOCK, 100 + turn);
		}
		btt_fini(btt);
		put32(map_at(&m, BLOCK), entry);
	}
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_committed_write_is_rolled_forward_in_every_flavour),
		cmocka_unit_test(after_recovery_the_lane_writes_to_the_freed_block),
		cmocka_unit_test(a_read_only_opening_shows_the_write_and_changes_no_byte),
		cmocka_unit_test(a_damaged_arena_shows_the_write_too),
		cmocka_unit_test(a_write_cut_before_its_commit_leaves_the_old_block),
		cmocka_unit_test(a_log_older_than_the_map_is_not_replayed),
		cmocka_unit_test(every_lane_is_recovered_at_once),
		cmocka_unit_test(two_lanes_with_an_unfinished_write_of_one_block_open_read_only),
		cmocka_unit_test(the_log_of_a_lane_continues_its_sequence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
