/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_repair_cut_test.c -- an interrupted repair does no harm, and another one completes it. */
#include "btt_repair_support.h"

/* The namespace rejects stores after a number of them. Each image is opened for writing and repaired again. */
struct cut {
	struct media m;
	uint64_t left;
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
cut_write_bytes(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	struct cut *cut = ns;

	(void)lane;
	if (!cut->left) {
		errno = ENOSPC;
		return -1;
	}
	cut->left--;
	memcpy(cut->m.bytes + off, buf, count);
	return 0;
}

static const struct ns_callback cut_callbacks = {.nsread = cut_read, .nswrite = cut_write_bytes};

static void
expect_reads_right_as_cut(const struct media *m)
{
	struct btt *btt = media_open(m, BTT_READ_ONLY);

	for (unsigned i = 0; i < BLOCKS; i++)
		expect_block(btt, 0, i, i);
	btt_fini(btt);
}

/* Returns 1 when the repair ran to its end. */
static int
cut_repair(void (*damage)(const struct media *m), uint64_t stores)
{
	const struct btt_repair_options options = {.mode = BTT_REPAIR_CHANGE};
	struct cut cut = {media_in_use(BTT_FLAVOUR_UEFI), stores};
	struct said said = {0};
	int result;

	damage(&cut.m);
	result = btt_repair(&options, cut.m.size, &cut, &cut_callbacks, keep, &said);
	assert_true(result == 1 || (result == -1 && errno == ENOSPC));
	expect_reads_right_as_cut(&cut.m);
	assert_int_equal(repair(&cut.m, BTT_REPAIR_CHANGE, NULL, 0, &said), 1);
	expect_blocks(&cut.m, 0);
	media_close(&cut.m);
	return result == 1;
}

static void
a_repair_cut_at_any_store_can_be_completed(void **state)
{
	static void (*const damages[])(const struct media *m) = {
		lose_primary,
		lose_backup,
		flag_error_in_backup_and_lose_primary,
		dirty_padding,
		use_slot_2_and_cut_write,
		twin_free_blocks};

	(void)state;
	for (size_t i = 0; i < LENGTH(damages); i++) {
		uint64_t stores = 0;

		while (!cut_repair(damages[i], stores))
			stores++;
		assert_true(stores > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_repair_cut_at_any_store_can_be_completed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
