/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_namespace_test.c -- namespaces by path: locks, read-only opening, sizes; and probing for the start of a BTT.
 */
#include "btt_support.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[64];

/* On tmpfs where it has room, else in /tmp. */
static int
set_up(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/btt_namespace_test.XXXXXX",
		 access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	fd = mkstemp(path);
	if (fd >= 0)
		close(fd);
	return fd < 0 || unlink(path);
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static struct media
media_path(enum btt_ns_mode mode, uint64_t create_size)
{
	struct btt_ns *ns = btt_ns_open_path(path, mode, create_size, 0);

	if (!ns)
		print_message("btt_ns_open_path: %s\n", btt_errormsg());
	return media_of(ns);
}

static void
expect_path_fails(enum btt_ns_mode mode, uint64_t create_size, int err, const char *text)
{
	assert_null(btt_ns_open_path(path, mode, create_size, 0));
	expect_failed(-1, err, text);
}

static void
a_missing_file_is_made_sparse_and_an_existing_one_is_kept(void **state)
{
	const struct btt_format_options again = {.lbasize = 512, .existing = BTT_REPLACE_EXISTING};
	struct btt_ns_facts facts;
	struct media m;
	struct stat st;

	(void)state;
	expect_path_fails(BTT_NS_READ_WRITE, 0, ENOENT, path);
	m = media_path(BTT_NS_READ_WRITE, 1 * GIB);
	btt_ns_get_facts(m.ns, &facts, sizeof(facts));
	assert_int_equal(facts.created, 1);
	assert_int_equal(facts.kind, BTT_NS_FILE);
	assert_int_equal(facts.size, 1 * GIB);
	assert_int_equal(facts.is_pmem, 1);
	media_format(&m, BTT_FLAVOUR_UEFI, 512, 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_blocks * 512 < (off_t)(7 * MIB)); /* the map alone has 8 MiB */
	put32(map_at(&m, 1000000), 1);
	assert_int_equal(btt_format(&again, m.size, m.ns, m.cb), 0);
	assert_int_equal(get32(map_at(&m, 1000000)), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_blocks * 512 < (off_t)(7 * MIB));
	media_close(&m);

	expect_path_fails(BTT_NS_READ_WRITE, 1 * GIB + 1, EEXIST, "1073741824 bytes long already");
	m = media_path(BTT_NS_READ_WRITE, 1 * GIB);
	btt_ns_get_facts(m.ns, &facts, sizeof(facts));
	assert_int_equal(facts.created, 0);
	media_close(&m);
	assert_int_equal(truncate(path, 0), 0);
	expect_path_fails(BTT_NS_READ_WRITE, 0, EINVAL, "is empty");
	unlink(path);
}

static void
a_path_that_is_no_file_or_device_is_refused(void **state)
{
	(void)state;
	assert_null(btt_ns_open_path("/dev/null", BTT_NS_READ_WRITE, 0, 0));
	expect_failed(-1, EINVAL, "not a DAX device");
	assert_null(btt_ns_open_path("/tmp", BTT_NS_READ_ONLY, 0, 0));
	expect_failed(-1, EINVAL, "neither a file nor a DAX device");
}

/* A loop device over a file, or skip(): it needs root and a free device. */
static void
open_loop(char device[64])
{
	char command[256];
	FILE *out;
	int found;

	snprintf(command, sizeof(command), "losetup --find --show %s 2>/dev/null", path);
	out = popen(command, "r");
	assert_non_null(out);
	found = fscanf(out, "%63s", device) == 1;
	pclose(out);
	if (!found || access(device, R_OK)) {
		print_message("no loop device\n");
		skip();
	}
}

/* udev locks a new block device for a moment. */
static struct btt_ns *
open_after_udev(const char *device)
{
	struct btt_ns *ns = NULL;

	for (int i = 0; i < 100 && !ns; i++) {
		ns = btt_ns_open_path(device, BTT_NS_READ_ONLY, 0, 0);
		if (!ns && errno != EBUSY)
			break;
		if (!ns)
			usleep(10000);
	}
	return ns;
}

static void
a_block_device_opens_for_reading_only(void **state)
{
	char device[64], command[128];
	struct btt_ns_facts facts;
	struct btt *btt;
	struct media m;

	(void)state;
	m = media_path(BTT_NS_READ_WRITE, 20 * MIB);
	media_format(&m, BTT_FLAVOUR_KERNEL, 512, 16);
	btt = media_open(&m, BTT_READ_WRITE);
	write_block(btt, 0, 10, 1);
	btt_fini(btt);
	media_close(&m);
	open_loop(device);
	m = media_of(open_after_udev(device));
	btt_ns_get_facts(m.ns, &facts, sizeof(facts));
	assert_int_equal(facts.kind, BTT_NS_BLOCK);
	assert_string_equal(btt_ns_kind_name(facts.kind), "block");
	assert_int_equal(facts.size, 20 * MIB);
	m.start = 4096;
	btt = media_open(&m, BTT_READ_ONLY);
	expect_block(btt, 0, 10, 1);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
	assert_null(btt_ns_open_path(device, BTT_NS_READ_WRITE, 0, 0));
	expect_failed(-1, EINVAL, "neither a file nor a DAX device");
	snprintf(command, sizeof(command), "losetup --detach %s", device);
	assert_int_equal(system(command), 0);
	unlink(path);
}

static void
the_node_of_an_unknown_device_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(btt_ns_device_node(4000, 77), BTT_NS_NODE_UNKNOWN);
}

