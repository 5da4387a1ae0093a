/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_callback_test.c -- namespaces behind callbacks: only the five of libpmemblk's btt layer, which store through nswrite and
 * nszero alone; two namespaces at once; and callbacks that fail.
 */
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "btt_ram.h"

/* A positional initialiser, as programs for the seed's header have it: five functions and the flag. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
static struct ns_callback by_place = {ram_read, ram_write, ram_zero, ram_map_nothing, ram_sync, 1};
#pragma GCC diagnostic pop

static const struct ns_callback *const tables[] = {&ram_five, &by_place, &ram_mapped};

static void
initialisers_of_the_seeds_programs_keep_their_meaning(void **state)
{
	(void)state;
	assert_ptr_equal(by_place.nsread, ram_read);
	assert_ptr_equal(by_place.nswrite, ram_write);
	assert_ptr_equal(by_place.nszero, ram_zero);
	assert_ptr_equal(by_place.nsmap, ram_map_nothing);
	assert_ptr_equal(by_place.nssync, ram_sync);
	assert_int_equal(by_place.ns_is_zeroed, 1);
	assert_null(by_place.nsstore);
	assert_null(by_place.nsflush);
	assert_null(by_place.nsdrain);
	assert_null(ram_five.nsstore);
	assert_int_equal(ram_five.ns_is_zeroed, 0);
}

/*
 * Runs in dirty memory, also when ns_is_zeroed is set. 16 blocks are used often, all others once.
 */
static void
use_all(struct ram *ram, const struct ns_callback *cb)
{
	uint8_t parent[16] = {1};
	struct btt *btt = btt_init(ram->size, 4096, parent, 4, ram, cb);
	uint64_t nlba;

	assert_non_null(btt);
	nlba = btt_nlba(btt);
	expect_zeros(btt, 0, 3);
	write_block(btt, 0, 3, 3);
	expect_zeros(btt, 0, 4);
	for (uint64_t lba = 0; lba < nlba; lba++)
		write_block(btt, lba % 4, lba, (unsigned)lba);
	for (unsigned i = 0; i < 300; i++)
		write_block(btt, i % 4, i % 16, 1000 + i);
	for (uint64_t lba = 16; lba < nlba; lba++)
		expect_block(btt, 0, lba, (unsigned)lba);
	assert_int_equal(btt_set_zero(btt, 1, 20), 0);
	assert_int_equal(btt_set_error(btt, 2, 21), 0);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);

	btt = btt_init(ram->size, 4096, parent, 4, ram, cb);
	assert_non_null(btt);
	expect_zeros(btt, 0, 20);
	expect_read_fails(btt, 0, 21, EIO, "marked bad");
	for (unsigned i = 300 - 7; i < 300; i++)
		expect_block(btt, 0, i % 16, 1000 + i);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
}

/* Also where the namespace claims to be zeroed and is not. */
static void
every_table_of_callbacks_works_in_dirty_memory(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(tables); i++) {
		struct ram *ram = ram_open(16 * MIB, 0xc3);

		use_all(ram, tables[i]);
		ram_close(ram);
	}
}

static void
five_callbacks_store_through_nswrite_alone(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_five, 0);
	struct btt_counters counters = {0};
	struct btt *btt;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 512, 4);
	btt = media_open(&m, BTT_READ_WRITE);
	ram->reads = ram->writes = 0;
	write_block(btt, 2, 10, 1);
	assert_int_equal(ram->writes, 4);
	assert_int_equal(btt_get_counters(btt, 2, &counters, sizeof(counters)), 0);
	assert_int_equal(counters.fences, 4);
	assert_int_equal(counters.bytes_stored, 512 + 8 + 8 + 4);
	ram->reads = 0;
	expect_block(btt, 1, 10, 1);
	assert_int_equal(ram->reads, 3); /* entry, entry again, data */
	assert_int_equal(ram->writes, 4);
	assert_int_equal(ram->maps + ram->syncs, 0);
	assert_int_equal(ram->stores + ram->flushes + ram->drains, 0);
	btt_fini(btt);
	ram_close(ram);
}

