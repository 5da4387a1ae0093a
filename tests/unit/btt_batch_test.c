/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_batch_test.c -- btt_write_batch and btt_read_batch: contents, the stores in their order, exact counts, and
 * blocks that fail beside blocks that do not.
 */
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
static void
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

static int
write_call(struct btt *btt, struct call *c)
{
	return btt_write_batch(btt, c->lane, c->lba, c->from, c->n, c->error);
}

static int
read_call(struct btt *btt, struct call *c)
{
	memset(c->data, 0x5a, sizeof(c->data));
	return btt_read_batch(btt, c->lane, c->lba, c->to, c->n, c->error);
}

static void
write_all(struct btt *btt, unsigned n, const uint64_t lba[], unsigned seed)
{
	struct call c;

	set_call(&c, n, lba, seed);
	if (write_call(btt, &c))
		fail_msg("btt_write_batch: %s", btt_errormsg());
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(c.error[i], 0);
}

static void
expect_all(struct btt *btt, unsigned n, const uint64_t lba[], unsigned seed)
{
	uint8_t expected[BLOCK];
	struct call c;

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
static void
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

static void
check_all_sizes(struct btt *btt)
{
	uint64_t lba[BTT_BATCH_MAX];

	for (unsigned n = 1; n <= BTT_BATCH_MAX; n++) {
		for (unsigned i = 0; i < n; i++)
			lba[i] = n % 2 ? i * 1009 % 30011 : 5 * n + (i ^ 3);
		for (unsigned round = 0; round < 3; round++) {
			write_all(btt, n, lba, n + 7 * round);
			expect_all(btt, n, lba, n + 7 * round);
		}
	}
}

static void
a_batch_of_each_size_reads_back(void **state)
{
	(void)state;
	on_each_namespace(0, check_all_sizes);
}

#define FAR 16u /* blocks from one map line to the next */

static struct btt_counters
sum_of_lanes(struct btt *btt)
{
	struct btt_counters sum = {0};

	for (unsigned i = 0; i < btt_nlane(btt); i++) {
		struct btt_counters c = counters_of(btt, i);

		sum.fences += c.fences;
		sum.lines_flushed += c.lines_flushed;
		sum.bytes_stored += c.bytes_stored;
	}
	return sum;
}

static void
expect_costs(struct btt *btt, const struct btt_counters *before, uint64_t fences, uint64_t lines,
	     uint64_t bytes)
{
	struct btt_counters after = sum_of_lanes(btt);

	assert_int_equal(after.fences - before->fences, fences);
	assert_int_equal(after.lines_flushed - before->lines_flushed, lines);
	assert_int_equal(after.bytes_stored - before->bytes_stored, bytes);
}

/* For a block: 8 lines of data and 2 halves of the log; 512 + 20 bytes with its map entry. */
static void
check_costs(struct btt *btt, enum btt_commit commit)
{
	const uint64_t apart[8] = {0, FAR, 2 * FAR, 3 * FAR, 4 * FAR, 5 * FAR, 6 * FAR, 7 * FAR};
	const uint64_t line[8] = {2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007};
	const uint64_t twice[3] = {2000, 5, 2000};
	const int is_strict = commit == BTT_COMMIT_STRICT;
	const unsigned fences = is_strict ? 4 : 2;
	struct btt_counters before;

	write_all(btt, 8, line, 0); /* from here on the lanes' last line is that of block 2000 */
	before = sum_of_lanes(btt);
	write_all(btt, 8, line, 1);
	expect_costs(btt, &before, fences, 8 * 10 + (is_strict ? 8 : 1), 8 * 532);
	before = sum_of_lanes(btt);
	write_all(btt, 8, apart, 2); /* 8 lines, and the last one of all lanes */
	expect_costs(btt, &before, fences, 8 * 10 + (is_strict ? 8 : 8 + 1), 8 * 532);
	before = sum_of_lanes(btt);
	write_all(btt, 8, line, 3); /* one line, and 8 last ones */
	expect_costs(btt, &before, fences, 8 * 10 + (is_strict ? 8 : 1 + 8), 8 * 532);
	before = sum_of_lanes(btt);
	write_all(btt, 3, twice, 4); /* two blocks; lane 1 writes block 5 */
	expect_costs(btt, &before, fences, 2 * 10 + (is_strict ? 2 : 3), 2 * 532);
	before = sum_of_lanes(btt);
	expect_all(btt, 8, apart, 2);
	expect_costs(btt, &before, 0, 0, 0);
}

static void
a_batch_has_the_fences_of_one_write(void **state)
{
	(void)state;
	for (int commit = 0; commit < 2; commit++) {
		struct media m = media_formatted(BTT_FLAVOUR_UEFI, BLOCK, LANES);
		struct btt *btt = media_open_to_write(&m, (enum btt_commit)commit);

		check_costs(btt, (enum btt_commit)commit);
		btt_fini(btt);
		media_close(&m);
	}
}

static void
expect_events(const struct ram *ram, const struct ram_event *events, unsigned count)
{
	assert_int_equal(ram->nlog, count);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(ram->log[i].kind, events[i].kind);
		assert_int_equal(ram->log[i].off, events[i].off);
		assert_int_equal(ram->log[i].len, events[i].len);
	}
}

