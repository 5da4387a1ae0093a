/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_damage_cases.h -- a table for btt_damage_test.c: damage to an image, and the message of opening it.
 *
 * The image: 20 MiB, flavour uefi, 512-byte blocks, nfree 256. Block i < WRITTEN was written by lane i % 4. So the current
 * entry of lane 2, seq 3, is in slot 1, and lane 9 was never used.
 */
#ifndef TESTS_UNIT_BTT_DAMAGE_CASES_H
#define TESTS_UNIT_BTT_DAMAGE_CASES_H

#include "btt_support.h"

#define WRITTEN 20u

enum {
	EXTERNAL = 40330,
	INTERNAL = 40586,
	MAPOFF = 20787200,
	FLOGOFF = 20951040,
	INFOOFF = 20967424,
};

/* the offset of a flog slot in the log */
#define SLOT(lane, slot) (64u * (lane) + 16u * (slot))

enum {
	LBA = 0,
	OLD_MAP = 4,
	NEW_MAP = 8,
	SEQ = 12,
};

/* Bytes of the image. Changed info blocks get a correct checksum, except after PRIMARY_UNSEALED. */
struct poke {
	enum place { NOWHERE, BOTH_INFOS, PRIMARY, BACKUP, PRIMARY_UNSEALED, FLOG, MAP } place;
	uint32_t at;
	unsigned bytes;
	uint64_t value;
};

struct damage_case {
	const char *what;
	struct poke pokes[4];
	const char *text;
};

#define INFO(at, bytes, value)                    \
	{                                         \
		BOTH_INFOS, AT_##at, bytes, value \
	}
#define FLOG32(lane, slot, at, value)                   \
	{                                               \
		FLOG, SLOT(lane, slot) + (at), 4, value \
	}

