/* SPDX-License-Identifier: BSD-3-Clause */
/* guard_copy_test.c -- the copies that survive a bad page, with every register width of this processor. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/guard.h"
#include "media/guard_copy.h"

#define PAGE 4096u

#if GUARD_IS_OURS
static unsigned
widest(void)
{
	guard_open(0);
	return guard_copy_way;
}

static void
use(unsigned way)
{
	guard_copy_way = (uint8_t)way;
}
#else
static unsigned
widest(void)
{
	guard_open(0);
	return 0;
}

static void
use(unsigned way)
{
	(void)way;
}
#endif

/* A good page followed by a bad one. */
static uint8_t *
map_pages(void)
{
	int fd = memfd_create("one page", MFD_CLOEXEC);
	uint8_t *at;

	assert_int_equal(ftruncate(fd, PAGE), 0);
	at = mmap(NULL, 2 * (size_t)PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(at, MAP_FAILED);
	close(fd);
	return at;
}

static void
every_length_is_copied_and_no_other_byte(void **state)
{
	unsigned most = widest();
	uint8_t from[1300], to[1300];

	(void)state;
	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i * 7 + i / 256);
	for (unsigned way = 0; way <= most; way++) {
		use(way);
		for (size_t len = 0; len <= sizeof(from) - 100; len++) {
			memset(to, 0xee, sizeof(to));
			assert_int_equal(guard_copy(to + 50, from + 3, len), 0);
			assert_memory_equal(to + 50, from + 3, len);
			assert_int_equal(to[49], 0xee);
			assert_int_equal(to[50 + len], 0xee);
		}
	}
}

static void
bad_page_anywhere_in_the_source_is_reported(void **state)
{
	unsigned most = widest();
	uint8_t *pages = map_pages(), to[2048];

	(void)state;
	for (unsigned way = 0; way <= most; way++) {
		use(way);
		for (size_t good = 0; good < sizeof(to); good += 37) {
			assert_int_equal(guard_copy(to, pages + PAGE - good, good), 0);
			assert_int_equal(guard_copy(to, pages + PAGE - good, good + 1), -1);
			assert_int_equal(guard_copy(to, pages + PAGE - good, sizeof(to)), -1);
		}
	}
	munmap(pages, 2 * (size_t)PAGE);
}

#if GUARD_IS_OURS
typedef int stream_fn(void *to, const void *from, size_t len);

static stream_fn *const streams[] = {guard_stream_sse2, guard_stream_avx, guard_stream_avx512};
#else
static int (*const streams[1])(void *to, const void *from, size_t len);
#endif

static void
every_length_is_streamed_and_no_other_byte(void **state)
{
	static _Alignas(64) uint8_t to[64 + 1280 + 64];
	unsigned most = widest();
	uint8_t from[1300];

	(void)state;
	if (!GUARD_IS_OURS)
		skip();
	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i * 7 + i / 256);
	for (unsigned way = 0; way <= most; way++) {
		for (size_t len = 64; len <= 1280; len += 64) {
			memset(to, 0xee, sizeof(to));
			assert_int_equal(streams[way](to + 64, from + 3, len), 0);
			assert_memory_equal(to + 64, from + 3, len);
			assert_int_equal(to[63], 0xee);
			assert_int_equal(to[64 + len], 0xee);
		}
	}
}

static void
bad_page_anywhere_in_the_destination_of_a_stream_is_reported(void **state)
{
	unsigned most = widest();
	uint8_t *pages = map_pages(), from[2048] = {1};

	(void)state;
	if (!GUARD_IS_OURS)
		skip();
	for (unsigned way = 0; way <= most; way++) {
		for (size_t good = 64; good < sizeof(from); good += 64) {
			assert_int_equal(streams[way](pages + PAGE - good, from, good), 0);
			assert_int_equal(streams[way](pages + PAGE - good, from, good + 64), -1);
			assert_int_equal(streams[way](pages + PAGE - good, from, sizeof(from)), -1);
		}
	}
	munmap(pages, 2 * (size_t)PAGE);
}

/* The data of a write is memory of the caller. */
static void
bad_source_of_a_stream_is_not_reported_as_a_bad_destination(void **state)
{
	static _Alignas(64) uint8_t to[2048];
	uint8_t *pages = map_pages();
	unsigned most = widest();
	int status;

	(void)state;
	if (!GUARD_IS_OURS)
		skip();
	for (unsigned way = 0; way <= most; way++) {
		pid_t child = fork();

		if (child == 0) {
			signal(SIGBUS, SIG_DFL); /* removes cmocka's handler */
			guard_open(0);
			streams[way](to, pages + PAGE - 64, sizeof(to));
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
	}
	munmap(pages, 2 * (size_t)PAGE);
}

/* A bad destination is a fault of the caller and ends the program, as in memcpy. */
static void
bad_destination_is_not_reported_as_a_bad_source(void **state)
{
	uint8_t *pages = map_pages();
	unsigned most = widest();
	int status;

	(void)state;
	for (unsigned way = 0; way <= most; way++) {
		pid_t child = fork();

		if (child == 0) {
			uint8_t from[2048] = {1};

			signal(SIGBUS, SIG_DFL); /* removes cmocka's handler */
			guard_open(0);
			use(way);
			guard_copy(pages + PAGE - 64, from, sizeof(from));
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
	}
	munmap(pages, 2 * (size_t)PAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_is_copied_and_no_other_byte),
		cmocka_unit_test(bad_page_anywhere_in_the_source_is_reported),
		cmocka_unit_test(bad_destination_is_not_reported_as_a_bad_source),
		cmocka_unit_test(every_length_is_streamed_and_no_other_byte),
		cmocka_unit_test(bad_page_anywhere_in_the_destination_of_a_stream_is_reported),
		cmocka_unit_test(bad_source_of_a_stream_is_not_reported_as_a_bad_destination),
	};
	const char *variant = getenv("VARIANT");

	if (variant && !strcmp(variant, "tsan")) {
		puts("ThreadSanitizer can't follow a jump out of a signal handler");
		return 77;
	}

	return cmocka_run_group_tests(tests, NULL, NULL);
}
