/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_interleave_test.c -- one lane acts during a call of another lane: a callback of the namespace makes the calls of
 * the second lane.
 */
#include "btt_ram.h"

#include <pthread.h>
#include <unistd.h>

static struct btt *failing;

/* Lane 1 is about to take the map lock when lane 2's write makes the arena read-only. */
static void
fail_in_between(struct ram *ram)
{
	uint8_t buf[512] = {0};

	ram->before_drain = NULL;
	ram->bad_drain = 2;
	assert_int_equal(btt_write(failing, 2, 12, buf), -1);
}

static void
a_running_write_stops_when_its_arena_becomes_read_only(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_mapped, 0);

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 512, 4);
	failing = media_open(&m, BTT_READ_WRITE);
	ram->before_drain = fail_in_between;
	expect_write_fails(failing, 1, 10, EROFS, "in the middle of a commit");
	expect_zeros(failing, 0, 10);
	btt_fini(failing);
	ram_close(ram);
}

static struct hook {
	struct btt *btt;
	struct media m;
	unsigned reads_seen;
	int kind; /* event between a reader's two looks at the map */
} hook;

enum { SET_ZERO, SET_ERROR, MAKE_WILD, WRITE };

static void
change_before_second_look(struct ram *ram, unsigned lane, size_t count, uint64_t off)
{
	if (lane != 1 || count != 4 || ++hook.reads_seen != 2)
		return;
	switch (hook.kind) {
	case SET_ZERO:
		assert_int_equal(btt_set_zero(hook.btt, 2, 10), 0);
		break;
	case SET_ERROR:
		assert_int_equal(btt_set_error(hook.btt, 2, 10), 0);
		break;
	case MAKE_WILD:
		put32(ram->bytes + off, 0xffffffff);
		break;
	case WRITE:
		write_block(hook.btt, 2, 10, 5);
	}
}

/* A writer that hangs is ended by the alarm. */
static void
a_read_that_finds_a_flag_at_its_second_look_blocks_no_writer(void **state)
{
	(void)state;
	for (int kind = SET_ZERO; kind <= WRITE; kind++) {
		struct ram *ram = ram_open(16 * MIB, 0xa5);
		struct btt_counters counters = {0};
		uint32_t entry;

		hook = (struct hook){.m = ram_media(ram, &ram_five, 0), .kind = kind};
		media_format(&hook.m, BTT_FLAVOUR_UEFI, 512, 4);
		hook.btt = media_open(&hook.m, BTT_READ_WRITE);
		write_block(hook.btt, 0, 10, 1);
		entry = get32(map_at(&hook.m, 10));
		ram->before_read = change_before_second_look;
		switch (kind) {
		case SET_ZERO:
			expect_zeros(hook.btt, 1, 10);
			break;
		case SET_ERROR:
			expect_read_fails(hook.btt, 1, 10, EIO, "marked bad");
			break;
		case MAKE_WILD:
			expect_read_fails(hook.btt, 1, 10, EIO, "out of range");
			put32(map_at(&hook.m, 10), entry);
			break;
		case WRITE:
			expect_block(hook.btt, 1, 10, 5);
			assert_int_equal(btt_get_counters(hook.btt, 1, &counters, sizeof(counters)),
					 0);
			assert_int_equal(counters.read_retries, 1);
		}
		ram->before_read = NULL;
		alarm(20);
		for (unsigned i = 0; i < 4; i++) /* each lane takes the block and writes it again */
			write_block(hook.btt, i % 2 ? 0 : 3, 10, i);
		write_block(hook.btt, 2, 10, 9);
		write_block(hook.btt, 2, 10, 9);
		alarm(0);
		assert_int_equal(btt_check(hook.btt), 1);
		btt_fini(hook.btt);
		ram_close(ram);
	}
}

static struct gate {
	_Atomic int reading, go_on, written;
} gate;

/* Lane 1 stops before it reads the data. */
static void
stop_before_data(struct ram *ram, unsigned lane, size_t count, uint64_t off)
{
	(void)ram;
	(void)off;
	if (lane != 1 || count == 4)
		return;
	atomic_store(&gate.reading, 1);
	while (!atomic_load(&gate.go_on))
		usleep(100);
}

static void *
read_old(void *arg)
{
	expect_block(arg, 1, 10, 1);
	return NULL;
}

static void *
write_twice(void *arg)
{
	write_block(arg, 0, 10, 2);
	write_block(arg, 0, 10, 3); /* its free block is the one that lane 1 reads */
	atomic_store(&gate.written, 1);
	return NULL;
}

static void
a_writer_waits_until_nobody_reads_its_free_block(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_five, 0);
	struct btt_counters counters = {0};
	pthread_t reader, writer;
	struct btt *btt;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 512, 4);
	btt = media_open(&m, BTT_READ_WRITE);
	write_block(btt, 0, 10, 1);
	gate = (struct gate){0};
	ram->before_read = stop_before_data;
	assert_int_equal(pthread_create(&reader, NULL, read_old, btt), 0);
	while (!atomic_load(&gate.reading))
		usleep(100);
	assert_int_equal(pthread_create(&writer, NULL, write_twice, btt), 0);
	wait_until_spinning(writer);
	assert_int_equal(atomic_load(&gate.written), 0);
	write_block(btt, 2, 11, 4); /* other lanes continue */
	atomic_store(&gate.go_on, 1);
	pthread_join(reader, NULL);
	pthread_join(writer, NULL);
	expect_block(btt, 3, 10, 3);
	assert_int_equal(btt_get_counters(btt, 0, &counters, sizeof(counters)), 0);
	assert_int_equal(counters.reader_waits, 1);
	btt_fini(btt);
	ram_close(ram);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_running_write_stops_when_its_arena_becomes_read_only),
		cmocka_unit_test(a_read_that_finds_a_flag_at_its_second_look_blocks_no_writer),
		cmocka_unit_test(a_writer_waits_until_nobody_reads_its_free_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
