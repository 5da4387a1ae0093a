/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_large_test.c -- layouts of several arenas, in sparse files: 512 GiB and more. */
#include "btt_support.h"

#include <unistd.h>

#define BIG (64u << 10) /* with this sector size maps of 512 GiB are read quickly */

#if defined(__SANITIZE_THREAD__)
#define SMALL BIG /* the shadow of a large map takes gigabytes; one thread has no races */
/* It leaves 1.5 TiB of addresses to mappings, and a random start may take a third of them. */
#define ARENAS 2
#define WHOLE  (540 * GIB - 8192)
#else
#define SMALL  4096u
#define ARENAS 3
#define WHOLE  (1026 * GIB - 8192)
#endif

static char path[64];

static struct media
media_sparse(uint64_t size)
{
	struct btt_ns *ns;
	int fd;

	snprintf(path, sizeof(path), "/tmp/btt_large_test.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	if (ftruncate(fd, (off_t)size)) {
		print_message("the file system of /tmp can't store a file of %ju bytes\n",
			      (uintmax_t)size);
		close(fd);
		unlink(path);
		skip();
	}
	close(fd);
	ns = btt_ns_open_path(path, BTT_NS_READ_WRITE, 0, 0);
	unlink(path); /* so no file remains after a failure */
	if (!ns) {
		print_message("%s\n", btt_errormsg());
		skip();
	}
	return media_of(ns);
}

static void
format_pmdk(struct media *m, uint32_t lbasize, uint32_t nfree)
{
	const struct btt_format_options options = {.flavour = BTT_FLAVOUR_PMDK,
						   .existing = BTT_REPLACE_EXISTING,
						   .lbasize = lbasize,
						   .nfree = nfree};

	assert_int_equal(btt_format(&options, m->size, m->ns, m->cb), 0);
}

/* The second arena, accessed as if it were the first. */
static struct media
arena_of(const struct media *m, unsigned arena)
{
	struct media a = *m;

	a.bytes += arena * 512 * GIB;
	return a;
}

static uint8_t big[2][BIG];

static void
write_big(struct btt *btt, uint64_t lba, unsigned seed, uint32_t lbasize)
{
	fill(big[0], lbasize, seed);
	assert_int_equal(btt_write(btt, (unsigned)(lba % 4), lba, big[0]), 0);
}

static void
expect_big(struct btt *btt, uint64_t lba, unsigned seed, uint32_t lbasize)
{
	fill(big[0], lbasize, seed);
	assert_int_equal(btt_read(btt, 0, lba, big[1]), 0);
	assert_memory_equal(big[0], big[1], lbasize);
}

static void
expect_big_zeros(struct btt *btt, uint64_t lba, uint32_t lbasize)
{
	memset(big[0], 0, lbasize);
	memset(big[1], 1, lbasize);
	assert_int_equal(btt_read(btt, 0, lba, big[1]), 0);
	assert_memory_equal(big[0], big[1], lbasize);
}

/* Dirt at the future map and flog of arena 1, and where a wrong offset would put them. */
static void
plant_dirt(struct media *m, uint64_t *mapoff)
{
	struct media second = arena_of(m, 1);
	struct btt_arena_info info = {0};
	struct btt *btt;

	format_pmdk(m, SMALL, 0);
	btt = media_open(m, BTT_READ_ONLY);
	assert_int_equal(btt_get_arena(btt, 1, &info, sizeof(info)), 0);
	btt_fini(btt);
	*mapoff = info.mapoff;
	for (uint32_t i = 0; i < 100; i++)
		put32(second.bytes + info.mapoff + 4096ull * i, 7 | NORMAL_BITS);
	memset(second.bytes + info.flogoff, 0xa5, 256 * 64);
	memset(second.bytes, 0, PAGE);
	memset(second.bytes + info.infooff, 0, PAGE);
	memset(m->bytes, 0, PAGE);
	memset(m->bytes + 512 * GIB - PAGE, 0, PAGE);
}

