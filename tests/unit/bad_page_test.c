/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bad_page_test.c -- a page that gives SIGBUS costs only the data on it.
 *
 * The tests map a page of an empty file over a page of the namespace. The kernel answers any access to it with
 * SIGBUS, BUS_ADRERR, as for a bad page.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "btt.h"
#include "ns.h"

#define SIZE  (32ull << 20)
#define BLOCK 4096u

struct fixture {
	struct btt_ns *ns;
	struct btt_ns_facts facts;
	struct btt *btt;
	struct btt_arena_info arena;
};

static struct btt *
open_btt(const struct fixture *f)
{
	const struct btt_open_options options = {.start = 0, .maxlane = 2};

	return btt_open(&options, SIZE, f->ns, btt_ns_callbacks(f->ns));
}

static void
setup(struct fixture *f)
{
	const struct btt_format_options format = {.lbasize = BLOCK, .nfree = 256};

	f->ns = btt_ns_open_dram(SIZE, 0);
	assert_non_null(f->ns);
	btt_ns_get_facts(f->ns, &f->facts, sizeof(f->facts));
	/* small pages, so that a test can replace a single one */
	assert_int_equal(madvise(f->facts.base, SIZE, MADV_NOHUGEPAGE), 0);
	assert_int_equal(btt_format(&format, SIZE, f->ns, btt_ns_callbacks(f->ns)), 0);
	f->btt = open_btt(f);
	assert_non_null(f->btt);
	assert_int_equal(btt_get_arena(f->btt, 0, &f->arena, sizeof(f->arena)), 0);
}

static void
teardown(struct fixture *f)
{
	if (f->btt)
		btt_fini(f->btt);
	btt_ns_close(f->ns);
}

static void
spoil(const struct fixture *f, uint64_t off)
{
	int fd = memfd_create("empty", MFD_CLOEXEC);
	uint8_t *at = (uint8_t *)f->facts.base + off / 4096 * 4096;

	assert_true(fd >= 0);
	assert_ptr_equal(mmap(at, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0), at);
	close(fd);
}

static int
write_block(struct btt *btt, unsigned lane, uint64_t lba, int byte)
{
	uint8_t buf[BLOCK];

	memset(buf, byte, sizeof(buf));
	return btt_write(btt, lane, lba, buf);
}

static void
assert_reads(struct btt *btt, uint64_t lba, int byte)
{
	uint8_t buf[BLOCK], want[BLOCK];

	memset(want, byte, sizeof(want));
	assert_int_equal(btt_read(btt, 0, lba, buf), 0);
	assert_memory_equal(buf, want, sizeof(want));
}

/* The free blocks follow the external ones: the first write of lane 0 goes to the first free block. */
static uint64_t
data_off_of_first_write(const struct fixture *f)
{
	return f->arena.dataoff + (uint64_t)f->arena.external_nlba * f->arena.internal_lbasize;
}

static void
bad_data_page_costs_only_its_block(void **state)
{
	uint8_t buf[BLOCK];
	struct fixture f;

	(void)state;
	setup(&f);
	assert_int_equal(write_block(f.btt, 0, 7, 0x77), 0);
	assert_int_equal(write_block(f.btt, 1, 8, 0x88), 0);
	spoil(&f, data_off_of_first_write(&f));
	errno = 0;
	assert_int_equal(btt_read(f.btt, 0, 7, buf), -1);
	assert_int_equal(errno, EIO);
	assert_non_null(strstr(btt_errormsg(), "bad page"));
	assert_reads(f.btt, 8, 0x88);
	assert_null(btt_readonly_reason(f.btt));
	assert_int_equal(write_block(f.btt, 1, 7, 0x79),
			 0); /* the lane writes to another block: the bad block is cured */
	assert_reads(f.btt, 7, 0x79);
	teardown(&f);
}

static void
bad_page_under_a_write_is_eio_and_changes_nothing(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f);
	assert_int_equal(write_block(f.btt, 1, 7, 0x77), 0);
	spoil(&f, data_off_of_first_write(&f)); /* the free block of lane 0 */
	errno = 0;
	assert_int_equal(write_block(f.btt, 0, 7, 0x78), -1);
	assert_int_equal(errno, EIO);
	assert_reads(f.btt, 7, 0x77);
	assert_int_equal(write_block(f.btt, 1, 7, 0x79), 0); /* no lock is held */
	assert_reads(f.btt, 7, 0x79);
	teardown(&f);
}

static void
bad_map_page_costs_only_its_blocks(void **state)
{
	uint64_t after = 4096 / 4; /* map entries per page */
	uint8_t buf[BLOCK];
	struct fixture f;

	(void)state;
	setup(&f);
	assert_int_equal(write_block(f.btt, 0, after, 0x11), 0);
	spoil(&f, f.arena.mapoff);
	errno = 0;
	assert_int_equal(btt_read(f.btt, 0, 3, buf), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(write_block(f.btt, 0, 3, 0x33), -1);
	assert_int_equal(btt_set_zero(f.btt, 0, 3), -1);
	assert_int_equal(write_block(f.btt, 1, 16 * 64 + after, 0x22),
			 0); /* may share a lock with block 3 */
	assert_reads(f.btt, after, 0x11);
	assert_null(btt_readonly_reason(f.btt));
	assert_int_equal(btt_check(f.btt), 0);
	teardown(&f);
}

static void
bad_flog_page_makes_the_arena_read_only(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f);
	assert_int_equal(write_block(f.btt, 0, 7, 0x77), 0);
	spoil(&f, f.arena.flogoff);
	errno = 0;
	assert_int_equal(write_block(f.btt, 0, 7, 0x78), -1);
	assert_int_equal(errno, EIO);
	assert_reads(f.btt, 7, 0x77);
	assert_int_equal(write_block(f.btt, 1, 9, 0x99), -1);
	assert_int_equal(errno, EROFS);
	btt_fini(f.btt);
	f.btt = open_btt(&f);
	assert_non_null(f.btt); /* the damage is found again */
	assert_non_null(btt_readonly_reason(f.btt));
	assert_reads(f.btt, 7, 0x77);
	teardown(&f);
}

