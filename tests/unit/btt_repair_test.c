/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_repair_test.c -- repair fixes everything unambiguous, once and for all, and changes no block. It leaves all other
 * damage byte for byte. A dry run reports the same and changes nothing.
 */
#include "btt_repair_support.h"

static const struct {
	void (*damage)(const struct media *m);
	const char *says;
} repairable[] = {
	{lose_primary, "repaired info: restored from its copy: it cannot be read or has a wrong"},
	{lose_backup, "repaired backup: restored from its copy: it has no signature"},
	{flag_error, "repaired flags: cleared the error flag"},
	{flag_error_in_backup_and_lose_primary, "repaired flags: cleared the error flag"},
	{cut_write, "repaired map: completed a write that was interrupted after its commit"},
	{cut_write_and_flag,
	 "repaired map: completed a write that was interrupted after its commit"},
	{use_slot_2, "repaired flog: moved slots 0 and 2"},
	{use_slot_2_and_cut_write, "repaired map: completed a write"},
	{dirty_padding, "repaired flog.padding: set slots 2 and 3 to zero"},
	{twin_free_blocks, "repaired flog: got this free block, which had no owner"},
};

static void
expect_padding_clean(const struct media *m)
{
	static const uint8_t zeros[32];

	for (uint32_t i = 0; i < 256; i++)
		assert_memory_equal(flog_at(m, i, 2), zeros, 32);
}

static void
each_unambiguous_damage_is_repaired_and_no_block_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(repairable) * 3; i++) {
		struct media m = media_in_use((enum btt_flavour)(i % 3));
		struct said dry, said, again;
		uint64_t before;

		repairable[i / 3].damage(&m);
		before = hash_bytes(m.bytes, m.size);
		assert_int_equal(repair(&m, BTT_REPAIR_DRY_RUN, NULL, 0, &dry), 1);
		assert_int_equal(hash_bytes(m.bytes, m.size), before);
		assert_int_equal(repair(&m, BTT_REPAIR_CHANGE, NULL, 0, &said), 1);
		assert_string_equal(dry.all, said.all);
		if (!strstr(said.all, repairable[i / 3].says))
			fail_msg("'%s' is not in '%s'", repairable[i / 3].says, said.all);
		assert_int_equal(said.left, 0);
		assert_memory_equal(arena_at(&m), backup_at(&m), PAGE);
		expect_padding_clean(&m);
		before = hash_bytes(m.bytes, m.size);
		assert_int_equal(repair(&m, BTT_REPAIR_CHANGE, NULL, 0, &again), 1);
		assert_string_equal(again.all, "");
		assert_int_equal(hash_bytes(m.bytes, m.size), before);
		expect_blocks(&m, 0);
		media_close(&m);
	}
}

static void
hurt_seq(const struct media *m)
{
	put32(flog_at(m, 50, 0) + 12, 7);
}

static void
hurt_seq_and_flag(const struct media *m)
{
	hurt_seq(m);
	flag_error(m);
}

static void
wild_entry(const struct media *m)
{
	put32(map_at(m, 900), NORMAL_BITS | NUMBER_BITS);
}

static void
twin_entries(const struct media *m)
{
	put32(map_at(m, 4), get32(map_at(m, 5)));
}

static void
map_free_block(const struct media *m)
{
	put32(map_at(m, 4), (external_nlba(m) + 100) | NORMAL_BITS);
}

static void
mix_slots(const struct media *m)
{
	put_slot(flog_at(m, 60, 2), 60, 1, 1, 2);
}

static const struct {
	void (*damage)(const struct media *m);
	const char *says;
} beyond[] = {
	{hurt_seq, "left flog.seq: 7 must be at most 3"},
	{hurt_seq_and_flag, "left flags: the error flag stays: another fault is left"},
	{wild_entry, "left map: out of range"},
	{twin_entries, "left map: its block also belongs to lba 4"},
	{map_free_block, "left map: its block is also the free block of this lane"},
	{mix_slots, "left flog: written partly in slot 1 and partly in slot 2"},
};

