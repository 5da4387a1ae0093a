/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * free_set.h -- the free blocks of all lanes of an arena, compared with one another and with the
 * map.
 *
 * A filter of 64 KiBit answers most lookups of map entries without a search.
 */
#ifndef BTT_FREE_SET_H
#define BTT_FREE_SET_H

#include "arena.h"

struct free_block {
	uint32_t postmap, lane;
};

#define FREE_SET_FILTER_BITS (1u << 16)

struct free_set {
	struct free_block *blocks; /* sorted by postmap, without damaged groups */
	uint32_t count;
	uint64_t filter[FREE_SET_FILTER_BITS / 64]; /* indexed by the low bits of postmap */
};

struct free_set_clash {
	uint32_t postmap, lane;
	uint32_t other; /* another lane, or the pre-map block that maps it */
};

/* 0, or -1/ENOMEM */
int free_set_init(struct free_set *set, const struct flog *flog);
void free_set_fini(struct free_set *set);

/* 1 with the first two lanes that share a free block, or 0 */
int free_set_find_shared(const struct free_set *set, struct free_set_clash *clash);

/*
 * Reads the whole map. 1 with the first entry that names a free block, 0 without one, or -1/errno.
 */
int free_set_find_mapped(const struct free_set *set, const struct arena *a,
			 struct persist_lane *lane, struct free_set_clash *clash);

#endif