/* Runs in its own process. Returns 0 when the opening succeeded, else errno. */
static int
open_elsewhere(enum btt_ns_mode mode)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct btt_ns *ns = btt_ns_open_path(path, mode, 0, 0);

		_exit(ns ? 0 : errno);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
a_second_process_is_refused_while_one_may_write(void **state)
{
	struct media m = media_path(BTT_NS_READ_WRITE, 20 * MIB);

	(void)state;
	assert_int_equal(open_elsewhere(BTT_NS_READ_WRITE), EBUSY);
	assert_int_equal(open_elsewhere(BTT_NS_READ_ONLY), EBUSY);
	expect_path_fails(BTT_NS_READ_WRITE, 0, EBUSY, "in use by another process");
	media_close(&m);
	assert_int_equal(open_elsewhere(BTT_NS_READ_WRITE), 0);
	m = media_path(BTT_NS_READ_ONLY, 0);
	assert_int_equal(open_elsewhere(BTT_NS_READ_WRITE), EBUSY);
	assert_int_equal(open_elsewhere(BTT_NS_READ_ONLY), 0);
	media_close(&m);
	unlink(path);
}

/*
 * A namespace that this process may only read: with a zero block, a marked block, and an unfinished write.
 */
static void
prepare_file(void)
{
	struct media m;
	struct btt *btt;

	unlink(path); /* an earlier failed test may have left it locked */
	m = media_path(BTT_NS_READ_WRITE, 20 * MIB);
	media_format(&m, BTT_FLAVOUR_KERNEL, 512, 0);
	btt = media_open(&m, BTT_READ_WRITE);
	for (unsigned i = 0; i < 10; i++)
		write_block(btt, i, i, i);
	assert_int_equal(btt_set_zero(btt, 0, 3), 0);
	assert_int_equal(btt_set_error(btt, 0, 4), 0);
	btt_fini(btt);
	put32(map_at(&m, 9), 0);
	arena_at(&m)[1000] ^= 1; /* so the backup is used */
	media_close(&m);
}

static uint64_t
hash_file(void)
{
	struct media m = media_path(BTT_NS_READ_ONLY, 0);
	uint64_t hash = hash_bytes(m.bytes, m.size);

	media_close(&m);
	return hash;
}

static void
a_read_only_namespace_is_read_and_does_not_change(void **state)
{
	struct media m;
	struct btt *btt;
	uint64_t before;

	(void)state;
	prepare_file();
	assert_int_equal(chmod(path, 0444), 0);
	before = hash_file();
	m = media_path(BTT_NS_READ_ONLY, 0);
	m.start = start_of(BTT_FLAVOUR_KERNEL);
	btt = media_open(&m, BTT_READ_ONLY);
	for (unsigned i = 0; i < 3; i++)
		expect_block(btt, 0, i, i);
	expect_block(btt, 0, 9, 9);
	expect_zeros(btt, 0, 10);
	expect_write_fails(btt, 0, 1, EROFS, "read-only");
	expect_failed(btt_set_zero(btt, 0, 1), EROFS, "read-only");
	assert_int_equal(btt_check(btt), 0); /* the primary info block is still bad */
	btt_fini(btt);
	media_close(&m);
	assert_int_equal(hash_file(), before);
	unlink(path);
}

