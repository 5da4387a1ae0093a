/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_geometry_test.c -- from sizes to counts and offsets. */
#include "btt_support.h"

#include "geometry.h"

#define PMDK   BTT_FLAVOUR_PMDK
#define KERNEL BTT_FLAVOUR_KERNEL
#define UEFI   BTT_FLAVOUR_UEFI

static uint64_t
nlba_of(uint64_t rawsize, uint32_t lbasize)
{
	struct geometry_total total;

	assert_int_equal(geometry_of_namespace(&total, rawsize, lbasize, 256, PMDK), 0);
	return total.nlba;
}

static void
totals_match_known_good_values(void **state)
{
	static const struct {
		uint64_t rawsize;
		uint32_t lbasize;
		uint64_t nlba;
	} known[] = {
		{2 * GIB - 8192, 512, 4161462},
		{2 * GIB - 8192, 520, 2781410},
		{2 * GIB - 8192, 4096, 523511},
		{2 * GIB - 8192, 4160, 492729},
		{16 * MIB, 512, 32202},
		{1026 * GIB - 8192, 512, 2134997326},
		{1026 * GIB - 8192, 4096, 268696551},
		{1 * GIB - 8192, 2096896, 256},
		{20971520 - 4096, 1024, 20112},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(known); i++)
		assert_int_equal(nlba_of(known[i].rawsize, known[i].lbasize), known[i].nlba);
}

static void
one_byte_more_than_two_blocks_for_each_free_one_is_refused(void **state)
{
	struct geometry_total total;

	(void)state;
	expect_failed(geometry_of_namespace(&total, GIB - 8192, 2096897, 256, PMDK), EINVAL,
		      "cannot hold two blocks of 2096897 bytes for each of 256 free blocks");
}

static void
offsets_match_the_1024_byte_example(void **state)
{
	struct geometry g;

	(void)state;
	assert_int_equal(geometry_of_arena(&g, 20971520 - 4096, 1024, 256, PMDK), 0);
	assert_int_equal(g.dataoff, 4096);
	assert_int_equal(g.mapoff, 0x13e6000);
	assert_int_equal(g.flogoff, 0x13fa000);
	assert_int_equal(g.infooff, 0x13fe000);
	assert_int_equal(g.internal_lbasize, 1024);
	assert_int_equal(g.external_lbasize, 1024);
	assert_int_equal(g.external_nlba, 20112);
	assert_int_equal(g.internal_nlba, 20112 + 256);
	assert_int_equal(g.nfree, 256);
	assert_int_equal(g.arena_size, 20971520 - 4096);
}

static void
offsets_match_a_layout_made_by_the_kernel(void **state)
{
	struct geometry g;

	(void)state;
	assert_int_equal(geometry_of_arena(&g, 256 * MIB - 4096, 512, 256, KERNEL), 0);
	assert_int_equal(g.external_nlba, 519904);
	assert_int_equal(g.internal_nlba, 520160);
	assert_int_equal(g.mapoff, 266330112);
	assert_int_equal(g.flogoff, 268410880);
	assert_int_equal(g.infooff, 268427264);
}

static void
blocks_are_rounded_up_by_the_rule_of_their_flavour(void **state)
{
	static const struct {
		uint32_t lbasize, pmdk, uefi;
	} known[] = {
		{512, 512, 512},    {513, 768, 576},    {520, 768, 576},    {528, 768, 576},
		{4096, 4096, 4096}, {4104, 4352, 4160}, {4160, 4352, 4160}, {4224, 4352, 4224},
		{1, 512, 64},       {256, 512, 256},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(known); i++) {
		uint32_t lbasize = known[i].lbasize;

		assert_int_equal(geometry_internal_lbasize(lbasize, PMDK), known[i].pmdk);
		assert_int_equal(geometry_internal_lbasize(lbasize, UEFI), known[i].uefi);
		assert_int_equal(geometry_internal_lbasize(lbasize, KERNEL), known[i].uefi);
	}
	assert_int_equal(geometry_internal_lbasize(UINT32_MAX, PMDK), 1ull << 32);
}

