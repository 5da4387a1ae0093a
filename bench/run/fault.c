/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fault.c -- pages are asked for in runs: neighbouring blocks that lie side by side are one run. So a fresh layout
 * takes one call for each FAULT_CHUNK, an aged one at most a call for each block.
 */
#include "fault.h"

#include <inttypes.h>
#include <sys/mman.h>

#include "host/available.h"

#define FAULT_CHUNK (64ull << 20)
#define PAGE        4096ull

struct run_of_pages {
	struct btt_ns *ns;
	uint8_t *base;
	int advice;
	uint64_t from, to; /* bytes of the namespace; from == to: none yet */
};

/* populates the run; the load then finds the pages in the page table, so they are touched once as well */
static void
populate(struct run_of_pages *run)
{
	uint64_t from = run->from / PAGE * PAGE, to = (run->to + PAGE - 1) / PAGE * PAGE, word;
	const struct ns_callback *callbacks = btt_ns_callbacks(run->ns);

	if (from < to && !madvise(run->base + from, to - from, run->advice))
		for (uint64_t off = from; off < to; off += PAGE)
			(void)callbacks->nsread(run->ns, 0, &word, sizeof(word), off);
	run->from = run->to;
}

int
fault_check_space(const struct engine *engine, const struct region *region, int writes,
		  struct why *why)
{
	/* an engine with its own mapping may make more present than the region */
	uint64_t bytes = engine->ops->warm ? engine->facts.size : region->count * engine->bs;
	uint64_t missing, available;

	/* a file system on disk allocates nothing for a read; tmpfs does */
	if (engine->ops == &engine_null || (!writes && !available_is_memory(engine->facts.fd)))
		return 0;
	if (engine->facts.kind != BTT_NS_FILE || !engine->facts.base ||
	    engine->facts.mode == BTT_NS_READ_ONLY)
		return 0;
	if (available_space(engine->facts.fd, &missing, &available))
		return 0;
	if (bytes < missing)
		missing = bytes;
	if (missing <= available)
		return 0;
	return why_say(why,
		       "the blocks of the region need %" PRIu64
		       " bytes that the file does not have yet, and %" PRIu64
		       " are available (allowed: a smaller region=, or precondition=none)",
		       missing, available);
}

void
fault_region(const struct engine *engine, const struct region *region, int writes,
	     int (*is_stopped)(void))
{
	const struct btt_ns_facts *facts = &engine->facts;
	int is_dram = facts->kind == BTT_NS_DRAM;
	struct run_of_pages run = {.ns = engine->ns, .base = facts->base};
	uint64_t off;

	if (engine->ops->warm)
		engine->ops->warm(engine, writes, is_stopped);
	if (!engine->ops->locate || !facts->base)
		return;
	run.advice = (writes && facts->mode == BTT_NS_READ_WRITE) || is_dram ? MADV_POPULATE_WRITE
									     : MADV_POPULATE_READ;
	if (is_dram) { /* all of it: map and flog lie between the blocks, and the size was compared when it was opened */
		for (; run.to < facts->size && !is_stopped(); populate(&run)) {
			uint64_t left = facts->size - run.to;

			run.to += left < FAULT_CHUNK ? left : FAULT_CHUNK;
		}
		return;
	}
	for (uint64_t i = 0; i < region->count && !is_stopped(); i++) {
		if (engine->ops->locate(engine, region->first + i, &off) < 0)
			continue; /* a damaged map entry: the ops report it */
		if (off != run.to || run.to - run.from >= FAULT_CHUNK) {
			populate(&run);
			run.from = off;
		}
		run.to = off + engine->bs;
	}
	populate(&run);
}