static void
five_callbacks_keep_the_order_of_a_strict_write(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_five, 0);
	static const uint64_t lens[] = {512, 8, 8, 4};
	struct btt *btt;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 512, 4);
	btt = media_open(&m, BTT_READ_WRITE);
	ram->is_logging = 1;
	write_block(btt, 2, 10, 1);
	assert_int_equal(ram->nlog, LENGTH(lens));
	for (unsigned i = 0; i < LENGTH(lens); i++) {
		assert_int_equal(ram->log[i].kind, 'W');
		assert_int_equal(ram->log[i].len, lens[i]);
	}
	assert_int_equal(ram->log[1].off + 8, ram->log[2].off);
	assert_int_equal(ram->log[3].off, map_at(&m, 10) - ram->bytes);
	btt_fini(btt);
	ram_close(ram);
}

static _Atomic int is_stored, may_return, has_read;

/* A namespace where a zero flag is visible long before it is durable. */
static int
write_slowly(void *ns, unsigned lane, const void *buf, size_t count, uint64_t off)
{
	int err = ram_write(ns, lane, buf, count, off);

	atomic_store(&is_stored, 1);
	while (!atomic_load(&may_return))
		sched_yield();
	return err;
}

static void *
set_zero(void *btt)
{
	return (void *)(intptr_t)btt_set_zero(btt, 0, 10);
}

static void *
read_zeros(void *btt)
{
	expect_zeros(btt, 1, 10);
	atomic_store(&has_read, 1);
	return NULL;
}

/* What a completed read returned must survive a power failure. */
static void
a_read_of_a_flag_waits_until_five_callbacks_made_it_durable(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct ns_callback cb = ram_five;
	struct media m = ram_media(ram, &cb, 0);
	pthread_t zeroer, reader;
	struct btt *btt;
	void *result;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 512, 4);
	btt = media_open(&m, BTT_READ_WRITE);
	write_block(btt, 0, 10, 1);
	cb.nswrite = write_slowly;
	assert_int_equal(pthread_create(&zeroer, NULL, set_zero, btt), 0);
	while (!atomic_load(&is_stored))
		sched_yield();
	assert_int_equal(pthread_create(&reader, NULL, read_zeros, btt), 0);
	usleep(50000);
	assert_int_equal(atomic_load(&has_read), 0);
	atomic_store(&may_return, 1);
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_int_equal(pthread_join(zeroer, &result), 0);
	assert_null(result);
	btt_fini(btt);
	ram_close(ram);
}

static void
two_namespaces_of_different_kinds_are_open_at_once(void **state)
{
	struct ram *ram = ram_open(17 * MIB, 0xa5);
	struct media other = media_dram(24 * MIB, 0x5a), m = ram_media(ram, &ram_five, 0);
	struct btt *one, *two;

	(void)state;
	media_format(&m, BTT_FLAVOUR_KERNEL, 4096, 3); /* starts at byte 4096 */
	media_format(&other, BTT_FLAVOUR_PMDK, 512, 300);
	one = media_open(&m, BTT_READ_WRITE);
	two = media_open(&other, BTT_READ_WRITE);
	assert_int_equal(btt_nlane(one), 3);
	assert_int_equal(btt_nlane(two), 300);
	assert_true(btt_nlba(one) < btt_nlba(two));
	for (unsigned i = 0; i < 500; i++) {
		write_block(one, i % 3, i, i);
		write_block(two, i % 300, i, i + 1);
	}
	assert_int_equal(btt_set_zero(one, 0, 5), 0);
	for (unsigned i = 6; i < 500; i++) {
		expect_block(one, 0, i, i);
		expect_block(two, 0, i, i + 1);
	}
	expect_block(two, 0, 5, 6);
	assert_int_equal(btt_check(one), 1);
	assert_int_equal(btt_check(two), 1);
	btt_fini(one);
	expect_block(two, 0, 499, 500);
	btt_fini(two);
	ram_close(ram);
	media_close(&other);
}