static void
ambiguous_damage_is_left_byte_for_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(beyond); i++) {
		struct media m = media_in_use(BTT_FLAVOUR_UEFI);
		struct said said;
		uint64_t before;

		beyond[i].damage(&m);
		before = hash_bytes(m.bytes, m.size);
		assert_int_equal(repair(&m, BTT_REPAIR_CHANGE, NULL, 0, &said), 0);
		if (!strstr(said.all, beyond[i].says))
			fail_msg("'%s' is not in '%s'", beyond[i].says, said.all);
		assert_int_equal(said.repaired, 0);
		assert_int_equal(hash_bytes(m.bytes, m.size), before);
		media_close(&m);
	}
}

static void
the_chosen_block_keeps_its_place_and_the_others_are_marked_bad(void **state)
{
	struct said said;

	(void)state;
	for (uint64_t kept = 4; kept <= 6; kept++) {
		struct media m = media_in_use(BTT_FLAVOUR_KERNEL);

		put32(map_at(&m, 4), get32(map_at(&m, (uint32_t)kept)));
		put32(map_at(&m, 5), get32(map_at(&m, (uint32_t)kept)));
		put32(map_at(&m, 6), get32(map_at(&m, (uint32_t)kept)));
		assert_int_equal(repair(&m, BTT_REPAIR_DRY_RUN, &kept, 1, &said), 1);
		assert_int_equal(repair(&m, BTT_REPAIR_CHANGE, &kept, 1, &said), 1);
		assert_int_equal(said.repaired, 2);
		expect_blocks(&m, 0x70u & ~(1u << kept));
		media_close(&m);
	}
}

static void
a_chosen_block_takes_its_place_from_a_lane(void **state)
{
	const uint64_t kept = 4;
	struct said said;

	(void)state;
	for (int flavour = BTT_FLAVOUR_UEFI; flavour <= BTT_FLAVOUR_PMDK; flavour++) {
		struct media m = media_in_use((enum btt_flavour)flavour);
		uint32_t postmap = external_nlba(&m) + 100;

		fill(data_at(&m, postmap), 512, 4);
		map_free_block(&m);
		assert_int_equal(repair(&m, BTT_REPAIR_CHANGE, &kept, 1, &said), 1);
		assert_int_equal(said.repaired, 1);
		assert_int_equal(get32(map_at(&m, 4)) & NUMBER_BITS, postmap);
		expect_blocks(&m, 0);
		media_close(&m);
	}
}

static void
no_block_is_reassigned_while_a_log_is_unusable(void **state)
{
	struct media m = media_in_use(BTT_FLAVOUR_UEFI);
	const uint64_t kept = 4;
	struct said said;
	uint64_t before;

	(void)state;
	twin_entries(&m);
	hurt_seq(&m);
	before = hash_bytes(m.bytes, m.size);
	assert_int_equal(repair(&m, BTT_REPAIR_CHANGE, &kept, 1, &said), 0);
	assert_non_null(strstr(said.all, "cannot give new blocks"));
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	media_close(&m);
}

static void
an_impossible_choice_is_an_error_and_changes_nothing(void **state)
{
	struct media m = media_in_use(BTT_FLAVOUR_UEFI);
	const uint64_t beyond_end = external_nlba(&m), both[2] = {4, 5};
	struct said said;
	uint64_t before;

	(void)state;
	twin_entries(&m);
	before = hash_bytes(m.bytes, m.size);
	expect_failed(repair(&m, BTT_REPAIR_CHANGE, &beyond_end, 1, &said), EINVAL,
		      "to keep: there are");
	expect_failed(repair(&m, BTT_REPAIR_CHANGE, both, 2, &said), EINVAL,
		      "to keep have one place");
	memset(arena_at(&m), 0, PAGE);
	memset(m.bytes + m.size - PAGE, 1, PAGE);
	before = hash_bytes(m.bytes, m.size);
	expect_failed(repair(&m, BTT_REPAIR_CHANGE, NULL, 0, &said), ENOENT, "no info block");
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_unambiguous_damage_is_repaired_and_no_block_changes),
		cmocka_unit_test(ambiguous_damage_is_left_byte_for_byte),
		cmocka_unit_test(the_chosen_block_keeps_its_place_and_the_others_are_marked_bad),
		cmocka_unit_test(a_chosen_block_takes_its_place_from_a_lane),
		cmocka_unit_test(no_block_is_reassigned_while_a_log_is_unusable),
		cmocka_unit_test(an_impossible_choice_is_an_error_and_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
