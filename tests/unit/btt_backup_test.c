/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_backup_test.c -- the backup info block, and pages that can't be read.
 */
#include "btt_ram.h"

#define FLAVOUR BTT_FLAVOUR_UEFI

/* One arena with a written block, so that any loss shows. */
static struct media
media_in_use(void)
{
	struct media m = media_formatted(FLAVOUR, 512, 256);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	write_block(btt, 0, 77, 42);
	btt_fini(btt);
	return m;
}

static void
expect_intact(const struct media *m, enum btt_mode mode)
{
	struct btt *btt = media_open(m, mode);

	expect_block(btt, 0, 77, 42);
	expect_zeros(btt, 0, 78);
	btt_fini(btt);
}

static void
a_backup_is_checked_like_a_primary(void **state)
{
	struct media m = media_in_use();

	(void)state;
	edit_info(&m, AT_FLOGOFF, 8, 4096);
	arena_at(&m)[1000] ^= 1;
	expect_open_fails(&m, EINVAL, "arena 0: info block: flogoff=4096: overlaps");
	media_close(&m);
}

static void
a_bit_flipped_anywhere_in_the_primary_is_repaired_from_the_backup(void **state)
{
	static const unsigned places[] = {0,  15, 16,  40,  48,   52,   60,
					  75, 90, 100, 118, 1000, 4088, 4095};
	struct media m = media_in_use();
	uint8_t good[PAGE];

	(void)state;
	memcpy(good, arena_at(&m), PAGE);
	for (size_t i = 0; i < LENGTH(places); i++) {
		arena_at(&m)[places[i]] ^= 0x10;
		memcpy(good, arena_at(&m), PAGE);
		expect_intact(&m, BTT_READ_ONLY);
		assert_memory_equal(arena_at(&m), good, PAGE); /* read-only: unchanged */
		expect_intact(&m, BTT_READ_WRITE);
		assert_memory_equal(arena_at(&m), backup_at(&m), PAGE);
	}
	memset(arena_at(&m), 0, PAGE);
	expect_intact(&m, BTT_READ_WRITE);
	assert_memory_equal(arena_at(&m), backup_at(&m), PAGE);
	media_close(&m);
}

/* btt_init finds the backup too, and makes no new layout. */
static void
btt_init_uses_the_backup_and_restores_the_primary(void **state)
{
	struct media m = media_in_use();
	uint8_t parent[16] = {0};
	struct btt *btt;

	(void)state;
	memset(arena_at(&m), 0xee, PAGE);
	btt = btt_init(m.size, 512, parent, 256, m.ns, m.cb);
	assert_non_null(btt);
	assert_memory_equal(arena_at(&m), backup_at(&m), PAGE);
	expect_block(btt, 0, 77, 42);
	btt_fini(btt);
	media_close(&m);
}

static void
a_damaged_backup_alone_does_no_harm(void **state)
{
	struct media m = media_in_use();

	(void)state;
	backup_at(&m)[200] ^= 1;
	expect_intact(&m, BTT_READ_WRITE);
	memset(backup_at(&m), 0, PAGE);
	expect_intact(&m, BTT_READ_WRITE);
	media_close(&m);
}

static void
both_damaged_is_an_error_and_nothing_is_written(void **state)
{
	struct media m = media_in_use();
	uint8_t *backup = backup_at(&m);
	uint64_t before;

	(void)state;
	arena_at(&m)[200] ^= 1;
	backup[300] ^= 1;
	before = hash_bytes(m.bytes, m.size);
	expect_open_fails(&m, EINVAL,
			  "no usable info block: the first cannot be read or has a wrong checksum, "
			  "the backup cannot");
	arena_at(&m)[0] ^= 1; /* now without a signature */
	expect_open_fails(&m, EINVAL,
			  "the first has no signature, the backup cannot be read or has");
	arena_at(&m)[0] ^= 1;
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	memset(backup, 0, PAGE);
	expect_open_fails(&m, EINVAL, "wrong checksum, the backup has no signature");
	memset(arena_at(&m), 0, PAGE);
	expect_open_fails(&m, ENOENT, "no info block");
	media_close(&m);
}

