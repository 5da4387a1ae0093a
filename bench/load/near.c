/* SPDX-License-Identifier: BSD-3-Clause */
/* near.c -- see near.h. */
#include "near.h"

#include <sys/mman.h>

#define FAULT_CHUNK  (64ull << 20)
#define PAGE_LEAST   4096u
#define SAMPLE_PAGES 64u

/*
 * 1 when touching the page leaves the file as it is: to read a hole of a tmpfs allocates, which a namespace that is only
 * looked at is spared.
 */
static int
may_touch(const struct ns_facts *facts, void *page)
{
	unsigned char is_present = 0;

	return facts->mode == NS_READ_WRITE ||
	       (!mincore(page, PAGE_LEAST, &is_present) && (is_present & 1));
}

/* the node the pages of a namespace lie on, when the system does not name it: a few are touched */
static int
ask_pages(const struct topology *t, const struct ns_facts *facts)
{
	uint64_t step = facts->size / SAMPLE_PAGES / PAGE_LEAST * PAGE_LEAST;

	for (unsigned i = 0; i < SAMPLE_PAGES && step; i++) {
		uint8_t *page = (uint8_t *)facts->base + i * step;

		if (may_touch(facts, page))
			madvise(page, PAGE_LEAST, MADV_POPULATE_READ);
	}
	return topology_area_node(t, facts->base, facts->size);
}

static int
settle_dram(const struct topology *t, const struct placement *placement,
	    const struct ns_facts *facts)
{
	struct place first = {.node = NS_NODE_UNKNOWN};
	char why[1];

	if (topology_place(t, placement, NS_NODE_UNKNOWN, &first, 1, why, sizeof(why)))
		return NS_NODE_UNKNOWN; /* `remote` with nothing to be remote from: node 0 */
	if (topology_bind_area(t, facts->base, facts->size, first.node))
		return NS_NODE_UNKNOWN;
	return first.node;
}

int
near_node(const struct topology *t, const struct placement *placement, const struct ns_facts *facts)
{
	if (facts->node != NS_NODE_UNKNOWN)
		return facts->node;
	if (!facts->base)
		return NS_NODE_UNKNOWN;
	return facts->kind == NS_DRAM ? settle_dram(t, placement, facts) : ask_pages(t, facts);
}

/* one load a page: what lies below the kernel's own page tables, a hypervisor's, is made present too */
static void
touch_pages(const uint8_t *from, uint64_t len)
{
	for (uint64_t off = 0; off < len; off += PAGE_LEAST)
		(void)__atomic_load_n(from + off, __ATOMIC_RELAXED);
}

void
near_fault_pages(const struct ns_facts *facts, int writes, int (*is_stopped)(void))
{
	int advice = (writes && facts->mode == NS_READ_WRITE) || facts->kind == NS_DRAM
			     ? MADV_POPULATE_WRITE
			     : MADV_POPULATE_READ;

	for (uint64_t off = 0; off < facts->size && !is_stopped(); off += FAULT_CHUNK) {
		uint64_t left = facts->size - off, len = left < FAULT_CHUNK ? left : FAULT_CHUNK;
		uint8_t *from = (uint8_t *)facts->base + off;

		if (!madvise(from, len, advice))
			touch_pages(from, len); /* not where a page is bad */
	}
}
