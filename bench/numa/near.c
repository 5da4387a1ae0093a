/* SPDX-License-Identifier: BSD-3-Clause */
#include "near.h"

#include <sys/mman.h>

#define SAMPLE_PAGES 64u

/*
 * Finds the node by the location of some pages, which must be present for that. Reading a hole of a tmpfs
 * file allocates memory, so a read-only namespace reads only pages that are present already.
 */
static int
find_node_of_pages(const struct topology *t, const struct btt_ns_facts *facts)
{
	uint64_t step = facts->size / SAMPLE_PAGES / PAGE_LEAST * PAGE_LEAST;

	for (unsigned i = 0; i < SAMPLE_PAGES && step; i++) {
		uint8_t *page = (uint8_t *)facts->base + i * step;
		unsigned char is_present = 0;

		if (facts->mode == BTT_NS_READ_WRITE ||
		    (!mincore(page, PAGE_LEAST, &is_present) && (is_present & 1)))
			madvise(page, PAGE_LEAST, MADV_POPULATE_READ);
	}
	return topology_area_node(t, facts->base, facts->size);
}

static int
bind_dram(const struct topology *t, const struct placement *placement,
	  const struct btt_ns_facts *facts)
{
	struct place first = {.node = BTT_NS_NODE_UNKNOWN};
	struct why why;

	if (topology_place(t, placement, BTT_NS_NODE_UNKNOWN, &first, 1, &why))
		return BTT_NS_NODE_UNKNOWN; /* placement=remote needs a known node; seats report it */
	if (topology_bind_area(t, facts->base, facts->size, first.node))
		return BTT_NS_NODE_UNKNOWN;
	return first.node;
}

int
near_node(const struct topology *t, const struct placement *placement,
	  const struct btt_ns_facts *facts)
{
	if (facts->node != BTT_NS_NODE_UNKNOWN)
		return facts->node;
	if (!facts->base)
		return BTT_NS_NODE_UNKNOWN;
	return facts->kind == BTT_NS_DRAM ? bind_dram(t, placement, facts)
					  : find_node_of_pages(t, facts);
}

/*
 * Loads one word per page. This also fills the page tables of a hypervisor below those of the kernel. The
 * loads go through nsread, so a bad page returns an error instead of a signal. The error is ignored here:
 * the ops will count it.
 */
