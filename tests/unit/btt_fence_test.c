/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_fence_test.c -- the stores of a write, their order, and the places of the fences. */
#include "btt_ram.h"

static void
a_strict_write_makes_exactly_four_fences(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 16);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	struct btt_counters counters = {0};

	(void)state;
	write_block(btt, 3, 10, 1);
	counters = counters_of(btt, 3);
	assert_int_equal(counters.fences, 4);
	assert_int_equal(counters.bytes_stored, 512 + 8 + 8 + 4);
	assert_int_equal(counters.lines_flushed, 8 + 1 + 1 + 1);
	assert_int_equal(counters_of(btt, 2).fences, 0);
	for (unsigned i = 0; i < 9; i++)
		write_block(btt, 3, i % 3, i);
	assert_int_equal(counters_of(btt, 3).fences, 40);
	expect_block(btt, 3, 2, 8);
	assert_int_equal(counters_of(btt, 3).fences, 40); /* reading data needs none */
	assert_int_equal(btt_set_zero(btt, 3, 2), 0);
	counters = counters_of(btt, 3);
	assert_int_equal(counters.fences, 41);
	expect_zeros(btt, 3, 2); /* a flag that is already durable */
	expect_zeros(btt, 3, 5);
	assert_int_equal(counters_of(btt, 3).fences, 41);
	assert_int_equal(counters_of(btt, 3).bytes_stored, counters.bytes_stored);
	btt_fini(btt);
	media_close(&m);
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

static void
a_strict_write_stores_data_log_commit_and_map_with_a_fence_after_each(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_mapped, 0);
	struct btt *btt;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 4096, 4);
	btt = media_open(&m, BTT_READ_WRITE);
	ram->is_logging = 1;
	write_block(btt, 2, 10, 1);
	{
		const uint64_t data = 4096 + (external_nlba(&m) + 2) * 4096ull;
		const uint64_t slot = (uint64_t)(flog_at(&m, 2, 1) - ram->bytes);
		const uint64_t map = (uint64_t)(map_at(&m, 10) - ram->bytes);
		const struct ram_event write[] = {
			{'S', data, 4096},  {'D', 0, 0}, {'S', slot, 8}, {'D', 0, 0},
			{'S', slot + 8, 8}, {'D', 0, 0}, {'S', map, 4},  {'D', 0, 0}};
		const struct ram_event zero[] = {{'S', map, 4}, {'D', 0, 0}};

		expect_events(ram, write, LENGTH(write));
		ram->nlog = 0;
		assert_int_equal(btt_set_zero(btt, 1, 10), 0);
		expect_events(ram, zero, LENGTH(zero));
		ram->nlog = 0;
		expect_zeros(btt, 0, 10);
		expect_events(ram, NULL, 0);
	}
	btt_fini(btt);
	ram_close(ram);
}

/*
 * The default order. First the lane's last map line is also the target's, then it is another line. No line is flushed
 * twice, and the store to the map is not flushed.
 */
static void
a_two_fence_write_leaves_the_map_to_the_lanes_next_write(void **state)
{
	const struct btt_open_options options = {.maxlane = 4};
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_mapped, 0);
	uint64_t slot[2], near, far;
	struct btt *btt;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 4096, 4);
	btt = btt_open(&options, m.size, m.ns, m.cb);
	assert_non_null(btt);
	for (unsigned i = 0; i < 2; i++)
		slot[i] = (uint64_t)(flog_at(&m, 2, i) - ram->bytes);
	near = (uint64_t)(map_at(&m, 10) - ram->bytes);
	far = (uint64_t)(map_at(&m, 100) - ram->bytes);
	ram->is_logging = 1;
	write_block(btt, 2, 10, 1);
	{
		const uint64_t data = 4096 + (external_nlba(&m) + 2) * 4096ull;
		const struct ram_event write[] = {{'S', data, 4096},     {'S', slot[1], 8},
						  {'F', near, 4},        {'D', 0, 0},
						  {'S', slot[1] + 8, 8}, {'D', 0, 0}};

		expect_events(ram, write, LENGTH(write));
	}
	ram->nlog = 0;
	write_block(btt, 2, 100, 1);
	{
		const struct ram_event write[] = {{'S', 4096 + 10 * 4096, 4096},
						  {'S', slot[0], 8},
						  {'F', far, 4},
						  {'F', near, 4},
						  {'D', 0, 0},
						  {'S', slot[0] + 8, 8},
						  {'D', 0, 0}};

		expect_events(ram, write, LENGTH(write));
	}
	ram->nlog = 0;
	btt_fini(btt);
	assert_int_equal(ram->nlog, 5); /* one map line per lane, and a fence */
	assert_int_equal(ram->log[2].off, far);
	assert_int_equal(ram->log[4].kind, 'D');
	ram_close(ram);
}

static struct btt *drained;

/* Lane 1 reads after lane 2 has stored its flag and before it fences. */
static void
read_in_between(struct ram *ram)
{
	ram->before_drain = NULL;
	expect_zeros(drained, 1, 10);
}

/* A value that a read has returned survives a power cut. */
static void
a_reader_makes_a_flag_durable_before_it_reports_it(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_mapped, 0);
	struct btt_counters counters = {0};
	uint64_t map;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 512, 4);
	drained = media_open(&m, BTT_READ_WRITE);
	write_block(drained, 0, 10, 1);
	map = (uint64_t)(map_at(&m, 10) - ram->bytes);
	ram->before_drain = read_in_between;
	ram->is_logging = 1;
	assert_int_equal(btt_set_zero(drained, 2, 10), 0);
	expect_events(ram,
		      (struct ram_event[]){{'S', map, 4}, {'F', map, 4}, {'D', 0, 0}, {'D', 0, 0}},
		      4);
	counters = counters_of(drained, 1);
	assert_int_equal(counters.fences, 1);
	assert_int_equal(counters.lines_flushed, 1);
	assert_int_equal(counters.bytes_stored, 0);
	btt_fini(drained);
	ram_close(ram);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_strict_write_makes_exactly_four_fences),
		cmocka_unit_test(
			a_strict_write_stores_data_log_commit_and_map_with_a_fence_after_each),
		cmocka_unit_test(a_two_fence_write_leaves_the_map_to_the_lanes_next_write),
		cmocka_unit_test(a_reader_makes_a_flag_durable_before_it_reports_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
