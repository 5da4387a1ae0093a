/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_repair_support.h -- for tests of repair: a layout in use, the kinds of damage that repair handles, and the
 * messages of a repair.
 */
#ifndef TESTS_UNIT_BTT_REPAIR_SUPPORT_H
#define TESTS_UNIT_BTT_REPAIR_SUPPORT_H

#include "btt_ram.h"

#define BLOCKS 20u

struct said {
	unsigned repaired, left;
	char all[4096];
};

static inline void
keep(void *arg, enum btt_repair_outcome outcome, const struct btt_finding *at)
{
	struct said *said = arg;
	size_t used = strlen(said->all);

	said->repaired += outcome == BTT_REPAIRED;
	said->left += outcome == BTT_LEFT && at->severity == BTT_ERROR;
	snprintf(said->all + used, sizeof(said->all) - used, "%s %s: %s\n",
		 outcome == BTT_LEFT ? "left" : "repaired", at->field, at->text);
	assert_null(strchr(at->text, '\n'));
}

static inline int
repair(const struct media *m, enum btt_repair_mode mode, const uint64_t *lbas, size_t nlbas,
       struct said *said)
{
	const struct btt_repair_options options = {
		.mode = mode, .start = m->start, .keep = lbas, .nkeep = nlbas};

	*said = (struct said){0};
	return btt_repair(&options, m->size, m->ns, m->cb, keep, said);
}

static inline struct media
media_in_use(enum btt_flavour flavour)
{
	struct media m = media_formatted(flavour, 512, 256);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	for (unsigned i = 0; i < BLOCKS; i++)
		write_block(btt, i % 4, i, i);
	btt_fini(btt);
	return m;
}

/* Every block holds its last write, except those in `bad`. */
static inline void
expect_blocks(const struct media *m, uint64_t bad)
{
	struct btt *btt = media_open(m, BTT_READ_WRITE);

	assert_null(btt_readonly_reason(btt));
	assert_int_equal(btt_check(btt), 1);
	for (unsigned i = 0; i < BLOCKS; i++) {
		if (bad >> i & 1)
			expect_read_fails(btt, 0, i, EIO, "marked bad");
		else
			expect_block(btt, 0, i, i);
	}
	for (unsigned i = 0; i < BLOCKS; i++)
		write_block(btt, i % 7, i, 100 + i);
	for (unsigned i = 0; i < BLOCKS; i++)
		expect_block(btt, 0, i, 100 + i);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
}

static inline void
lose_primary(const struct media *m)
{
	arena_at(m)[2000] ^= 4;
}

static inline void
lose_backup(const struct media *m)
{
	memset(backup_at(m), 0, PAGE);
}

static inline void
flag_error(const struct media *m)
{
	edit_info(m, AT_FLAGS, 4, 1);
}

static inline void
flag_error_in_backup_and_lose_primary(const struct media *m)
{
	put32(backup_at(m) + AT_FLAGS, 1);
	seal_info(backup_at(m));
	lose_primary(m);
}

/* Restores the map entry that the last write of lane 3 replaced. */
static inline void
cut_write(const struct media *m)
{
	put32(map_at(m, 19), 0);
}

static inline void
cut_write_and_flag(const struct media *m)
{
	cut_write(m);
	flag_error(m);
}

static inline void
use_slot_2(const struct media *m)
{
	for (uint32_t i = 0; i < 256; i++) {
		memcpy(flog_at(m, i, 2), flog_at(m, i, 1), 16);
		memset(flog_at(m, i, 1), 0, 16);
	}
}

static inline void
use_slot_2_and_cut_write(const struct media *m)
{
	use_slot_2(m);
	cut_write(m);
}

static inline void
dirty_padding(const struct media *m)
{
	memset(flog_at(m, 9, 2), 0xff, 32);
}

static inline void
twin_free_blocks(const struct media *m)
{
	memcpy(flog_at(m, 71, 0), flog_at(m, 70, 0), 16);
}

#endif
