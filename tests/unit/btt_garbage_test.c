/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_garbage_test.c -- with any bytes on media, the library touches nothing outside the namespace and every call
 * ends. The namespace asserts that each access is inside it; the address sanitizer checks all other accesses.
 */
#include "btt_ram.h"

#include <unistd.h>

#define ROUNDS 400u

static uint64_t random_state = 0x243f6a8885a308d3u;

static uint64_t
next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* Numbers that often break comparisons and products, and random ones. */
static uint64_t
nasty_number(const struct media *m)
{
	static const uint64_t nasty[] = {
		0,          1,          2,          3,          4,          255,
		4095,       4096,       0x3fffffff, 0x40000000, 0x7fffffff, 0x80000000,
		0xc0000000, 0xffffffff, 1ull << 32, 1ull << 63, UINT64_MAX, UINT64_MAX - 4095,
		512 * GIB};
	uint64_t near[] = {external_nlba(m), internal_nlba(m), m->size};

	switch (next_random() % 3) {
	case 0:
		return nasty[next_random() % LENGTH(nasty)];
	case 1:
		return near[next_random() % LENGTH(near)] + next_random() % 5 - 2;
	default:
		return next_random();
	}
}

/* A few calls of each kind; their results do not matter. */
static void
use(const struct media *m, enum btt_mode mode)
{
	struct btt *btt = media_try_open(m, mode);
	struct btt_arena_usage usage = {0};
	uint8_t *buf = calloc(1, 1 << 20);

	assert_non_null(buf);
	if (btt) {
		struct btt_layout info = {0};

		btt_get_layout(btt, &info, sizeof(info));
		assert_true(info.lbasize <= m->size && info.nlba * info.lbasize <= m->size);
		for (unsigned i = 0; i < 40 && info.lbasize <= 1 << 20; i++) {
			uint64_t lba = i < 20 ? i : info.nlba - 1 - i % 20;

			btt_read(btt, i % info.nlane, lba, buf);
			btt_write(btt, i % info.nlane, lba, buf);
			btt_set_zero(btt, i % info.nlane, lba);
			btt_set_error(btt, i % info.nlane, lba);
		}
		assert_true(btt_check(btt) >= 0);
		assert_int_equal(btt_get_usage(btt, 0, &usage, sizeof(usage)), 0);
		btt_fini(btt);
	} else {
		assert_int_equal(errno, EINVAL);
	}
	free(buf);
}

static struct ram *
make_used(struct media *m)
{
	struct ram *ram = ram_open(17 * MIB, 0);
	struct btt *btt;

	*m = ram_media(ram, &ram_five, 0);
	media_format(m, BTT_FLAVOUR_UEFI, 4096, 64);
	btt = media_open(m, BTT_READ_WRITE);
	for (unsigned i = 0; i < 100; i++)
		write_block(btt, i % 8, i, i);
	btt_fini(btt);
	return ram;
}

static void
garbage_in_info_blocks_is_survived(void **state)
{
	struct media m;
	struct ram *ram = make_used(&m);
	uint8_t *image = malloc(ram->size);

	(void)state;
	assert_non_null(image);
	memcpy(image, ram->bytes, ram->size);
	alarm(120);
	for (unsigned i = 0; i < ROUNDS; i++) {
		for (unsigned k = 0; k <= i % 3; k++) {
			unsigned at = 48 + 4 * (unsigned)(next_random() % 18);

			put_le(arena_at(&m) + at, at < 80 ? 4 : 8, nasty_number(&m));
		}
		seal_info(arena_at(&m));
		if (i % 2)
			memset(m.bytes + 17 * MIB - PAGE, 0, PAGE);
		use(&m, i % 5 ? BTT_READ_WRITE : BTT_READ_ONLY);
		memcpy(ram->bytes, image, ram->size);
	}
	alarm(0);
	free(image);
	ram_close(ram);
}

static void
garbage_in_map_and_flog_is_survived(void **state)
{
	struct media m;
	struct ram *ram = make_used(&m);
	uint8_t *tables = map_at(&m, 0), *end = m.bytes + ram->size - PAGE;
	uint8_t *image = malloc((size_t)(end - tables));

	(void)state;
	assert_non_null(image);
	memcpy(image, tables, (size_t)(end - tables));
	alarm(120);
	for (unsigned i = 0; i < ROUNDS; i++) {
		for (unsigned k = 0; k <= i % 4; k++) {
			put32(map_at(&m, (uint32_t)(next_random() % 40)),
			      (uint32_t)nasty_number(&m));
			put32(flog_at(&m, (uint32_t)(next_random() % 64), 0) +
				      4 * (next_random() % 8),
			      (uint32_t)nasty_number(&m));
		}
		use(&m, i % 5 ? BTT_READ_WRITE : BTT_READ_ONLY);
		assert_memory_equal(m.bytes, backup_at(&m),
				    PAGE); /* info blocks are never damaged */
		memcpy(tables, image, (size_t)(end - tables));
	}
	alarm(0);
	free(image);
	ram_close(ram);
}

static void
a_namespace_of_noise_holds_no_btt(void **state)
{
	const struct btt_open_options options = {.start = BTT_START_PROBE};
	struct ram *ram = ram_open(17 * MIB, 0);

	(void)state;
	for (uint64_t i = 0; i < ram->size; i += 8)
		put_le(ram->bytes + i, 8, next_random());
	assert_null(btt_open(&options, ram->size, ram, &ram_five));
	expect_failed(-1, ENOENT, "no BTT");
	ram_close(ram);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(garbage_in_info_blocks_is_survived),
		cmocka_unit_test(garbage_in_map_and_flog_is_survived),
		cmocka_unit_test(a_namespace_of_noise_holds_no_btt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
