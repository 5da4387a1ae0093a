/* SPDX-License-Identifier: BSD-3-Clause */
/* verify_test.c -- stamps tell kinds of damage apart; the state of a block allows exactly the right values. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "verify/blockstate.h"
#include "verify/stamp.h"

static const size_t sizes[] = {512, 513, 519, 520, 528, 4096, 4104, 4160, 4224};

#define SIZES   (sizeof(sizes) / sizeof(sizes[0]))
#define LARGEST 4224

static const struct stamp mine = {.tag = 0x1234567890abcdef, .lba = 77, .seq = 5, .writer = 1};

static enum stamp_found
read_back(const void *block, size_t size, struct stamp *stamp)
{
	stamp->tag = mine.tag;
	return stamp_read(block, size, stamp);
}

static void
stamp_is_read_back_at_every_size(void **state)
{
	const struct stamp large = {.tag = 1,
				    .lba = UINT64_C(1) << 45,
				    .seq = STAMP_SEQ_MAX,
				    .writer = STAMP_WRITER_MAX};
	uint8_t block[LARGEST];
	struct stamp s;

	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		stamp_fill(block, sizes[i], &large);
		assert_int_equal(read_back(block, sizes[i], &s), STAMP_WHOLE);
		assert_memory_equal(&s.tag, &large.tag, 3 * sizeof(uint64_t));
		assert_int_equal(s.writer, large.writer);
	}
}

/* The first `at` bytes of one stamp and the rest of another. */
static void
assert_torn_everywhere(const struct stamp *other)
{
	uint8_t a[LARGEST], b[LARGEST], mixed[LARGEST];
	struct stamp s;

	for (size_t i = 0; i < SIZES; i++) {
		stamp_fill(a, sizes[i], &mine);
		stamp_fill(b, sizes[i], other);
		for (size_t at = 8; at < sizes[i]; at += 8) {
			memcpy(mixed, a, at);
			memcpy(mixed + at, b + at, sizes[i] - at);
			if (memcmp(mixed, a, sizes[i]) && memcmp(mixed, b, sizes[i]))
				assert_int_equal(read_back(mixed, sizes[i], &s), STAMP_TORN);
		}
	}
}

static void
tear_is_detected_at_every_8_bytes(void **state)
{
	struct stamp other = mine;

	(void)state;
	other.seq++;
	assert_torn_everywhere(&other); /* the next write of the same writer */
	other = mine;
	other.writer = 0;
	assert_torn_everywhere(&other); /* two concurrent writers */
	other = mine;
	other.lba ^= 1;
	assert_torn_everywhere(&other); /* another block's stamp */
}

static void
one_word_of_another_write_is_a_tear(void **state)
{
	struct stamp other = mine, s;
	uint8_t a[4096], b[4096];

	(void)state;
	other.seq++;
	stamp_fill(b, sizeof(b), &other);
	for (size_t at = 0; at < sizeof(a); at += 8) {
		stamp_fill(a, sizeof(a), &mine);
		if (!memcmp(a + at, b + at, 8))
			continue; /* tag and lba are equal in both */
		memcpy(a + at, b + at, 8);
		assert_int_equal(read_back(a, sizeof(a), &s), STAMP_TORN);
	}
}

static void
zeros_and_foreign_bytes_are_no_stamp(void **state)
{
	uint8_t block[LARGEST] = {0};
	struct stamp s;

	(void)state;
	for (size_t i = 0; i < SIZES; i++)
		assert_int_equal(read_back(block, sizes[i], &s), STAMP_ZERO);
	memset(block, 0xff, sizeof(block));
	assert_int_equal(read_back(block, 4096, &s), STAMP_FOREIGN);
	stamp_fill(block, 4096, &mine);
	stamp_spoil(block, 4096);
	assert_int_not_equal(read_back(block, 4096, &s), STAMP_WHOLE);
}

static struct blockstate_view
look(blockstate *b)
{
	struct blockstate_view v = blockstate_look(b);

	blockstate_close(b, &v);
	return v;
}

static void
assert_may_be(blockstate *b, uint64_t floor, uint64_t started, int zero)
{
	struct blockstate_view v = look(b);

	assert_int_equal(v.floor, floor);
	assert_int_equal(v.started, started);
	assert_int_equal(v.zero, zero);
}

static void
acknowledged_write_makes_older_values_stale(void **state)
{
	blockstate b;

	(void)state;
	blockstate_init(&b, BLOCKSTATE_ZERO);
	assert_may_be(&b, 0, 0, 1);
	assert_int_equal(blockstate_enter(&b, 0), 1);
	assert_may_be(&b, 0, 1, 1);
	blockstate_leave(&b, 0);
	assert_may_be(&b, 1, 1, 0);
	assert_int_equal(blockstate_enter(&b, 1), 2);
	assert_may_be(&b, 1, 2, 1);
	blockstate_leave(&b, 0);
	assert_may_be(&b, 2, 2, 1);
}

