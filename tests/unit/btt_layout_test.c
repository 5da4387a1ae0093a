/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_layout_test.c -- a fresh layout byte for byte, and the order of its stores. */
#include "btt_ram.h"

static const uint8_t own_uuid[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const uint8_t parent_uuid[16] = {0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
					0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff};
static const uint8_t null_uuid[16];

/* 16 MiB in each flavour, 520-byte blocks: 768 or 576 bytes on media. */
static struct media
format_520(enum btt_flavour flavour)
{
	struct media m = media_dram(16 * MIB + start_of(flavour), 0xa5);
	const struct btt_format_options options = {
		.flavour = flavour,
		.start = start_of(flavour),
		.lbasize = 520,
		.nfree = 300,
		.uuid = own_uuid,
		.parent_uuid = parent_uuid,
	};

	m.start = options.start;
	assert_int_equal(btt_format(&options, m.size, m.ns, m.cb), 0);
	return m;
}

static void
every_field_of_the_info_block_is_at_its_offset(void **state)
{
	(void)state;
	for (int flavour = BTT_FLAVOUR_UEFI; flavour <= BTT_FLAVOUR_PMDK; flavour++) {
		struct media m = format_520((enum btt_flavour)flavour);
		uint32_t internal = flavour == BTT_FLAVOUR_PMDK ? 768 : 576;
		uint32_t nlba = (uint32_t)((16 * MIB - 8192 - 20480 - 4096) / (internal + 4));
		uint64_t map = (4ull * (nlba - 300) + 4095) / 4096 * 4096;
		const uint8_t *page = arena_at(&m);

		assert_memory_equal(page + AT_SIGNATURE, SIGNATURE_BYTES, 16);
		assert_memory_equal(page + AT_UUID, own_uuid, 16);
		assert_memory_equal(page + AT_PARENT_UUID, parent_uuid, 16);
		assert_int_equal(get_le(page + AT_FLAGS, 4), 0);
		assert_int_equal(get_le(page + AT_MAJOR, 2), flavour == BTT_FLAVOUR_UEFI ? 2 : 1);
		assert_int_equal(get_le(page + AT_MINOR, 2), flavour == BTT_FLAVOUR_UEFI ? 0 : 1);
		assert_int_equal(get_le(page + AT_EXTERNAL_LBASIZE, 4), 520);
		assert_int_equal(get_le(page + AT_EXTERNAL_NLBA, 4), nlba - 300);
		assert_int_equal(get_le(page + AT_INTERNAL_LBASIZE, 4), internal);
		assert_int_equal(get_le(page + AT_INTERNAL_NLBA, 4), nlba);
		assert_int_equal(get_le(page + AT_NFREE, 4), 300);
		assert_int_equal(get_le(page + AT_INFOSIZE, 4), 4096);
		assert_int_equal(get_le(page + AT_NEXTOFF, 8), 0);
		assert_int_equal(get_le(page + AT_DATAOFF, 8), 4096);
		assert_int_equal(get_le(page + AT_INFOOFF, 8), 16 * MIB - 4096);
		assert_int_equal(get_le(page + AT_FLOGOFF, 8), 16 * MIB - 4096 - 20480);
		assert_int_equal(get_le(page + AT_MAPOFF, 8), 16 * MIB - 4096 - 20480 - map);
		for (unsigned i = 120; i < 4088; i++)
			assert_int_equal(page[i], 0);
		assert_int_equal(get_le(page + AT_CHECKSUM, 8), fletcher64(page));
		assert_memory_equal(page, backup_at(&m), 4096);
		media_close(&m);
	}
}

static void
the_default_uuid_is_random_and_the_default_parent_is_null(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 0);
	uint8_t first[16];
	const struct btt_format_options again = {.existing = BTT_REPLACE_EXISTING, .lbasize = 512};

	(void)state;
	assert_memory_equal(arena_at(&m) + AT_PARENT_UUID, null_uuid, 16);
	memcpy(first, arena_at(&m) + AT_UUID, 16);
	assert_memory_not_equal(first, null_uuid, 16);
	assert_int_equal(get32(arena_at(&m) + AT_NFREE), 256);
	assert_int_equal(btt_format(&again, m.size, m.ns, m.cb), 0);
	assert_memory_not_equal(first, arena_at(&m) + AT_UUID, 16);
	media_close(&m);
}