/* The blocks are stored in the order of their map lines. Lanes 0 and 1 wrote the line of block 100 last. */
static void
the_stores_of_all_blocks_come_before_each_fence(void **state)
{
	const uint64_t before[3] = {100, 101, 1}, lba[3] = {40, 1, 0};

	(void)state;
	for (int commit = 0; commit < 2; commit++) {
		struct ram *ram = ram_open(16 * MIB, 0xa5);
		struct media m = ram_media(ram, &ram_mapped, 0);
		uint64_t data[3], half[3], map[3], last;
		struct btt *btt;

		media_format(&m, BTT_FLAVOUR_UEFI, BLOCK, LANES);
		btt = media_open_to_write(&m, (enum btt_commit)commit);
		write_all(btt, 3, before, 1);
		for (unsigned i = 0; i < 3; i++) {
			data[i] = PAGE + before[i] * BLOCK; /* each lane freed this block */
			half[i] = (uint64_t)(flog_at(&m, i, 0) - ram->bytes);
			map[i] = (uint64_t)(map_at(&m, (uint32_t)lba[i]) - ram->bytes);
		}
		last = (uint64_t)(map_at(&m, 100) - ram->bytes);
		ram->is_logging = 1;
		write_all(btt, 3, lba, 2);
		if (commit == BTT_COMMIT_STRICT) {
			const struct ram_event events[] = {
				{'S', data[2], BLOCK}, {'S', data[1], BLOCK},
				{'S', data[0], BLOCK}, {'D', 0, 0},
				{'S', half[2], 8},     {'S', half[1], 8},
				{'S', half[0], 8},     {'D', 0, 0},
				{'S', half[2] + 8, 8}, {'S', half[1] + 8, 8},
				{'S', half[0] + 8, 8}, {'D', 0, 0},
				{'S', map[2], 4},      {'S', map[1], 4},
				{'S', map[0], 4},      {'D', 0, 0}};

			expect_events(ram, events, LENGTH(events));
		} else {
			const struct ram_event events[] = {
				{'S', data[2], BLOCK}, {'S', data[1], BLOCK},
				{'S', data[0], BLOCK}, {'S', half[2], 8},
				{'F', map[2], 4},      {'S', half[1], 8},
				{'F', last + 4, 4},    {'S', half[0], 8},
				{'F', map[0], 4},      {'D', 0, 0},
				{'S', half[2] + 8, 8}, {'S', half[1] + 8, 8},
				{'S', half[0] + 8, 8}, {'D', 0, 0}};

			expect_events(ram, events, LENGTH(events));
		}
		btt_fini(btt);
		ram_close(ram);
	}
}

static void
check_twice(struct btt *btt)
{
	const uint64_t lba[5] = {7, 9, 7, 7, 9};
	struct btt_counters before = sum_of_lanes(btt);

	write_all(btt, 5, lba, 20);
	assert_int_equal(sum_of_lanes(btt).bytes_stored - before.bytes_stored, 2 * 532);
	expect_block(btt, 0, 7, 23);
	expect_block(btt, 0, 9, 24);
	write_all(btt, 5, lba, 30);
	expect_block(btt, 1, 7, 33);
	expect_block(btt, 1, 9, 34);
}

static void
of_one_lba_twice_only_the_last_block_is_written(void **state)
{
	(void)state;
	on_each_namespace(0, check_twice);
}

/* With 2 lanes there are 128 locks: blocks 128 map lines apart have one lock. The program would hang. */
static void
check_one_lock(struct btt *btt)
{
	const uint64_t lba[2] = {128 * FAR, 0}, back[2] = {5, 2 * 128 * FAR + 5};

	write_all(btt, 2, lba, 1);
	write_all(btt, 2, back, 3);
	expect_all(btt, 2, lba, 1);
	expect_all(btt, 2, back, 3);
}

static void
lines_that_share_a_lock_are_locked_once(void **state)
{
	(void)state;
	on_each_namespace(2, check_one_lock);
}

static void
expect_refused(struct btt *btt, struct call *c, const char *text)
{
	expect_failed(write_call(btt, c), EINVAL, text);
	for (unsigned i = 0; i < c->n && c->n <= BTT_BATCH_MAX; i++)
		assert_int_equal(c->error[i], EINVAL);
	expect_failed(read_call(btt, c), EINVAL, text);
}

