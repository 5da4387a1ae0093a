/* SPDX-License-Identifier: BSD-3-Clause */
/* near.c -- see near.h. */
#include "near.h"

#include <sys/mman.h>

#define FAULT_CHUNK  (64ull << 20)
#define SAMPLE_PAGES 64u

/*
 * 1 when touching the page leaves the file as it is: to read a hole of a tmpfs allocates, which a namespace that is only
 * looked at is spared.
 */
static int
may_touch(const struct btt_ns_facts *facts, void *page)
{
	unsigned char is_present = 0;

	return facts->mode == BTT_NS_READ_WRITE ||
	       (!mincore(page, PAGE_LEAST, &is_present) && (is_present & 1));
}

/* the node the pages of a namespace lie on, when the system does not name it: a few are touched */
static int
ask_pages(const struct topology *t, const struct btt_ns_facts *facts)
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
	    const struct btt_ns_facts *facts)
{
	struct place first = {.node = BTT_NS_NODE_UNKNOWN};
	char why[1];

	if (topology_place(t, placement, BTT_NS_NODE_UNKNOWN, &first, 1, why, sizeof(why)))
		return BTT_NS_NODE_UNKNOWN; /* `remote` with nothing to be remote from: node 0 */
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
	return facts->kind == BTT_NS_DRAM ? settle_dram(t, placement, facts) : ask_pages(t, facts);
}

/*
 * One load a page: what lies below the kernel's own page tables, a hypervisor's, is made present too. The
 * namespace's own loads, which a bad page makes fail and not end in a signal: it is for the ops to count.
 */
static void
touch_pages(struct btt_ns *ns, uint64_t from, uint64_t len)
{
	const struct ns_callback *callbacks = btt_ns_callbacks(ns);
	uint64_t word;

	for (uint64_t off = from; off < from + len; off += PAGE_LEAST)
		(void)callbacks->nsread(ns, 0, &word, sizeof(word), off);
}

void
near_fault_pages(struct btt_ns *ns, int writes, int (*is_stopped)(void))
{
	struct btt_ns_facts facts;
	int advice;

	btt_ns_get_facts(ns, &facts, sizeof(facts));
	advice = (writes && facts.mode == BTT_NS_READ_WRITE) || facts.kind == BTT_NS_DRAM
			 ? MADV_POPULATE_WRITE
			 : MADV_POPULATE_READ;
	for (uint64_t off = 0; off < facts.size && !is_stopped(); off += FAULT_CHUNK) {
		uint64_t left = facts.size - off, len = left < FAULT_CHUNK ? left : FAULT_CHUNK;

		if (!madvise((uint8_t *)facts.base + off, len, advice))
			touch_pages(ns, off, len);
	}
}