/* Products of block numbers exceed 32 bits. */
static void
arenas_after_512_gib_read_zeros_on_a_dirty_namespace(void **state)
{
	struct media m = media_sparse(WHOLE);
	struct btt_layout info = {0};
	struct btt *btt;
	uint64_t first, lbas[7], mapoff;

	(void)state;
	plant_dirt(&m, &mapoff);
	format_pmdk(&m, SMALL, 0);
	btt = media_open(&m, BTT_READ_WRITE);
	btt_get_layout(btt, &info, sizeof(info));
	assert_int_equal(info.narenas, ARENAS);
	assert_int_equal(info.size_unused, 0);
	if (SMALL == 4096)
		assert_int_equal(btt_nlba(btt), 268696551);
	first = external_nlba(&m);
	for (uint32_t i = 0; i < 100; i++)
		expect_big_zeros(btt, first + 1024 * i, SMALL);
	memcpy(lbas,
	       (uint64_t[]){0, first / 2 + 3, first - 1, first, first + 1024,
			    ARENAS > 2 ? 2 * first - 1 : first + 2048, btt_nlba(btt) - 1},
	       sizeof(lbas));
	for (unsigned i = 0; i < LENGTH(lbas); i++)
		write_big(btt, lbas[i], i, SMALL);
	for (unsigned i = 0; i < LENGTH(lbas); i++)
		expect_big(btt, lbas[i], i, SMALL);
	/* each went to its own arena: the map is where the info block says */
	assert_int_equal(get32(map_at(&m, (uint32_t)first - 1)) >> 30, 3);
	for (unsigned arena = 1; arena < ARENAS; arena++) {
		struct media a = arena_of(&m, arena);
		int is_last = arena == ARENAS - 1;
		uint32_t premap = is_last ? external_nlba(&a) - 1 : 1024;

		assert_int_equal(get32(map_at(&a, premap)) >> 30, 3);
		assert_int_equal(get_le(a.bytes + AT_NEXTOFF, 8), is_last ? 0 : 512 * GIB);
		assert_int_equal(get_le(a.bytes + AT_CHECKSUM, 8), fletcher64(a.bytes));
	}
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

struct places {
	unsigned count, arena;
	int64_t lane, premap;
};

static void
keep_last(void *arg, const struct btt_finding *finding)
{
	struct places *p = arg;

	p->count++;
	p->arena = finding->arena;
	p->lane = finding->lane;
	p->premap = finding->premap > p->premap ? finding->premap : p->premap;
}

/* 512 GiB and 40 MiB: the second arena has far fewer blocks than the first. */
static struct media
media_uneven(void)
{
	struct media m = media_sparse(512 * GIB + 40 * MIB);

	format_pmdk(&m, BIG, 8);
	return m;
}

/* A lane has a group in the log of each arena, and all groups move. */
static void
an_adopted_lane_continues_in_all_arenas(void **state)
{
	struct media m = media_uneven();
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint64_t first = external_nlba(&m) / 4 * 4; /* a block of lane 0, like the one before */
	size_t size;

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		write_big(btt, 0, i, BIG);
		write_big(btt, first + 4, 100 + i, BIG);
		assert_non_null(btt_adopt_lane(btt, 0, &size));
	}
	write_big(btt, 4, 6, BIG);
	write_big(btt, first + 8, 106, BIG);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	btt = media_open(&m, BTT_READ_WRITE);
	expect_big(btt, 0, 5, BIG);
	expect_big(btt, 4, 6, BIG);
	expect_big(btt, first + 4, 105, BIG);
	expect_big(btt, first + 8, 106, BIG);
	btt_fini(btt);
	media_close(&m);
}