static void
arguments_out_of_range_change_nothing(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, BLOCK, 16);
	struct btt *btt = media_open_to_write(&m, BTT_COMMIT_TWO_FENCE);
	const uint64_t lba[4] = {1, 2, 3, 4};
	uint64_t hash = hash_bytes(m.bytes, m.size);
	struct call c;

	(void)state;
	set_call(&c, 4, lba, 1);
	c.n = 0;
	expect_refused(btt, &c, "batch of 0 blocks: must be 1 to 64");
	c.n = 65;
	expect_refused(btt, &c, "batch of 65 blocks: must be 1 to 64");
	c.n = 4;
	c.lane[2] = 16;
	expect_refused(btt, &c, "lane 16: there are 16");
	c.lane[2] = 0;
	expect_refused(btt, &c, "lane 0: twice in one batch");
	c.lane[2] = 15; /* lanes in any order */
	c.lba[3] = btt_nlba(btt);
	expect_refused(btt, &c, "lba ");
	assert_true(hash_bytes(m.bytes, m.size) == hash);
	c.lba[3] = 4;
	assert_int_equal(btt_write_batch(btt, c.lane, c.lba, c.from, 4, NULL), 0);
	btt_fini(btt);
	media_close(&m);
}

/* The free block of lane 1 cannot be stored to. The blocks beside it share its map line. */
static void
a_block_that_fails_leaves_the_others(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_five, 0);
	const uint64_t lba[4] = {3, 4, 5, 4}, other[3] = {3, 4, 5};
	struct btt *btt;
	struct call c;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, BLOCK, LANES);
	btt = media_open_to_write(&m, BTT_COMMIT_STRICT);
	write_all(btt, 3, other, 50);
	ram->bad_write_off = (uint64_t)(data_at(&m, 5) - ram->bytes); /* lane 2 freed block 5 */
	set_call(&c, 3, lba, 60);
	expect_failed(write_call(btt, &c), EIO, "storing 512 bytes");
	assert_int_equal(c.error[0], 0);
	assert_int_equal(c.error[1], 0);
	assert_int_equal(c.error[2], EIO);
	expect_block(btt, 0, 3, 60);
	expect_block(btt, 0, 4, 61);
	expect_block(btt, 0, 5, 52);
	assert_null(btt_readonly_reason(btt));
	/* block 4 comes twice, and its last write fails on lane 2: both say so */
	set_call(&c, 4, lba, 70);
	c.lane[2] = 3;
	c.lane[3] = 2;
	expect_failed(write_call(btt, &c), EIO, "storing 512 bytes");
	assert_int_equal(c.error[0], 0);
	assert_int_equal(c.error[1], EIO);
	assert_int_equal(c.error[2], 0);
	assert_int_equal(c.error[3], EIO);
	expect_block(btt, 0, 3, 70);
	expect_block(btt, 0, 4, 61);
	expect_block(btt, 0, 5, 72);
	ram->bad_write_off = UINT64_MAX;
	write_all(btt, 4, lba, 80); /* no lock is held */
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	ram_close(ram);
}

/* A store to the log of lane 1 fails: the arena turns read-only, and the other blocks are written. */
static void
an_error_in_one_commit_does_not_stop_the_others(void **state)
{
	const uint64_t lba[3] = {3, 4, 5};

	(void)state;
	for (unsigned half = 0; half < 2; half++) {
		struct ram *ram = ram_open(16 * MIB, 0xa5);
		struct media m = ram_media(ram, &ram_five, 0);
		struct btt *btt;
		struct call c;

		media_format(&m, BTT_FLAVOUR_UEFI, BLOCK, LANES);
		btt = media_open_to_write(&m, BTT_COMMIT_STRICT);
		ram->bad_write_off = (uint64_t)(flog_at(&m, 1, 1) - ram->bytes) + 8 * half;
		set_call(&c, 3, lba, 60);
		expect_failed(write_call(btt, &c), EIO, "storing 8 bytes");
		assert_int_equal(c.error[0], 0);
		assert_int_equal(c.error[1], EIO);
		assert_int_equal(c.error[2], 0);
		expect_block(btt, 0, 3, 60);
		expect_block(btt, 0, 5, 62);
		assert_non_null(strstr(btt_readonly_reason(btt), "middle of a commit"));
		expect_failed(write_call(btt, &c), EROFS, "read-only: arena 0: media failed");
		assert_int_equal(c.error[0], EROFS);
		assert_int_equal(c.error[2], EROFS);
		btt_fini(btt);
		ram_close(ram);
	}
}

