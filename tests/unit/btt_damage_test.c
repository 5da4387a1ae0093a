/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_damage_test.c -- opens the images of btt_damage_cases.h. The whole message is compared, so it must name the
 * damaged field and its value.
 */
#include "btt_damage_cases.h"

static struct media
media_in_use(void)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 256);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	for (unsigned i = 0; i < WRITTEN; i++)
		write_block(btt, i % 4, i, i);
	btt_fini(btt);
	assert_int_equal(external_nlba(&m), EXTERNAL);
	assert_int_equal(internal_nlba(&m), INTERNAL);
	assert_int_equal(get32(m.bytes + FLOGOFF + SLOT(2, 1) + SEQ), 3);
	return m;
}

static void
poke_sealed(uint8_t *info, const struct poke *p)
{
	put_le(info + p->at, p->bytes, p->value);
	seal_info(info);
}

static void
damage(const struct media *m, const struct damage_case *c)
{
	for (const struct poke *p = c->pokes; p < c->pokes + LENGTH(c->pokes); p++) {
		if (p->place == BOTH_INFOS || p->place == PRIMARY)
			poke_sealed(m->bytes, p);
		if (p->place == BOTH_INFOS || p->place == BACKUP)
			poke_sealed(m->bytes + INFOOFF, p);
		if (p->place == PRIMARY_UNSEALED)
			put_le(m->bytes + p->at, p->bytes, p->value);
		if (p->place == FLOG)
			put_le(m->bytes + FLOGOFF + p->at, p->bytes, p->value);
		if (p->place == MAP)
			put_le(m->bytes + MAPOFF + 4 * p->at, p->bytes, p->value);
	}
}

/* The media after damage(), and its hash. */
static struct media
media_damaged(const struct damage_case *c, uint64_t *hash)
{
	struct media m = media_in_use();

	damage(&m, c);
	*hash = hash_bytes(m.bytes, m.size);
	return m;
}

static void
expect_text(const struct damage_case *c, const char *found)
{
	if (!found || strcmp(found, c->text) != 0)
		fail_msg("%s:\n  want: %s\n  got:  %s", c->what, c->text, found ? found : "(none)");
}

static void
expect_blocks(struct btt *btt)
{
	for (unsigned i = 0; i < WRITTEN; i++)
		expect_block(btt, i % 4, i, i);
	expect_zeros(btt, 0, WRITTEN);
	expect_zeros(btt, 0, EXTERNAL - 1);
}

static void
each_bad_info_block_fails_with_its_field_and_value(void **state)
{
	(void)state;
	for (const struct damage_case *c = refused; c < refused + LENGTH(refused); c++) {
		uint64_t before;
		struct media m = media_damaged(c, &before);

		for (int mode = BTT_READ_WRITE; mode <= BTT_READ_ONLY; mode++) {
			struct btt *btt = media_try_open(&m, (enum btt_mode)mode);
			int err = errno;

			if (btt)
				fail_msg("%s: opened", c->what);
			assert_int_equal(err, EINVAL);
			expect_text(c, btt_errormsg());
		}
		assert_int_equal(hash_bytes(m.bytes, m.size), before);
		media_close(&m);
	}
}

static void
expect_read_only(const struct media *m, const struct damage_case *c)
{
	struct btt *btt = media_open(m, BTT_READ_WRITE);
	struct btt_arena_info arena = {0};

	expect_text(c, btt_readonly_reason(btt));
	assert_int_equal(btt_get_arena(btt, 0, &arena, sizeof(arena)), 0);
	expect_text(c, arena.damage);
	expect_blocks(btt);
	expect_write_fails(btt, 0, 1, EROFS, c->text);
	expect_failed(btt_set_zero(btt, 1, 1), EROFS, c->text);
	expect_failed(btt_set_error(btt, 2, 1), EROFS, c->text);
	assert_int_equal(btt_check(btt), 0);
	btt_fini(btt);
}