/* The lanes have a log in each arena; lane 1 wrote the other arena last. */
static void
a_batch_spans_arenas(void **state)
{
	static uint8_t data[4][BIG], buf[4][BIG];
	const unsigned lane[] = {3, 0, 1, 2};
	const void *const from[] = {data[0], data[1], data[2], data[3]};
	void *const to[] = {buf[0], buf[1], buf[2], buf[3]};
	struct media m = media_uneven();
	const uint64_t first = external_nlba(&m);

	(void)state;
	for (int commit = 0; commit < 2; commit++) {
		struct btt *btt = media_open_to_write(&m, (enum btt_commit)commit);

		for (unsigned turn = 0; turn < 4; turn++) {
			const uint64_t lba[] = {first, turn, first + 1 + turn, first - 1};

			for (unsigned i = 0; i < 4; i++)
				fill(data[i], BIG, 4 * turn + i);
			assert_int_equal(btt_write_batch(btt, lane, lba, from, 4, NULL), 0);
			assert_int_equal(btt_read_batch(btt, lane, lba, to, 4, NULL), 0);
			assert_memory_equal(buf, data, sizeof(buf));
		}
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		btt = media_open(&m, BTT_READ_WRITE);
		expect_big(btt, 2, 4 * 2 + 1, BIG);
		expect_big(btt, first, 4 * 3, BIG);
		btt_fini(btt);
	}
	media_close(&m);
}

static void
damage_to_the_second_arena_is_found(void **state)
{
	struct media m = media_uneven(), second = arena_of(&m, 1);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	struct places places = {.premap = -1};

	(void)state;
	assert_int_equal(btt_check(btt), 1);
	put32(map_at(&second, 11), 12 | NORMAL_BITS);
	assert_int_equal(btt_check_each(btt, keep_last, &places), 0);
	assert_int_equal(places.arena, 1);
	assert_int_equal(places.premap, 12);
	put32(map_at(&second, 11), 0);
	assert_int_equal(btt_check(btt), 1);
	put32(flog_at(&second, 3, 0) + 12, 9);
	assert_int_equal(btt_check_each(btt, keep_last, &places), 0);
	btt_fini(btt);
	media_close(&m);
}

/* The namespace has a block with this number, but this arena does not. */
static void
a_flog_lba_of_another_arena_makes_its_arena_read_only(void **state)
{
	struct media m = media_uneven(), second = arena_of(&m, 1);
	uint32_t nlba = external_nlba(&second);
	uint64_t first = external_nlba(&m);
	struct btt_arena_info info = {0};
	struct btt *btt;

	(void)state;
	put32(flog_at(&second, 3, 0), nlba);
	put32(flog_at(&second, 3, 0) + 8, 0); /* recovery would write it past the end of the map */
	btt = media_open(&m, BTT_READ_WRITE);
	assert_string_equal(btt_readonly_reason(btt),
			    "arena 1: flog of lane 3: flog.lba=631: is not a block of this arena");
	assert_int_equal(nlba, 631);
	fill(big[0], BIG, 1);
	expect_failed(btt_write(btt, 0, first, big[0]), EROFS, "arena 1: flog of lane 3");
	expect_big_zeros(btt, first, BIG);
	write_big(btt, first - 1, 1, BIG); /* the first arena is sound */
	expect_big(btt, first - 1, 1, BIG);
	assert_int_equal(btt_get_arena(btt, 0, &info, sizeof(info)), 0);
	assert_null(info.damage);
	assert_int_equal(btt_get_arena(btt, 1, &info, sizeof(info)), 0);
	assert_non_null(info.damage);
	assert_int_equal(info.start, 512 * GIB);
	btt_fini(btt);
	media_close(&m);
}

