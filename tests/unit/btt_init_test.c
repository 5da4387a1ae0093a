/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_init_test.c -- btt_init: the layout that the first write makes, and the cases in which it must not make one.
 */
#include "btt_ram.h"

#include <pthread.h>

static uint8_t parent[16] = {0x11, 0x22, 0x33};
static uint8_t foreign[16] = {0x99};
static const uint8_t null_uuid[16];

static struct btt *
init(const struct media *m, uint32_t lbasize)
{
	struct btt *btt = btt_init(m->size, lbasize, parent, 8, m->ns, m->cb);

	if (!btt)
		print_message("btt_init: %s\n", btt_errormsg());
	assert_non_null(btt);
	return btt;
}

static void
nothing_is_stored_before_the_first_write(void **state)
{
	struct media m = media_dram(16 * MIB, 0xa5);
	uint64_t before = hash_bytes(m.bytes, m.size);
	struct btt *btt = init(&m, 512);
	struct btt_arena_info arena = {0};
	struct btt_layout info = {0};

	(void)state;
	assert_int_equal(btt_nlba(btt), 32202);
	assert_int_equal(btt_nlane(btt), 8);
	expect_zeros(btt, 0, 0);
	expect_zeros(btt, 7, 32201);
	expect_read_fails(btt, 0, 32202, EINVAL, "lba 32202");
	assert_int_equal(btt_set_zero(btt, 0, 5), 0);
	assert_int_equal(btt_check(btt), 1);
	assert_null(btt_readonly_reason(btt));
	expect_failed(btt_get_arena(btt, 0, &arena, sizeof(arena)), EINVAL, "no arena 0");
	btt_get_layout(btt, &info, sizeof(info));
	assert_int_equal(info.laid_out, 0);
	assert_int_equal(info.flavour, BTT_FLAVOUR_PMDK);
	assert_int_equal(info.lbasize, 512);
	assert_int_equal(info.nfree, 256);
	assert_memory_equal(info.parent_uuid, parent, 16);
	btt_fini(btt);
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	media_close(&m);
}

/* btt.h: without a layout, btt_get_layout describes the future one. */
static void
btt_init_describes_the_layout_before_it_exists(void **state)
{
	struct media m = media_dram(16 * MIB + 4 * PAGE, 0xa5);
	struct btt_layout before, after;
	struct btt *btt;

	(void)state;
	m.size -= 100;
	btt = init(&m, 520);
	btt_get_layout(btt, &before, sizeof(before));
	write_block(btt, 0, 0, 1);
	btt_get_layout(btt, &after, sizeof(after));
	assert_int_equal(after.laid_out, 1);
	assert_int_equal(after.narenas, 1);
	assert_int_equal(after.size_unused, PAGE - 100);
	before.laid_out = 1;
	assert_memory_equal(&before, &after, offsetof(struct btt_layout, tracking));
	assert_int_equal(before.tracking, after.tracking);
	btt_fini(btt);
	media_close(&m);
}

/* One lane has no other to be protected from. */
static void
reads_are_tracked_unless_there_is_one_lane(void **state)
{
	(void)state;
	for (unsigned lanes = 1; lanes <= 2; lanes++) {
		const struct btt_open_options options = {.maxlane = lanes};
		struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 16);
		struct btt *btt = btt_open(&options, m.size, m.ns, m.cb);
		struct btt_layout info = {.tracking = -1};

		assert_non_null(btt);
		btt_get_layout(btt, &info, sizeof(info));
		assert_int_equal(info.nlane, lanes);
		assert_int_equal(info.tracking, lanes > 1);
		btt_fini(btt);
		media_close(&m);
	}
}

