/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * crash_replay.c -- an independent implementation of recovery, by the kernel's rules. It follows the description
 * of the format and shares no line with the library.
 *
 * A block with an initial map entry is the data of the block of its own number. Only with logs that carry flags, as
 * libpmemblk writes them, it is zeros.
 *
 * The slot with the later seq counts. Its old block is the free block of the lane. If the map entry of its lba
 * still names the old block, it gets the new block. Afterwards every block must have exactly one owner.
 */
#include <string.h>

#include "program.h"
#include "tiny.h"

#define NUMBER 0x3fffffffu
#define MOST   (TINY_NLBA + TINY_MOST)

static uint32_t
word_at(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static uint32_t
number_of(uint32_t entry, uint32_t lba)
{
	return entry >> 30 ? entry & NUMBER : lba;
}

/* The current slot, or NULL. */
static const uint8_t *
newer_slot(const uint8_t *group)
{
	uint32_t a = word_at(group + 12), b = word_at(group + 28);

	if (a == b || a > 3 || b > 3)
		return NULL;
	if (!a || !b)
		return a ? group : group + 16;
	return (a == 1 && b == 3) || (a != 3 && a > b) || (a == 3 && b == 2) ? group : group + 16;
}

static const char *
replay_lane(const uint8_t *group, uint32_t *map, uint8_t *owners, int *has_flags)
{
	const uint8_t *slot = newer_slot(group);
	uint32_t lba, old, new, blocks = TINY_NLBA + tiny_nfree();

	if (!slot)
		return "a lane's log has no current slot";
	lba = word_at(slot);
	old = word_at(slot + 4) & NUMBER;
	new = word_at(slot + 8) & NUMBER;
	*has_flags |= (int)(word_at(slot + 8) >> 31);
	if (lba >= TINY_NLBA || old >= blocks || new >= blocks)
		return "a lane's log names a block that does not exist";
	if (old != new &&number_of(map[lba], lba) == old)
		map[lba] = new | ~NUMBER;
	owners[old]++;
	return NULL;
}

const char *
tiny_replay(const uint8_t *image, const uint32_t *lba, unsigned nlba, int *values)
{
	uint32_t map[TINY_NLBA];
	uint8_t owners[MOST] = {0};
	uint32_t blocks = TINY_NLBA + tiny_nfree();
	int has_flags = 0;

	for (uint32_t i = 0; i < TINY_NLBA; i++)
		map[i] = word_at(image + TINY_MAP + 4 * i);
	for (uint32_t i = 0; i < tiny_nfree(); i++) {
		const char *wrong =
			replay_lane(image + TINY_FLOG + 64 * i, map, owners, &has_flags);

		if (wrong)
			return wrong;
	}
	for (uint32_t i = 0; i < TINY_NLBA; i++) {
		if (number_of(map[i], i) >= blocks)
			return "a map entry is out of range";
		owners[number_of(map[i], i)]++;
	}
	for (uint32_t i = 0; i < blocks; i++) {
		if (owners[i] != 1)
			return "a block has two owners, or none";
	}
	for (unsigned i = 0; i < nlba; i++) {
		uint32_t entry = map[lba[i]];

		values[i] = entry >> 30 == 3 || (entry >> 30 == 0 && !has_flags)
				    ? value_of(image + TINY_DATA +
						       TINY_LBASIZE * number_of(entry, lba[i]),
					       TINY_LBASIZE)
				    : VALUE_ZERO;
	}
	return NULL;
}