/* nfree 8 and 4: the test removes four blocks of the second arena from its map and its flog. */
static void
the_smallest_nfree_of_the_arenas_limits_the_lanes(void **state)
{
	struct media m = media_uneven(), second = arena_of(&m, 1);
	uint64_t first = external_nlba(&m);
	struct btt_layout info = {0};
	struct btt *btt;

	(void)state;
	edit_info(&second, AT_NFREE, 4, 4);
	edit_info(&second, AT_INTERNAL_NLBA, 4, internal_nlba(&second) - 4);
	btt = media_open(&m, BTT_READ_WRITE);
	btt_get_layout(btt, &info, sizeof(info));
	assert_int_equal(info.nfree, 4);
	assert_int_equal(btt_nlane(btt), 4);
	assert_null(btt_readonly_reason(btt));
	assert_int_equal(btt_check(btt), 1); /* all 8 free blocks of the first arena are known */
	write_big(btt, 3, 1, BIG);
	write_big(btt, first + 3, 2, BIG);
	btt_fini(btt);
	put_slot(flog_at(&m, 7, 1), 100, 100, (uint32_t)first + 7, 2); /* cut, in an unused lane */
	fill(data_at(&m, (uint32_t)first + 7), BIG, 77);
	btt = media_open(&m, BTT_READ_WRITE);
	expect_big(btt, 100, 77, BIG);
	expect_big(btt, 3, 1, BIG);
	expect_big(btt, first + 3, 2, BIG);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

static void
a_second_arena_that_is_damaged_or_missing_is_an_error(void **state)
{
	struct media m = media_uneven(), second = arena_of(&m, 1);
	uint8_t *backup = backup_at(&second), parent[16] = {0};
	struct btt *btt;

	(void)state;
	second.bytes[1000] ^= 1; /* repaired from its own backup */
	btt = media_open(&m, BTT_READ_WRITE);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	assert_memory_equal(second.bytes, backup, PAGE);
	second.bytes[1000] ^= 1;
	backup[1000] ^= 1;
	expect_open_fails(&m, EINVAL, "arena 1: no usable info block");
	memset(second.bytes, 0, PAGE);
	memset(backup, 0, PAGE);
	expect_open_fails(&m, EINVAL, "arena 1: no info block");
	assert_null(btt_init(m.size, BIG, parent, 4, m.ns, m.cb));
	expect_failed(-1, EINVAL, "arena 1: no info block");
	media_close(&m);
}

/* Nothing is left of the first arena, but the second one shows that a BTT was here. */
static void
a_first_arena_without_signatures_is_not_formatted(void **state)
{
	struct media m = media_uneven();
	uint8_t parent[16] = {0};

	(void)state;
	memset(backup_at(&m), 0, PAGE);
	memset(m.bytes, 0, PAGE);
	assert_null(btt_init(m.size, BIG, parent, 4, m.ns, m.cb));
	expect_failed(-1, EINVAL, "damaged BTT");
	media_close(&m);
}

static void
a_small_last_arena_is_left_unused_and_reported(void **state)
{
	struct media m = media_sparse(512 * GIB + 20 * MIB);
	struct btt_layout info = {0};
	struct btt *btt;

	(void)state;
	memset(arena_of(&m, 1).bytes, 0xa5, PAGE);
	format_pmdk(&m, BIG, 256);
	btt = media_open(&m, BTT_READ_WRITE);
	btt_get_layout(btt, &info, sizeof(info));
	assert_int_equal(info.narenas, 1);
	assert_int_equal(info.size_unused, 20 * MIB);
	assert_int_equal(info.nlba, external_nlba(&m));
	write_big(btt, info.nlba - 1, 1, BIG);
	expect_big(btt, info.nlba - 1, 1, BIG);
	assert_int_equal(btt_check(btt), 1);
	assert_int_equal(arena_of(&m, 1).bytes[0], 0xa5);
	btt_fini(btt);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arenas_after_512_gib_read_zeros_on_a_dirty_namespace),
		cmocka_unit_test(an_adopted_lane_continues_in_all_arenas),
		cmocka_unit_test(a_batch_spans_arenas),
		cmocka_unit_test(damage_to_the_second_arena_is_found),
		cmocka_unit_test(a_flog_lba_of_another_arena_makes_its_arena_read_only),
		cmocka_unit_test(the_smallest_nfree_of_the_arenas_limits_the_lanes),
		cmocka_unit_test(a_second_arena_that_is_damaged_or_missing_is_an_error),
		cmocka_unit_test(a_first_arena_without_signatures_is_not_formatted),
		cmocka_unit_test(a_small_last_arena_is_left_unused_and_reported),
	};

	setenv("PMEM_IS_PMEM_FORCE", "1", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