static void
overlapping_writes_may_end_in_either_order(void **state)
{
	blockstate b;

	(void)state;
	blockstate_init(&b, BLOCKSTATE_ZERO);
	assert_int_equal(blockstate_enter(&b, 0), 1);
	assert_int_equal(blockstate_enter(&b, 1), 1);
	blockstate_leave(&b, 0);
	assert_may_be(&b, 1, 1, 1);
	blockstate_leave(&b, 0);
	assert_may_be(&b, 1, 1, 1);
	assert_int_equal(blockstate_enter(&b, 0), 2);
}

static void
a_read_value_makes_older_values_stale(void **state)
{
	blockstate b;
	struct blockstate_view v;

	(void)state;
	blockstate_init(&b, BLOCKSTATE_ZERO);
	blockstate_enter(&b, 0);
	blockstate_saw(&b, 1);
	assert_may_be(&b, 1, 1, 0);
	blockstate_leave(&b, 0);
	blockstate_enter(&b, 1);
	v = blockstate_look(&b);
	blockstate_close(&b, &v);
	blockstate_saw_zero(&b, &v); /* the zero was there before the read: both are allowed */
	assert_may_be(&b, 1, 2, 1);
}

static void
zero_during_the_read_makes_older_values_stale(void **state)
{
	blockstate b;
	struct blockstate_view v;

	(void)state;
	blockstate_init(&b, BLOCKSTATE_ZERO);
	blockstate_enter(&b, 0);
	blockstate_leave(&b, 0);
	blockstate_enter(&b, 0); /* 2 is open, without a zero */
	v = blockstate_look(&b);
	blockstate_enter(&b, 1);
	blockstate_close(&b, &v);
	assert_true(v.zero);
	blockstate_saw_zero(&b, &v);
	assert_may_be(&b, 2, 2, 1);
}

static void
failed_write_leaves_the_content_unknown(void **state)
{
	blockstate b;

	(void)state;
	blockstate_init(&b, BLOCKSTATE_ZERO);
	blockstate_enter(&b, 0);
	blockstate_leave(&b, -1);
	assert_true(look(&b).unknown);
	blockstate_enter(&b, 0);
	assert_true(look(&b).unknown);
	blockstate_leave(&b, 0);
	assert_false(look(&b).unknown);
	assert_may_be(&b, 2, 2, 0);
}

static void
dead_writers_are_cleaned_up(void **state)
{
	blockstate b;

	(void)state;
	blockstate_init(&b, BLOCKSTATE_ZERO);
	blockstate_enter(&b, 0);
	blockstate_bury(&b);
	assert_true(look(&b).unknown);
	assert_int_equal(blockstate_enter(&b, 0), 2); /* does not wait for the dead writer */
	blockstate_leave(&b, 0);
	assert_may_be(&b, 2, 2, 0);
}

#define ROUNDS 200000u

static void *
enter_and_leave(void *arg)
{
	blockstate *b = arg;

	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t seq = blockstate_enter(b, 0);
		struct blockstate_view v = look(b);

		/* the generation stays the last one while the reader is in it */
		if (v.started != seq || v.floor + 1 < seq)
			return b;
		blockstate_leave(b, 0);
		if (look(b).floor < seq)
			return b;
	}
	return NULL;
}

static void
generation_lasts_as_long_as_its_members(void **state)
{
	pthread_t threads[3];
	void *wrong[3];
	blockstate b;

	(void)state;
	blockstate_init(&b, BLOCKSTATE_ZERO);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, enter_and_leave, &b), 0);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], &wrong[i]);
	for (int i = 0; i < 3; i++)
		assert_null(wrong[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamp_is_read_back_at_every_size),
		cmocka_unit_test(tear_is_detected_at_every_8_bytes),
		cmocka_unit_test(one_word_of_another_write_is_a_tear),
		cmocka_unit_test(zeros_and_foreign_bytes_are_no_stamp),
		cmocka_unit_test(acknowledged_write_makes_older_values_stale),
		cmocka_unit_test(overlapping_writes_may_end_in_either_order),
		cmocka_unit_test(a_read_value_makes_older_values_stale),
		cmocka_unit_test(zero_during_the_read_makes_older_values_stale),
		cmocka_unit_test(failed_write_leaves_the_content_unknown),
		cmocka_unit_test(dead_writers_are_cleaned_up),
		cmocka_unit_test(generation_lasts_as_long_as_its_members),
	};

	return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
