/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * owners.h -- one bit for each post-map block of an arena: 1 = the block has an owner. Blocks are
 * taken window by window, so that an arena of any size needs at most 32 MiB.
 *
 *	owners_init(&o, internal_nlba);
 *	while (owners_next_window(&o)) {
 *		... owners_take(&o, block) for every block that is mapped or free ...
 *	}
 */
#ifndef BTT_OWNERS_H
#define BTT_OWNERS_H

#include <stdint.h>

struct owners {
	uint64_t *owned;
	uint32_t nlba, most; /* blocks of the arena, and of a window */
	uint32_t first, end; /* the window: post-map blocks [first, end) */
};

/* Call it before the first window. 0, or -1/ENOMEM. */
int owners_init(struct owners *o, uint32_t nlba);
void owners_fini(struct owners *o);

/* 1: the next window, without owners yet; 0: no window is left */
int owners_next_window(struct owners *o);

/*
 * Gives the block an owner. 1 when it already had one; a block outside the window counts as free.
 */
static inline int
owners_take(struct owners *o, uint32_t postmap)
{
	uint64_t *word, bit;
	int taken;

	if (postmap < o->first || postmap >= o->end)
		return 0;
	word = &o->owned[(postmap - o->first) / 64];
	bit = 1ull << (postmap - o->first) % 64;
	taken = (*word & bit) != 0;
	*word |= bit;
	return taken;
}

/* the first block without owner from `from` on; `end` of the window = none */
uint32_t owners_find_unowned(const struct owners *o, uint32_t from);

#endif
