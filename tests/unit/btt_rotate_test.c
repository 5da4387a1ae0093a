/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_rotate_test.c -- lanes that write several free blocks in turn: places, scans, waits, flushes, closing, adoption,
 * reopening, refusals.
 */
#include "btt_ram.h"

#include <pthread.h>
#include <unistd.h>

#define NFREE  12u
#define NLANE  2u
#define ROTATE 5u
#define LANE   1u /* its groups are 1, 3, 5, 7 and 9 */

static struct btt *
try_open(const struct media *m, enum btt_commit commit, unsigned nlane, uint64_t rotate)
{
	const struct btt_open_options options = {
		.commit = commit, .start = m->start, .maxlane = nlane, .rotate = rotate};

	return btt_open(&options, m->size, m->ns, m->cb);
}

static struct btt *
open_rotating(const struct media *m, unsigned nlane, unsigned rotate)
{
	struct btt *btt = try_open(m, BTT_COMMIT_TWO_FENCE, nlane, rotate);

	if (!btt)
		print_message("btt_open: %s\n", btt_errormsg());
	assert_non_null(btt);
	return btt;
}

static uint64_t
off_of(const struct media *m, const uint8_t *at)
{
	return (uint64_t)(at - m->bytes);
}

/* Writes `lba` on LANE; the data lies in post-map block `postmap` then. */
static void
expect_place(struct btt *btt, const struct media *m, uint64_t lba, uint32_t postmap)
{
	uint64_t off;

	write_block(btt, LANE, lba, (unsigned)lba);
	assert_int_equal(btt_locate(btt, lba, &off), 0);
	assert_int_equal(off, off_of(m, data_at(m, postmap)));
}

static void
a_lane_writes_its_own_free_blocks_in_turn(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, NFREE);
	struct btt *btt = open_rotating(&m, NLANE, ROTATE);
	struct btt_layout layout = {0};

	(void)state;
	btt_get_layout(btt, &layout, sizeof(layout));
	assert_int_equal(layout.rotate, ROTATE);
	for (uint32_t i = 0; i < ROTATE; i++) {
		expect_place(btt, &m, 100 + i, external_nlba(&m) + LANE + i * NLANE);
		write_block(btt, 0, 50, i); /* the other lane has a turn of its own */
	}
	/* a block that a write freed is written again by the ROTATE-th write after it */
	for (uint32_t i = 0; i < 2 * ROTATE; i++)
		expect_place(btt, &m, 100 + ROTATE + i, 100 + i);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

static uint64_t
scans_after(const struct media *m, unsigned nlane, unsigned rotate, unsigned writes)
{
	struct btt *btt = open_rotating(m, nlane, rotate);
	uint64_t scans;

	for (unsigned i = 0; i < writes; i++)
		write_block(btt, 0, i, i);
	scans = counters_of(btt, 0).scans;
	btt_fini(btt);
	return scans;
}

static void
one_scan_serves_as_many_writes_as_the_lane_has_free_blocks(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, 32);

	(void)state;
	assert_int_equal(scans_after(&m, 2, 1, 100), 100);
	/* nobody has ever read the free blocks that opening finds: the first round needs no scan */
	assert_int_equal(scans_after(&m, 2, 2, 100), 49);
	assert_int_equal(scans_after(&m, 2, 5, 100), 19);
	assert_int_equal(scans_after(&m, 2, 16, 96), 5);
	assert_int_equal(scans_after(&m, 1, 1, 100), 0);
	assert_int_equal(scans_after(&m, 1, 4, 100), 0);
	media_close(&m);
}

static void
a_batch_writes_the_next_free_block_of_each_of_its_lanes(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, NFREE);
	struct btt *btt = open_rotating(&m, NLANE, ROTATE);
	static const unsigned lane[NLANE] = {0, 1};
	uint8_t block[NLANE][512];
	const void *const buf[NLANE] = {block[0], block[1]};

	(void)state;
	for (uint32_t i = 0; i < 2 * ROTATE; i++) {
		const uint64_t lba[NLANE] = {100 + 2 * i, 101 + 2 * i};

		for (uint32_t k = 0; k < NLANE; k++)
			fill(block[k], sizeof(block[k]), 2 * i + k);
		assert_int_equal(btt_write_batch(btt, lane, lba, buf, NLANE, NULL), 0);
		for (uint32_t k = 0; k < NLANE; k++) {
			uint32_t turn =
				NLANE * i + k; /* later, the blocks that the first batches freed */
			uint64_t off;

			assert_int_equal(btt_locate(btt, lba[k], &off), 0);
			assert_int_equal(
				off,
				off_of(&m, data_at(&m, i < ROTATE ? external_nlba(&m) + turn
								  : 100 + turn - NLANE * ROTATE)));
			expect_block(btt, 0, lba[k], 2 * i + k);
		}
	}
	assert_int_equal(counters_of(btt, 0).scans, 2 * ROTATE); /* a batch always scans */
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

