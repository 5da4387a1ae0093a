/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * devices.c -- lists persistent memory with libndctl and libdaxctl.
 *
 * First come the namespaces of NVDIMMs, bus by bus and region by region; the region knows NUMA node, persistence domain
 * and modules. Then come the DAX devices without an NVDIMM (reserved memory, CXL), for which these are unknown.
 */
#include "devices.h"

#include <daxctl/libdaxctl.h>
#include <errno.h>
#include <limits.h>
#include <ndctl/libndctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "dimm.h"

#define SECTOR 512u

enum device_health
device_health(const struct device *device)
{
	enum device_health worst = device->ndimms ? HEALTH_OK : HEALTH_UNKNOWN;
	int unknown = 0;

	for (size_t i = 0; i < device->ndimms; i++) {
		if (device->dimms[i].health > worst)
			worst = device->dimms[i].health;
		unknown += device->dimms[i].health == HEALTH_UNKNOWN;
	}
	return worst == HEALTH_OK && unknown ? HEALTH_UNKNOWN : worst;
}

int
device_flag(const struct device *device, enum device_flag flag)
{
	int any = device->ndimms ? 0 : -1;

	for (size_t i = 0; i < device->ndimms; i++) {
		if (device->dimms[i].flags[flag] == 1)
			return 1;
		any = device->dimms[i].flags[flag] < 0 ? -1 : any;
	}
	return any;
}

/* Appends a copy of `device`, and takes over device->dimms. NULL when memory ran out. */
static struct device *
add_device(struct device_list *list, struct device *device)
{
	struct device *grown = realloc(list->devices, (list->count + 1) * sizeof(*grown));

	if (!grown) {
		free(device->dimms);
		return NULL;
	}
	list->devices = grown;
	grown[list->count] = *device;
	return &grown[list->count++];
}

static const char *
domain_name(enum ndctl_persistence_domain domain)
{
	switch (domain) {
	case PERSISTENCE_CPU_CACHE:
		return "cpu_cache";
	case PERSISTENCE_MEM_CTRL:
		return "memory_controller";
	default:
		return NULL;
	}
}

static int
by_dimm_name(const void *a, const void *b)
{
	return strverscmp(((const struct device_dimm *)a)->name,
			  ((const struct device_dimm *)b)->name);
}

/* Sorted by name, because libndctl's order is that of readdir(). */
static int
read_dimms(struct ndctl_region *region, struct device *device)
{
	struct ndctl_dimm *dimm;

	ndctl_dimm_foreach_in_region(region, dimm)
	{
		struct device_dimm *grown =
			realloc(device->dimms, (device->ndimms + 1) * sizeof(*grown));

		if (!grown)
			return -1;
		device->dimms = grown;
		dimm_read(dimm, &grown[device->ndimms++]);
	}
	if (device->ndimms)
		qsort(device->dimms, device->ndimms, sizeof(*device->dimms), by_dimm_name);
	return 0;
}

/* libndctl can't distinguish an empty list from an unreadable one, so check the file itself. */
static int
can_read_badblocks(struct ndctl_region *region)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/bus/nd/devices/%s/badblocks",
		 ndctl_region_get_devname(region));
	return !access(path, R_OK);
}

static long long
count_badblocks(struct ndctl_region *region, struct ndctl_namespace *ns)
{
	unsigned long long start = ndctl_namespace_get_resource(ns),
			   base = ndctl_region_get_resource(region), first, end;
	struct badblock *bad;
	long long count = 0;

	if (start == ULLONG_MAX || base == ULLONG_MAX || start < base ||
	    !can_read_badblocks(region))
		return -1;
	first = (start - base) / SECTOR;
	end = first + ndctl_namespace_get_size(ns) / SECTOR;
	ndctl_region_badblock_foreach(region, bad)
	{
		unsigned long long from = bad->offset > first ? bad->offset : first,
				   to = bad->offset + bad->len < end ? bad->offset + bad->len : end;

		count += from < to ? (long long)(to - from) : 0;
	}
	return count;
}

/* As ndctl does: without a BTT, only a namespace with labels has a sector size other than 512. */
static unsigned
sector_of(struct ndctl_namespace *ns, struct ndctl_btt *btt)
{
	unsigned sector =
		btt ? ndctl_btt_get_sector_size(btt) : ndctl_namespace_get_sector_size(ns);

	if (sector && sector != UINT_MAX)
		return sector;
	return btt ? 0 : SECTOR;
}

/* Name, mode, size and alignment; a BTT or PFN device on the namespace has its own. */
static void
read_block_mode(struct ndctl_namespace *ns, struct device *device)
{
	struct ndctl_btt *btt = ndctl_namespace_get_btt(ns);
	struct ndctl_pfn *pfn = ndctl_namespace_get_pfn(ns);
	const char *name = ndctl_namespace_get_block_device(ns);

	device->mode = btt ? "sector" : pfn ? "fsdax" : "raw";
	device->size_bytes = ndctl_namespace_get_size(ns);
	device->sector_bytes = sector_of(ns, btt);
	if (btt) {
		name = ndctl_btt_get_block_device(btt);
		device->size_bytes = ndctl_btt_get_size(btt);
	} else if (pfn) {
		name = ndctl_pfn_get_block_device(pfn);
		device->size_bytes = ndctl_pfn_get_size(pfn);
		device->align_bytes = ndctl_pfn_has_align(pfn) ? ndctl_pfn_get_align(pfn) : 0;
	}
	if (device->size_bytes == ULLONG_MAX)
		device->size_bytes = 0;
	snprintf(device->name, sizeof(device->name), "%s",
		 name && *name ? name : ndctl_namespace_get_devname(ns));
}