static void
seven_sizes_are_legal_everywhere_and_any_from_512_in_flavour_pmdk(void **state)
{
	static const uint32_t everywhere[] = {512, 520, 528, 4096, 4104, 4160, 4224};

	(void)state;
	for (size_t i = 0; i < LENGTH(everywhere); i++) {
		assert_int_equal(geometry_is_lbasize(everywhere[i], PMDK), 1);
		assert_int_equal(geometry_is_lbasize(everywhere[i], KERNEL), 1);
		assert_int_equal(geometry_is_lbasize(everywhere[i], UEFI), 1);
	}
	assert_int_equal(geometry_is_lbasize(513, PMDK), 1);
	assert_int_equal(geometry_is_lbasize(2096896, PMDK), 1);
	assert_int_equal(geometry_is_lbasize(511, PMDK), 0);
	assert_int_equal(geometry_is_lbasize(0, PMDK), 0);
	assert_int_equal(geometry_is_lbasize(1024, UEFI), 0);
	assert_int_equal(geometry_is_lbasize(1024, KERNEL), 0);
	assert_int_equal(geometry_is_lbasize(UINT32_MAX, PMDK), 0);
}

static void
a_rawsize_between_pages_is_rounded_down(void **state)
{
	struct geometry_total total;

	(void)state;
	assert_int_equal(geometry_arena_size(16 * MIB + 1, 0), 16 * MIB);
	assert_int_equal(geometry_arena_size(16 * MIB + 4095, 0), 16 * MIB);
	assert_int_equal(geometry_arena_size(16 * MIB + 4096, 0), 16 * MIB + 4096);
	assert_int_equal(nlba_of(16 * MIB + 4095, 512), 32202);
	assert_int_equal(nlba_of(2 * GIB - 8192 + 1000, 520), 2781410);
	assert_int_equal(geometry_of_namespace(&total, 16 * MIB + 4095, 512, 256, PMDK), 0);
	assert_int_equal(total.size_unused, 4095);
}

/* The layout on media has the geometry of the rounded size. */
static void
a_layout_in_a_namespace_between_pages_reopens(void **state)
{
	struct media m = media_dram(16 * MIB + PAGE, 0xa5);
	struct btt *btt;

	(void)state;
	m.size = 16 * MIB + 1234;
	media_format(&m, UEFI, 512, 0);
	assert_int_equal(get_le(arena_at(&m) + AT_INFOOFF, 8), 16 * MIB - PAGE);
	btt = media_open(&m, BTT_READ_WRITE);
	write_block(btt, 0, btt_nlba(btt) - 1, 3);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	btt = media_open(&m, BTT_READ_ONLY);
	expect_block(btt, 0, btt_nlba(btt) - 1, 3);
	btt_fini(btt);
	for (uint64_t i = 16 * MIB; i < 16 * MIB + PAGE; i++)
		assert_int_equal(m.bytes[i], 0xa5);
	media_close(&m);
}

static void
arenas_are_512_gib_but_the_last_and_at_least_16_mib(void **state)
{
	(void)state;
	assert_int_equal(geometry_arena_size(16 * MIB - 1, 0), 0);
	assert_int_equal(geometry_arena_size(512 * GIB, 0), 512 * GIB);
	assert_int_equal(geometry_arena_size(512 * GIB + PAGE, 0), 512 * GIB);
	assert_int_equal(geometry_arena_size(512 * GIB + 16 * MIB - 1, 512 * GIB), 0);
	assert_int_equal(geometry_arena_size(512 * GIB + 16 * MIB, 512 * GIB), 16 * MIB);
	assert_int_equal(geometry_arena_size(1026 * GIB, 1024 * GIB), 2 * GIB);
	assert_int_equal(geometry_arena_size(GIB, 2 * GIB), 0);
	assert_int_equal(geometry_arena_size(UINT64_MAX, UINT64_MAX), 0);
}

static void
a_namespace_is_cut_into_as_many_arenas_as_fit(void **state)
{
	struct geometry_total total;

	(void)state;
	assert_int_equal(geometry_of_namespace(&total, 1026 * GIB - 8192, 4096, 256, PMDK), 0);
	assert_int_equal(total.narenas, 3);
	assert_int_equal(total.size_unused, 0);
	assert_int_equal(geometry_of_namespace(&total, 512 * GIB + 8 * MIB, 4096, 256, PMDK), 0);
	assert_int_equal(total.narenas, 1);
	assert_int_equal(total.size_unused, 8 * MIB);
}

static void
a_tail_too_small_for_its_free_blocks_is_left_unused(void **state)
{
	struct geometry_total total;

	(void)state;
	assert_int_equal(geometry_of_namespace(&total, 512 * GIB + 16 * MIB, 65536, 256, PMDK), 0);
	assert_int_equal(total.narenas, 1);
	assert_int_equal(total.size_unused, 16 * MIB);
	assert_int_equal(geometry_of_namespace(&total, 512 * GIB + 40 * MIB, 65536, 256, PMDK), 0);
	assert_int_equal(total.narenas, 2);
}