static struct gate {
	struct btt *btt;
	_Atomic int reading, go_on, written;
} gate;

/* Lane 0 stops before it reads the data. */
static void
stop_before_data(struct ram *ram, unsigned lane, size_t count, uint64_t off)
{
	(void)ram;
	(void)off;
	if (lane != 0 || count == 4)
		return;
	atomic_store(&gate.reading, 1);
	while (!atomic_load(&gate.go_on))
		usleep(100);
}

static void *
read_old(void *arg)
{
	(void)arg;
	expect_block(gate.btt, 0, 10, 1);
	return NULL;
}

/* The lane has groups A, B and C. Its first write, before this one, used A. */
static void *
write_four_times(void *arg)
{
	(void)arg;
	write_block(gate.btt, LANE, 10, 2); /* B gets the block that lane 0 reads */
	write_block(gate.btt, LANE, 11, 3); /* C */
	atomic_store(&gate.written, 2);
	write_block(gate.btt, LANE, 12, 4); /* A: the scan does not wait for the block of B */
	atomic_store(&gate.written, 3);
	write_block(gate.btt, LANE, 13, 5); /* B: it waits */
	atomic_store(&gate.written, 4);
	return NULL;
}

static void
only_the_write_of_a_block_waits_for_its_reader(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_five, 0);
	pthread_t reader, writer;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 512, 6);
	gate = (struct gate){.btt = open_rotating(&m, 2, 3)};
	write_block(gate.btt, LANE, 10, 1);
	ram->before_read = stop_before_data;
	assert_int_equal(pthread_create(&reader, NULL, read_old, NULL), 0);
	while (!atomic_load(&gate.reading))
		usleep(100);
	assert_int_equal(pthread_create(&writer, NULL, write_four_times, NULL), 0);
	alarm(20); /* ends a test in which the third write waits */
	while (atomic_load(&gate.written) < 3)
		usleep(100);
	alarm(0);
	wait_until_spinning(writer);
	assert_int_equal(atomic_load(&gate.written), 3);
	assert_int_equal(counters_of(gate.btt, LANE).reader_waits, 0);
	atomic_store(&gate.go_on, 1);
	pthread_join(reader, NULL);
	pthread_join(writer, NULL);
	assert_int_equal(counters_of(gate.btt, LANE).reader_waits, 1);
	assert_int_equal(counters_of(gate.btt, LANE).scans, 2);
	expect_block(gate.btt, LANE, 10, 2);
	expect_block(gate.btt, LANE, 13, 5);
	btt_fini(gate.btt);
	ram_close(ram);
}

/* Lines of the map are flushed by the next write of their group, and by closing. Block 16 * i is in map line i. */
static void
each_group_flushes_its_own_last_map_line(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_mapped, 0);
	struct btt *btt;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 512, NFREE);
	btt = open_rotating(&m, NLANE, ROTATE);
	for (uint32_t i = 0; i < ROTATE; i++)
		write_block(btt, LANE, 16 * i, i);
	ram->is_logging = 1;
	for (uint32_t i = ROTATE; i < 3 * ROTATE; i++) {
		ram->nlog = 0;
		write_block(btt, LANE, 16 * i, i);
		assert_int_equal(ram->nlog, 7);
		assert_int_equal(ram->log[2].kind, 'F');
		assert_int_equal(ram->log[2].off, off_of(&m, map_at(&m, 16 * i)));
		assert_int_equal(ram->log[3].kind, 'F');
		assert_int_equal(ram->log[3].off, off_of(&m, map_at(&m, 16 * (i - ROTATE))));
	}
	assert_int_equal(counters_of(btt, LANE).fences, 2 * 3 * ROTATE);
	ram->nlog = 0;
	btt_fini(btt);
	assert_int_equal(ram->nlog, NLANE * ROTATE + 1);
	assert_int_equal(ram->log[NLANE * ROTATE].kind, 'D');
	for (uint32_t i = 0; i < ROTATE; i++) {
		const struct ram_event *flush = &ram->log[LANE + i * NLANE];

		assert_int_equal(flush->kind, 'F');
		assert_int_equal(flush->off, off_of(&m, map_at(&m, 16 * (2 * ROTATE + i))));
	}
	ram_close(ram);
}