/* Fence AB or C fails. The next opening finds each block old or new, and nothing else. */
static void
a_fence_that_fails_fails_all_blocks(void **state)
{
	const uint64_t lba[3] = {3, 4, 50};

	(void)state;
	for (unsigned drain = 1; drain <= 2; drain++) {
		struct ram *ram = ram_open(16 * MIB, 0xa5);
		struct media m = ram_media(ram, &ram_mapped, 0);
		struct btt *btt;
		struct call c;

		media_format(&m, BTT_FLAVOUR_UEFI, BLOCK, LANES);
		btt = media_open_to_write(&m, BTT_COMMIT_TWO_FENCE);
		write_all(btt, 3, lba, 10);
		ram->bad_drain = drain;
		set_call(&c, 3, lba, 20);
		expect_failed(write_call(btt, &c), EIO, "making stores durable");
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(c.error[i], EIO);
		expect_all(btt, 3, lba, 10);
		expect_write_fails(btt, 9, 4, EROFS, "middle of a commit"); /* no lock is held */
		btt_fini(btt);
		btt = media_open_to_write(&m, BTT_COMMIT_TWO_FENCE);
		expect_all(btt, 3, lba, drain == 1 ? 10 : 20);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		ram_close(ram);
	}
}

static void
check_bad_read(struct btt *btt)
{
	const uint64_t lba[5] = {3, 4, 5, 60, 61};
	struct call c;

	write_all(btt, 4, lba, 1);
	assert_int_equal(btt_set_error(btt, 0, 4), 0);
	assert_int_equal(btt_set_zero(btt, 0, 5), 0);
	assert_int_equal(btt_set_error(btt, 0, 60), 0);
	set_call(&c, 5, lba, 1);
	expect_failed(read_call(btt, &c), EIO, "block 4 is marked bad");
	assert_int_equal(c.error[0], 0);
	assert_int_equal(c.error[1], EIO);
	assert_int_equal(c.error[2], 0);
	assert_int_equal(c.error[3], EIO);
	assert_int_equal(c.error[4], 0);
	for (unsigned i = 0; i < BLOCK; i++)
		assert_true(c.data[2][i] == 0 && c.data[4][i] == 0);
	set_call(&c, 5, lba, 1);
	write_all(btt, 5, lba, 7); /* a write clears the marks */
	expect_all(btt, 5, lba, 7);
}

static void
a_marked_block_fails_alone_in_a_batch_of_reads(void **state)
{
	(void)state;
	on_each_namespace(0, check_bad_read);
}

static void
a_batch_before_the_first_write_reads_zeros_and_then_lays_out(void **state)
{
	const uint64_t lba[3] = {3, 4, 5};
	struct ram *ram = ram_open(16 * MIB, 0);
	uint8_t parent[16] = {1};
	struct btt *btt = btt_init(ram->size, BLOCK, parent, 8, ram, &ram_five);
	struct call c;

	(void)state;
	assert_non_null(btt);
	set_call(&c, 3, lba, 1);
	assert_int_equal(read_call(btt, &c), 0);
	for (unsigned i = 0; i < 3 * BLOCK; i++)
		assert_int_equal(c.data[i / BLOCK][i % BLOCK], 0);
	write_all(btt, 3, lba, 5);
	expect_all(btt, 3, lba, 5);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	ram_close(ram);
}

static void
a_read_only_btt_refuses_each_block_of_a_batch(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, BLOCK, 16);
	struct btt *btt = media_open(&m, BTT_READ_ONLY);
	const uint64_t lba[3] = {3, 4, 3};
	uint64_t hash = hash_bytes(m.bytes, m.size);
	struct call c;

	(void)state;
	set_call(&c, 3, lba, 1);
	expect_failed(write_call(btt, &c), EROFS, "read-only: opened read-only");
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(c.error[i], EROFS);
	assert_true(hash_bytes(m.bytes, m.size) == hash);
	btt_fini(btt);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_of_each_size_reads_back),
		cmocka_unit_test(a_batch_has_the_fences_of_one_write),
		cmocka_unit_test(the_stores_of_all_blocks_come_before_each_fence),
		cmocka_unit_test(of_one_lba_twice_only_the_last_block_is_written),
		cmocka_unit_test(lines_that_share_a_lock_are_locked_once),
		cmocka_unit_test(arguments_out_of_range_change_nothing),
		cmocka_unit_test(a_block_that_fails_leaves_the_others),
		cmocka_unit_test(an_error_in_one_commit_does_not_stop_the_others),
		cmocka_unit_test(a_fence_that_fails_fails_all_blocks),
		cmocka_unit_test(a_marked_block_fails_alone_in_a_batch_of_reads),
		cmocka_unit_test(a_batch_before_the_first_write_reads_zeros_and_then_lays_out),
		cmocka_unit_test(a_read_only_btt_refuses_each_block_of_a_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