static void
zero_and_marked_blocks_of_a_read_only_namespace_can_be_read(void **state)
{
	struct media m;
	struct btt *btt;

	(void)state;
	prepare_file();
	m = media_path(BTT_NS_READ_ONLY, 0);
	m.start = start_of(BTT_FLAVOUR_KERNEL);
	btt = media_open(&m, BTT_READ_ONLY);
	expect_zeros(btt, 0, 3);
	expect_read_fails(btt, 0, 4, EIO, "block 4 is marked bad");
	btt_fini(btt);
	media_close(&m);
	unlink(path);
}

static void
a_read_only_namespace_refuses_formatting_and_repair(void **state)
{
	const struct btt_format_options options = {.lbasize = 512,
						   .existing = BTT_REPLACE_EXISTING};
	struct media m;
	uint64_t before;

	(void)state;
	prepare_file();
	before = hash_file();
	m = media_path(BTT_NS_READ_ONLY, 0);
	m.start = start_of(BTT_FLAVOUR_KERNEL);
	assert_int_equal(btt_format(&options, m.size, m.ns, m.cb), -1);
	assert_int_equal(errno, EROFS);
	assert_null(media_try_open(&m, BTT_READ_WRITE));
	assert_int_equal(errno, EROFS);
	media_close(&m);
	assert_int_equal(hash_file(), before);
	unlink(path);
}

static void
ranges_that_overflow_or_pass_the_end_are_refused(void **state)
{
	static const struct {
		uint64_t off;
		size_t count;
	} bad[] = {{16 * MIB, 1},          {16 * MIB - 1, 2}, {UINT64_MAX, 1},
		   {UINT64_MAX - 10, 100}, {0, 16 * MIB + 1}, {1, SIZE_MAX},
		   {100, SIZE_MAX - 99}};
	struct media m = media_dram(16 * MIB, 0);
	uint8_t buf[200];
	void *addr;

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		errno = 0;
		assert_int_equal(m.cb->nsread(m.ns, 0, buf, bad[i].count, bad[i].off), -1);
		assert_int_equal(errno, EINVAL);
		assert_int_equal(m.cb->nswrite(m.ns, 0, buf, bad[i].count, bad[i].off), -1);
		assert_int_equal(m.cb->nszero(m.ns, 0, bad[i].count, bad[i].off), -1);
		assert_int_equal(m.cb->nsmap(m.ns, 0, &addr, bad[i].count, bad[i].off), -1);
	}
	assert_int_equal(m.cb->nsread(m.ns, 0, buf, 100, 16 * MIB - 100), 0);
	assert_int_equal(m.cb->nsmap(m.ns, 0, &addr, 16 * MIB, 0), 16 * MIB);
	media_close(&m);
}

static void
expect_probe(const struct media *m, enum btt_found at_0, enum btt_found at_4096,
	     enum btt_found at_8192)
{
	const struct btt_open_options options = {.start = BTT_START_PROBE};
	enum btt_found first = at_0 ? at_0 : at_4096 ? at_4096 : at_8192;
	struct btt_probe probe = {0};
	struct btt_layout info = {0};
	struct btt *btt;

	assert_int_equal(btt_probe(m->size, m->ns, m->cb, &probe, sizeof(probe)), 0);
	assert_int_equal(probe.places[0].found, at_0);
	assert_int_equal(probe.places[1].found, at_4096);
	assert_int_equal(probe.places[2].found, at_8192);
	assert_int_equal(probe.places[1].start, 4096);
	assert_int_equal(probe.places[2].start, 8192);
	btt = btt_open(&options, m->size, m->ns, m->cb);
	if (first == BTT_FOUND_NOTHING || first >= BTT_FOUND_DAMAGE) {
		assert_null(btt);
		expect_failed(-1, first ? EINVAL : ENOENT,
			      first ? "no usable info block" : "no BTT at byte 0");
		return;
	}
	assert_non_null(btt);
	btt_get_layout(btt, &info, sizeof(info));
	assert_int_equal(info.start, m->start);
	btt_fini(btt);
}

static void
probing_finds_each_flavour_only_at_its_start(void **state)
{
	(void)state;
	for (int flavour = BTT_FLAVOUR_UEFI; flavour <= BTT_FLAVOUR_PMDK; flavour++) {
		struct media m = media_formatted((enum btt_flavour)flavour, 512, 0);
		enum btt_found found[3] = {0};

		found[flavour] = BTT_FOUND_LAYOUT;
		expect_probe(&m, found[0], found[1], found[2]);
		arena_at(&m)[1000] ^= 1;
		found[flavour] = BTT_FOUND_BACKUP;
		expect_probe(&m, found[0], found[1], found[2]);
		media_close(&m);
	}
}