/* The padding slots and the rest of the area are zero, also in dirty memory. */
static void
first_flog_entries_follow_the_flavour(void **state)
{
	(void)state;
	for (int flavour = BTT_FLAVOUR_UEFI; flavour <= BTT_FLAVOUR_PMDK; flavour++) {
		struct media m = format_520((enum btt_flavour)flavour);
		const uint8_t *flog = flog_at(&m, 0, 0);
		uint32_t flags = flavour == BTT_FLAVOUR_PMDK ? ZERO_BIT : 0;

		for (uint32_t i = 0; i < 300; i++) {
			uint32_t block = (external_nlba(&m) + i) | flags;

			assert_int_equal(get32(flog + 64 * i), i);
			assert_int_equal(get32(flog + 64 * i + 4), block);
			assert_int_equal(get32(flog + 64 * i + 8), block);
			assert_int_equal(get32(flog + 64 * i + 12), 1);
			for (uint32_t byte = 16; byte < 64; byte++)
				assert_int_equal(flog[64 * i + byte], 0);
		}
		for (uint32_t byte = 300 * 64; byte < 20480; byte++)
			assert_int_equal(flog[byte], 0);
		media_close(&m);
	}
}

/* Later entries: plain numbers, or map entries with their flags. */
static void
the_log_entries_of_writes_follow_the_flavour(void **state)
{
	(void)state;
	for (int flavour = BTT_FLAVOUR_UEFI; flavour <= BTT_FLAVOUR_PMDK; flavour++) {
		struct media m = format_520((enum btt_flavour)flavour);
		struct btt *btt = media_open(&m, BTT_READ_WRITE);
		uint32_t flags = flavour == BTT_FLAVOUR_PMDK ? NORMAL_BITS : 0;
		uint32_t first_free = external_nlba(&m) + 7;

		write_block(btt, 7, 1000, 1);
		assert_int_equal(get32(flog_at(&m, 7, 1)), 1000);
		assert_int_equal(get32(flog_at(&m, 7, 1) + 4), 1000 | flags);
		assert_int_equal(get32(flog_at(&m, 7, 1) + 8), first_free | flags);
		assert_int_equal(get32(flog_at(&m, 7, 1) + 12), 2);
		assert_int_equal(get32(map_at(&m, 1000)), first_free | NORMAL_BITS);

		/* the next entry goes to the other slot and uses the block that the first one freed */
		assert_int_equal(btt_set_zero(btt, 0, 1000), 0);
		write_block(btt, 7, 1000, 2);
		assert_int_equal(get32(flog_at(&m, 7, 0)), 1000);
		assert_int_equal(get32(flog_at(&m, 7, 0) + 4), first_free | (flags ? ZERO_BIT : 0));
		assert_int_equal(get32(flog_at(&m, 7, 0) + 8), 1000 | flags);
		assert_int_equal(get32(flog_at(&m, 7, 0) + 12), 3);
		write_block(btt, 7, 5, 3);
		assert_int_equal(get32(flog_at(&m, 7, 1) + 12), 1);
		for (unsigned byte = 0; byte < 32; byte++)
			assert_int_equal(flog_at(&m, 7, 2)[byte], 0);
		btt_fini(btt);
		media_close(&m);
	}
}