/* Opening fails with this message. */
static const struct damage_case refused[] = {
	{"major 0", {INFO(MAJOR, 2, 0)}, "arena 0: info block: major=0: unknown version (1 or 2)"},
	{"major 3", {INFO(MAJOR, 2, 3)}, "arena 0: info block: major=3: unknown version (1 or 2)"},
	{"major huge",
	 {INFO(MAJOR, 2, 0xffff)},
	 "arena 0: info block: major=65535: unknown version (1 or 2)"},
	{"infosize 0", {INFO(INFOSIZE, 4, 0)}, "arena 0: info block: infosize=0: must be 4096"},
	{"infosize short",
	 {INFO(INFOSIZE, 4, 4095)},
	 "arena 0: info block: infosize=4095: must be 4096"},
	{"infosize long",
	 {INFO(INFOSIZE, 4, 8192)},
	 "arena 0: info block: infosize=8192: must be 4096"},
	{"external_lbasize 0",
	 {INFO(EXTERNAL_LBASIZE, 4, 0)},
	 "arena 0: info block: external_lbasize=0: must be at least 1"},
	{"external_lbasize above internal",
	 {INFO(EXTERNAL_LBASIZE, 4, 513)},
	 "arena 0: info block: internal_lbasize=512: must not be below external_lbasize"},
	{"internal_lbasize 0",
	 {INFO(INTERNAL_LBASIZE, 4, 0)},
	 "arena 0: info block: internal_lbasize=0: must not be below external_lbasize"},
	{"internal_lbasize below external",
	 {INFO(INTERNAL_LBASIZE, 4, 511)},
	 "arena 0: info block: internal_lbasize=511: must not be below external_lbasize"},
	{"internal_lbasize too large",
	 {INFO(INTERNAL_LBASIZE, 4, 576)},
	 "arena 0: info block: mapoff=20787200: overlaps the area before it"},
	{"internal_lbasize 2^32 - 1",
	 {INFO(INTERNAL_LBASIZE, 4, UINT32_MAX)},
	 "arena 0: info block: mapoff=20787200: overlaps the area before it"},
	{"nfree 0", {INFO(NFREE, 4, 0)}, "arena 0: info block: nfree=0: must be at least 1"},
	{"nfree too small by one",
	 {INFO(NFREE, 4, 255)},
	 "arena 0: info block: internal_nlba=40586: must be external_nlba + nfree"},
	{"nfree 2^32 - 1",
	 {INFO(NFREE, 4, UINT32_MAX)},
	 "arena 0: info block: internal_nlba=40586: must be external_nlba + nfree"},
	{"nfree above the flog area",
	 {INFO(NFREE, 4, 257), INFO(EXTERNAL_NLBA, 4, INTERNAL - 257)},
	 "arena 0: info block: infooff=20967424: overlaps the area before it"},
	{"external_nlba 0",
	 {INFO(EXTERNAL_NLBA, 4, 0)},
	 "arena 0: info block: external_nlba=0: must be at least 1"},
	{"external_nlba one more",
	 {INFO(EXTERNAL_NLBA, 4, EXTERNAL + 1)},
	 "arena 0: info block: internal_nlba=40586: must be external_nlba + nfree"},
	{"external_nlba + nfree wraps to internal_nlba",
	 {INFO(EXTERNAL_NLBA, 4, UINT32_MAX), INFO(NFREE, 4, INTERNAL + 1)},
	 "arena 0: info block: internal_nlba=40586: must be external_nlba + nfree"},
	{"internal_nlba one more",
	 {INFO(INTERNAL_NLBA, 4, INTERNAL + 1)},
	 "arena 0: info block: internal_nlba=40587: must be external_nlba + nfree"},
	{"internal_nlba above 2^30",
	 {INFO(INTERNAL_NLBA, 4, 0x40000001)},
	 "arena 0: info block: internal_nlba=1073741825: must be at most 2^30"},
	{"data of 2^32 bytes",
	 {INFO(EXTERNAL_NLBA, 4, 16384 - 256), INFO(INTERNAL_NLBA, 4, 16384),
	  INFO(INTERNAL_LBASIZE, 4, 256 << 10)},
	 "arena 0: info block: mapoff=20787200: overlaps the area before it"},
	{"nextoff a page",
	 {INFO(NEXTOFF, 8, 4096)},
	 "arena 0: info block: nextoff=4096: must be 0 or 549755813888"},
	{"nextoff a page less than an arena",
	 {INFO(NEXTOFF, 8, 512 * GIB - 4096)},
	 "arena 0: info block: nextoff=549755809792: must be 0 or 549755813888"},
	{"nextoff 2^64 - 1",
	 {INFO(NEXTOFF, 8, UINT64_MAX)},
	 "arena 0: info block: nextoff=18446744073709551615: must be 0 or 549755813888"},
	{"nextoff beyond the namespace",
	 {INFO(NEXTOFF, 8, 512 * GIB)},
	 "arena 0: info block: nextoff=549755813888: names an arena beyond the end of the "
	 "namespace"},
	{"dataoff on the info block",
	 {INFO(DATAOFF, 8, 0)},
	 "arena 0: info block: dataoff=0: overlaps the area before it"},
	{"dataoff unaligned",
	 {INFO(DATAOFF, 8, 4160)},
	 "arena 0: info block: dataoff=4160: must be a multiple of 4096"},
	{"data into the map",
	 {INFO(DATAOFF, 8, 12288)},
	 "arena 0: info block: mapoff=20787200: overlaps the area before it"},
	{"dataoff wraps",
	 {INFO(DATAOFF, 8, UINT64_MAX - 4095)},
	 "arena 0: info block: dataoff=18446744073709547520, mapoff=20787200, flogoff=20951040: "
	 "must not pass infooff=20967424"},
	{"mapoff unaligned",
	 {INFO(MAPOFF, 8, MAPOFF + 64)},
	 "arena 0: info block: mapoff=20787264: must be a multiple of 4096"},
	{"map into the data",
	 {INFO(MAPOFF, 8, MAPOFF - 12288)},
	 "arena 0: info block: mapoff=20774912: overlaps the area before it"},
	{"map into the flog",
	 {INFO(MAPOFF, 8, MAPOFF + 4096)},
	 "arena 0: info block: flogoff=20951040: overlaps the area before it"},
	{"mapoff wraps",
	 {INFO(MAPOFF, 8, UINT64_MAX - 4095)},
	 "arena 0: info block: dataoff=4096, mapoff=18446744073709547520, flogoff=20951040: must "
	 "not pass infooff=20967424"},
	{"flogoff unaligned",
	 {INFO(FLOGOFF, 8, FLOGOFF - 64)},
	 "arena 0: info block: flogoff=20950976: must be a multiple of 4096"},
	{"flog into the map",
	 {INFO(FLOGOFF, 8, FLOGOFF - 4096)},
	 "arena 0: info block: flogoff=20946944: overlaps the area before it"},
	{"flog into the backup",
	 {INFO(FLOGOFF, 8, FLOGOFF + 4096)},
	 "arena 0: info block: infooff=20967424: overlaps the area before it"},
	{"flogoff wraps",
	 {INFO(FLOGOFF, 8, UINT64_MAX - 4095)},
	 "arena 0: info block: dataoff=4096, mapoff=20787200, flogoff=18446744073709547520: must "
	 "not pass infooff=20967424"},
	{"infooff unaligned",
	 {INFO(INFOOFF, 8, INFOOFF - 64)},
	 "arena 0: info block: infooff=20967360: must be a multiple of 4096"},
	{"backup into the flog",
	 {INFO(INFOOFF, 8, INFOOFF - 4096)},
	 "arena 0: info block: infooff=20963328: overlaps the area before it"},
	{"infooff past the end",
	 {INFO(INFOOFF, 8, INFOOFF + 4096)},
	 "arena 0: info block: infooff=20971520: lies beyond the end of the arena or namespace"},
	{"infooff wraps",
	 {INFO(INFOOFF, 8, UINT64_MAX - 4095)},
	 "arena 0: info block: infooff=18446744073709547520: lies beyond the end of the arena or "
	 "namespace"},
	{"a bad field in the backup alone",
	 {{PRIMARY_UNSEALED, AT_UUID, 1, 0x5a}, {BACKUP, AT_MAJOR, 2, 3}},
	 "arena 0: info block: major=3: unknown version (1 or 2)"},
	{"two blocks of different versions",
	 {{BACKUP, AT_MINOR, 2, 1}},
	 "arena 0: the info block and its backup are both valid and differ: minor=0, in the backup "
	 "1"},
	{"two blocks of different geometry",
	 {{BACKUP, AT_NFREE, 4, 255}, {BACKUP, AT_EXTERNAL_NLBA, 4, EXTERNAL + 1}},
	 "arena 0: the info block and its backup are both valid and differ: external_nlba=40330, "
	 "in the backup 40331"},
	{"two blocks with different tables",
	 {{BACKUP, AT_MAPOFF, 8, MAPOFF - 4096}},
	 "arena 0: the info block and its backup are both valid and differ: mapoff=20787200, in "
	 "the backup 20783104"},
	{"neither block has its checksum",
	 {{BACKUP, AT_SIGNATURE, 1, 'b'}, {PRIMARY_UNSEALED, AT_FLAGS, 4, 2}},
	 "arena 0: no usable info block: the first cannot be read or has a wrong checksum, the "
	 "backup has no signature"},
};

