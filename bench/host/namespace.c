/* SPDX-License-Identifier: BSD-3-Clause */
/* namespace.c -- finds the device and the file system behind a namespace, and copies persistence domain and health. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "devices.h"
#include "host.h"
#include "mount.h"

/* the kernel's name of the device, of the whole disk for a partition; "" when there is none */
static void
name_device(const char *type, dev_t dev, char name[DEVICE_NAME_MAX])
{
	char path[64], target[512];
	ssize_t len;
	char *p;

	snprintf(path, sizeof(path), "/sys/dev/%s/%u:%u", type, major(dev), minor(dev));
	len = readlink(path, target, sizeof(target) - 1);
	target[len < 0 ? 0 : len] = '\0';
	snprintf(path, sizeof(path), "/sys/dev/%s/%u:%u/partition", type, major(dev), minor(dev));
	p = strrchr(target, '/');
	if (p && !access(path, F_OK)) {
		*p = '\0';
		p = strrchr(target, '/');
	}
	snprintf(name, DEVICE_NAME_MAX, "%s", p ? p + 1 : "");
}

static void
find_name(const char *path, char name[DEVICE_NAME_MAX])
{
	struct stat st;

	*name = '\0';
	if (stat(path, &st))
		return;
	if (S_ISCHR(st.st_mode))
		name_device("char", st.st_rdev, name);
	else
		name_device("block", S_ISBLK(st.st_mode) ? st.st_rdev : st.st_dev, name);
}

/* the first flag that is set, since a flag means that data is at risk; otherwise the health from SMART */
static const char *
worst_health(const struct device *device)
{
	for (int flag = 0; flag < DEVICE_FLAGS; flag++) {
		if (device_flag(device, (enum device_flag)flag) == 1)
			return device_flag_name((enum device_flag)flag);
	}
	return device_health_name(device_health(device));
}

struct device *
host_find_device(const char *path, const struct device_list *list)
{
	char name[DEVICE_NAME_MAX];

	find_name(path, name);
	for (size_t i = 0; i < list->count && *name; i++)
		if (!strcmp(list->devices[i].name, name))
			return &list->devices[i];
	return NULL;
}

void
host_read_namespace(const char *path, struct result_namespace *ns)
{
	char name[DEVICE_NAME_MAX];
	struct device *device;
	struct device_list list;
	struct mount_facts mount;
	struct stat st;

	find_name(path, name);
	if (!stat(path, &st) && S_ISREG(st.st_mode)) {
		mount_find(st.st_dev, &mount);
		ns->file_system = mount.type;
		mount.type = NULL;
		mount_free(&mount);
	}
	if (*name)
		ns->device = strdup(name);
	if (!*name || devices_read(&list))
		return;
	device = host_find_device(path, &list);
	if (device) {
		const char *health = worst_health(device);

		ns->persistence_domain =
			device->persistence_domain ? strdup(device->persistence_domain) : NULL;
		ns->health = health ? strdup(health) : NULL;
		ns->nodes = device->nodes;
		ns->interleave_ways = device->interleave_ways;
		ns->interleave_granularity_bytes = device->interleave_granularity_bytes;
		ns->modules = device->dimms;
		ns->nmodules = device->ndimms;
		device->dimms = NULL;
		device->ndimms = 0;
	}
	devices_free(&list);
}

void
host_read_lack_of_dax(const char *path, char lack[HOST_LACK_MAX])
{
	char name[DEVICE_NAME_MAX], attribute[96], supports = '0';
	struct mount_facts mount;
	struct statx st;
	FILE *file;

	*lack = '\0';
	find_name(path, name);
	if (!*name || statx(AT_FDCWD, path, 0, STATX_TYPE, &st) || !S_ISREG(st.stx_mode) ||
	    !(st.stx_attributes_mask & STATX_ATTR_DAX) || (st.stx_attributes & STATX_ATTR_DAX))
		return;
	snprintf(attribute, sizeof(attribute), "/sys/class/block/%s/queue/dax", name);
	file = fopen(attribute, "re");
	if (file && fscanf(file, "%c", &supports) != 1)
		supports = '0';
	if (file)
		fclose(file);
	mount_find(makedev(st.stx_dev_major, st.stx_dev_minor), &mount);
	if (supports == '1' && mount.type)
		snprintf(lack, HOST_LACK_MAX, "%s on %s", mount.type, name);
	mount_free(&mount);
}