static void
the_map_is_zeroed_and_the_data_area_is_unchanged(void **state)
{
	struct media m = format_520(BTT_FLAVOUR_KERNEL);

	(void)state;
	for (const uint8_t *at = map_at(&m, 0); at < flog_at(&m, 0, 0); at++)
		assert_int_equal(*at, 0);
	for (const uint8_t *at = data_at(&m, 0); at < data_at(&m, internal_nlba(&m)); at++)
		assert_int_equal(*at, 0xa5);
	for (uint64_t i = 0; i < m.start; i++)
		assert_int_equal(m.bytes[i], 0xa5);
	media_close(&m);
}

static unsigned
find_event(const struct ram *ram, char kind, uint64_t off)
{
	for (unsigned i = 0; i < ram->nlog; i++) {
		if (ram->log[i].kind == kind && ram->log[i].off == off)
			return i;
	}
	fail_msg("no event %c at %ju", kind, (uintmax_t)off);
	return 0;
}

static int
is_drained_between(const struct ram *ram, unsigned first, unsigned second)
{
	for (unsigned i = first; i < second; i++) {
		if (ram->log[i].kind == 'D')
			return 1;
	}
	return 0;
}

static void
tables_then_backup_then_primary_are_written_with_fences_between(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	const struct btt_format_options options = {.lbasize = 4096};
	struct media m = ram_media(ram, &ram_mapped, 0);
	unsigned flog, backup, primary;

	(void)state;
	ram->is_logging = 1;
	assert_int_equal(btt_format(&options, ram->size, ram, &ram_mapped), 0);
	flog = find_event(ram, 'S', get_le(ram->bytes + AT_FLOGOFF, 8) + 255 * 64);
	backup = find_event(ram, 'S', 16 * MIB - PAGE);
	primary = find_event(ram, 'S', 0);
	assert_true(find_event(ram, 'Z', (uint64_t)(map_at(&m, 0) - ram->bytes)) < flog);
	assert_true(flog < backup && is_drained_between(ram, flog, backup));
	assert_true(backup < primary && is_drained_between(ram, backup, primary));
	assert_true(is_drained_between(ram, primary, ram->nlog));
	/* the signature of each block is stored after the rest of the block is durable */
	assert_true(is_drained_between(ram, find_event(ram, 'S', 16 * MIB - PAGE + 16), backup));
	assert_true(is_drained_between(ram, find_event(ram, 'S', 16), primary));
	assert_int_equal(ram->log[primary].len, 16);
	assert_int_equal(ram->log[backup].len, 16);
	ram_close(ram);
}

static void
replacing_first_destroys_the_old_signatures_durably(void **state)
{
	struct ram *ram = ram_open(16 * MIB + 8192, 0);
	struct btt_format_options options = {
		.flavour = BTT_FLAVOUR_KERNEL, .start = 4096, .lbasize = 512};
	unsigned primary, backup, first_store;

	(void)state;
	assert_int_equal(btt_format(&options, ram->size, ram, &ram_mapped), 0);
	options = (struct btt_format_options){.existing = BTT_REPLACE_EXISTING, .lbasize = 4096};
	ram->is_logging = 1;
	assert_int_equal(btt_format(&options, ram->size, ram, &ram_mapped), 0);
	primary = find_event(ram, 'Z', 4096);
	backup = find_event(ram, 'Z', 16 * MIB + 4096);
	for (first_store = 0; ram->log[first_store].kind != 'S'; first_store++)
		;
	assert_true(primary < first_store && backup < first_store);
	assert_true(is_drained_between(ram, primary > backup ? primary : backup, first_store));
	assert_int_equal(get_le(ram->bytes + 4096, 8), 0);
	ram_close(ram);
}

static void
an_existing_btt_is_kept_unless_the_caller_asks_for_replacement(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_KERNEL, 512, 0);
	struct btt_format_options options = {.lbasize = 4096};
	uint64_t before = hash_bytes(m.bytes, m.size);

	(void)state;
	expect_failed(btt_format(&options, m.size, m.ns, m.cb), EEXIST, "already holds a BTT");
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	/* a damaged BTT counts as well, and so do its remains */
	arena_at(&m)[100] ^= 1;
	memset(m.bytes + m.size - PAGE, 0, PAGE);
	expect_failed(btt_format(&options, m.size, m.ns, m.cb), EEXIST, "already holds a BTT");
	options.existing = BTT_REPLACE_EXISTING;
	assert_int_equal(btt_format(&options, m.size, m.ns, m.cb), 0);
	media_close(&m);
}