static void
each_damaged_arena_is_read_only_with_its_reason(void **state)
{
	(void)state;
	for (const struct damage_case *c = read_only; c < read_only + LENGTH(read_only); c++) {
		uint64_t before;
		struct media m = media_damaged(c, &before);

		expect_read_only(&m, c);
		expect_read_only(&m, c); /* the damage is found again */
		assert_int_equal(hash_bytes(m.bytes, m.size), before);
		media_close(&m);
	}
}

static void
each_bad_map_entry_costs_only_its_block(void **state)
{
	(void)state;
	for (const struct damage_case *c = one_block; c < one_block + LENGTH(one_block); c++) {
		uint64_t before;
		struct media m = media_damaged(c, &before);
		struct btt *btt = media_open(&m, BTT_READ_WRITE);

		/* the failed write stores data in a free block; map and flog do not change */
		before = hash_bytes(m.bytes + MAPOFF, m.size - MAPOFF);
		assert_null(btt_readonly_reason(btt));
		expect_read_fails(btt, 0, 1000, EIO, c->text);
		expect_text(c, btt_errormsg());
		expect_write_fails(btt, 0, 1000, EIO, c->text);
		assert_int_equal(hash_bytes(m.bytes + MAPOFF, m.size - MAPOFF), before);
		expect_blocks(btt);
		write_block(btt, 0, 1001, 7);
		expect_block(btt, 1, 1001, 7);
		assert_int_equal(btt_check(btt), 0);
		btt_fini(btt);
		media_close(&m);
	}
}

static void
each_harmless_difference_opens_for_writing(void **state)
{
	(void)state;
	for (const struct damage_case *c = harmless; c < harmless + LENGTH(harmless); c++) {
		uint64_t before;
		struct media m = media_damaged(c, &before);
		struct btt *btt = media_open(&m, BTT_READ_WRITE);

		if (btt_readonly_reason(btt))
			fail_msg("%s: %s", c->what, btt_readonly_reason(btt));
		expect_blocks(btt);
		for (unsigned i = 0; i < 3 * 256; i++)
			write_block(btt, i % 256, 2000 + i, i);
		expect_blocks(btt);
		if (btt_check(btt) != 1)
			fail_msg("%s: not consistent", c->what);
		btt_fini(btt);
		media_close(&m);
	}
}

/* Options of the caller that contradict the layout. */
static void
each_wrong_opening_fails_with_the_value_it_asked_for(void **state)
{
	static const uint8_t other[16] = {0xbb};
	static const struct {
		struct btt_open_options options;
		uint64_t size;
		const char *text;
	} cases[] = {
		{{.lbasize = 4096},
		 20 * MIB,
		 "arena 0: info block: external_lbasize=512: not the requested 4096"},
		{{.parent_uuid = other},
		 20 * MIB,
		 "arena 0: info block: parent_uuid=aa000000-0000-0000-0000-000000000000: belongs "
		 "to another namespace"},
		{{0},
		 20 * MIB - PAGE,
		 "arena 0: info block: infooff=20967424: lies beyond the end of the arena or "
		 "namespace"},
		{{0}, PAGE - 1, "arena 0: 4095 bytes are too few (at least 16777216)"},
		{{.start = 512},
		 20 * MIB,
		 "start 0x200: not a multiple of 4096 inside the namespace of 20971520 bytes"},
	};
	static const uint8_t own[16] = {0xaa};
	struct media m = media_in_use();

	(void)state;
	for (unsigned i = 0; i < 16; i++)
		edit_info(&m, (enum info_at)(AT_PARENT_UUID + i), 1, own[i]);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct damage_case named = {.what = "opening", .text = cases[i].text};

		assert_null(btt_open(&cases[i].options, cases[i].size, m.ns, m.cb));
		assert_int_equal(errno, EINVAL);
		expect_text(&named, btt_errormsg());
	}
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_bad_info_block_fails_with_its_field_and_value),
		cmocka_unit_test(each_damaged_arena_is_read_only_with_its_reason),
		cmocka_unit_test(each_bad_map_entry_costs_only_its_block),
		cmocka_unit_test(each_harmless_difference_opens_for_writing),
		cmocka_unit_test(each_wrong_opening_fails_with_the_value_it_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
