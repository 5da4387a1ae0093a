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

/* of the disk that the file system is on, or on a partition of */
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
		MADV_HUGEPAGE); /* a wish; not all file systems can */
	return 0;
}

static void
zero_range(struct btt_ns *ns, uint64_t off, uint64_t len)
{
	void *addr = (uint8_t *)ns->facts.base + off;

	if (ns->facts.is_pmem) {
		pmem_memset_persist(addr, 0, len);
	} else {
		memset(addr, 0, len);
		ns->callbacks.nsflush(ns, addr, len);
	}
}

/* the next bytes from `off` on, below `end`, that a file may hold data in; [end, end) = none */
static void
find_data(const struct btt_ns *ns, uint64_t off, uint64_t end, uint64_t *from, uint64_t *to)
{
	off_t data = lseek(ns->fd, (off_t)off, SEEK_DATA), hole;

	*from = data < 0 && errno == ENXIO ? end
					   : off; /* ENXIO: a hole up to the end of the file */
	*to = end;
	if (data < (off_t)off)
		return;
	*from = (uint64_t)data < end ? (uint64_t)data : end;
	hole = lseek(ns->fd, data, SEEK_HOLE);
	if (hole > data && (uint64_t)hole < end)
		*to = (uint64_t)hole;
}

int
ns_zero_mapped(struct btt_ns *ns, uint64_t off, uint64_t len)
{
	uint64_t end = off + len, from, to;

	if (ns->facts.kind != BTT_NS_FILE) {
		zero_range(ns, off, len);
		return ns_sync_error(ns);
	}
	for (; off < end; off = to) {
		find_data(ns, off, end, &from, &to);
		if (from < end)
			zero_range(ns, from, to - from);
	}
	return ns_sync_error(ns);
}