/* Blocks written before a reformat share no storage afterwards. */
static void
a_reformat_over_old_map_entries_starts_afresh(void **state)
{
	struct media m = media_dram(16 * MIB, 0xa5);
	const struct btt_format_options again = {.flavour = BTT_FLAVOUR_PMDK,
						 .existing = BTT_REPLACE_EXISTING,
						 .lbasize = 4096,
						 .nfree = 4};
	struct ns_callback liar = *m.cb;
	struct btt *btt;

	(void)state;
	liar.ns_is_zeroed = 1;
	m.cb = &liar;
	media_format(&m, BTT_FLAVOUR_UEFI, 4096, 4);
	btt = media_open(&m, BTT_READ_WRITE);
	for (uint32_t i = 0; i < 200; i++)
		write_block(btt, i % 4, i % 100, i);
	btt_fini(btt);
	m.start = 0;
	assert_int_equal(btt_format(&again, m.size, m.ns, m.cb), 0);
	btt = media_open(&m, BTT_READ_WRITE);
	assert_int_equal(btt_check(btt), 1);
	for (uint32_t i = 0; i < 100; i++)
		expect_zeros(btt, 0, i);
	for (uint64_t i = 0; i < btt_nlba(btt); i++)
		write_block(btt, i % 4, i, (unsigned)i);
	for (uint64_t i = 0; i < btt_nlba(btt); i++)
		expect_block(btt, 1, i, (unsigned)i);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

static void
illegal_options_are_refused_and_nothing_is_written(void **state)
{
	static const struct {
		struct btt_format_options options;
		const char *text;
	} bad[] = {
		{{.lbasize = 0}, "lbasize=0: not a sector size of flavour uefi"},
		{{.lbasize = 1024}, "lbasize=1024: not a sector size of flavour uefi"},
		{{.flavour = BTT_FLAVOUR_PMDK, .lbasize = 511}, "at least 512"},
		{{.lbasize = 512, .start = 100}, "offset=100: must be a multiple of 4096"},
		{{.lbasize = 512, .start = 20 * MIB}, "inside the namespace of 20971520 bytes"},
		{{.lbasize = 512, .start = 19 * MIB}, "1048576 bytes are too few"},
		{{.lbasize = 4096, .nfree = 4000}, "each of 4000 free blocks"},
		{{.lbasize = 4096, .nfree = UINT32_MAX}, "cannot hold two blocks"},
	};
	struct media m = media_dram(20 * MIB, 0xa5);
	uint64_t before = hash_bytes(m.bytes, m.size);

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		expect_failed(btt_format(&bad[i].options, m.size, m.ns, m.cb), EINVAL, bad[i].text);
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_the_info_block_is_at_its_offset),
		cmocka_unit_test(the_default_uuid_is_random_and_the_default_parent_is_null),
		cmocka_unit_test(first_flog_entries_follow_the_flavour),
		cmocka_unit_test(the_log_entries_of_writes_follow_the_flavour),
		cmocka_unit_test(the_map_is_zeroed_and_the_data_area_is_unchanged),
		cmocka_unit_test(tables_then_backup_then_primary_are_written_with_fences_between),
		cmocka_unit_test(replacing_first_destroys_the_old_signatures_durably),
		cmocka_unit_test(an_existing_btt_is_kept_unless_the_caller_asks_for_replacement),
		cmocka_unit_test(a_reformat_over_old_map_entries_starts_afresh),
		cmocka_unit_test(illegal_options_are_refused_and_nothing_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