static void
two_valid_blocks_with_different_geometry_are_an_error(void **state)
{
	static const struct {
		enum info_at at;
		unsigned bytes;
		const char *name;
	} fields[] = {
		{AT_MAJOR, 2, "major"},
		{AT_MINOR, 2, "minor"},
		{AT_EXTERNAL_NLBA, 4, "external_nlba"},
		{AT_EXTERNAL_LBASIZE, 4, "external_lbasize"},
		{AT_INTERNAL_LBASIZE, 4, "internal_lbasize"},
		{AT_INTERNAL_NLBA, 4, "internal_nlba"},
		{AT_NFREE, 4, "nfree"},
		{AT_INFOSIZE, 4, "infosize"},
		{AT_NEXTOFF, 8, "nextoff"},
		{AT_DATAOFF, 8, "dataoff"},
		{AT_MAPOFF, 8, "mapoff"},
		{AT_FLOGOFF, 8, "flogoff"},
		{AT_INFOOFF, 8, "infooff"},
	};
	struct media m = media_in_use();
	uint8_t *backup = backup_at(&m);
	uint8_t good[PAGE];
	char differ[64];

	(void)state;
	memcpy(good, backup, PAGE);
	for (size_t i = 0; i < LENGTH(fields); i++) {
		put_le(backup + fields[i].at, fields[i].bytes,
		       get_le(backup + fields[i].at, fields[i].bytes) ^ 1);
		seal_info(backup);
		snprintf(differ, sizeof(differ), "both valid and differ: %s=", fields[i].name);
		expect_open_fails(&m, EINVAL, differ);
		memcpy(backup, good, PAGE);
	}
	expect_intact(&m, BTT_READ_WRITE);
	media_close(&m);
}

static void
an_error_flag_in_either_block_makes_the_arena_read_only(void **state)
{
	(void)state;
	for (int in_backup = 0; in_backup < 2; in_backup++) {
		struct media m = media_in_use();
		uint8_t *page = in_backup ? backup_at(&m) : arena_at(&m);
		struct btt_arena_info info = {0};
		struct btt *btt;

		put32(page + AT_FLAGS, 1);
		seal_info(page);
		btt = media_open(&m, BTT_READ_WRITE);
		assert_int_equal(btt_get_arena(btt, 0, &info, sizeof(info)), 0);
		assert_int_equal(info.flags, 1);
		assert_non_null(strstr(btt_readonly_reason(btt), "arena 0: its error flag is set"));
		assert_string_equal(info.damage, btt_readonly_reason(btt));
		expect_block(btt, 0, 77, 42);
		expect_write_fails(btt, 0, 77, EROFS, "its error flag is set");
		expect_failed(btt_set_zero(btt, 0, 77), EROFS, "its error flag is set");
		expect_failed(btt_set_error(btt, 0, 77), EROFS, "its error flag is set");
		expect_block(btt, 0, 77, 42);
		btt_fini(btt);
		media_close(&m);
	}
}

/* The flag of the backup also counts after it has replaced the primary. */
static void
an_error_flag_survives_the_repair_of_the_primary(void **state)
{
	struct media m = media_in_use();

	(void)state;
	edit_info(&m, AT_FLAGS, 4, 1);
	arena_at(&m)[1000] ^= 1;
	for (int turn = 0; turn < 2; turn++) {
		struct btt *btt = media_open(&m, BTT_READ_WRITE);

		assert_non_null(strstr(btt_readonly_reason(btt), "error flag"));
		btt_fini(btt);
	}
	media_close(&m);
}

/* A page that can't be read costs only the data on it. */
static void
an_unreadable_info_block_counts_as_damaged(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0);
	struct media m = ram_media(ram, &ram_five, 0);
	struct btt *btt;

	(void)state;
	media_format(&m, FLAVOUR, 512, 0);
	btt = media_open(&m, BTT_READ_WRITE);
	write_block(btt, 0, 77, 42);
	btt_fini(btt);
	ram->bad_off = 100;
	expect_intact(&m, BTT_READ_ONLY);
	ram->bad_off = 16 * MIB - 100;
	expect_intact(&m, BTT_READ_WRITE);
	ram->bad_off = UINT64_MAX;
	ram_close(ram);
}

