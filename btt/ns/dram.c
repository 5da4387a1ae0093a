/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * dram.c -- a namespace in plain memory: the same code as for persistent memory, with the same
 * flushes.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "errormsg.h"
#include "ns_impl.h"

#define HUGE_PAGE (2ull << 20)

/* reserved huge pages; without them the kernel may still make huge pages of its own accord */
static void *
map_memory(uint64_t size)
{
	const int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
	void *base = MAP_FAILED;

	if (size % HUGE_PAGE == 0)
		base = mmap(NULL, size, prot, flags | MAP_HUGETLB, -1, 0);
	if (base == MAP_FAILED) {
		base = mmap(NULL, size, prot, flags | MAP_NORESERVE, -1, 0);
		if (base != MAP_FAILED)
			madvise(base, size, MADV_HUGEPAGE);
	}
	return base == MAP_FAILED ? NULL : base;
}

/* With more than this memory the kernel would kill the process later, when it touches the pages. */
static int
check_size(uint64_t size)
{
	uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	if (!size)
		return errormsg_set(EINVAL, "dram: a size of 0 bytes");
	if (size <= memory)
		return 0;
	return errormsg_set(ENOMEM, "dram: %ju bytes are more than this machine's memory (%ju)",
			    (uintmax_t)size, (uintmax_t)memory);
}

struct btt_ns *
btt_ns_open_dram(uint64_t size, unsigned flags)
{
	struct btt_ns *ns = ns_new(BTT_NS_DRAM, BTT_NS_READ_WRITE, flags);

	if (!ns)
		return NULL;
	if (check_size(size)) {
		btt_ns_close(ns);
		return NULL;
	}
	ns->facts.base = map_memory(size);
	if (!ns->facts.base) {
		errormsg_set_errno("dram: cannot map %ju bytes", (uintmax_t)size);
		btt_ns_close(ns);
		return NULL;
	}
	ns->facts.size = size;
	ns->facts.is_pmem = 1;
	ns_set_callbacks(ns);
	return ns;
}