static void
the_first_write_makes_a_pmdk_layout_with_256_free_blocks(void **state)
{
	struct media m = media_dram(16 * MIB, 0xa5);
	struct btt *btt = init(&m, 512);

	(void)state;
	expect_failed(btt_write(btt, 8, 0, m.bytes), EINVAL,
		      "lane 8"); /* refused: still no layout */
	assert_int_equal(m.bytes[0], 0xa5);
	write_block(btt, 3, 100, 1);
	assert_int_equal(get_le(m.bytes + AT_MAJOR, 2), 1);
	assert_int_equal(get_le(m.bytes + AT_MINOR, 2), 1);
	assert_int_equal(get32(m.bytes + AT_NFREE), 256);
	assert_memory_equal(m.bytes + AT_PARENT_UUID, parent, 16);
	assert_memory_not_equal(m.bytes + AT_UUID, null_uuid, 16);
	assert_int_equal(get32(flog_at(&m, 255, 0) + 4), (32202 + 255) | ZERO_BIT);
	expect_block(btt, 0, 100, 1);
	for (uint64_t lba = 0; lba < 100; lba++)
		expect_zeros(btt, 0, lba);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	btt = init(&m, 512);
	expect_block(btt, 0, 100, 1);
	btt_fini(btt);
	media_close(&m);
}

static void
marking_a_block_bad_makes_a_layout_too(void **state)
{
	struct media m = media_dram(16 * MIB, 0xa5);
	struct btt *btt = init(&m, 512);

	(void)state;
	assert_int_equal(btt_set_error(btt, 0, 9), 0);
	expect_read_fails(btt, 0, 9, EIO, "marked bad");
	expect_zeros(btt, 0, 8);
	btt_fini(btt);
	btt = init(&m, 512);
	expect_read_fails(btt, 0, 9, EIO, "marked bad");
	btt_fini(btt);
	media_close(&m);
}

/* uuid, lbasize: as for btt_open; NULL = any parent */
static void
an_existing_layout_must_match_the_callers_options(void **state)
{
	struct media m = media_dram(16 * MIB, 0xa5);
	struct btt *btt = init(&m, 512);

	(void)state;
	write_block(btt, 0, 1, 1);
	btt_fini(btt);
	assert_null(btt_init(m.size, 512, foreign, 8, m.ns, m.cb));
	expect_failed(-1, EINVAL, "parent_uuid");
	assert_null(btt_init(m.size, 4096, parent, 8, m.ns, m.cb));
	expect_failed(-1, EINVAL, "external_lbasize=512");
	btt = btt_init(m.size, 512, NULL, 8, m.ns, m.cb);
	assert_non_null(btt);
	expect_block(btt, 0, 1, 1);
	btt_fini(btt);
	memset(m.bytes + AT_PARENT_UUID, 0, 16); /* a layout without a parent accepts any parent */
	seal_info(m.bytes);
	memcpy(backup_at(&m), m.bytes, PAGE);
	btt = btt_init(m.size, 512, foreign, 8, m.ns, m.cb);
	assert_non_null(btt);
	btt_fini(btt);
	media_close(&m);
}

static void
impossible_sizes_are_refused_at_once(void **state)
{
	struct media m = media_dram(16 * MIB, 0);

	(void)state;
	assert_null(btt_init(16 * MIB - 1, 512, parent, 8, m.ns, m.cb));
	expect_failed(-1, EINVAL, "too few");
	assert_null(btt_init(m.size, UINT32_MAX, parent, 8, m.ns, m.cb));
	expect_failed(-1, EINVAL, "lbasize=4294967295");
	assert_null(btt_init(m.size, 65536, parent, 8, m.ns, m.cb));
	expect_failed(-1, EINVAL, "256 free blocks");
	media_close(&m);
}

/* A namespace with any remains of a BTT is not empty. */
static void
a_damaged_btt_is_never_formatted(void **state)
{
	static const struct {
		unsigned primary, backup; /* byte to damage; PAGE = all bytes */
	} cases[] = {{200, 200}, {4088, 4095}, {3, 200}, {200, 3}, {PAGE, 200}, {200, PAGE}};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct media m = media_dram(16 * MIB, 0xa5);
		struct btt *btt = init(&m, 512);
		uint8_t *backup;
		uint64_t before;

		write_block(btt, 0, 1, 1);
		btt_fini(btt);
		backup = backup_at(&m);
		if (cases[i].primary == PAGE)
			memset(m.bytes, 0, PAGE);
		else
			m.bytes[cases[i].primary] ^= 1;
		if (cases[i].backup == PAGE)
			memset(backup, 0, PAGE);
		else
			backup[cases[i].backup] ^= 1;
		before = hash_bytes(m.bytes, m.size);
		assert_null(btt_init(m.size, 512, parent, 8, m.ns, m.cb));
		expect_failed(-1, EINVAL, "no usable info block");
		assert_int_equal(hash_bytes(m.bytes, m.size), before);
		media_close(&m);
	}
}