static void
too_small_a_namespace_is_refused_with_the_least_size(void **state)
{
	struct geometry_total total;

	(void)state;
	expect_failed(geometry_of_namespace(&total, 16 * MIB - 1, 512, 256, PMDK), EINVAL,
		      "16777215 bytes are too few for a BTT (at least 16777216)");
	expect_failed(geometry_of_namespace(&total, 0, 512, 256, PMDK), EINVAL, "too few");
}

static void
impossible_arenas_are_refused(void **state)
{
	struct geometry g;

	(void)state;
	errno = 0;
	assert_int_equal(geometry_of_arena(&g, 16 * MIB, 512, 0, PMDK), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(geometry_of_arena(&g, 16 * MIB, 512, UINT32_MAX, PMDK), -1);
	assert_int_equal(geometry_of_arena(&g, 4096, 512, 1, PMDK), -1);
	/* one block too many for 30-bit numbers, and exactly enough */
	assert_int_equal(geometry_of_arena(&g, (1ull << 30) * 516 + 3 * PAGE + PAGE, 512, 1, PMDK),
			 0);
	assert_int_equal(g.internal_nlba, 1u << 30);
	assert_int_equal(
		geometry_of_arena(&g, (1ull << 30) * 516 + 3 * PAGE + PAGE + 516, 512, 1, PMDK),
		-1);
	assert_int_equal(geometry_of_arena(&g, UINT64_MAX / PAGE * PAGE, 512, 256, PMDK), -1);
}

static void
a_flog_of_4_gib_is_counted_in_64_bits(void **state)
{
	struct geometry g;

	(void)state;
	assert_int_equal(geometry_of_arena(&g, 512 * GIB, 512, 1u << 26, PMDK), 0);
	assert_int_equal(g.infooff - g.flogoff, 4 * GIB);
	assert_int_equal(g.external_nlba, g.internal_nlba - (1u << 26));
}

/* The definition: areas in order, without overlaps, and without waste except rounding. */
static void
areas_follow_one_another_for_every_flavour_size_and_nfree(void **state)
{
	static const uint32_t lbasizes[] = {512, 520, 4096, 4224};
	static const uint32_t nfrees[] = {1, 2, 3, 63, 64, 65, 256, 512};

	(void)state;
	for (int flavour = UEFI; flavour <= PMDK; flavour++) {
		for (size_t i = 0; i < LENGTH(lbasizes) * LENGTH(nfrees); i++) {
			uint32_t nfree = nfrees[i % LENGTH(nfrees)];
			uint32_t lbasize = lbasizes[i / LENGTH(nfrees)];
			uint64_t size = 16 * MIB + i * PAGE;
			struct geometry g;

			assert_int_equal(geometry_of_arena(&g, size, lbasize, nfree,
							   (enum btt_flavour)flavour),
					 0);
			assert_int_equal(g.infooff, size - PAGE);
			assert_int_equal(g.infooff - g.flogoff,
					 (64ull * nfree + 4095) / 4096 * 4096);
			assert_int_equal(g.flogoff - g.mapoff,
					 (4ull * g.external_nlba + 4095) / 4096 * 4096);
			assert_true(g.dataoff + (uint64_t)g.internal_nlba * g.internal_lbasize <=
				    g.mapoff);
			assert_true(
				g.dataoff + (uint64_t)(g.internal_nlba + 3) * g.internal_lbasize +
						2 * PAGE >
					g.mapoff ||
				lbasize < 4096);
			assert_int_equal(g.external_nlba + nfree, g.internal_nlba);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(totals_match_known_good_values),
		cmocka_unit_test(one_byte_more_than_two_blocks_for_each_free_one_is_refused),
		cmocka_unit_test(offsets_match_the_1024_byte_example),
		cmocka_unit_test(offsets_match_a_layout_made_by_the_kernel),
		cmocka_unit_test(blocks_are_rounded_up_by_the_rule_of_their_flavour),
		cmocka_unit_test(seven_sizes_are_legal_everywhere_and_any_from_512_in_flavour_pmdk),
		cmocka_unit_test(a_rawsize_between_pages_is_rounded_down),
		cmocka_unit_test(a_layout_in_a_namespace_between_pages_reopens),
		cmocka_unit_test(arenas_are_512_gib_but_the_last_and_at_least_16_mib),
		cmocka_unit_test(a_namespace_is_cut_into_as_many_arenas_as_fit),
		cmocka_unit_test(a_tail_too_small_for_its_free_blocks_is_left_unused),
		cmocka_unit_test(too_small_a_namespace_is_refused_with_the_least_size),
		cmocka_unit_test(impossible_arenas_are_refused),
		cmocka_unit_test(a_flog_of_4_gib_is_counted_in_64_bits),
		cmocka_unit_test(areas_follow_one_another_for_every_flavour_size_and_nfree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