static void
a_failed_store_of_data_leaves_the_block_unchanged(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_five, 0);
	uint8_t buf[512] = {0};
	struct btt *btt;

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 512, 4);
	btt = media_open(&m, BTT_READ_WRITE);
	write_block(btt, 0, 10, 1);
	ram->bad_off = (uint64_t)(data_at(&m, external_nlba(&m) + 1) - ram->bytes) + 100;
	assert_int_equal(btt_write(btt, 1, 10, buf), -1);
	assert_int_equal(errno, EIO);
	ram->bad_off = UINT64_MAX;
	assert_null(btt_readonly_reason(btt));
	expect_block(btt, 0, 10, 1);
	write_block(btt, 1, 10, 2); /* no lock is held */
	expect_block(btt, 0, 10, 2);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	ram_close(ram);
}

static void
a_failed_store_of_log_or_map_makes_the_arena_read_only(void **state)
{
	(void)state;
	for (unsigned where = 0; where < 3; where++) {
		struct ram *ram = ram_open(16 * MIB, 0xa5);
		struct media m = ram_media(ram, &ram_five, 0);
		struct btt *btt;
		uint8_t buf[512] = {0};
		uint8_t *bad[3];

		media_format(&m, BTT_FLAVOUR_UEFI, 512, 4);
		btt = media_open(&m, BTT_READ_WRITE);
		write_block(btt, 0, 10, 1);
		bad[0] = flog_at(&m, 1, 1);
		bad[1] = flog_at(&m, 1, 1) + 8;
		bad[2] = map_at(&m, 12);
		ram->bad_write_off = (uint64_t)(bad[where] - ram->bytes);
		assert_int_equal(btt_write(btt, 1, 12, buf), -1);
		assert_int_equal(errno, EIO);
		ram->bad_write_off = UINT64_MAX;
		expect_write_fails(btt, 0, 10, EROFS, "in the middle of a commit");
		expect_failed(btt_set_zero(btt, 0, 12), EROFS, "in the middle of a commit");
		expect_block(btt, 0, 10, 1);
		btt_fini(btt);
		btt = media_open(&m, BTT_READ_WRITE);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		ram_close(ram);
	}
}

/* A failed fence leaves the media in an unknown state. This is harmless only before the log is written. */
static void
a_failed_fence_fails_the_write(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0xa5);
	struct media m = ram_media(ram, &ram_mapped, 0);
	uint8_t buf[512] = {0};

	(void)state;
	media_format(&m, BTT_FLAVOUR_UEFI, 512, 4);
	for (unsigned fence = 1; fence <= 4; fence++) {
		struct btt *btt = media_open(&m, BTT_READ_WRITE);

		ram->bad_drain = fence;
		expect_failed(btt_write(btt, 1, 12, buf), EIO, "Input/output error");
		if (fence == 1)
			assert_null(btt_readonly_reason(btt));
		else
			expect_write_fails(btt, 0, 10, EROFS, "in the middle of a commit");
		btt_fini(btt);
	}
	ram_close(ram);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initialisers_of_the_seeds_programs_keep_their_meaning),
		cmocka_unit_test(every_table_of_callbacks_works_in_dirty_memory),
		cmocka_unit_test(five_callbacks_store_through_nswrite_alone),
		cmocka_unit_test(five_callbacks_keep_the_order_of_a_strict_write),
		cmocka_unit_test(a_read_of_a_flag_waits_until_five_callbacks_made_it_durable),
		cmocka_unit_test(two_namespaces_of_different_kinds_are_open_at_once),
		cmocka_unit_test(a_failed_store_of_data_leaves_the_block_unchanged),
		cmocka_unit_test(a_failed_store_of_log_or_map_makes_the_arena_read_only),
		cmocka_unit_test(a_failed_fence_fails_the_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