/* The arena is read-only with this reason. The free block of an unused lane is EXTERNAL + lane. */
static const struct damage_case read_only[] = {
	{"two blocks with different parents",
	 {{BACKUP, AT_PARENT_UUID, 1, 0xcc}},
	 "arena 0: the info block and its backup are both valid and differ: "
	 "parent_uuid=00000000-0000-0000-0000-000000000000, in the backup "
	 "cc000000-0000-0000-0000-000000000000"},
	{"error flag in both blocks", {INFO(FLAGS, 4, 1)}, "arena 0: its error flag is set"},
	{"error flag in the primary",
	 {{PRIMARY, AT_FLAGS, 4, 1}},
	 "arena 0: its error flag is set"},
	{"error flag in the backup",
	 {{BACKUP, AT_FLAGS, 4, 0x80000001}},
	 "arena 0: its error flag is set"},
	{"equal seqs",
	 {FLOG32(2, 0, SEQ, 3)},
	 "arena 0: flog of lane 2: flog.seq=3: is the same in both slots"},
	{"no seqs",
	 {FLOG32(9, 0, SEQ, 0)},
	 "arena 0: flog of lane 9: flog.seq=0: is the same in both slots"},
	{"seq 4 in the first slot",
	 {FLOG32(2, 0, SEQ, 4)},
	 "arena 0: flog of lane 2: flog.seq=4: must be at most 3"},
	{"seq with the low bits of 1",
	 {FLOG32(9, 1, SEQ, 5)},
	 "arena 0: flog of lane 9: flog.seq=5: must be at most 3"},
	{"seq huge",
	 {FLOG32(255, 0, SEQ, 0xfffffffd)},
	 "arena 0: flog of lane 255: flog.seq=4294967293: must be at most 3"},
	{"lba at the end",
	 {FLOG32(2, 1, LBA, EXTERNAL)},
	 "arena 0: flog of lane 2: flog.lba=40330: is not a block of this arena"},
	{"lba huge",
	 {FLOG32(2, 1, LBA, UINT32_MAX)},
	 "arena 0: flog of lane 2: flog.lba=4294967295: is not a block of this arena"},
	{"old_map at the end",
	 {FLOG32(2, 1, OLD_MAP, INTERNAL)},
	 "arena 0: flog of lane 2: flog.old_map=40586: is not a block of the data area"},
	{"old_map huge",
	 {FLOG32(2, 1, OLD_MAP, UINT32_MAX)},
	 "arena 0: flog of lane 2: flog.old_map=4294967295: is not a block of the data area"},
	{"new_map at the end",
	 {FLOG32(2, 1, NEW_MAP, INTERNAL | NORMAL_BITS)},
	 "arena 0: flog of lane 2: flog.new_map=3221266058: is not a block of the data area"},
	{"two lanes with one free block",
	 {FLOG32(9, 0, OLD_MAP, EXTERNAL + 8), FLOG32(9, 0, NEW_MAP, EXTERNAL + 8)},
	 "arena 0: lanes 8 and 9 have one free block, 40338"},
	{"a free block that is mapped",
	 {{MAP, 1000, 4, (EXTERNAL + 100) | NORMAL_BITS}},
	 "arena 0: free block 40430 of lane 100 is also mapped, by block 1000"},
	{"a free block that a zero block keeps",
	 {{MAP, 1001, 4, (EXTERNAL + 101) | ZERO_BIT}},
	 "arena 0: free block 40431 of lane 101 is also mapped, by block 1001"},
	{"a free block that a bad block keeps",
	 {{MAP, 1002, 4, (EXTERNAL + 102) | ERROR_BIT}},
	 "arena 0: free block 40432 of lane 102 is also mapped, by block 1002"},
	{"slots 1 and 2 both in use",
	 {FLOG32(200, 2, SEQ, 2)},
	 "arena 0: flog: written partly in slot 1 and partly in slot 2"},
};

