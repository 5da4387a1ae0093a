/* SPDX-License-Identifier: BSD-3-Clause */
/* block.c -- a namespace that is a block device, mapped for reading; and the NUMA node of a block device. */
#include <errno.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include "errormsg.h"
#include "ns_impl.h"
#include "sysfs.h"

int
btt_ns_device_node(uint32_t major_number, uint32_t minor_number)
{
	/* of the disk; a partition is one folder deeper */
	static const char *const places[] = {"device/numa_node", "../device/numa_node"};
	long long node = BTT_NS_NODE_UNKNOWN;
	char path[96];

	for (size_t i = 0; i < 2 && node == BTT_NS_NODE_UNKNOWN; i++) {
		snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s", major_number, minor_number,
			 places[i]);
		node = sysfs_read_number(path, BTT_NS_NODE_UNKNOWN);
	}
	return (int)node;
}

int
ns_map_block(struct btt_ns *ns, const char *path, const struct stat *st)
{
	uint64_t size;

	ns->facts.kind = BTT_NS_BLOCK;
	if (ioctl(ns->facts.fd, BLKGETSIZE64, &size))
		return errormsg_set_errno("%s: cannot find its size", path);
	if (!size)
		return errormsg_set(EINVAL, "%s: is empty", path);
	ns->facts.node = btt_ns_device_node(major(st->st_rdev), minor(st->st_rdev));
	return ns_map_path(ns, path, size);
}
