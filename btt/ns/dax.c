/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * dax.c -- a namespace that is a DAX device: /dev/daxX.Y, mapped whole.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "errormsg.h"
#include "ns_impl.h"
#include "sysfs.h"

#define ATTRIBUTE_MAX 128

/* a file of the device's folder in /sys */
static void
name_attribute(char path[ATTRIBUTE_MAX], const struct stat *st, const char *attribute)
{
	snprintf(path, ATTRIBUTE_MAX, "/sys/dev/char/%u:%u/%s", major(st->st_rdev),
		 minor(st->st_rdev), attribute);
}

static int
is_dax_device(const struct stat *st)
{
	char link[ATTRIBUTE_MAX], target[ATTRIBUTE_MAX];
	const char *name;
	ssize_t len;

	name_attribute(link, st, "subsystem");
	len = readlink(link, target, sizeof(target) - 1);
	if (len <= 0)
		return 0;
	target[len] = '\0';
	name = strrchr(target, '/');
	return !strcmp(name ? name + 1 : target, "dax");
}

static long long
read_attribute(const struct stat *st, const char *attribute, long long otherwise)
{
	char path[ATTRIBUTE_MAX];

	name_attribute(path, st, attribute);
	return sysfs_read_number(path, otherwise);
}

int
ns_map_dax(struct ns *ns, const char *path, const struct stat *st)
{
	long long size;

	ns->facts.kind = NS_DAX;
	if (!is_dax_device(st))
		return errormsg_set(EINVAL, "%s: a character device, but not a DAX device", path);
	size = read_attribute(st, "size", 0);
	if (size <= 0)
		return errormsg_set(ENODEV, "%s: the system does not tell its size", path);
	ns->facts.node = (int)read_attribute(st, "numa_node", NS_NODE_UNKNOWN);
	return ns_map_path(ns, path, (uint64_t)size);
}