/* Only block 1000 fails. */
static const struct damage_case one_block[] = {
	{"the first number out of range",
	 {{MAP, 1000, 4, INTERNAL | NORMAL_BITS}},
	 "arena 0: block 1000: its map entry 0xc0009e8a is out of range (below 40586)"},
	{"all ones",
	 {{MAP, 1000, 4, UINT32_MAX}},
	 "arena 0: block 1000: its map entry 0xffffffff is out of range (below 40586)"},
	{"a zero block out of range",
	 {{MAP, 1000, 4, INTERNAL | ZERO_BIT}},
	 "arena 0: block 1000: its map entry 0x80009e8a is out of range (below 40586)"},
	{"a bad block out of range",
	 {{MAP, 1000, 4, 0x7fffffff}},
	 "arena 0: block 1000: its map entry 0x7fffffff is out of range (below 40586)"},
};

/* No damage: the layout opens, takes reads and writes, and is consistent afterwards. */
static const struct damage_case harmless[] = {
	{"unknown minor", {INFO(MINOR, 2, 9)}, NULL},
	{"unknown flags", {INFO(FLAGS, 4, 2)}, NULL},
	{"garbage in an inactive slot",
	 {FLOG32(2, 0, LBA, UINT32_MAX), FLOG32(2, 0, OLD_MAP, UINT32_MAX),
	  FLOG32(2, 0, NEW_MAP, 0x12345678)},
	 NULL},
	{"garbage in an inactive slot never written",
	 {FLOG32(9, 1, LBA, UINT32_MAX), FLOG32(9, 1, OLD_MAP, UINT32_MAX),
	  FLOG32(9, 1, NEW_MAP, UINT32_MAX)},
	 NULL},
	{"garbage in the padding", {FLOG32(2, 3, LBA, UINT32_MAX), FLOG32(9, 2, LBA, 77)}, NULL},
	{"the primary without its checksum", {{PRIMARY_UNSEALED, AT_UUID, 1, 0x5a}}, NULL},
	{"the primary without its signature", {{PRIMARY_UNSEALED, AT_SIGNATURE, 8, 0}}, NULL},
	{"a normal entry of a block that keeps its place",
	 {{MAP, 1000, 4, 1000 | NORMAL_BITS}},
	 NULL},
};

#endif
