/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz_damage.h"

#include <string.h>

/* kinds with their own damage; all other kinds damage one number */
#define DAMAGE_TAKE_BACK 0xb8u
#define DAMAGE_SLOT_2    0xb9u

struct record
damage_take(struct fuzz_cursor *c)
{
	struct record r;

	r.kind = (unsigned)fuzz_take(c, 1);
	r.choice = (unsigned)fuzz_take(c, 1);
	r.off = (unsigned)fuzz_take(c, 2);
	r.value = (uint32_t)fuzz_take(c, 4);
	return r;
}

/* Numbers that often break comparisons and products. */
static uint32_t
value_of(const struct record *r, const struct image_arena *a)
{
	static const uint32_t nasty[] = {0,          1,          2,          3,
					 4,          4095,       4096,       0x3fffffff,
					 0x40000000, 0x7fffffff, 0x80000000, 0xc0000000,
					 0xffffffff, 0xfffff000, 128,        0x10000};
	uint32_t near = r->value % 64 - 32, flags = r->value & 0xc0000000;

	switch (r->choice >> 1 & 3) {
	case 0:
		return r->value;
	case 1:
		return (a->external_nlba + near) | flags;
	case 2:
		return (a->internal_nlba + near) | flags;
	default:
		return nasty[r->value % 16];
	}
}

static void
put(struct image *image, uint64_t off, const struct record *r, const struct image_arena *a)
{
	uint32_t value = value_of(r, a);

	memcpy(image->bytes + off, &value, r->choice & 0x80 ? 1 : sizeof(value));
}

/* Damages one number of an info block, of both info blocks, of the log or of the map. */
static void
damage_word(struct image *image, const struct image_arena *a, const struct record *r)
{
	uint32_t entry = r->choice & 0x40 ? a->external_nlba - 1 - r->off % 64 : r->off;

	switch (r->kind % 6) {
	case 0:
		put(image, a->off + r->off % IMAGE_INFO / 4 * 4, r, a);
		break;
	case 1:
		put(image, a->infooff + r->off % IMAGE_INFO / 4 * 4, r, a);
		break;
	case 2:
		put(image, a->off + r->off % IMAGE_INFO / 4 * 4, r, a);
		put(image, a->infooff + r->off % IMAGE_INFO / 4 * 4, r, a);
		break;
	case 3:
	case 4:
		put(image, a->flogoff + r->off % (a->nfree * 64) / 4 * 4, r, a);
		break;
	case 5:
		put(image, a->mapoff + 4ull * (entry % a->external_nlba), r, a);
	}
}

static uint32_t
word_at(const uint8_t *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Restores the map entry from before the lane's last write: the write looks cut off. */
static void
take_back(struct image *image, const struct image_arena *a, uint32_t lane)
{
	const uint8_t *slot = image->bytes + a->flogoff + 64ull * (lane % a->nfree);
	uint32_t lba, entry;

	if (word_at(slot + 12) % 3 + 1 == word_at(slot + 28))
		slot += 16;
	lba = word_at(slot);
	entry = word_at(slot + 4) | 0xc0000000;
	if (lba < a->external_nlba)
		memcpy(image->bytes + a->mapoff + 4ull * lba, &entry, sizeof(entry));
}

/* Moves the log to slots 0 and 2, as kernels before 4.15 kept it. */
static void
use_slot_2(struct image *image, const struct image_arena *a)
{
	for (uint32_t lane = 0; lane < a->nfree; lane++) {
		uint8_t *one = image->bytes + a->flogoff + 64ull * lane + 16;

		memcpy(one + 16, one, 16);
		memset(one, 0, 16);
	}
}

static void
damage_one(struct image *image, const struct record *r)
{
	const struct image_arena *a = &image->arenas[r->choice & 1 && image->narenas > 1];

	if (r->kind == DAMAGE_TAKE_BACK)
		take_back(image, a, r->off);
	else if (r->kind == DAMAGE_SLOT_2)
		use_slot_2(image, a);
	else
		damage_word(image, a, r);
}

void
damage(struct image *image, struct fuzz_cursor c, unsigned options)
{
	while (c.at < c.end) {
		struct record r = damage_take(&c);

		if (r.kind < FIRST_CALL)
			damage_one(image, &r);
	}
	for (unsigned i = 0; i < image->narenas && !(options & UNSEALED); i++) {
		image_seal(image, image->arenas[i].off);
		image_seal(image, image->arenas[i].infooff);
	}
}
