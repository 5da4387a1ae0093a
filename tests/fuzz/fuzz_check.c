/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz_check.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define NUMBER 0x3fffffffu
#define GROUP  64u
#define SLOT   16u

struct table {
	const uint8_t *map, *flog;
	const struct btt_arena_info *info;
	unsigned second; /* the slot used beside slot 0 */
	uint8_t *is_free,
		*is_unfinished; /* one bit per block: of the data area, and of the arena */
};

static uint32_t
word_at(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

uint64_t
check_checksum(const uint8_t *page)
{
	uint64_t lo = 0, hi = 0;

	/* closed form: each word counts once for every word from it to the end */
	for (unsigned i = 0; i < 1022; i++) {
		lo += word_at(page + 4 * i);
		hi += (uint64_t)word_at(page + 4 * i) * (1024 - i);
	}
	return hi << 32 | (lo & UINT32_MAX);
}

int
check_is_info(const uint8_t *page)
{
	uint64_t sum = check_checksum(page);

	return !memcmp(page, "BTT_ARENA_INFO\0", 16) && word_at(page + 4088) == (uint32_t)sum &&
	       word_at(page + 4092) == sum >> 32;
}

static int
get_bit(const uint8_t *bits, uint32_t number)
{
	return bits[number / 8] >> number % 8 & 1;
}

/* Sets the bit; 1 when it was set before. */
static int
set_bit(uint8_t *bits, uint32_t number)
{
	int was = get_bit(bits, number);

	bits[number / 8] |= (uint8_t)(1 << number % 8);
	return was;
}

static uint32_t
number_of(uint32_t entry, uint32_t lba)
{
	return entry >> 30 ? entry & NUMBER : lba;
}

static int
has_seq(const uint8_t *slot)
{
	return word_at(slot + 12) - 1 < 3;
}

/* 1 or 2; 0 = the groups differ. A group that was being converted does not count. */
static unsigned
find_second(const uint8_t *flog, uint32_t nfree)
{
	int uses_1 = 0, uses_2 = 0;

	for (uint32_t i = 0; i < nfree; i++) {
		const uint8_t *one = flog + (size_t)i * GROUP + SLOT, *two = one + SLOT;

		if (has_seq(one) && has_seq(two))
			uses_1 |= memcmp(one, two, SLOT) != 0;
		else if (has_seq(one))
			uses_1 = 1;
		else if (has_seq(two))
			uses_2 = 1;
	}
	return uses_1 && uses_2 ? 0 : 1 + (unsigned)uses_2;
}

/* The current slot, or NULL. */
static const uint8_t *
newer(const uint8_t *first, const uint8_t *second)
{
	uint32_t a = word_at(first + 12), b = word_at(second + 12);

	if (a > 3 || b > 3 || a == b)
		return NULL;
	if (!a || !b)
		return a ? first : second;
	return (a + 1 == b || (a == 3 && b == 1)) ? second : first;
}

static const uint8_t *
slot_of(const struct table *t, uint32_t lane)
{
	const uint8_t *group = t->flog + (size_t)lane * GROUP;

	return newer(group, group + (size_t)t->second * SLOT);
}

/* The map still names the block that the lane's last write replaced. */
static int
is_unfinished(const struct table *t, const uint8_t *slot)
{
	uint32_t lba = word_at(slot), old = word_at(slot + 4) & NUMBER;

	return old != (word_at(slot + 8) & NUMBER) &&
	       number_of(word_at(t->map + 4ull * lba), lba) == old;
}

static const char *
check_lane(const struct table *t, uint32_t lane)
{
	const uint8_t *slot = slot_of(t, lane);

	if (!slot)
		return "a lane's log has no current slot";
	if (word_at(slot) >= t->info->external_nlba)
		return "a lane's log names an lba outside the arena";
	if ((word_at(slot + 4) & NUMBER) >= t->info->internal_nlba ||
	    (word_at(slot + 8) & NUMBER) >= t->info->internal_nlba)
		return "a lane's log names a block outside the arena";
	if (set_bit(t->is_free, word_at(slot + 4) & NUMBER))
		return "a block is free in two lanes";
	if (is_unfinished(t, slot) && set_bit(t->is_unfinished, word_at(slot)))
		return "two lanes have an unfinished write of the same block";
	return NULL;
}

static int
has_error_flag(const uint8_t *arena, uint64_t off)
{
	return check_is_info(arena + off) && (arena[off + 48] & 1);
}

static const char *
check_table(const struct table *t)
{
	const struct btt_arena_info *info = t->info;

	if (!t->second)
		return "slots 1 and 2 are both in use";
	for (uint32_t i = 0; i < info->nfree; i++) {
		const char *why = check_lane(t, i);

		if (why)
			return why;
	}
	for (uint32_t i = 0; i < info->nfree; i++) {
		const uint8_t *slot = slot_of(t, i);

		if (is_unfinished(t, slot) && get_bit(t->is_free, word_at(slot + 8) & NUMBER))
			return "a free block is the target of an unfinished write";
	}
	for (uint32_t i = 0; i < info->external_nlba; i++) {
		uint32_t number = number_of(word_at(t->map + 4ull * i), i);

		if (number < info->internal_nlba && get_bit(t->is_free, number) &&
		    !get_bit(t->is_unfinished, i))
			return "a free block is mapped";
	}
	return NULL;
}

static struct table
table_of(const uint8_t *arena, const struct btt_arena_info *info)
{
	return (struct table){.map = arena + info->mapoff,
			      .flog = arena + info->flogoff,
			      .info = info,
			      .second = find_second(arena + info->flogoff, info->nfree)};
}

const char *
check_arena(const uint8_t *arena, const struct btt_arena_info *info)
{
	struct table t = table_of(arena, info);
	const char *why;

	if (check_is_info(arena) && check_is_info(arena + info->infooff) &&
	    memcmp(arena + 16, arena + info->infooff + 16, 32) != 0)
		return "the info blocks name different arenas or parents";
	if (has_error_flag(arena, 0) || has_error_flag(arena, info->infooff))
		return "the error flag is set";
	t.is_free = calloc(1, info->internal_nlba / 8 + 1);
	t.is_unfinished = calloc(1, info->external_nlba / 8 + 1);
	fuzz_require(t.is_free && t.is_unfinished);
	why = check_table(&t);
	free(t.is_free);
	free(t.is_unfinished);
	return why;
}

int
check_is_settled(const uint8_t *arena, const struct btt_arena_info *info)
{
	struct table t = table_of(arena, info);

	for (uint32_t i = 0; i < info->nfree; i++) {
		if (is_unfinished(&t, slot_of(&t, i)))
			return 0;
	}
	return 1;
}

int
check_log_flags(const uint8_t *arena, const struct btt_arena_info *info)
{
	struct table t = table_of(arena, info);
	uint32_t with = 0;

	for (uint32_t i = 0; i < info->nfree; i++) {
		const uint8_t *slot = slot_of(&t, i);

		with += word_at(slot + 4) >> 30 && word_at(slot + 8) >> 30;
	}
	return with == info->nfree ? 1 : with ? -1 : 0;
}

int
check_is_initial_data(const uint8_t *arena, const struct btt_arena_info *info)
{
	struct table t = table_of(arena, info);
	uint32_t with = 0;

	for (uint32_t i = 0; i < info->nfree; i++)
		with |= word_at(slot_of(&t, i) + 8);
	return !(with >> 31);
}

enum checked_block
check_block(const uint8_t *arena, const struct btt_arena_info *info, uint32_t premap,
	    const uint8_t **data)
{
	struct table t = table_of(arena, info);
	uint32_t entry = word_at(t.map + 4ull * premap), number;

	for (uint32_t i = 0; i < info->nfree; i++) {
		const uint8_t *slot = slot_of(&t, i);

		if (word_at(slot) == premap && is_unfinished(&t, slot))
			entry = word_at(slot + 8) | ~NUMBER;
	}
	number = number_of(entry, premap);
	if (number >= info->internal_nlba || entry >> 30 == 1)
		return BLOCK_IS_BAD;
	*data = arena + info->dataoff + (uint64_t)number * info->internal_lbasize;
	if (!(entry >> 30))
		return check_is_initial_data(arena, info) ? BLOCK_IS_DATA : BLOCK_IS_ZERO;
	return entry >> 30 == 3 ? BLOCK_IS_DATA : BLOCK_IS_ZERO;
}
