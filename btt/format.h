/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * format.h -- the format on media, byte for byte (UEFI specification, chapter "Block Translation
 * Table").
 *
 * All numbers are little-endian. The wrapper types prevent their use as numbers of the processor by
 * mistake.
 */
#ifndef BTT_FORMAT_H
#define BTT_FORMAT_H

#include <assert.h>
#include <endian.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	uint16_t raw;
} le16;
typedef struct {
	uint32_t raw;
} le32;
typedef struct {
	uint64_t raw;
} le64;

static inline uint16_t
le16_get(le16 v)
{
	return le16toh(v.raw);
}

static inline uint32_t
le32_get(le32 v)
{
	return le32toh(v.raw);
}

static inline uint64_t
le64_get(le64 v)
{
	return le64toh(v.raw);
}

static inline le16
le16_of(uint16_t v)
{
	return (le16){htole16(v)};
}

static inline le32
le32_of(uint32_t v)
{
	return (le32){htole32(v)};
}

static inline le64
le64_of(uint64_t v)
{
	return (le64){htole64(v)};
}

#define FORMAT_PAGE             4096u /* info blocks, and the alignment of every area */
#define FORMAT_LINE             64u
#define FORMAT_SIGNATURE        "BTT_ARENA_INFO\0"
#define FORMAT_SIGNATURE_LEN    16u
#define FORMAT_FLAG_ERROR       1u
#define FORMAT_MAP_ENTRIES_LINE (FORMAT_LINE / (uint32_t)sizeof(le32))
#define FORMAT_NLBA_MAX         (1u << 30) /* post-map numbers have 30 bits */

struct format_info {
	char signature[FORMAT_SIGNATURE_LEN];
	uint8_t uuid[16];
	uint8_t parent_uuid[16];
	le32 flags;
	le16 major;
	le16 minor;
	le32 external_lbasize;
	le32 external_nlba;
	le32 internal_lbasize;
	le32 internal_nlba;
	le32 nfree;
	le32 infosize;
	le64 nextoff;
	le64 dataoff;
	le64 mapoff;
	le64 flogoff;
	le64 infooff;
	uint8_t zero[3968];
	le64 checksum;
};

static_assert(sizeof(struct format_info) == FORMAT_PAGE, "an info block is one page");
static_assert(offsetof(struct format_info, major) == 52, "UEFI specification, info block");
static_assert(offsetof(struct format_info, nfree) == 72, "UEFI specification, info block");
static_assert(offsetof(struct format_info, nextoff) == 80, "UEFI specification, info block");
static_assert(offsetof(struct format_info, infooff) == 112, "UEFI specification, info block");
static_assert(offsetof(struct format_info, checksum) == 4088, "UEFI specification, info block");

/*
 * A slot of the flog. Its halves are stored one after the other: {lba, old_map}, then {new_map,
 * seq}.
 */
struct format_flog {
	le32 lba; /* pre-map */
	le32 old_map;
	le32 new_map;
	le32 seq; /* 1, 2, 3, 1 …; 0 = never written */
};

#define FORMAT_FLOG_SLOTS   4u
#define FORMAT_FLOG_GROUP   (FORMAT_FLOG_SLOTS * (uint32_t)sizeof(struct format_flog))
#define FORMAT_FLOG_SEQ_MAX 3u

static_assert(FORMAT_FLOG_GROUP == FORMAT_LINE, "the flog of a lane is one cache line");

/* A map entry: two flags above a post-map block number. */
#define FORMAT_MAP_POSTMAP_BITS 30u

#define FORMAT_MAP_POSTMAP 0x3fffffffu
#define FORMAT_MAP_ERROR   0x40000000u
#define FORMAT_MAP_ZERO    0x80000000u
/*
 * Both flags. No flag = initial: the block of the same number. In flavours uefi and kernel it holds data,
 * in flavour pmdk it reads as zeros.
 */
#define FORMAT_MAP_NORMAL 0xc0000000u

#endif
