/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_check_test.c -- the check finds every kind of damage and names its place. Usage counts.
 */
#include "btt_support.h"

#define FINDINGS_MAX 64

struct findings {
	unsigned count;
	struct btt_finding list[FINDINGS_MAX];
	char fields[FINDINGS_MAX][32];
	char texts[FINDINGS_MAX][256];
};

static void
keep(void *arg, const struct btt_finding *finding)
{
	struct findings *f = arg;
	unsigned i = f->count++;

	assert_true(i < FINDINGS_MAX);
	f->list[i] = *finding;
	snprintf(f->fields[i], sizeof(f->fields[i]), "%s", finding->field);
	snprintf(f->texts[i], sizeof(f->texts[i]), "%s", finding->text);
	assert_null(strchr(finding->text, '\n'));
}

/* The finding that a check of an open btt must report, with the values of `media`. */
struct expected {
	enum btt_severity severity;
	const char *field;
	int64_t lane, premap, postmap;
	const char *text;
};

#define ANY    (-2)
#define UNSAID BTT_NOT_SAID

static int
is_like(const struct btt_finding *f, const char *field, const char *text, const struct expected *e)
{
	return f->severity == e->severity && f->arena == 0 && !strcmp(field, e->field) &&
	       f->lane == e->lane && f->premap == e->premap &&
	       (e->postmap == ANY || f->postmap == e->postmap) && strstr(text, e->text);
}

static void
expect_finding(struct btt *btt, int result, const struct expected *e)
{
	struct findings f = {0};

	assert_int_equal(btt_check_each(btt, keep, &f), result);
	assert_int_equal(btt_check(btt), result);
	for (unsigned i = 0; i < f.count; i++) {
		if (is_like(&f.list[i], f.fields[i], f.texts[i], e))
			return;
	}
	for (unsigned i = 0; i < f.count; i++)
		print_message("%s lane %jd premap %jd postmap %jd: %s\n", f.fields[i],
			      (intmax_t)f.list[i].lane, (intmax_t)f.list[i].premap,
			      (intmax_t)f.list[i].postmap, f.texts[i]);
	fail_msg("no finding '%s' with '%s'", e->field, e->text);
}

static struct media
media_in_use(void)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 256);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	for (unsigned i = 0; i < 20; i++)
		write_block(btt, i % 4, i, i);
	assert_int_equal(btt_set_zero(btt, 0, 6), 0);
	assert_int_equal(btt_set_error(btt, 0, 7), 0);
	btt_fini(btt);
	return m;
}

static void
a_sound_layout_has_no_findings(void **state)
{
	struct media m = media_in_use();
	struct findings f = {0};
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint64_t before = hash_bytes(m.bytes, m.size);

	(void)state;
	assert_int_equal(btt_check_each(btt, keep, &f), 1);
	assert_int_equal(f.count, 0);
	assert_int_equal(btt_check(btt), 1);
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	btt_fini(btt);
	media_close(&m);
}

static void
hurt_primary(const struct media *m)
{
	arena_at(m)[2000] ^= 4;
}

static void
hurt_primary_signature(const struct media *m)
{
	arena_at(m)[5] ^= 4;
}

static void
hurt_backup(const struct media *m)
{
	backup_at(m)[2000] ^= 4;
}

static void
hurt_backup_signature(const struct media *m)
{
	backup_at(m)[5] ^= 4;
}

static void
differ(const struct media *m)
{
	backup_at(m)[AT_UUID] ^= 4;
	seal_info(backup_at(m));
}

static void
flag_error(const struct media *m)
{
	edit_info(m, AT_FLAGS, 4, 1);
}

static void
flag_unknown(const struct media *m)
{
	edit_info(m, AT_FLAGS, 4, 0x10);
}

static void
hurt_seq(const struct media *m)
{
	put32(flog_at(m, 50, 0) + 12, 7);
}

static void
hurt_lba(const struct media *m)
{
	put32(flog_at(m, 50, 0), external_nlba(m));
}

static void
hurt_old(const struct media *m)
{
	put32(flog_at(m, 50, 0) + 4, internal_nlba(m) + 5);
}

static void
hurt_new(const struct media *m)
{
	put32(flog_at(m, 50, 0) + 8, internal_nlba(m) + 6);
}

static void
mix_slots(const struct media *m)
{
	put_slot(flog_at(m, 60, 2), 60, 1, 1, 2);
}

static void
wild_entry(const struct media *m)
{
	put32(map_at(m, 900), NORMAL_BITS | NUMBER_BITS);
}

