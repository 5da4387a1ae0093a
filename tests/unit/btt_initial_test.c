/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_initial_test.c -- blocks with an initial map entry: data of the block of the same number in flavours uefi and
 * kernel, zeros in flavour pmdk; and formatting over old data, which no reader may see.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "btt_ram.h"

static const enum btt_flavour flavours[] = {BTT_FLAVOUR_UEFI, BTT_FLAVOUR_KERNEL, BTT_FLAVOUR_PMDK};

/* A layout as the kernel or libpmemblk makes it over old data: block i of the data area has the contents of seed i. */
static struct media
media_initial(enum btt_flavour flavour)
{
	struct media m = media_formatted(flavour, 4096, 4);

	memset(map_at(&m, 0), 0, 4ull * external_nlba(&m));
	for (uint32_t i = 0; i < internal_nlba(&m); i++)
		fill(data_at(&m, i), 4096, i);
	return m;
}

static void
initial_blocks_hold_data_in_uefi_and_kernel_and_zeros_in_pmdk(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(flavours); i++) {
		struct media m = media_initial(flavours[i]);
		int is_data = flavours[i] != BTT_FLAVOUR_PMDK;

		for (int mode = BTT_READ_WRITE; mode <= BTT_READ_ONLY; mode++) {
			struct btt *btt = media_open(&m, (enum btt_mode)mode);
			struct btt_arena_info info;

			assert_int_equal(btt_get_arena(btt, 0, &info, sizeof(info)), 0);
			assert_int_equal(info.initial_is_data, is_data);
			for (uint32_t lba = 0; lba < external_nlba(&m); lba += 97) {
				if (is_data)
					expect_block(btt, 0, lba, lba);
				else
					expect_zeros(btt, 0, lba);
			}
			assert_int_equal(btt_check(btt), 1);
			btt_fini(btt);
		}
		media_close(&m);
	}
}

static void
zeroing_an_initial_block_that_holds_data_is_durable(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(flavours); i++) {
		struct media m = media_initial(flavours[i]);
		struct btt *btt = media_open(&m, BTT_READ_WRITE);
		int is_data = flavours[i] != BTT_FLAVOUR_PMDK;

		assert_int_equal(btt_set_zero(btt, 1, 10), 0);
		assert_int_equal(get32(map_at(&m, 10)), is_data ? ZERO_BIT | 10 : 0);
		assert_int_equal(counters_of(btt, 1).bytes_stored, is_data ? 4 : 0);
		assert_int_equal(counters_of(btt, 1).fences, is_data ? 1 : 0);
		expect_zeros(btt, 0, 10);
		btt_fini(btt);
		btt = media_open(&m, BTT_READ_WRITE);
		expect_zeros(btt, 0, 10);
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		media_close(&m);
	}
}

static void
a_write_moves_an_initial_block_and_frees_its_place(void **state)
{
	struct media m = media_initial(BTT_FLAVOUR_KERNEL);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);
	uint32_t free = external_nlba(&m) + 2; /* of lane 2 */

	(void)state;
	write_block(btt, 2, 7, 1000);
	assert_int_equal(get32(map_at(&m, 7)), NORMAL_BITS | free);
	write_block(btt, 2, 8, 1001);
	assert_int_equal(get32(map_at(&m, 8)), NORMAL_BITS | 7);
	assert_int_equal(btt_set_error(btt, 2, 9), 0);
	expect_read_fails(btt, 0, 9, EIO, "marked bad");
	expect_block(btt, 0, 7, 1000);
	expect_block(btt, 0, 8, 1001);
	expect_block(btt, 0, 10, 10);
	assert_int_equal(btt_check(btt), 1);
	btt_fini(btt);
	media_close(&m);
}

/* All bytes differ from zero, so a block that shows one of them is found. */
static void
formatting_over_old_data_leaves_zeros_for_every_reader(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(flavours); i++) {
		struct media m = media_formatted(flavours[i], 512, 16);
		struct btt *btt = media_open(&m, BTT_READ_WRITE);

		for (uint32_t lba = 0; lba < external_nlba(&m); lba++) {
			assert_int_equal(get32(map_at(&m, lba)),
					 flavours[i] == BTT_FLAVOUR_PMDK ? 0 : ZERO_BIT | lba);
			expect_zeros(btt, 0, lba);
		}
		assert_int_equal(btt_check(btt), 1);
		btt_fini(btt);
		media_close(&m);
	}
}

#define SPARSE_BYTES (64 * MIB)

/* A file that is a hole, except some pages of old data in the middle. */
static struct media
media_sparse(char *path)
{
	uint8_t page[PAGE];
	int fd = mkstemp(path);

	memset(page, 0xa5, sizeof(page));
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, SPARSE_BYTES), 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pwrite(fd, page, sizeof(page), (off_t)(17 * MIB + i * 3 * MIB)),
				 sizeof(page));
	assert_int_equal(fsync(fd), 0);
	close(fd);
	return media_of(btt_ns_open_path(path, BTT_NS_READ_WRITE, 0, 0));
}

/* The kernel's reading of every block: an initial entry shows the data area. */
static void
expect_zeros_to_the_kernel(const struct media *m)
{
	static const uint8_t zeros[512];

	for (uint32_t lba = 0; lba < external_nlba(m); lba++) {
		uint32_t entry = get32(map_at(m, lba));

		if (entry == 0)
			assert_memory_equal(data_at(m, lba), zeros, sizeof(zeros));
		else
			assert_int_equal(entry, ZERO_BIT | lba);
	}
}

