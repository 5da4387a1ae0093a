/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_batch_test.c -- btt_write_batch and btt_read_batch: contents, the stores in their order, and exact counts. */
#include "btt_batch_support.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_of_each_size_reads_back),
		cmocka_unit_test(a_batch_has_the_fences_of_one_write),
		cmocka_unit_test(the_stores_of_all_blocks_come_before_each_fence),
		cmocka_unit_test(of_one_lba_twice_only_the_last_block_is_written),
		cmocka_unit_test(lines_that_share_a_lock_are_locked_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
