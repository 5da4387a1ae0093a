/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_adopt_test.c -- btt_adopt_lane moves the records of a lane to the memory of its thread; the lane continues from
 * the same state.
 */
#include "btt_support.h"

#include <pthread.h>
#include <sys/mman.h>

#define LANES 4

static const uint8_t *
adopt(struct btt *btt, unsigned lane, size_t *size)
{
	const uint8_t *memory = btt_adopt_lane(btt, lane, size);

	assert_non_null(memory);
	assert_true(*size > 0);
	return memory;
}

static uint64_t
fences_of(const struct btt *btt, unsigned lane)
{
	struct btt_counters counters = {0};

	assert_int_equal(btt_get_counters(btt, lane, &counters, sizeof(counters)), 0);
	return counters.fences;
}

/* The state that a lane keeps between writes moves with it, in both commit orders and many times. */
static void
adopted_lane_continues_from_its_state(void **state)
{
	static const enum btt_commit commits[] = {BTT_COMMIT_TWO_FENCE, BTT_COMMIT_STRICT};

	(void)state;
	for (size_t c = 0; c < LENGTH(commits); c++) {
		struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, LANES);
		struct btt *btt = media_open_to_write(&m, commits[c]);
		size_t size;

		for (unsigned i = 0; i < 12; i++) {
			unsigned lane = i % 3;
			uint64_t before;

			write_block(btt, lane, i, i);
			before = fences_of(btt, lane);
			adopt(btt, lane, &size);
			assert_true(before > 0 && fences_of(btt, lane) == before);
			write_block(btt, lane, i, 100 + i);
			assert_true(fences_of(btt, lane) > before);
			assert_int_equal(btt_check(btt), 1);
		}
		btt_fini(btt);
		btt = media_open(&m, BTT_READ_WRITE);
		for (unsigned i = 0; i < 12; i++)
			expect_block(btt, 0, i, 100 + i);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		media_close(&m);
	}
}

/* A write of the lane changes the named memory outside its counters: the log record is there. */
static void
log_and_counters_are_in_the_named_memory(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, LANES);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	size_t size, changed = 0;
	const uint8_t *memory = adopt(btt, 1, &size);
	uint8_t *before = malloc(size);

	(void)state;
	assert_true((uintptr_t)memory % PAGE == 0);
	write_block(btt, 1, 7, 1);
	memcpy(before, memory, size);
	write_block(btt, 2, 8, 2);
	assert_memory_equal(memory, before, size);
	write_block(btt, 1, 1000, 3);
	for (size_t i = 0; i + 4 <= size; i += 4)
		changed += get32(memory + i) == 1000 && get32(before + i) == 7;
	assert_int_equal(changed,
			 2); /* the entry's lba, and its block: now free, and not written before */
	assert_true(memcmp(memory, before, size) != 0);
	free(before);
	btt_fini(btt);
	media_close(&m);
}

static void
earlier_memory_is_freed(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, LANES);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	size_t size;
	const uint8_t *first = adopt(btt, 0, &size), *second = adopt(btt, 0, &size);
	unsigned char present;

	(void)state;
	assert_ptr_not_equal(first, second);
	assert_int_equal(mincore((void *)(uintptr_t)first, PAGE, &present), -1);
	assert_int_equal(errno, ENOMEM);
	btt_fini(btt);
	assert_int_equal(mincore((void *)(uintptr_t)second, PAGE, &present), -1);
	media_close(&m);
}

static void
adopting_a_lane_that_does_not_exist_fails(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, LANES);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	size_t size = 77;

	(void)state;
	assert_null(btt_adopt_lane(btt, LANES, &size));
	assert_int_equal(errno, EINVAL);
	assert_string_equal(btt_errormsg(), "lane 4: there are 4");
	assert_int_equal(size, 77);
	btt_fini(btt);
	media_close(&m);
}

/* The first write makes the log of the lane, and the log stays where that write made it. */
static void
lane_can_be_adopted_before_the_layout_exists(void **state)
{
	struct media m = media_dram(20 * MIB, 0);
	struct btt *btt = btt_init(m.size, 512, NULL, 2, m.ns, m.cb);
	size_t size;

	(void)state;
	assert_non_null(btt);
	adopt(btt, 1, &size);
	write_block(btt, 1, 5, 1);
	adopt(btt, 1, &size);
	write_block(btt, 1, 6, 2);
	expect_block(btt, 0, 5, 1);
	expect_block(btt, 0, 6, 2);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

struct user {
	struct btt *btt;
	unsigned lane;
	pthread_barrier_t *barrier;
};

static void *
use_lane(void *arg)
{
	struct user *user = arg;
	size_t size;

	adopt(user->btt, user->lane, &size);
	pthread_barrier_wait(user->barrier);
	for (unsigned i = 0; i < 2000; i++)
		write_block(user->btt, user->lane, i % 8, user->lane);
	return NULL;
}

static void
threads_adopt_lanes_at_the_same_time(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 512, LANES);
	struct btt *btt = media_open_to_write(&m, BTT_COMMIT_TWO_FENCE);
	pthread_barrier_t barrier;

	(void)state;
	pthread_barrier_init(&barrier, NULL, LANES);
	for (int round = 0; round < 3; round++) {
		pthread_t threads[LANES];
		struct user users[LANES];

		for (unsigned i = 0; i < LANES; i++) {
			users[i] = (struct user){btt, i, &barrier};
			assert_int_equal(pthread_create(&threads[i], NULL, use_lane, &users[i]), 0);
		}
		for (unsigned i = 0; i < LANES; i++)
			pthread_join(threads[i], NULL);
		assert_int_equal(btt_check(btt), 1);
	}
	pthread_barrier_destroy(&barrier);
	btt_fini(btt);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adopted_lane_continues_from_its_state),
		cmocka_unit_test(log_and_counters_are_in_the_named_memory),
		cmocka_unit_test(earlier_memory_is_freed),
		cmocka_unit_test(adopting_a_lane_that_does_not_exist_fails),
		cmocka_unit_test(lane_can_be_adopted_before_the_layout_exists),
		cmocka_unit_test(threads_adopt_lanes_at_the_same_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
