/* SPDX-License-Identifier: BSD-3-Clause */
/* file.c -- a namespace in a file: fsdax, tmpfs, or any other file system. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>

#include "errormsg.h"
#include "ns_impl.h"

int
ns_map_file(struct btt_ns *ns, const char *path, const struct stat *st)
{
	if (st->st_size == 0)
		return errormsg_set(EINVAL, "%s: is empty", path);
	ns->facts.node = btt_ns_device_node(major(st->st_dev), minor(st->st_dev));
	if (ns_map_path(ns, path, (uint64_t)st->st_size))
		return -1;
	madvise(ns->facts.base, ns->facts.size,
		MADV_HUGEPAGE); /* may fail: some file systems have no huge pages */
	return 0;
}