static void
formatting_a_sparse_file_marks_only_blocks_over_old_data(void **state)
{
	char path[] = "btt_initial_test.XXXXXX";
	struct media m = media_sparse(path);
	uint32_t marked = 0;
	struct stat before;

	(void)state;
	assert_int_equal(stat(path, &before), 0);
	media_format(&m, BTT_FLAVOUR_KERNEL, 512, 0);
	expect_zeros_to_the_kernel(&m);
	for (uint32_t lba = 0; lba < external_nlba(&m); lba++)
		marked += get32(map_at(&m, lba)) != 0;
	assert_true(marked >= 3 * PAGE / 512);
	if (before.st_blocks * 512 < (off_t)MIB) /* the file system keeps holes */
		assert_true(marked < external_nlba(&m) / 4);
	media_close(&m);
	unlink(path);
}

static struct {
	uint64_t from, to;
	int err;
	unsigned calls;
} answer;

static int
answer_find_data(void *ns, uint64_t off, uint64_t end, uint64_t *from, uint64_t *to)
{
	(void)ns;
	assert_true(off <= end);
	answer.calls++;
	*from = answer.from < off ? end : answer.from;
	*to = answer.to;
	errno = answer.err;
	return answer.err ? -1 : 0;
}

static void
the_namespace_says_where_old_data_may_be(void **state)
{
	const struct btt_format_options options = {.lbasize = 512,
						   .existing = BTT_REPLACE_EXISTING};
	struct ram *ram = ram_open(20 * MIB, 0xa5);
	struct ns_callback cb = ram_mapped;
	struct media m = ram_media(ram, &cb, 0);

	(void)state;
	cb.nsfind_data = answer_find_data;
	answer.from = PAGE + 512 * 100 + 1; /* inside block 100; 16 entries are a map line */
	answer.to = answer.from + 512 * 16;
	assert_int_equal(btt_format(&options, ram->size, ram, &cb), 0);
	assert_int_equal(get32(map_at(&m, 95)), 0);
	assert_int_equal(get32(map_at(&m, 96)), ZERO_BIT | 96);
	assert_int_equal(get32(map_at(&m, 127)), ZERO_BIT | 127);
	assert_int_equal(get32(map_at(&m, 128)), 0);
	assert_true(answer.calls >= 2);

	/* a short range is read */
	memset(data_at(&m, 96), 0, 512 * 32);
	assert_int_equal(btt_format(&options, ram->size, ram, &cb), 0);
	assert_int_equal(get32(map_at(&m, 100)), 0);

	answer.err = ENXIO;
	expect_failed(btt_format(&options, ram->size, ram, &cb), ENXIO, "looking for data");
	answer.err = 0;
	answer.to = answer.from;
	expect_failed(btt_format(&options, ram->size, ram, &cb), EINVAL, "nsfind_data");
	answer.to = ram->size + 1;
	expect_failed(btt_format(&options, ram->size, ram, &cb), EINVAL, "nsfind_data");

	answer.calls = 0;
	cb.size = offsetof(struct ns_callback, nsfind_data); /* a program of an earlier release */
	assert_int_equal(btt_format(&options, ram->size, ram, &cb), 0);
	assert_int_equal(answer.calls, 0);
	assert_int_equal(get32(map_at(&m, external_nlba(&m) - 1)),
			 ZERO_BIT | (external_nlba(&m) - 1));
	ram_close(ram);
}

static int
initial_is_data(const struct media *m)
{
	struct btt *btt = media_open(m, BTT_READ_ONLY);
	struct btt_arena_info info;

	assert_int_equal(btt_get_arena(btt, 0, &info, sizeof(info)), 0);
	btt_fini(btt);
	return info.initial_is_data;
}

/* The writer of flavour kernel may keep the error flag of a replaced block in its log. */
static void
an_error_flag_in_old_map_is_not_flavour_pmdk(void **state)
{
	struct media m = media_initial(BTT_FLAVOUR_KERNEL);
	uint32_t free = external_nlba(&m) + 1;

	(void)state;
	put_slot(flog_at(&m, 1, 1), 5, 5 | ERROR_BIT, free, 2);
	put32(map_at(&m, 5), free | NORMAL_BITS);
	assert_int_equal(initial_is_data(&m), 1);
	media_close(&m);
}

static void
a_pmdk_layout_is_known_by_one_lane_and_by_damaged_lanes_alone(void **state)
{
	struct media m = media_initial(BTT_FLAVOUR_PMDK);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	(void)state;
	for (unsigned lane = 0; lane < 4; lane++)
		write_block(btt, lane, lane, lane);
	btt_fini(btt);
	assert_int_equal(initial_is_data(&m), 0);
	for (unsigned lane = 0; lane < 4; lane++) /* equal sequence numbers: no lane is sound */
		put32(flog_at(&m, lane, 1) + 12, get32(flog_at(&m, lane, 0) + 12));
	assert_int_equal(initial_is_data(&m), 0);
	media_close(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initial_blocks_hold_data_in_uefi_and_kernel_and_zeros_in_pmdk),
		cmocka_unit_test(zeroing_an_initial_block_that_holds_data_is_durable),
		cmocka_unit_test(a_write_moves_an_initial_block_and_frees_its_place),
		cmocka_unit_test(formatting_over_old_data_leaves_zeros_for_every_reader),
		cmocka_unit_test(formatting_a_sparse_file_marks_only_blocks_over_old_data),
		cmocka_unit_test(the_namespace_says_where_old_data_may_be),
		cmocka_unit_test(an_error_flag_in_old_map_is_not_flavour_pmdk),
		cmocka_unit_test(a_pmdk_layout_is_known_by_one_lane_and_by_damaged_lanes_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
