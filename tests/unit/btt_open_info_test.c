/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_open_info_test.c -- opening checks the info blocks. */
#include "btt_support.h"

#define FLAVOUR BTT_FLAVOUR_UEFI

static const uint8_t uuid_a[16] = {0xaa, 1, 2, 3};
static const uint8_t uuid_b[16] = {0xbb, 1, 2, 3};
static const uint8_t null_uuid[16];

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
each_bad_field_is_an_error_that_names_it_and_its_value(void **state)
{
	static const struct {
		enum info_at at;
		unsigned bytes;
		uint64_t value;
		const char *text;
	} bad[] = {
		{AT_MAJOR, 2, 0, "major=0"},
		{AT_MAJOR, 2, 3, "major=3: unknown version"},
		{AT_INFOSIZE, 4, 4095, "infosize=4095: must be 4096"},
		{AT_INFOSIZE, 4, 0, "infosize=0"},
		{AT_EXTERNAL_LBASIZE, 4, 0, "external_lbasize=0"},
		{AT_EXTERNAL_LBASIZE, 4, 513, "internal_lbasize=512"},
		{AT_INTERNAL_LBASIZE, 4, 0, "internal_lbasize=0"},
		{AT_INTERNAL_LBASIZE, 4, 576, "mapoff="},
		{AT_INTERNAL_LBASIZE, 4, 0xffffffff, "mapoff="},
		{AT_NFREE, 4, 0, "nfree=0"},
		{AT_NFREE, 4, 255, "internal_nlba="},
		{AT_NFREE, 4, 0xffffffff, "internal_nlba="},
		{AT_EXTERNAL_NLBA, 4, 0, "external_nlba=0"},
		{AT_EXTERNAL_NLBA, 4, 100, "internal_nlba="},
		{AT_INTERNAL_NLBA, 4, 0x40000001, "internal_nlba=1073741825: must be at most 2^30"},
		{AT_INTERNAL_NLBA, 4, 0xffffffff, "internal_nlba=4294967295"},
		{AT_NEXTOFF, 8, 4096, "nextoff=4096: must be 0 or 549755813888"},
		{AT_NEXTOFF, 8, UINT64_MAX, "nextoff=18446744073709551615"},
		{AT_NEXTOFF, 8, 512 * GIB, "nextoff=549755813888: names an arena beyond"},
		{AT_DATAOFF, 8, 0, "dataoff=0: overlaps"},
		{AT_DATAOFF, 8, 4097, "dataoff=4097: must be a multiple of 4096"},
		{AT_DATAOFF, 8, 12288, "mapoff="},
		{AT_DATAOFF, 8, UINT64_MAX - 4095, "dataoff=18446744073709547520"},
		{AT_MAPOFF, 8, 4096, "mapoff=4096: overlaps"},
		{AT_MAPOFF, 8, 0, "mapoff=0: overlaps"},
		{AT_MAPOFF, 8, UINT64_MAX - 4095, "mapoff=18446744073709547520"},
		{AT_FLOGOFF, 8, 4096, "flogoff=4096: overlaps"},
		{AT_FLOGOFF, 8, UINT64_MAX - 4095, "flogoff=18446744073709547520"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct media m = media_in_use();
		uint64_t before;

		edit_info(&m, bad[i].at, bad[i].bytes, bad[i].value);
		before = hash_bytes(m.bytes, m.size);
		expect_open_fails(&m, EINVAL, bad[i].text);
		expect_failed(-1, EINVAL, "arena 0: info block: ");
		assert_int_equal(hash_bytes(m.bytes, m.size), before);
		media_close(&m);
	}
}

/* One by one: an unaligned offset, an offset one page too early, and an area one page too short. */
static void
each_offset_must_be_aligned_and_after_the_previous_area(void **state)
{
	static const enum info_at offsets[] = {AT_MAPOFF, AT_FLOGOFF, AT_INFOOFF};
	static const char *const names[] = {"mapoff=", "flogoff=", "infooff="};

	(void)state;
	for (size_t i = 0; i < LENGTH(offsets); i++) {
		struct media m = media_in_use();
		uint64_t good = get_le(arena_at(&m) + offsets[i], 8);
		uint8_t *backup = backup_at(&m);

		memset(backup, 0, PAGE); /* the primary alone decides */
		put_le(arena_at(&m) + offsets[i], 8, good - 64);
		seal_info(arena_at(&m));
		expect_open_fails(&m, EINVAL, names[i]);
		expect_failed(-1, EINVAL, "must be a multiple of 4096");
		put_le(arena_at(&m) + offsets[i], 8, good - PAGE);
		seal_info(arena_at(&m));
		expect_open_fails(&m, EINVAL, names[i]);
		expect_failed(-1, EINVAL, "overlaps the area before it");
		put_le(arena_at(&m) + offsets[i], 8, good);
		seal_info(arena_at(&m));
		expect_intact(&m, BTT_READ_ONLY);
		media_close(&m);
	}
}

static void
an_nfree_larger_than_the_flog_area_is_an_error(void **state)
{
	struct media m = media_in_use();
	uint32_t nlba = internal_nlba(&m);

	(void)state;
	edit_info(&m, AT_EXTERNAL_NLBA, 4, nlba - 257);
	edit_info(&m, AT_NFREE, 4, 257);
	expect_open_fails(&m, EINVAL, "infooff=");
	edit_info(&m, AT_EXTERNAL_NLBA, 4, 1);
	edit_info(&m, AT_NFREE, 4, nlba - 1);
	expect_open_fails(&m, EINVAL, "infooff=");
	media_close(&m);
}

/* 16384 blocks of 256 KiB are 2^32 bytes. */
static void
a_data_area_of_4_gib_is_not_empty(void **state)
{
	struct media m = media_in_use();

	(void)state;
	edit_info(&m, AT_EXTERNAL_NLBA, 4, 16384 - 256);
	edit_info(&m, AT_INTERNAL_NLBA, 4, 16384);
	edit_info(&m, AT_INTERNAL_LBASIZE, 4, 256 << 10);
	expect_open_fails(&m, EINVAL, "mapoff=");
	media_close(&m);
}

static void
a_namespace_shorter_than_the_layout_is_an_error(void **state)
{
	struct media m = media_in_use();

	(void)state;
	m.size -= PAGE;
	expect_open_fails(&m, EINVAL, "infooff=20967424: lies beyond the end");
	m.size = 2 * PAGE;
	expect_open_fails(&m, EINVAL, "8192 bytes are too few");
	m.size = PAGE - 1;
	expect_open_fails(&m, EINVAL, "4095 bytes are too few");
	media_close(&m);
}

static void
a_namespace_longer_than_the_layout_opens(void **state)
{
	struct media m = media_dram(24 * MIB, 0xa5);
	struct btt *btt;

	(void)state;
	m.size = 20 * MIB;
	media_format(&m, FLAVOUR, 512, 0);
	m.size = 24 * MIB;
	btt = media_open(&m, BTT_READ_WRITE);
	write_block(btt, 0, 77, 42);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	expect_intact(&m, BTT_READ_WRITE);
	media_close(&m);
}

static struct btt *
try_open(const struct media *m, const uint8_t *parent_uuid, uint32_t lbasize)
{
	const struct btt_open_options options = {
		.start = m->start, .lbasize = lbasize, .parent_uuid = parent_uuid};

	return btt_open(&options, m->size, m->ns, m->cb);
}

static void
a_foreign_parent_uuid_is_an_error_unless_it_is_null(void **state)
{
	struct media m = media_in_use();
	struct btt *btt = try_open(&m, uuid_b, 0); /* the layout has a null parent */

	(void)state;
	assert_non_null(btt);
	btt_fini(btt);
	memcpy(backup_at(&m) + AT_PARENT_UUID, uuid_a, 16);
	seal_info(backup_at(&m));
	memcpy(arena_at(&m) + AT_PARENT_UUID, uuid_a, 16);
	seal_info(arena_at(&m));
	assert_null(try_open(&m, uuid_b, 0));
	expect_failed(-1, EINVAL, "parent_uuid=aa010203-0000-0000-0000-000000000000: belongs");
	assert_null(try_open(&m, null_uuid, 0));
	expect_failed(-1, EINVAL, "parent_uuid");
	btt = try_open(&m, uuid_a, 0);
	assert_non_null(btt);
	btt_fini(btt);
	btt = try_open(&m, NULL, 0);
	assert_non_null(btt);
	btt_fini(btt);
	media_close(&m);
}

static void
an_lbasize_that_differs_from_the_layout_is_an_error(void **state)
{
	struct media m = media_in_use();
	struct btt *btt;

	(void)state;
	assert_null(try_open(&m, NULL, 4096));
	expect_failed(-1, EINVAL, "external_lbasize=512: not the requested 4096");
	btt = try_open(&m, NULL, 512);
	assert_non_null(btt);
	btt_fini(btt);
	media_close(&m);
}

/* PMDK aligns to 64 bytes if its namespace does; anything less would break the protocol. */
static void
version_1_needs_offsets_that_are_multiples_of_64(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_KERNEL, 512, 16);
	uint64_t mapoff = get_le(arena_at(&m) + AT_MAPOFF, 8);

	(void)state;
	edit_info(&m, AT_MAPOFF, 8, mapoff - 32);
	expect_open_fails(&m, EINVAL, "must be a multiple of 64");
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_bad_field_is_an_error_that_names_it_and_its_value),
		cmocka_unit_test(each_offset_must_be_aligned_and_after_the_previous_area),
		cmocka_unit_test(an_nfree_larger_than_the_flog_area_is_an_error),
		cmocka_unit_test(a_data_area_of_4_gib_is_not_empty),
		cmocka_unit_test(a_namespace_shorter_than_the_layout_is_an_error),
		cmocka_unit_test(a_namespace_longer_than_the_layout_opens),
		cmocka_unit_test(a_foreign_parent_uuid_is_an_error_unless_it_is_null),
		cmocka_unit_test(version_1_needs_offsets_that_are_multiples_of_64),
		cmocka_unit_test(an_lbasize_that_differs_from_the_layout_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
