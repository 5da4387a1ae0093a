/* SPDX-License-Identifier: BSD-3-Clause */
#include "free_set.h"

#include <stdlib.h>
#include <string.h>

static int
by_postmap(const void *left, const void *right)
{
	const struct free_block *l = left, *r = right;

	return (l->postmap > r->postmap) - (l->postmap < r->postmap);
}

int
free_set_init(struct free_set *set, const struct flog *flog)
{
	memset(set, 0, sizeof(*set));
	set->blocks = calloc(flog->nfree, sizeof(*set->blocks));
	if (!set->blocks)
		return -1;
	for (uint32_t i = 0; i < flog->nfree; i++) {
		uint32_t postmap = flog->groups[i]->free;

		if (flog->groups[i]->damage_field)
			continue;
		set->blocks[set->count++] = (struct free_block){postmap, i};
		set->filter[postmap % FREE_SET_FILTER_BITS / 64] |= 1ull << postmap % 64;
	}
	qsort(set->blocks, set->count, sizeof(*set->blocks), by_postmap);
	return 0;
}

void
free_set_fini(struct free_set *set)
{
	free(set->blocks);
}

int
free_set_find_shared(const struct free_set *set, struct free_set_clash *clash)
{
	for (uint32_t i = 1; i < set->count; i++) {
		const struct free_block *block = &set->blocks[i];

		if (block[-1].postmap != block->postmap)
			continue;
		*clash = (struct free_set_clash){block->postmap, block[-1].lane, block->lane};
		return 1;
	}
	return 0;
}

static const struct free_block *
find(const struct free_set *set, uint32_t postmap)
{
	const struct free_block key = {.postmap = postmap};

	if (!(set->filter[postmap % FREE_SET_FILTER_BITS / 64] >> postmap % 64 & 1))
		return NULL;
	return bsearch(&key, set->blocks, set->count, sizeof(key), by_postmap);
}

struct search {
	const struct free_set *set;
	struct free_set_clash *clash;
};

static int
match_entry(void *arg, uint32_t premap, uint32_t entry)
{
	const struct search *search = arg;
	const struct free_block *block = find(search->set, map_entry_postmap(entry, premap));

	if (block)
		*search->clash = (struct free_set_clash){block->postmap, block->lane, premap};
	return block != NULL;
}

int
free_set_find_mapped(const struct free_set *set, const struct arena *a, struct persist_lane *lane,
		     struct free_set_clash *clash)
{
	struct search search = {set, clash};
	uint64_t unreadable;

	return arena_each_entry(a, lane, &unreadable, match_entry, &search);
}