static void
a_layout_with_another_start_is_not_overwritten(void **state)
{
	struct media m = media_dram(20 * MIB, 0);

	(void)state;
	media_format(&m, BTT_FLAVOUR_KERNEL, 512, 0);
	assert_null(btt_init(m.size, 512, parent, 8, m.ns, m.cb));
	expect_failed(-1, EINVAL, "damaged BTT"); /* its backup is where ours would be */
	media_close(&m);
}

static void
a_layout_made_since_the_opening_is_not_overwritten(void **state)
{
	struct media m = media_dram(16 * MIB, 0);
	struct btt *btt = init(&m, 512);
	uint64_t before;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 4096, 16);
	before = hash_bytes(m.bytes, m.size);
	expect_write_fails(btt, 0, 1, EINVAL, "a damaged BTT");
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	btt_fini(btt);
	media_close(&m);
}

struct racer {
	struct btt *btt;
	pthread_barrier_t *barrier;
	unsigned lane;
};

static void *
race(void *arg)
{
	const struct racer *racer = arg;
	unsigned lane = racer->lane;

	pthread_barrier_wait(racer->barrier);
	if (lane == 3)
		expect_zeros(racer->btt, lane, 999); /* a reader during the race */
	else
		write_block(racer->btt, lane, lane, lane);
	return NULL;
}

static void
threads_racing_for_the_first_write_lose_nothing(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 40; turn++) {
		struct ram *ram = ram_open(16 * MIB, 0xa5);
		struct media m = ram_media(ram, turn % 2 ? &ram_five : &ram_mapped, 0);
		struct btt *btt = init(&m, 4096);
		struct racer racers[4];
		pthread_t threads[4];
		pthread_barrier_t barrier;

		pthread_barrier_init(&barrier, NULL, 4);
		for (unsigned i = 0; i < 4; i++) {
			racers[i] = (struct racer){btt, &barrier, i};
			assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
		}
		for (unsigned i = 0; i < 4; i++)
			pthread_join(threads[i], NULL);
		for (unsigned i = 0; i < 3; i++)
			expect_block(btt, 0, i, i);
		assert_int_equal(ram->zeros, 1); /* one layout */
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		pthread_barrier_destroy(&barrier);
		ram_close(ram);
	}
}

/* After a failed first write, another write can try again. */
static void
a_failure_to_make_the_layout_fails_the_write(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_five, 0);
	struct btt *btt = init(&m, 512);

	(void)state;
	ram->bad_off = 16 * MIB - PAGE - 1000;
	expect_write_fails(btt, 0, 1, EIO, "Input/output error");
	expect_zeros(btt, 0, 1);
	ram->bad_off = UINT64_MAX;
	write_block(btt, 0, 1, 1);
	expect_block(btt, 0, 1, 1);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	ram_close(ram);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_stored_before_the_first_write),
		cmocka_unit_test(btt_init_describes_the_layout_before_it_exists),
		cmocka_unit_test(reads_are_tracked_unless_there_is_one_lane),
		cmocka_unit_test(the_first_write_makes_a_pmdk_layout_with_256_free_blocks),
		cmocka_unit_test(marking_a_block_bad_makes_a_layout_too),
		cmocka_unit_test(an_existing_layout_must_match_the_callers_options),
		cmocka_unit_test(impossible_sizes_are_refused_at_once),
		cmocka_unit_test(a_damaged_btt_is_never_formatted),
		cmocka_unit_test(a_layout_with_another_start_is_not_overwritten),
		cmocka_unit_test(a_layout_made_since_the_opening_is_not_overwritten),
		cmocka_unit_test(threads_racing_for_the_first_write_lose_nothing),
		cmocka_unit_test(a_failure_to_make_the_layout_fails_the_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
