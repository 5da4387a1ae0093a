/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_support.h -- for tests of libbtt: a namespace in memory with access to its bytes, and an independent reading of
 * the format that uses nothing of format.h.
 */
#ifndef TESTS_UNIT_BTT_SUPPORT_H
#define TESTS_UNIT_BTT_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btt.h"
#include "ns.h"

#define LENGTH(a)       (sizeof(a) / sizeof((a)[0]))
#define PAGE            4096u
#define MIB             (1ull << 20)
#define GIB             (1ull << 30)
#define SIGNATURE_BYTES "BTT_ARENA_INFO\0"

#define NORMAL_BITS 0xc0000000u
#define ZERO_BIT    0x80000000u
#define ERROR_BIT   0x40000000u
#define NUMBER_BITS 0x3fffffffu

/* offsets in the info block */
enum info_at {
	AT_SIGNATURE = 0,
	AT_UUID = 16,
	AT_PARENT_UUID = 32,
	AT_FLAGS = 48,
	AT_MAJOR = 52,
	AT_MINOR = 54,
	AT_EXTERNAL_LBASIZE = 56,
	AT_EXTERNAL_NLBA = 60,
	AT_INTERNAL_LBASIZE = 64,
	AT_INTERNAL_NLBA = 68,
	AT_NFREE = 72,
	AT_INFOSIZE = 76,
	AT_NEXTOFF = 80,
	AT_DATAOFF = 88,
	AT_MAPOFF = 96,
	AT_FLOGOFF = 104,
	AT_INFOOFF = 112,
	AT_CHECKSUM = 4088,
};

static inline uint64_t
get_le(const void *at, unsigned bytes)
{
	const uint8_t *byte = at;
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | byte[bytes];
	return value;
}

static inline void
put_le(void *at, unsigned bytes, uint64_t value)
{
	uint8_t *byte = at;

	for (unsigned i = 0; i < bytes; i++)
		byte[i] = (uint8_t)(value >> 8 * i);
}

static inline uint32_t
get32(const void *at)
{
	return (uint32_t)get_le(at, 4);
}

static inline void
put32(void *at, uint32_t value)
{
	put_le(at, 4, value);
}

/*
 * Fletcher-64 in its closed form: each word counts once for every word from it to the end.
 */
static inline uint64_t
fletcher64(const uint8_t *page)
{
	uint64_t lo = 0, hi = 0;

	for (unsigned i = 0; i < 1022; i++) {
		uint64_t word = get32(page + 4 * i);

		lo += word;
		hi += word * (1024 - i);
	}
	return hi << 32 | (lo & 0xffffffffu);
}

static inline void
seal_info(uint8_t *page)
{
	put_le(page + AT_CHECKSUM, 8, fletcher64(page));
}

/* A namespace with access to its bytes, and a BTT in it. */
struct media {
	struct btt_ns *ns;
	const struct ns_callback *cb;
	uint8_t *bytes;
	uint64_t size;
	uint64_t start;
};

static inline struct media
media_of(struct btt_ns *ns)
{
	struct btt_ns_facts facts;

	assert_non_null(ns);
	btt_ns_get_facts(ns, &facts, sizeof(facts));
	return (struct media){ns, btt_ns_callbacks(ns), facts.base, facts.size, 0};
}

/* Plain memory filled with `dirt`. */
static inline struct media
media_dram(uint64_t size, int dirt)
{
	struct media m = media_of(btt_ns_open_dram(size, 0));

	if (dirt)
		memset(m.bytes, dirt, m.size);
	return m;
}

static inline void
media_close(struct media *m)
{
	btt_ns_close(m->ns);
}

static inline uint64_t
start_of(enum btt_flavour flavour)
{
	static const uint64_t starts[] = {0, 4096, 8192};

	return starts[flavour];
}

static inline void
media_format(struct media *m, enum btt_flavour flavour, uint32_t lbasize, uint32_t nfree)
{
	const struct btt_format_options options = {
		.flavour = flavour, .start = start_of(flavour), .lbasize = lbasize, .nfree = nfree};

	m->start = options.start;
	assert_int_equal(btt_format(&options, m->size, m->ns, m->cb), 0);
}

/* 20 MiB of dirty memory, formatted: enough for one arena in every flavour. */
static inline struct media
media_formatted(enum btt_flavour flavour, uint32_t lbasize, uint32_t nfree)
{
	struct media m = media_dram(20 * MIB, 0xa5);

	media_format(&m, flavour, lbasize, nfree);
	return m;
}

static inline struct btt *
media_try_open(const struct media *m, enum btt_mode mode)
{
	/* strict order: each store has its fence, where tests cut, fail and count */
	const struct btt_open_options options = {
		.mode = mode, .commit = BTT_COMMIT_STRICT, .start = m->start};

	return btt_open(&options, m->size, m->ns, m->cb);
}

static inline struct btt *
media_open(const struct media *m, enum btt_mode mode)
{
	struct btt *btt = media_try_open(m, mode);

	if (!btt)
		print_message("btt_open: %s\n", btt_errormsg());
	assert_non_null(btt);
	return btt;
}

/* Opens with the given commit order. */
static inline struct btt *
media_open_to_write(const struct media *m, enum btt_commit commit)
{
	const struct btt_open_options options = {.commit = commit, .start = m->start};
	struct btt *btt = btt_open(&options, m->size, m->ns, m->cb);

	assert_non_null(btt);
	return btt;
}

