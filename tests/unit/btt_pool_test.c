/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_pool_test.c -- PMEMBLK pools: one file of a set, and a first layout that was interrupted; and two valid info blocks
 * that differ.
 */
#include "btt_repair_support.h"

#define LBASIZE 512u

/* A pool header as far as it is looked at: signature, set uuid, uuids of this and the next file, block size. */
static void
put_header(const struct media *m)
{
	memcpy(m->bytes, "PMEMBLK", 8);
	memset(m->bytes + 24, 7, 16);
	memset(m->bytes + 40, 8, 16);
	memset(m->bytes + 72, 8, 16);
	put32(m->bytes + 4096, LBASIZE);
}

/* A pool with a fresh layout, as libpmemblk makes it. */
static struct media
media_pool(void)
{
	struct media m = media_dram(20 * MIB, 0);
	const uint8_t set_uuid[16] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
	const struct btt_format_options options = {.flavour = BTT_FLAVOUR_PMDK,
						   .start = 8192,
						   .lbasize = LBASIZE,
						   .parent_uuid = set_uuid};

	m.start = 8192;
	put_header(&m);
	assert_int_equal(btt_format(&options, m.size, m.ns, m.cb), 0);
	return m;
}

/* The power failed while libpmemblk wrote the first info block. */
static void
cut_layout(const struct media *m)
{
	lose_backup(m);
	memset(arena_at(m) + 1024, 0x5a, 8); /* a word of the page before its checksum */
}

static struct btt *
open_probed(const struct media *m, enum btt_mode mode)
{
	const struct btt_open_options options = {.mode = mode, .start = BTT_START_PROBE};

	return btt_open(&options, m->size, m->ns, m->cb);
}

static int
repair_probed(const struct media *m, enum btt_repair_mode mode, enum btt_repair_use use,
	      struct said *said)
{
	const struct btt_repair_options options = {
		.mode = mode, .start = BTT_START_PROBE, .use = use};

	*said = (struct said){0};
	return btt_repair(&options, m->size, m->ns, m->cb, keep, said);
}

static void
one_file_of_a_pool_set_is_named_and_refused(void **state)
{
	struct media m = media_pool();
	struct btt_probe probe = {0};
	struct said said;

	(void)state;
	assert_int_equal(btt_probe(m.size, m.ns, m.cb, &probe, sizeof(probe)), 0);
	assert_int_equal(probe.is_pool, 1);
	assert_int_equal(probe.is_pool_part, 0);
	m.bytes[72 + 15] ^= 1;
	assert_int_equal(btt_probe(m.size, m.ns, m.cb, &probe, sizeof(probe)), 0);
	assert_int_equal(probe.is_pool, 0);
	assert_int_equal(probe.is_pool_part, 1);
	assert_null(open_probed(&m, BTT_READ_ONLY));
	expect_failed(-1, EINVAL, "one of several files of a PMEMBLK pool set");
	assert_null(open_probed(&m, BTT_READ_WRITE));
	expect_failed(-1, EINVAL, "one of several files of a PMEMBLK pool set");
	expect_failed(repair_probed(&m, BTT_REPAIR_CHANGE, BTT_USE_DEFAULT, &said), EINVAL,
		      "pool set");
	media_close(&m);
}

