/* SPDX-License-Identifier: BSD-3-Clause */
/* namespace.c -- finds the device behind a namespace and copies its persistence domain and health. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "devices.h"
#include "host.h"

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

void
host_read_namespace(const char *path, struct result_namespace *ns)
{
	char name[DEVICE_NAME_MAX];
	struct device_list list;

	find_name(path, name);
	if (!*name || devices_read(&list))
		return;
	for (size_t i = 0; i < list.count; i++) {
		struct device *device = &list.devices[i];
		const char *health = worst_health(device);

		if (strcmp(device->name, name))
			continue;
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
		break;
	}
	devices_free(&list);
}