static void
probing_distinguishes_damage_from_no_btt(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_KERNEL, 512, 0);
	uint8_t *backup = backup_at(&m), good[PAGE];

	(void)state;
	memcpy(good, arena_at(&m), PAGE);
	memset(arena_at(&m), 0, PAGE);
	backup[1000] ^= 1; /* it does not show which start it belongs to */
	expect_probe(&m, BTT_FOUND_TRACE, BTT_FOUND_TRACE, BTT_FOUND_TRACE);
	memset(backup, 0, PAGE);
	memcpy(arena_at(&m), good, PAGE);
	arena_at(&m)[1000] ^= 1;
	expect_probe(&m, BTT_FOUND_NOTHING, BTT_FOUND_DAMAGE, BTT_FOUND_NOTHING);
	memset(arena_at(&m), 0, PAGE);
	expect_probe(&m, BTT_FOUND_NOTHING, BTT_FOUND_NOTHING, BTT_FOUND_NOTHING);
	m.size = 16 * MIB - 1;
	expect_probe(&m, BTT_FOUND_NOTHING, BTT_FOUND_NOTHING, BTT_FOUND_NOTHING);
	media_close(&m);
}

static int
has_log(const struct media *m)
{
	struct btt_probe probe = {0};

	assert_int_equal(btt_probe(m->size, m->ns, m->cb, &probe, sizeof(probe)), 0);
	return probe.has_log;
}

static void
a_log_is_recognized_without_info_blocks(void **state)
{
	(void)state;
	for (int flavour = BTT_FLAVOUR_UEFI; flavour <= BTT_FLAVOUR_PMDK; flavour++) {
		struct media m = media_formatted((enum btt_flavour)flavour, 512, 100);
		uint8_t *page = m.bytes + m.size - 2 * PAGE, last = page[99 % 64 * 64 + 12];

		memset(backup_at(&m), 0, PAGE);
		memset(arena_at(&m), 0, PAGE);
		assert_int_equal(has_log(&m), 1);
		page[99 % 64 * 64 + 12] = 4; /* seq is 0 to 3 */
		assert_int_equal(has_log(&m), 0);
		page[99 % 64 * 64 + 12] = last;
		page[63] = 1; /* slots 2 and 3 are not used */
		assert_int_equal(has_log(&m), 0);
		page[63] = 0;
		page[PAGE - 64] = 1; /* nor are the groups beyond nfree */
		assert_int_equal(has_log(&m), 0);
		memset(page, 0, PAGE);
		assert_int_equal(has_log(&m), 0);
		media_close(&m);
	}
}

static void
a_pool_is_recognized_by_its_header(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_PMDK, 512, 0);
	struct btt_probe probe = {0};

	(void)state;
	assert_int_equal(btt_probe(m.size, m.ns, m.cb, &probe, sizeof(probe)), 0);
	assert_int_equal(probe.is_pool, 0);
	memcpy(m.bytes, "PMEMBLK", 8);
	fill(m.bytes + 24, 16, 7);
	put32(m.bytes + 4096, 520);
	assert_int_equal(btt_probe(m.size, m.ns, m.cb, &probe, sizeof(probe)), 0);
	assert_int_equal(probe.is_pool, 1);
	assert_memory_equal(probe.pool_uuid, m.bytes + 24, 16);
	assert_int_equal(probe.pool_block_size, 520);
	assert_int_equal(probe.places[2].found, BTT_FOUND_LAYOUT);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_file_is_made_sparse_and_an_existing_one_is_kept),
		cmocka_unit_test(a_path_that_is_no_file_or_device_is_refused),
		cmocka_unit_test(a_block_device_opens_for_reading_only),
		cmocka_unit_test(the_node_of_an_unknown_device_is_unknown),
		cmocka_unit_test(a_second_process_is_refused_while_one_may_write),
		cmocka_unit_test(a_read_only_namespace_is_read_and_does_not_change),
		cmocka_unit_test(zero_and_marked_blocks_of_a_read_only_namespace_can_be_read),
		cmocka_unit_test(a_read_only_namespace_refuses_formatting_and_repair),
		cmocka_unit_test(ranges_that_overflow_or_pass_the_end_are_refused),
		cmocka_unit_test(probing_finds_each_flavour_only_at_its_start),
		cmocka_unit_test(probing_distinguishes_damage_from_no_btt),
		cmocka_unit_test(a_log_is_recognized_without_info_blocks),
		cmocka_unit_test(a_pool_is_recognized_by_its_header),
	};

	setenv("PMEM_IS_PMEM_FORCE", "1", 1);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