static void
read_dax_mode(struct daxctl_dev *dev, struct device *device)
{
	device->mode = daxctl_dev_get_memory(dev)   ? "system-ram"
		       : daxctl_dev_is_enabled(dev) ? "devdax"
						    : NULL;
	device->size_bytes = daxctl_dev_get_size(dev);
	device->align_bytes = daxctl_dev_get_align(dev);
	snprintf(device->name, sizeof(device->name), "%s", daxctl_dev_get_devname(dev));
}

static int
describe_region(struct ndctl_region *region, struct ndctl_namespace *ns, struct device *device)
{
	*device = (struct device){
		.node = ndctl_region_has_numa(region) ? ndctl_region_get_numa_node(region) : -1,
		.persistence_domain = domain_name(ndctl_region_get_persistence_domain(region)),
		.badblocks = count_badblocks(region, ns),
	};
	snprintf(device->region, sizeof(device->region), "%s", ndctl_region_get_devname(region));
	snprintf(device->namespace, sizeof(device->namespace), "%s",
		 ndctl_namespace_get_devname(ns));
	if (!read_dimms(region, device))
		return 0;
	free(device->dimms);
	return -1;
}

/* A device DAX namespace can be divided into several devices. */
static int
add_dax(struct device_list *list, struct ndctl_region *region, struct ndctl_namespace *ns)
{
	struct daxctl_region *dax = ndctl_dax_get_daxctl_region(ndctl_namespace_get_dax(ns));
	struct daxctl_dev *dev;
	struct device device;

	if (!dax)
		return 0;
	daxctl_dev_foreach(dax, dev)
	{
		if (daxctl_dev_get_size(dev) == 0)
			continue;
		if (describe_region(region, ns, &device))
			return -1;
		read_dax_mode(dev, &device);
		if (!add_device(list, &device))
			return -1;
	}
	return 0;
}

static int
add_namespace(struct device_list *list, struct ndctl_region *region, struct ndctl_namespace *ns)
{
	struct device device;

	if (ndctl_namespace_get_dax(ns))
		return add_dax(list, region, ns);
	if (!ndctl_namespace_is_active(ns) || describe_region(region, ns, &device))
		return ndctl_namespace_is_active(ns) ? -1 : 0;
	read_block_mode(ns, &device);
	return add_device(list, &device) ? 0 : -1;
}

static int
add_nvdimms(struct device_list *list, struct ndctl_ctx *ctx)
{
	struct ndctl_namespace *ns;
	struct ndctl_region *region;
	struct ndctl_bus *bus;

	ndctl_bus_foreach(ctx, bus) ndctl_region_foreach(bus, region)
		ndctl_namespace_foreach(region, ns)
	{
		if (add_namespace(list, region, ns))
			return -1;
	}
	return 0;
}

static int
is_listed(const struct device_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (!strcmp(list->devices[i].name, name))
			return 1;
	}
	return 0;
}

/*
 * The nearest node with CPUs, as for an NVDIMM. When the kernel does not know it: the node that the memory would form as
 * system RAM, which may have no CPU.
 */
static int
node_of_dax(struct daxctl_dev *dev)
{
	char path[PATH_MAX];
	FILE *file;
	int node = -1;

	snprintf(path, sizeof(path), "/sys/bus/dax/devices/%s/numa_node",
		 daxctl_dev_get_devname(dev));
	file = fopen(path, "re");
	if (file && fscanf(file, "%d", &node) != 1)
		node = -1;
	if (file)
		fclose(file);
	return node >= 0 ? node : daxctl_dev_get_target_node(dev);
}

static int
add_other_dax(struct device_list *list, struct daxctl_ctx *ctx)
{
	struct daxctl_region *region;
	struct daxctl_dev *dev;

	daxctl_region_foreach(ctx, region) daxctl_dev_foreach(region, dev)
	{
		struct device device = {.node = node_of_dax(dev), .badblocks = -1};

		if (!daxctl_dev_get_size(dev) || is_listed(list, daxctl_dev_get_devname(dev)))
			continue;
		read_dax_mode(dev, &device);
		if (!add_device(list, &device))
			return -1;
	}
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strverscmp(((const struct device *)a)->name, ((const struct device *)b)->name);
}

int
devices_read(struct device_list *list)
{
	struct daxctl_ctx *daxctl = NULL;
	struct ndctl_ctx *ndctl = NULL;
	int err;

	*list = (struct device_list){0};
	err = ndctl_new(&ndctl) || daxctl_new(&daxctl);
	if (!err) {
		/* no messages on standard error: an unreadable value is shown as unknown */
		ndctl_set_log_priority(ndctl, LOG_EMERG);
		daxctl_set_log_priority(daxctl, LOG_EMERG);
		err = add_nvdimms(list, ndctl) || add_other_dax(list, daxctl);
	}
	if (daxctl)
		daxctl_unref(daxctl);
	if (ndctl)
		ndctl_unref(ndctl);
	if (err) {
		devices_free(list);
		errno = ENOMEM;
		return -1;
	}
	if (list->count)
		qsort(list->devices, list->count, sizeof(*list->devices), by_name);
	return 0;
}

void
devices_free(struct device_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->devices[i].dimms);
	free(list->devices);
	*list = (struct device_list){0};
}