static void
an_adopted_lane_keeps_its_turn_and_its_groups(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, NFREE);
	struct btt *btt = open_rotating(&m, NLANE, ROTATE);
	size_t size;

	(void)state;
	for (uint32_t i = 0; i < ROTATE; i++)
		write_block(btt, LANE, 100 + i, i);
	for (uint32_t i = 0; i < 3 * ROTATE; i++) {
		expect_place(btt, &m, 100 + ROTATE + i, 100 + i);
		assert_non_null(btt_adopt_lane(btt, LANE, &size));
		assert_int_equal(btt_check(btt), 1);
	}
	btt_fini(btt);
	media_close(&m);
}

/* The first write of a block leaves its number in the record of the group twice: as pre-map block, and as the free one. */
static void
an_adopted_lane_has_all_its_groups_in_the_named_memory(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, NFREE);
	struct btt *btt = open_rotating(&m, NLANE, ROTATE);
	size_t size;
	const uint8_t *memory = btt_adopt_lane(btt, LANE, &size);
	uint8_t *before = malloc(size);

	(void)state;
	assert_non_null(memory);
	assert_non_null(before);
	for (uint32_t i = 0; i < 2 * ROTATE; i++) {
		size_t found = 0;

		memcpy(before, memory, size);
		write_block(btt, 0, 100 + i, i);
		assert_memory_equal(memory, before, size);
		write_block(btt, LANE, 1000 + i, i);
		for (size_t at = 0; at + 4 <= size; at += 4)
			found += get32(memory + at) == 1000 + i;
		assert_int_equal(found, 2);
	}
	free(before);
	btt_fini(btt);
	media_close(&m);
}

static void
the_next_opening_may_rotate_over_other_groups(void **state)
{
	static const struct {
		unsigned nlane, rotate;
	} turns[] = {{2, 5}, {12, 1}, {1, 12}, {3, 2}, {2, 1}, {4, 3}};
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, NFREE);

	(void)state;
	for (unsigned i = 0; i < 2 * LENGTH(turns); i++) {
		unsigned nlane = turns[i / 2].nlane;
		struct btt *btt =
			try_open(&m, (enum btt_commit)(i % 2), nlane, turns[i / 2].rotate);

		assert_non_null(btt);
		assert_int_equal(btt_check(btt), 1);
		for (unsigned k = 0; k < 40; k++) {
			if (i)
				expect_block(btt, 0, k, 100 * (i - 1) + k);
			write_block(btt, k % nlane, k, 100 * i + k);
		}
		btt_fini(btt);
	}
	media_close(&m);
}

static void
expect_refused(const struct media *m, unsigned nlane, uint64_t rotate, const char *message)
{
	uint64_t before = hash_bytes(m->bytes, m->size);

	assert_null(try_open(m, BTT_COMMIT_TWO_FENCE, nlane, rotate));
	assert_int_equal(errno, EINVAL);
	assert_string_equal(btt_errormsg(), message);
	assert_int_equal(hash_bytes(m->bytes, m->size), before);
}

static void
more_free_blocks_than_the_layout_has_for_a_lane_are_refused(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, NFREE);

	(void)state;
	put32(m.bytes, 0); /* a first info block that a writable opening would restore */
	expect_refused(
		&m, 3, 5,
		"rotate=5: 3 lanes share the 12 free blocks of an arena (allowed: at most 4)");
	expect_refused(
		&m, 1, 13,
		"rotate=13: 1 lane has the 12 free blocks of an arena (allowed: at most 12)");
	expect_refused(
		&m, 0, 2,
		"rotate=2: 12 lanes share the 12 free blocks of an arena (allowed: at most 1)");
	expect_refused(&m, 1, 17, "rotate=17: must be at most 16");
	expect_refused(&m, 1, (1ull << 32) + 1, "rotate=4294967297: must be at most 16");
	btt_fini(open_rotating(&m, 3, 4));
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lane_writes_its_own_free_blocks_in_turn),
		cmocka_unit_test(one_scan_serves_as_many_writes_as_the_lane_has_free_blocks),
		cmocka_unit_test(a_batch_writes_the_next_free_block_of_each_of_its_lanes),
		cmocka_unit_test(only_the_write_of_a_block_waits_for_its_reader),
		cmocka_unit_test(each_group_flushes_its_own_last_map_line),
		cmocka_unit_test(an_adopted_lane_keeps_its_turn_and_its_groups),
		cmocka_unit_test(an_adopted_lane_has_all_its_groups_in_the_named_memory),
		cmocka_unit_test(the_next_opening_may_rotate_over_other_groups),
		cmocka_unit_test(more_free_blocks_than_the_layout_has_for_a_lane_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
