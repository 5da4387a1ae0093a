/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * file.c -- a namespace in a file: fsdax, tmpfs, or any other file system.
 */
#include <errno.h>
#include <libpmem.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "errormsg.h"
#include "ns_impl.h"
#include "sysfs.h"

int
ns_map_file(struct ns *ns, const char *path, const struct stat *st)
{
	char attribute[96];

	if (st->st_size == 0)
		return errormsg_set(EINVAL, "%s: is empty", path);
	snprintf(attribute, sizeof(attribute), "/sys/dev/block/%u:%u/device/numa_node", major(st->st_dev),
		 minor(st->st_dev));
	ns->facts.node = (int)sysfs_read_number(attribute, NS_NODE_UNKNOWN);
	if (ns_map_path(ns, path, (uint64_t)st->st_size))
		return -1;
	madvise(ns->facts.base, ns->facts.size, MADV_HUGEPAGE); /* a wish; not all file systems can */
	return 0;
}

static void
zero_range(const struct ns *ns, uint64_t off, uint64_t len)
{
	void *addr = (uint8_t *)ns->facts.base + off;

	if (ns->facts.is_pmem) {
		pmem_memset_persist(addr, 0, len);
	} else {
		memset(addr, 0, len);
		pmem_msync(addr, len);
	}
}

int
ns_zero_mapped(struct ns *ns, uint64_t off, uint64_t len)
{
	uint64_t end = off + len;

	while (off < end) {
		off_t data = ns->fd < 0 ? (off_t)off : lseek(ns->fd, (off_t)off, SEEK_DATA);
		off_t hole;

		if (data < 0 && errno == ENXIO)
			return 0; /* nothing but a hole up to the end of the file */
		if (data < 0)
			data = (off_t)off; /* can't tell: a DAX device */
		hole = ns->fd < 0 ? -1 : lseek(ns->fd, data, SEEK_HOLE);
		if (hole < 0 || (uint64_t)hole > end)
			hole = (off_t)end;
		if ((uint64_t)data >= end)
			return 0;
		zero_range(ns, (uint64_t)data, (uint64_t)(hole - data));
		off = (uint64_t)hole;
	}
	return 0;
}