static void
a_flog_page_that_cannot_be_read_makes_the_arena_read_only(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0);
	struct media m = ram_media(ram, &ram_five, 0);
	struct btt *btt;

	(void)state;
	media_format(&m, FLAVOUR, 512, 0);
	ram->bad_off = get_le(ram->bytes + AT_FLOGOFF, 8) + 100;
	btt = media_open(&m, BTT_READ_WRITE);
	assert_non_null(strstr(btt_readonly_reason(btt), "arena 0: flog of lane 1: flog.seq=0"));
	expect_zeros(btt, 0, 5);
	expect_write_fails(btt, 0, 5, EROFS, "flog of lane 1");
	btt_fini(btt);
	ram_close(ram);
}

static void
a_map_page_that_cannot_be_read_costs_its_blocks(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0);
	struct media m = ram_media(ram, &ram_five, 0);
	struct btt_arena_usage usage = {0};
	struct btt *btt;

	(void)state;
	media_format(&m, FLAVOUR, 512, 0);
	ram->bad_off = get_le(ram->bytes + AT_MAPOFF, 8) + PAGE + 4 * 100;
	btt = media_open(&m, BTT_READ_WRITE);
	assert_null(btt_readonly_reason(btt));
	expect_read_fails(btt, 0, 1024 + 100, EIO, "Input/output error");
	expect_write_fails(btt, 0, 1024 + 100, EIO, "Input/output error");
	write_block(btt, 0, 5, 1);
	expect_block(btt, 0, 5, 1);
	assert_int_equal(btt_get_usage(btt, 0, &usage, sizeof(usage)), 0);
	assert_int_equal(usage.unreadable, 1024);
	assert_int_equal(usage.zero, external_nlba(&m) - 1025);
	assert_int_equal(btt_check(btt), 0);
	btt_fini(btt);
	ram_close(ram);
}

/* An errno other than EIO is no damage. */
static void
any_other_error_of_the_namespace_reaches_the_caller(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0);
	struct media m = ram_media(ram, &ram_five, 0);
	uint64_t places[4], before;

	(void)state;
	media_format(&m, FLAVOUR, 512, 0);
	before = hash_bytes(ram->bytes, ram->size);
	places[0] = 0;
	places[1] = get_le(ram->bytes + AT_FLOGOFF, 8) + 100;
	places[2] = get_le(ram->bytes + AT_MAPOFF, 8) + 100;
	places[3] = 16 * MIB - 1;
	ram->bad_errno = EACCES;
	for (size_t i = 0; i < LENGTH(places); i++) {
		ram->bad_off = places[i];
		expect_open_fails(&m, EACCES, "Permission denied");
	}
	assert_int_equal(hash_bytes(ram->bytes, ram->size), before);
	ram_close(ram);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backup_is_checked_like_a_primary),
		cmocka_unit_test(a_bit_flipped_anywhere_in_the_primary_is_repaired_from_the_backup),
		cmocka_unit_test(btt_init_uses_the_backup_and_restores_the_primary),
		cmocka_unit_test(a_damaged_backup_alone_does_no_harm),
		cmocka_unit_test(both_damaged_is_an_error_and_nothing_is_written),
		cmocka_unit_test(two_valid_blocks_with_different_geometry_are_an_error),
		cmocka_unit_test(an_error_flag_in_either_block_makes_the_arena_read_only),
		cmocka_unit_test(an_error_flag_survives_the_repair_of_the_primary),
		cmocka_unit_test(an_unreadable_info_block_counts_as_damaged),
		cmocka_unit_test(a_flog_page_that_cannot_be_read_makes_the_arena_read_only),
		cmocka_unit_test(a_map_page_that_cannot_be_read_costs_its_blocks),
		cmocka_unit_test(any_other_error_of_the_namespace_reaches_the_caller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
