/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_abi_test.c -- structs of the public headers may grow: results take a size, options have
 * reserved members, struct ns_callback has one; and values out of range are errors.
 */
#include "btt_ram.h"

/*
 * each result is filled up to `size`, no byte behind it, and bytes that the library does not know
 * are zero
 */
#define EXPECT_FILLED(type, call)                                          \
	do {                                                               \
		uint8_t whole[sizeof(type) + 16], part[sizeof(type) + 16]; \
		size_t size = sizeof(whole);                               \
		type *at = (type *)(void *)whole;                          \
                                                                           \
		memset(whole, 0xee, sizeof(whole));                        \
		call;                                                      \
		for (size_t i = sizeof(type); i < sizeof(whole); i++)      \
			assert_int_equal(whole[i], 0);                     \
		for (size = 0; size < sizeof(type); size += 4) {           \
			at = (type *)(void *)part;                         \
			memset(part, 0xee, sizeof(part));                  \
			call;                                              \
			assert_memory_equal(part, whole, size);            \
			for (size_t i = size; i < sizeof(part); i++)       \
				assert_int_equal(part[i], 0xee);           \
		}                                                          \
	} while (0)

static void
results_fill_as_many_bytes_as_the_caller_knows(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 4096, 256);
	struct btt *btt = media_open(&m, BTT_READ_WRITE);

	(void)state;
	write_block(btt, 0, 0, 1);
	EXPECT_FILLED(struct btt_layout, btt_get_layout(btt, at, size));
	EXPECT_FILLED(struct btt_arena_info, assert_int_equal(btt_get_arena(btt, 0, at, size), 0));
	EXPECT_FILLED(struct btt_arena_usage, assert_int_equal(btt_get_usage(btt, 0, at, size), 0));
	EXPECT_FILLED(struct btt_counters, assert_int_equal(btt_get_counters(btt, 0, at, size), 0));
	EXPECT_FILLED(struct btt_probe,
		      assert_int_equal(btt_probe(m.size, m.ns, m.cb, at, size), 0));
	EXPECT_FILLED(struct btt_ns_facts, btt_ns_get_facts(m.ns, at, size));
	btt_fini(btt);
	media_close(&m);
}

static void
reserved_members_and_unknown_flags_are_errors(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 4096, 256);

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct btt_open_options open = {0};
		struct btt_format_options format = {.lbasize = 4096};
		struct btt_repair_options repair = {0};

		open.reserved[i % 3] = format.reserved[i] = repair.reserved[i] = 1;
		assert_null(btt_open(&open, m.size, m.ns, m.cb));
		expect_failed(-1, EINVAL, "reserved");
		expect_failed(btt_format(&format, m.size, m.ns, m.cb), EINVAL, "reserved");
		expect_failed(btt_repair(&repair, m.size, m.ns, m.cb, NULL, NULL), EINVAL,
			      "reserved");
	}
	for (uint32_t flag = 2; flag; flag <<= 1) {
		const struct btt_open_options open = {.flags = flag};
		const struct btt_format_options format = {.lbasize = 4096, .flags = flag};
		const struct btt_repair_options repair = {.flags = flag};

		assert_null(btt_open(&open, m.size, m.ns, m.cb));
		expect_failed(-1, EINVAL, "unknown flag");
		expect_failed(btt_format(&format, m.size, m.ns, m.cb), EINVAL, "unknown flag");
		expect_failed(btt_repair(&repair, m.size, m.ns, m.cb, NULL, NULL), EINVAL,
			      "unknown flag");
		assert_null(btt_ns_open_dram(MIB, flag));
		expect_failed(-1, EINVAL, "unknown flag");
		assert_null(btt_ns_open_path("/dev/null", BTT_NS_READ_ONLY, 0, flag));
		expect_failed(-1, EINVAL, "unknown flag");
	}
	media_close(&m);
}

static void
values_out_of_range_are_errors(void **state)
{
	struct media m = media_formatted(BTT_FLAVOUR_UEFI, 4096, 256);
	const struct btt_open_options opens[] = {{.mode = (enum btt_mode)2},
						 {.commit = (enum btt_commit)2}};
	const struct btt_format_options formats[] = {
		{.lbasize = 4096, .flavour = (enum btt_flavour)3},
		{.lbasize = 4096, .existing = (enum btt_existing)2}};
	const struct btt_repair_options repair = {.mode = (enum btt_repair_mode)2};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_null(btt_open(&opens[i], m.size, m.ns, m.cb));
		expect_failed(-1, EINVAL, "=2: must be below 2");
		expect_failed(btt_format(&formats[i], m.size, m.ns, m.cb), EINVAL,
			      ": must be below");
	}
	expect_failed(btt_repair(&repair, m.size, m.ns, m.cb, NULL, NULL), EINVAL, "mode=2");
	assert_null(btt_ns_open_path("/dev/null", (enum btt_ns_mode)2, 0, 0));
	expect_failed(-1, EINVAL, "mode=2");
	assert_null(btt_ns_open_dram(0, 0));
	expect_failed(-1, EINVAL, "0 bytes");
	assert_string_equal(btt_flavour_name((enum btt_flavour)3), "unknown");
	assert_string_equal(btt_ns_kind_name((enum btt_ns_kind)4), "unknown");
	media_close(&m);
}

/* `init` is 1 where opening must work */
static void
try_callbacks(struct ram *ram, struct ns_callback cb, int works)
{
	struct btt *btt = btt_init(ram->size, 4096, NULL, 1, ram, &cb);

	if (works) {
		assert_non_null(btt);
		btt_fini(btt);
	} else {
		assert_null(btt);
		expect_failed(-1, EINVAL, "optional members");
	}
}

static void
optional_callbacks_come_all_or_none(void **state)
{
	struct ram *ram = ram_open(16 * MIB, 0);
	struct ns_callback cb;

	(void)state;
	try_callbacks(ram, ram_five, 1);
	try_callbacks(ram, ram_mapped, 1);
	cb = ram_mapped;
	cb.size = sizeof(cb) + 64; /* of a later release */
	try_callbacks(ram, cb, 1);
	cb.size = 0;
	try_callbacks(ram, cb, 0);
	cb.size = offsetof(struct ns_callback, nsdrain);
	try_callbacks(ram, cb, 0);
	cb = ram_five;
	cb.size = sizeof(cb);
	try_callbacks(ram, cb, 0);
	cb = ram_mapped;
	cb.nsstore4 = NULL;
	try_callbacks(ram, cb, 0);
	cb = ram_mapped;
	cb.nsdrain = NULL;
	try_callbacks(ram, cb, 0);
	ram_close(ram);
}

static void
version_is_that_of_the_header(void **state)
{
	char version[32];

	(void)state;
	snprintf(version, sizeof(version), "%d.%d.%d", BTT_VERSION_MAJOR, BTT_VERSION_MINOR,
		 BTT_VERSION_PATCH);
	assert_string_equal(btt_version(), version);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_fill_as_many_bytes_as_the_caller_knows),
		cmocka_unit_test(reserved_members_and_unknown_flags_are_errors),
		cmocka_unit_test(values_out_of_range_are_errors),
		cmocka_unit_test(optional_callbacks_come_all_or_none),
		cmocka_unit_test(version_is_that_of_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