static void
an_interrupted_first_layout_is_named_and_repaired(void **state)
{
	struct media m = media_pool();
	struct btt_layout layout;
	struct said said;
	struct btt *btt;
	uint64_t before;

	(void)state;
	cut_layout(&m);
	before = hash_bytes(m.bytes, m.size);
	assert_null(open_probed(&m, BTT_READ_WRITE));
	expect_failed(-1, EINVAL, "interrupted before any block was written");
	assert_int_equal(repair_probed(&m, BTT_REPAIR_DRY_RUN, BTT_USE_DEFAULT, &said), 1);
	assert_int_equal(said.repaired, 1);
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	assert_int_equal(repair_probed(&m, BTT_REPAIR_CHANGE, BTT_USE_DEFAULT, &said), 1);
	assert_string_equal(said.all, "repaired info: completed the layout of this pool, which was "
				      "interrupted before any block was written\n");
	btt = open_probed(&m, BTT_READ_WRITE);
	assert_non_null(btt);
	btt_get_layout(btt, &layout, sizeof(layout));
	assert_int_equal(layout.flavour, BTT_FLAVOUR_PMDK);
	assert_memory_equal(layout.parent_uuid, m.bytes + 24, 16);
	assert_int_equal(layout.lbasize, LBASIZE);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

/* The name is wrong when anything was written, or could have been. */
static void
a_damaged_pool_with_any_trace_of_a_write_is_not_an_interrupted_layout(void **state)
{
	struct said said;

	(void)state;
	for (unsigned trace = 0; trace < 5; trace++) {
		struct media m = media_pool();
		uint64_t before;

		if (trace == 0)
			put32(map_at(&m, 30000), NORMAL_BITS | 5);
		else if (trace == 1)
			put32(flog_at(&m, 200, 1) + 12, 2);
		else if (trace == 2)
			put32(flog_at(&m, 255, 0), 254);
		cut_layout(&m);
		if (trace == 3)
			memcpy(m.bytes + m.size - PAGE, SIGNATURE_BYTES, 16);
		if (trace == 4)
			m.bytes[0] = 'Q'; /* no pool */
		before = hash_bytes(m.bytes, m.size);
		assert_null(open_probed(&m, BTT_READ_WRITE));
		expect_failed(-1, EINVAL, "no usable info block");
		expect_failed(repair_probed(&m, BTT_REPAIR_CHANGE, BTT_USE_DEFAULT, &said), EINVAL,
			      "no usable info block");
		assert_int_equal(hash_bytes(m.bytes, m.size), before);
		media_close(&m);
	}
}

/* A namespace that rejects stores after a number of them; the last one is torn after any of its words. */
struct cut {
	struct media m;
	uint64_t left;
	size_t words; /* of the rejected store that reach media */
};

static int
cut_read(void *ns, unsigned lane, void *buf, size_t count, uint64_t off)
{
	struct cut *cut = ns;

	(void)lane;
	memcpy(buf, cut->m.bytes + off, count);
	return 0;
}

static int
cut_store(struct cut *cut, const void *buf, size_t count, uint64_t off)
{
	static const uint8_t zeros[64];
	size_t torn = cut->left ? count : cut->words * 4 % (count + 1);

	for (size_t at = 0; at < torn; at += 4)
		memcpy(cut->m.bytes + off + at, buf ? (const uint8_t *)buf + at : zeros,
		       torn - at < 4 ? torn - at : 4);
	if (cut->left--)
		return 0;
	cut->left = 0;
	errno = ENOSPC;
	return -1;
}

static int
cut_write_bytes(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	(void)lane;
	return cut_store(ns, buf, count, off);
}

static int
cut_zero(void *ns, unsigned lane, size_t count, uint64_t off)
{
	(void)lane;
	return cut_store(ns, NULL, count, off);
}

static void
completing_a_layout_can_be_cut_at_any_store(void **state)
{
	static const struct ns_callback cb = {
		.nsread = cut_read, .nswrite = cut_write_bytes, .nszero = cut_zero};
	const struct btt_repair_options options = {.start = BTT_START_PROBE};
	struct cut cut = {.m = media_pool()};
	uint64_t stores = 0;
	int result;

	(void)state;
	do {
		struct said said;
		struct btt *btt;

		memset(cut.m.bytes + 8192, 0x33, PAGE);
		memcpy(cut.m.bytes + 8192, SIGNATURE_BYTES, 16);
		memset(cut.m.bytes + 3 * PAGE, 0, cut.m.size - 3 * PAGE);
		cut.left = stores;
		cut.words = (size_t)(stores % 5);
		result = btt_repair(&options, cut.m.size, &cut, &cb, NULL, NULL);
		assert_true(result == 1 || (result == -1 && errno == ENOSPC));
		assert_int_equal(repair_probed(&cut.m, BTT_REPAIR_CHANGE, BTT_USE_DEFAULT, &said),
				 1);
		btt = open_probed(&cut.m, BTT_READ_WRITE);
		assert_non_null(btt);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		stores++;
	} while (result != 1);
	assert_true(stores > 258);
	media_close(&cut.m);
}

static void
blocks_with_different_uuids_open_for_reading_and_repair_keeps_the_first(void **state)
{
	struct media m = media_in_use(BTT_FLAVOUR_UEFI);
	struct said said;
	struct btt *btt;

	(void)state;
	backup_at(&m)[AT_UUID] ^= 4;
	seal_info(backup_at(&m));
	btt = media_open(&m, BTT_READ_WRITE);
	assert_non_null(strstr(btt_readonly_reason(btt), "both valid and differ: uuid="));
	expect_block(btt, 0, 5, 5);
	expect_write_fails(btt, 0, 5, EROFS, "both valid and differ");
	assert_int_equal(btt_check(btt), 0);
	btt_fini(btt);
	assert_int_equal(repair(&m, BTT_REPAIR_CHANGE, NULL, 0, &said), 1);
	assert_int_equal(said.repaired, 1);
	assert_non_null(strstr(said.all, "repaired backup: made equal to the first info block"));
	assert_memory_equal(backup_at(&m), arena_at(&m), PAGE);
	expect_blocks(&m, 0);
	media_close(&m);
}

static void
blocks_with_different_geometry_need_a_choice(void **state)
{
	(void)state;
	for (int use = BTT_USE_FIRST; use <= BTT_USE_BACKUP; use++) {
		struct media m = media_in_use(BTT_FLAVOUR_UEFI);
		uint8_t *bad = use == BTT_USE_FIRST ? backup_at(&m) : arena_at(&m);
		uint8_t *good = use == BTT_USE_FIRST ? arena_at(&m) : backup_at(&m);
		struct btt_repair_options options = {.start = 0};
		struct said said = {0};

		put32(bad + AT_NFREE, get32(bad + AT_NFREE) - 1);
		put32(bad + AT_EXTERNAL_NLBA, get32(bad + AT_EXTERNAL_NLBA) + 1);
		seal_info(bad);
		expect_open_fails(&m, EINVAL, "both valid and differ: external_nlba=");
		expect_failed(repair(&m, BTT_REPAIR_CHANGE, NULL, 0, &said), EINVAL, "differ");
		options.use = (enum btt_repair_use)use;
		options.mode = BTT_REPAIR_DRY_RUN;
		assert_int_equal(btt_repair(&options, m.size, m.ns, m.cb, keep, &said), 1);
		expect_open_fails(&m, EINVAL, "both valid and differ: external_nlba=");
		options.mode = BTT_REPAIR_CHANGE;
		said = (struct said){0};
		assert_int_equal(btt_repair(&options, m.size, m.ns, m.cb, keep, &said), 1);
		assert_non_null(strstr(said.all, "as chosen"));
		assert_memory_equal(bad, good, PAGE);
		expect_blocks(&m, 0);
		media_close(&m);
	}
}

static void
a_backup_that_cannot_be_used_cannot_be_chosen(void **state)
{
	struct media m = media_in_use(BTT_FLAVOUR_UEFI);
	struct btt_repair_options options = {.use = BTT_USE_BACKUP};
	uint64_t before;

	(void)state;
	put_le(backup_at(&m) + AT_MAPOFF, 8, 4096);
	seal_info(backup_at(&m));
	before = hash_bytes(m.bytes, m.size);
	expect_failed(btt_repair(&options, m.size, m.ns, m.cb, NULL, NULL), EINVAL,
		      "the backup info block cannot be used");
	options.use = (enum btt_repair_use)3;
	expect_failed(btt_repair(&options, m.size, m.ns, m.cb, NULL, NULL), EINVAL, "use=3");
	assert_int_equal(hash_bytes(m.bytes, m.size), before);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_file_of_a_pool_set_is_named_and_refused),
		cmocka_unit_test(an_interrupted_first_layout_is_named_and_repaired),
		cmocka_unit_test(
			a_damaged_pool_with_any_trace_of_a_write_is_not_an_interrupted_layout),
		cmocka_unit_test(completing_a_layout_can_be_cut_at_any_store),
		cmocka_unit_test(
			blocks_with_different_uuids_open_for_reading_and_repair_keeps_the_first),
		cmocka_unit_test(blocks_with_different_geometry_need_a_choice),
		cmocka_unit_test(a_backup_that_cannot_be_used_cannot_be_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
