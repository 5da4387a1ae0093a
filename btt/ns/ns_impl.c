/* SPDX-License-Identifier: BSD-3-Clause */
/* ns_impl.c -- steps that every kind of namespace shares. */
#include "ns_impl.h"

#include <errno.h>
#include <libpmem.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "abi.h"
#include "errormsg.h"

struct btt_ns *
ns_new(enum btt_ns_kind kind, enum btt_ns_mode mode, unsigned flags)
{
	struct btt_ns *ns;

	if (abi_check_flags(flags) || abi_check_enum("mode", mode, BTT_NS_READ_ONLY + 1))
		return NULL;
	ns = calloc(1, sizeof(*ns));
	if (!ns) {
		errormsg_set(ENOMEM, "no memory for a namespace");
		return NULL;
	}
	ns->flags = flags;
	ns->facts = (struct btt_ns_facts){
		.kind = kind, .mode = mode, .node = BTT_NS_NODE_UNKNOWN, .fd = -1};
	return ns;
}

int
ns_map_path(struct btt_ns *ns, const char *path, uint64_t size)
{
	size_t mapped = size;
	void *base;

	if (ns->facts.mode == BTT_NS_READ_ONLY) {
		base = mmap(NULL, size, PROT_READ, MAP_SHARED, ns->facts.fd, 0);
		base = base == MAP_FAILED ? NULL : base;
	} else {
		base = pmem_map_file(path, 0, 0, 0, &mapped, &ns->facts.is_pmem);
	}
	if (!base)
		return errormsg_set_errno("%s: cannot map it", path);
	ns->facts.base = base;
	ns->facts.size = mapped;
	return 0;
}