/* Two lbas share a block: the old block of lba 900 has no owner. */
static void
twin_entries(const struct media *m)
{
	put32(map_at(m, 900), 901 | NORMAL_BITS);
}

/* lba 100 gets the free block of lane 100. */
static void
map_free_block(const struct media *m)
{
	put32(map_at(m, 100), (external_nlba(m) + 100) | ERROR_BIT);
}

static void
twin_free_blocks(const struct media *m)
{
	memcpy(flog_at(m, 71, 0), flog_at(m, 70, 0), 16);
}

static void
forget_free_block(const struct media *m)
{
	put32(flog_at(m, 71, 0) + 4, 3000);
	put32(flog_at(m, 71, 0) + 8, 3000);
}

struct damage_case {
	void (*damage)(const struct media *m);
	struct expected expected;
};

#define E BTT_ERROR
#define W BTT_WARNING

static const struct damage_case cases[] = {
	{hurt_primary, {E, "info", UNSAID, UNSAID, UNSAID, "wrong checksum"}},
	{hurt_primary_signature, {E, "info", UNSAID, UNSAID, UNSAID, "no signature"}},
	{hurt_backup, {E, "backup", UNSAID, UNSAID, UNSAID, "wrong checksum"}},
	{differ, {E, "backup", UNSAID, UNSAID, UNSAID, "both valid and differ"}},
	{flag_error, {E, "flags", UNSAID, UNSAID, UNSAID, "the error flag is set"}},
	{hurt_seq, {E, "flog.seq", 50, UNSAID, UNSAID, "7 must be at most 3"}},
	{hurt_lba, {E, "flog.lba", 50, UNSAID, UNSAID, "not a block of this arena"}},
	{hurt_old, {E, "flog.old_map", 50, UNSAID, UNSAID, "not a block of the data area"}},
	{hurt_new, {E, "flog.new_map", 50, UNSAID, UNSAID, "not a block of the data area"}},
	{mix_slots, {E, "flog", UNSAID, UNSAID, UNSAID, "partly in slot 1 and partly in slot 2"}},
	{wild_entry, {E, "map", UNSAID, 900, NUMBER_BITS, "out of range"}},
	{wild_entry, {E, "map", UNSAID, UNSAID, 900, "1 blocks up to this one are neither"}},
	{twin_entries, {E, "map", UNSAID, 901, 901, "its block also belongs to lba 900"}},
	{twin_entries, {E, "map", UNSAID, UNSAID, 900, "neither mapped nor free"}},
	{map_free_block,
	 {E, "map", 100, 100, ANY, "its block is also the free block of this lane"}},
	{map_free_block, {E, "map", UNSAID, UNSAID, 100, "neither mapped nor free"}},
	{twin_free_blocks, {E, "flog", 71, UNSAID, ANY, "also the free block of another lane"}},
	{twin_free_blocks, {E, "map", UNSAID, UNSAID, ANY, "neither mapped nor free"}},
	{forget_free_block,
	 {E, "map", 71, 3000, 3000, "its block is also the free block of this lane"}},
};

/* The check reads media again, so it also finds damage from while the btt is open. */
static void
each_damage_is_found_with_its_place_while_open(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct media m = media_in_use();
		struct btt *btt = media_open(&m, BTT_READ_WRITE);

		cases[i].damage(&m);
		expect_finding(btt, 0, &cases[i].expected);
		btt_fini(btt);
		media_close(&m);
	}
}

/* The check also finds it after the next opening, at least after a read-only one. */
static void
each_damage_is_found_after_reopening_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct media m = media_in_use();
		struct btt *btt;

		cases[i].damage(&m);
		btt = media_try_open(&m, BTT_READ_ONLY);
		expect_finding(btt, 0, &cases[i].expected);
		btt_fini(btt);
		media_close(&m);
	}
}

static void
unknown_flags_and_a_cut_write_are_only_warnings(void **state)
{
	struct media m = media_in_use();
	const struct expected unknown = {W, "flags", UNSAID, UNSAID, UNSAID, "unknown flags 0x10"};
	const struct expected no_backup = {W,      "backup", UNSAID,
					   UNSAID, UNSAID,   "is missing; repair restores it"};
	const struct expected cut = {W, "map", UNSAID, 19, ANY, "a write was interrupted"};
	struct btt *btt;

	(void)state;
	flag_unknown(&m);
	btt = media_open(&m, BTT_READ_WRITE);
	expect_finding(btt, 1, &unknown);
	hurt_backup_signature(&m);
	expect_finding(btt, 1, &no_backup);
	btt_fini(btt);
	put32(map_at(&m, 19), 0);
	btt = media_open(&m, BTT_READ_ONLY);
	expect_finding(btt, 1, &cut);
	btt_fini(btt);
	btt = media_open(&m, BTT_READ_WRITE);
	expect_block(btt, 0, 19, 19);
	btt_fini(btt);
	media_close(&m);
}

