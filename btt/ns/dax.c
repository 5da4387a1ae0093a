/* SPDX-License-Identifier: BSD-3-Clause */
/* dax.c -- a namespace that is a DAX device, /dev/daxX.Y, mapped whole. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "errormsg.h"
#include "ns_impl.h"
#include "sysfs.h"

#define ATTRIBUTE_MAX   128
#define NAME_LENGTH_MAX 32
#define DAX_DEVICES     "/sys/bus/dax/devices/"
#define ALIGN_GIGABYTE  (1LL << 30)

/* the path of an attribute of the device in /sys */
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

/* device DAX maps only whole multiples of its alignment */
static int
check_align(const struct stat *st, const char *path, long long size)
{
	long long align = read_attribute(st, "align", 0);

	if (align <= 0 || size % align == 0)
		return 0;
	return errormsg_set(
		EINVAL, "%s: %lld bytes are not a multiple of the alignment of the device, %lld",
		path, size, align);
}

/* the driver of DAX device `name`, or "" */
static void
read_driver(const char *name, char *driver, size_t size)
{
	char link[ATTRIBUTE_MAX], target[ATTRIBUTE_MAX];
	const char *last;
	ssize_t len;

	snprintf(link, sizeof(link), DAX_DEVICES "%s/driver", name);
	len = readlink(link, target, sizeof(target) - 1);
	target[len < 0 ? 0 : len] = '\0';
	last = strrchr(target, '/');
	snprintf(driver, size, "%s", last ? last + 1 : "");
}

int
ns_explain_missing_dax(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char device[ATTRIBUTE_MAX], driver[32];

	if (strncmp(path, "/dev/dax", strlen("/dev/dax")) || strlen(name) > NAME_LENGTH_MAX)
		return 0;
	snprintf(device, sizeof(device), DAX_DEVICES "%s", name);
	if (access(device, F_OK))
		return 0;
	read_driver(name, driver, sizeof(driver));
	if (!strcmp(driver, "kmem"))
		return errormsg_set(EBUSY,
				    "%s: is in system-ram mode, as memory of this machine (take it "
				    "out of use and change it with 'daxctl reconfigure-device "
				    "--force --mode=devdax %s')",
				    path, name);
	return errormsg_set(ENODEV,
			    "%s: the device exists, but is not enabled for device DAX (%s%s)", path,
			    *driver ? "its driver is " : "it has no driver", driver);
}

int
ns_map_dax(struct btt_ns *ns, const char *path, const struct stat *st)
{
	long long size;

	ns->facts.kind = BTT_NS_DAX;
	if (!is_dax_device(st))
		return errormsg_set(EINVAL, "%s: a character device, but not a DAX device", path);
	size = read_attribute(st, "size", 0);
	if (size <= 0)
		return errormsg_set(ENODEV, "%s: the system does not know its size", path);
	if (check_align(st, path, size))
		return -1;
	ns->facts.node = (int)read_attribute(st, "numa_node", BTT_NS_NODE_UNKNOWN);
	if (!ns_map_path(ns, path, (uint64_t)size))
		return 0;
	/* libpmem chooses a multiple of 1 GiB as the address only for 2 GiB and more */
	if (errno == EINVAL && size < 2 * ALIGN_GIGABYTE &&
	    read_attribute(st, "align", 0) == ALIGN_GIGABYTE)
		return errormsg_set(
			EINVAL,
			"%s: libpmem cannot map 1 GiB with an alignment of 1 GiB (allowed: "
			"a device of 2 GiB or more, or an alignment of 2 MiB)",
			path);
	return -1;
}