/* Block `bad` of the batch has the bad page below its data, the other one below its map entry. */
static void
bad_pages_cost_only_their_blocks_in_a_batch(void **state)
{
	const uint64_t after = 4096 / 4; /* map entries per page */
	uint8_t data[2][BLOCK], buf[2][BLOCK];
	const void *const from[2] = {data[0], data[1]};
	void *const to[2] = {buf[0], buf[1]};
	struct fixture f;
	int error[2];

	(void)state;
	memset(data[0], 0x31, BLOCK);
	memset(data[1], 0x32, BLOCK);
	for (unsigned bad = 0; bad < 2; bad++) {
		const unsigned lane[2] = {bad, !bad};
		const uint64_t lba[2] = {bad ? 7 : after, bad ? after : 7};

		setup(&f);
		spoil(&f, data_off_of_first_write(&f)); /* the free block of lane 0 */
		assert_int_equal(btt_write_batch(f.btt, lane, lba, from, 2, error), -1);
		assert_int_equal(errno, EIO);
		assert_non_null(strstr(btt_errormsg(), "bad page: storing 4096 bytes"));
		assert_true(error[bad] == EIO && error[!bad] == 0);
		assert_reads(f.btt, 7, bad ? 0x31 : 0x32);
		assert_null(btt_readonly_reason(f.btt));
		spoil(&f, f.arena.mapoff);
		assert_int_equal(btt_read_batch(f.btt, lane, lba, to, 2, error), -1);
		assert_int_equal(errno, EIO);
		assert_true(error[bad] == 0 && error[!bad] == EIO);
		teardown(&f);
	}
}

static void
bad_info_page_is_replaced_by_the_backup(void **state)
{
	const struct btt_open_options readonly = {.mode = BTT_READ_ONLY};
	struct fixture f;

	(void)state;
	setup(&f);
	assert_int_equal(write_block(f.btt, 0, 7, 0x77), 0);
	btt_fini(f.btt);
	spoil(&f, 0);
	f.btt = btt_open(&readonly, SIZE, f.ns, btt_ns_callbacks(f.ns));
	assert_non_null(f.btt);
	assert_reads(f.btt, 7, 0x77);
	teardown(&f);
}

static void
callbacks_of_a_namespace_return_eio_for_a_bad_page(void **state)
{
	static uint8_t buf[2 * 4096];
	struct btt_ns *ns = btt_ns_open_dram(SIZE, 0);
	const struct ns_callback *cb = btt_ns_callbacks(ns);
	struct fixture f = {.ns = ns};

	(void)state;
	btt_ns_get_facts(ns, &f.facts, sizeof(f.facts));
	assert_int_equal(madvise(f.facts.base, SIZE, MADV_NOHUGEPAGE), 0);
	spoil(&f, 8 * 4096);
	for (uint64_t off = 7 * 4096; off <= 9 * 4096; off += 4096) {
		int want = off == 9 * 4096 ? 0 : -1; /* two pages from there */

		errno = 0;
		assert_int_equal(cb->nsread(ns, 0, buf, sizeof(buf), off), want);
		assert_int_equal(cb->nswrite(ns, 0, buf, sizeof(buf), off), want);
		assert_int_equal(cb->nszero(ns, 0, sizeof(buf), off), want);
		assert_int_equal(errno, want ? EIO : 0);
	}
	btt_ns_close(ns);
}

static volatile sig_atomic_t handed_on;

static void
note_sigbus(int signal_number)
{
	(void)signal_number;
	handed_on = 1;
	_exit(42);
}

/* In a child: touches a bad page that no guard expects. Returns the wait status. */
static int
touch_bad_page(void (*handler)(int))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		volatile uint8_t *page;
		int fd = memfd_create("empty", MFD_CLOEXEC);

		signal(SIGBUS, handler);
		btt_ns_close(btt_ns_open_dram(SIZE, 0)); /* installs the guard over that handler */
		page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
		_exit(page[0]);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
sigbus_outside_a_guard_reaches_the_programs_own_handler(void **state)
{
	int status;

	(void)state;
	status = touch_bad_page(note_sigbus);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	status = touch_bad_page(SIG_DFL);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

int
main(void)
{
	const char *variant = getenv("VARIANT");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			sigbus_outside_a_guard_reaches_the_programs_own_handler), /* first: no guard yet */
		cmocka_unit_test(bad_data_page_costs_only_its_block),
		cmocka_unit_test(bad_page_under_a_write_is_eio_and_changes_nothing),
		cmocka_unit_test(bad_map_page_costs_only_its_blocks),
		cmocka_unit_test(bad_flog_page_makes_the_arena_read_only),
		cmocka_unit_test(bad_pages_cost_only_their_blocks_in_a_batch),
		cmocka_unit_test(bad_info_page_is_replaced_by_the_backup),
		cmocka_unit_test(callbacks_of_a_namespace_return_eio_for_a_bad_page),
	};

	if (variant && !strcmp(variant, "tsan")) {
		puts("ThreadSanitizer can't follow a jump out of a signal handler");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