/* Every lane, used or not, and every single block of the data area. */
static void
one_lost_block_is_found_anywhere(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_PMDK, 4096, 100);
	uint32_t nlba = external_nlba(&m);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	(void)state;
	for (uint32_t premap = 0; premap < nlba; premap += premap < 70 ? 1 : 311) {
		uint32_t other = (premap + 1) % nlba;
		const struct expected e = {E,      "map",  UNSAID,
					   UNSAID, premap, "1 blocks up to this one"};

		put32(map_at(&m, premap), other | ZERO_BIT);
		expect_finding(btt, 0, &e);
		put32(map_at(&m, premap), 0);
	}
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

static void
usage_counts_each_kind_of_entry_and_lane(void **state)
{
	struct media m = media_in_use();
	struct btt_arena_usage usage = {0};
	struct btt *btt;

	(void)state;
	put32(map_at(&m, 800), NORMAL_BITS | NUMBER_BITS);
	put32(map_at(&m, 801), ZERO_BIT | NUMBER_BITS);
	put32(map_at(&m, 802), 0);
	hurt_seq(&m);
	btt = media_open(&m, BTT_READ_WRITE);
	assert_int_equal(btt_get_usage(btt, 0, &usage, sizeof(usage)), 0);
	assert_int_equal(usage.normal, 18);
	assert_int_equal(usage.error, 1);
	assert_int_equal(usage.out_of_range, 2);
	assert_int_equal(usage.initial, 1);
	assert_int_equal(usage.zero, external_nlba(&m) - 22);
	assert_int_equal(usage.lanes_used, 4);
	assert_int_equal(usage.lanes_unused, 251);
	assert_int_equal(usage.lanes_damaged, 1);
	assert_int_equal(usage.unreadable, 0);
	expect_failed(btt_get_usage(btt, 1, &usage, sizeof(usage)), EINVAL, "no arena 1");
	btt_fini(btt);
	media_close(&m);
}

static void
arena_info_matches_its_info_block(void **state)
{
	struct media m = media_in_use();
	struct btt *btt = media_open(&m, BTT_READ_ONLY);
	struct btt_arena_info info = {0};
	const uint8_t *page = arena_at(&m);

	(void)state;
	assert_int_equal(btt_get_arena(btt, 0, &info, sizeof(info)), 0);
	assert_int_equal(info.start, m.start);
	assert_memory_equal(info.uuid, page + AT_UUID, 16);
	assert_memory_equal(info.parent_uuid, page + AT_PARENT_UUID, 16);
	assert_int_equal(info.external_lbasize, 512);
	assert_int_equal(info.internal_lbasize, 512);
	assert_int_equal(info.external_nlba, external_nlba(&m));
	assert_int_equal(info.internal_nlba, internal_nlba(&m));
	assert_int_equal(info.nfree, 256);
	assert_int_equal(info.infosize, 4096);
	assert_int_equal(info.major, 2);
	assert_int_equal(info.minor, 0);
	assert_int_equal(info.nextoff, 0);
	assert_int_equal(info.dataoff, 4096);
	assert_int_equal(info.mapoff, get_le(page + AT_MAPOFF, 8));
	assert_int_equal(info.flogoff, get_le(page + AT_FLOGOFF, 8));
	assert_int_equal(info.infooff, get_le(page + AT_INFOOFF, 8));
	assert_int_equal(info.flog_second_slot, 1);
	assert_null(info.damage); /* opened read-only: that is no damage */
	expect_failed(btt_get_arena(btt, 1, &info, sizeof(info)), EINVAL, "no arena 1");
	btt_fini(btt);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_layout_has_no_findings),
		cmocka_unit_test(each_damage_is_found_with_its_place_while_open),
		cmocka_unit_test(each_damage_is_found_after_reopening_too),
		cmocka_unit_test(unknown_flags_and_a_cut_write_are_only_warnings),
		cmocka_unit_test(one_lost_block_is_found_anywhere),
		cmocka_unit_test(usage_counts_each_kind_of_entry_and_lane),
		cmocka_unit_test(arena_info_matches_its_info_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
