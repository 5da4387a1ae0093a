/* SPDX-License-Identifier: BSD-3-Clause */
#include "crash_damage.h"

#include <string.h>

#include "info.h"
#include "program.h"
#include "tiny.h"

#define LANES    TINY_NFREE
#define FLAGS_AT 48u
#define NORMAL   0xc0000000u

static uint32_t
get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static void
put32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

static uint8_t *
slot_at(uint8_t *image, unsigned lane, unsigned slot)
{
	return image + TINY_FLOG + 64 * lane + 16 * slot;
}

static uint8_t *
map_at(uint8_t *image, uint32_t lba)
{
	return image + TINY_MAP + 4 * lba;
}

void
damage_lose_primary(uint8_t *image)
{
	memset(image, 0, 4096);
}

void
damage_hurt_primary(uint8_t *image)
{
	image[2000] ^= 4;
}

void
damage_hurt_flags_of_primary(uint8_t *image)
{
	image[FLAGS_AT] ^= 1;
}

void
damage_tear_signature_of_primary(uint8_t *image)
{
	memset(image + 8, 0, 8);
}

void
damage_lose_backup(uint8_t *image)
{
	memset(image + TINY_LOW, 0, 4096);
}

void
damage_hurt_backup(uint8_t *image)
{
	image[TINY_LOW + 2000] ^= 4;
}

static void
flag_page(uint8_t *page)
{
	struct format_info raw;

	memcpy(&raw, page, sizeof(raw));
	raw.flags = le32_of(FORMAT_FLAG_ERROR);
	raw.checksum = le64_of(info_checksum(&raw));
	memcpy(page, &raw, sizeof(raw));
}

/* The first block is of a later layout than the backup: only its uuid differs. */
void
damage_rename_backup(uint8_t *image)
{
	struct format_info raw;

	memcpy(&raw, image + TINY_LOW, sizeof(raw));
	raw.uuid[3] ^= 0x10;
	raw.checksum = le64_of(info_checksum(&raw));
	memcpy(image + TINY_LOW, &raw, sizeof(raw));
}

void
damage_flag_both(uint8_t *image)
{
	flag_page(image);
	flag_page(image + TINY_LOW);
}

/* The state between the two stores that set or clear an error flag, in the correct order. */
void
damage_flag_backup(uint8_t *image)
{
	flag_page(image + TINY_LOW);
}

void
damage_flag_primary(uint8_t *image)
{
	flag_page(image);
}

void
damage_flag_backup_and_lose_primary(uint8_t *image)
{
	damage_flag_backup(image);
	damage_lose_primary(image);
}

void
damage_use_slots_0_and_2(uint8_t *image)
{
	for (unsigned lane = 0; lane < LANES; lane++) {
		memcpy(slot_at(image, lane, 2), slot_at(image, lane, 1), 16);
		memset(slot_at(image, lane, 1), 0, 16);
	}
}

void
damage_use_slots_0_and_2_and_flag(uint8_t *image)
{
	damage_use_slots_0_and_2(image);
	damage_flag_both(image);
}

void
damage_dirty_padding(uint8_t *image)
{
	memset(slot_at(image, 1, 2), 0xff, 32);
}

/* Lane 1 gets a copy of lane 2's log: both own the same free block, and one block has no owner. */
void
damage_twin_free_blocks(uint8_t *image)
{
	memcpy(slot_at(image, 1, 0), slot_at(image, 2, 0), 64);
}

/* The free block of a lane that has written twice: its second write used slot 0. */
static uint32_t
free_block(uint8_t *image, unsigned lane)
{
	return get32(slot_at(image, lane, 0) + 4) & ~NORMAL;
}

void
damage_map_free_block(uint8_t *image)
{
	uint32_t block = free_block(image, 2);

	put32(map_at(image, LBA_LOSER), block | NORMAL);
	value_fill(image + TINY_DATA + TINY_LBASIZE * block, TINY_LBASIZE,
		   tiny_first_value(LBA_LOSER));
}

void
damage_map_block_twice(uint8_t *image)
{
	put32(map_at(image, LBA_LOSER), get32(map_at(image, LBA_B)));
}