static inline uint8_t *
arena_at(const struct media *m)
{
	return m->bytes + m->start;
}

static inline uint8_t *
backup_at(const struct media *m)
{
	return arena_at(m) + get_le(arena_at(m) + AT_INFOOFF, 8);
}

/* The place that the info block, primary or backup, gives for an area. */
static inline uint8_t *
map_at(const struct media *m, uint32_t premap)
{
	return arena_at(m) + get_le(arena_at(m) + AT_MAPOFF, 8) + 4ull * premap;
}

static inline uint8_t *
flog_at(const struct media *m, uint32_t lane, unsigned slot)
{
	return arena_at(m) + get_le(arena_at(m) + AT_FLOGOFF, 8) + 64ull * lane + 16 * slot;
}

static inline uint8_t *
data_at(const struct media *m, uint32_t postmap)
{
	return arena_at(m) + PAGE + (uint64_t)postmap * get32(arena_at(m) + AT_INTERNAL_LBASIZE);
}

static inline uint32_t
external_nlba(const struct media *m)
{
	return get32(arena_at(m) + AT_EXTERNAL_NLBA);
}

static inline uint32_t
internal_nlba(const struct media *m)
{
	return get32(arena_at(m) + AT_INTERNAL_NLBA);
}

static inline void
put_slot(uint8_t *slot, uint32_t lba, uint32_t old_map, uint32_t new_map, uint32_t seq)
{
	put32(slot, lba);
	put32(slot + 4, old_map);
	put32(slot + 8, new_map);
	put32(slot + 12, seq);
}

/* Sets a field of both info blocks; they stay valid. */
static inline void
edit_info(const struct media *m, enum info_at at, unsigned bytes, uint64_t value)
{
	uint8_t *pages[2] = {backup_at(m), arena_at(m)};

	for (unsigned i = 0; i < 2; i++) {
		put_le(pages[i] + at, bytes, value);
		seal_info(pages[i]);
	}
}

#define BLOCK_MAX 8192

/* Contents that identify themselves: every byte differs from its neighbours and from other seeds. */
static inline void
fill(uint8_t *buf, size_t len, unsigned seed)
{
	for (size_t i = 0; i < len; i++)
		buf[i] = (uint8_t)(seed * 37 + i * 11 + 1 + (i >> 8));
}

static inline void
write_block(struct btt *btt, unsigned lane, uint64_t lba, unsigned seed)
{
	uint8_t buf[BLOCK_MAX];
	struct btt_layout info;

	btt_get_layout(btt, &info, sizeof(info));
	fill(buf, info.lbasize, seed);
	assert_int_equal(btt_write(btt, lane, lba, buf), 0);
}

static inline void
expect_block(struct btt *btt, unsigned lane, uint64_t lba, unsigned seed)
{
	uint8_t buf[BLOCK_MAX], expected[BLOCK_MAX];
	struct btt_layout info;

	btt_get_layout(btt, &info, sizeof(info));
	fill(expected, info.lbasize, seed);
	memset(buf, 0x5a, info.lbasize);
	assert_int_equal(btt_read(btt, lane, lba, buf), 0);
	assert_memory_equal(buf, expected, info.lbasize);
}

static inline void
expect_zeros(struct btt *btt, unsigned lane, uint64_t lba)
{
	uint8_t buf[BLOCK_MAX], zeros[BLOCK_MAX] = {0};
	struct btt_layout info;

	btt_get_layout(btt, &info, sizeof(info));
	memset(buf, 0x5a, info.lbasize);
	assert_int_equal(btt_read(btt, lane, lba, buf), 0);
	assert_memory_equal(buf, zeros, info.lbasize);
}

/* The last call failed with this errno, and its message contains this text. */
static inline void
expect_failed(int result, int err, const char *text)
{
	int found = errno;

	assert_int_equal(result, -1);
	assert_int_equal(found, err);
	if (!strstr(btt_errormsg(), text))
		fail_msg("'%s' is not in the message '%s'", text, btt_errormsg());
}

static inline void
expect_open_fails(const struct media *m, int err, const char *text)
{
	for (int mode = BTT_READ_WRITE; mode <= BTT_READ_ONLY; mode++) {
		struct btt *btt = media_try_open(m, (enum btt_mode)mode);
		int found = errno;

		assert_null(btt);
		errno = found;
		expect_failed(-1, err, text);
	}
}

static inline void
expect_read_fails(struct btt *btt, unsigned lane, uint64_t lba, int err, const char *text)
{
	uint8_t buf[BLOCK_MAX];

	expect_failed(btt_read(btt, lane, lba, buf), err, text);
}

static inline void
expect_write_fails(struct btt *btt, unsigned lane, uint64_t lba, int err, const char *text)
{
	uint8_t buf[BLOCK_MAX];

	fill(buf, sizeof(buf), 99);
	expect_failed(btt_write(btt, lane, lba, buf), err, text);
}

/* A hash of all bytes (len: a multiple of 8), to prove that nothing changed. */
static inline uint64_t
hash_bytes(const uint8_t *bytes, uint64_t len)
{
	uint64_t hash = 0xcbf29ce484222325u, word;

	for (uint64_t i = 0; i < len; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		hash = (hash ^ word) * 0x100000001b3u;
	}
	return hash;
}

#endif
