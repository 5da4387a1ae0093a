/* SPDX-License-Identifier: BSD-3-Clause */
/* file.c -- a namespace in a file: fsdax, tmpfs, or any other file system. */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>

#include "errormsg.h"
#include "ns_impl.h"
#include "sysfs.h"

/* the node of the disk; the file system may be on a partition, one folder deeper */
static int
read_node(const struct stat *st)
{
	static const char *const places[] = {"device/numa_node", "../device/numa_node"};
	long long node = BTT_NS_NODE_UNKNOWN;
	char path[96];

	for (size_t i = 0; i < 2 && node == BTT_NS_NODE_UNKNOWN; i++) {
		snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s", major(st->st_dev),
			 minor(st->st_dev), places[i]);
		node = sysfs_read_number(path, BTT_NS_NODE_UNKNOWN);
	}
	return (int)node;
}

int
ns_map_file(struct btt_ns *ns, const char *path, const struct stat *st)
{
	if (st->st_size == 0)
		return errormsg_set(EINVAL, "%s: is empty", path);
	ns->facts.node = read_node(st);
	if (ns_map_path(ns, path, (uint64_t)st->st_size))
		return -1;
	madvise(ns->facts.base, ns->facts.size,
		MADV_HUGEPAGE); /* may fail: some file systems have no huge pages */
	return 0;
}
