/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_batch_support.h -- for tests of batches: the arguments of a call, and its results. */
#ifndef TESTS_UNIT_BTT_BATCH_SUPPORT_H
#define TESTS_UNIT_BTT_BATCH_SUPPORT_H

#include "btt_ram.h"

#define BLOCK 512u
#define LANES 64u

/* The arguments of a batch, and the memory behind them. */
struct call {
	unsigned n;
	unsigned lane[BTT_BATCH_MAX];
	uint64_t lba[BTT_BATCH_MAX];
	uint8_t data[BTT_BATCH_MAX][BLOCK];
	void *to[BTT_BATCH_MAX];
	const void *from[BTT_BATCH_MAX];
	int error[BTT_BATCH_MAX];
};

/* Block i has lane i; `lba` gives its place, and seed + i its contents. */
static inline void
set_call(struct call *c, unsigned n, const uint64_t lba[], unsigned seed)
{
	c->n = n;
	for (unsigned i = 0; i < n; i++) {
		c->lane[i] = i;
		c->lba[i] = lba[i];
		fill(c->data[i], BLOCK, seed + i);
		c->from[i] = c->to[i] = c->data[i];
		c->error[i] = -1;
	}
}

static inline int
write_call(struct btt *btt, struct call *c)
{
	return btt_write_batch(btt, c->lane, c->lba, c->from, c->n, c->error);
}

static inline int
read_call(struct btt *btt, struct call *c)
{
	memset(c->data, 0x5a, sizeof(c->data));
	return btt_read_batch(btt, c->lane, c->lba, c->to, c->n, c->error);
}

static inline void
write_all(struct btt *btt, unsigned n, const uint64_t lba[], unsigned seed)
{
	static struct call c;

	set_call(&c, n, lba, seed);
	if (write_call(btt, &c))
		fail_msg("btt_write_batch: %s", btt_errormsg());
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(c.error[i], 0);
}

static inline void
expect_all(struct btt *btt, unsigned n, const uint64_t lba[], unsigned seed)
{
	uint8_t expected[BLOCK];
	static struct call c;

	set_call(&c, n, lba, 0);
	assert_int_equal(read_call(btt, &c), 0);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(c.error[i], 0);
		fill(expected, BLOCK, seed + i);
		assert_memory_equal(c.data[i], expected, BLOCK);
		expect_block(btt, i, lba[i], seed + i);
	}
}

/* On plain memory, and through callbacks alone; in both orders; open for `maxlane` lanes. */
static inline void
on_each_namespace(unsigned maxlane, void (*check)(struct btt *btt))
{
	static const struct ns_callback *const tables[] = {&ram_five, &ram_mapped, NULL};

	for (unsigned i = 0; i < 2 * LENGTH(tables); i++) {
		const struct ns_callback *cb = tables[i / 2];
		struct ram *ram = cb ? ram_open(16 * MIB, 0xa5) : NULL;
		struct media m = cb ? ram_media(ram, cb, 0) : media_dram(16 * MIB, 0xa5);
		const struct btt_open_options options = {.commit = (enum btt_commit)(i % 2),
							 .maxlane = maxlane};
		struct btt *btt;

		media_format(&m, BTT_FLAVOUR_UEFI, BLOCK, LANES);
		btt = btt_open(&options, m.size, m.ns, m.cb);
		assert_non_null(btt);
		check(btt);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		if (cb)
			ram_close(ram);
		else
			media_close(&m);
	}
}

#endif
