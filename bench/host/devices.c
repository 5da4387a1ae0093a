/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * devices.c -- lists persistent memory with libndctl and libdaxctl.
 *
 * First come the namespaces of NVDIMMs, bus by bus and region by region; the region knows NUMA node, persistence domain
 * and modules. Then come the DAX devices without an NVDIMM (reserved memory, volatile CXL memory), for which the domain
 * is unknown. The CXL region behind a device is found by its address.
 */
#include "devices.h"

#include <daxctl/libdaxctl.h>
#include <errno.h>
#include <limits.h>
#include <ndctl/libndctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "attribute.h"
#include "cxl.h"
#include "dimm.h"
#include "nodes.h"

#define SECTOR       512u
#define CXL_PROVIDER "CXL" /* of the kernel's bus for CXL memory */

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

/* Appends a module; NULL when memory ran out. */
static struct device_dimm *
add_dimm(struct device *device)
{
	struct device_dimm *grown = realloc(device->dimms, (device->ndimms + 1) * sizeof(*grown));

	if (!grown)
		return NULL;
	device->dimms = grown;
	grown[device->ndimms] = device_dimm_unknown;
	return &grown[device->ndimms++];
}

/* Sorted by name, because libndctl's order is that of readdir(). A module has the same position in its CXL region. */
static int
read_dimms(struct ndctl_region *region, struct device *device)
{
	struct ndctl_mapping *mapping;
	struct device_dimm *dimm;

	ndctl_mapping_foreach(region, mapping)
	{
		int position = ndctl_mapping_get_position(mapping);

		dimm = add_dimm(device);
		if (!dimm)
			return -1;
		dimm_read(ndctl_mapping_get_dimm(mapping), dimm);
		if (*device->cxl_region && position >= 0)
			cxl_read_dimm(device->cxl_region, (unsigned)position, dimm);
	}
	if (device->ndimms)
		qsort(device->dimms, device->ndimms, sizeof(*device->dimms), by_dimm_name);
	return 0;
}

/* Takes over a CXL region, and decides about the node. */
static void
set_node(struct device *device, const struct cxl_region *region)
{
	if (region) {
		memcpy(device->cxl_region, region->name, sizeof(device->cxl_region));
		device->interleave_ways = region->ways;
		device->interleave_granularity_bytes = region->granularity_bytes;
		device->nodes.cxl = region->nodes;
	}
	nodes_read_access(device->nodes.target, &device->nodes.access);
	device->node = device_node(&device->nodes, &device->node_source);
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
	unsigned long long address = ndctl_region_get_resource(region);
	struct cxl_region cxl;
	int is_cxl = 0;

	*device = (struct device){
		.nodes = {.kernel = ndctl_region_has_numa(region)
					    ? ndctl_region_get_numa_node(region)
					    : -1,
			  .target = ndctl_region_get_target_node(region)},
		.persistence_domain = domain_name(ndctl_region_get_persistence_domain(region)),
		.badblocks = count_badblocks(region, ns),
	};
	if (!strcmp(ndctl_bus_get_provider(ndctl_region_get_bus(region)), CXL_PROVIDER))
		is_cxl =
			cxl_find_region(address == ULLONG_MAX ? CXL_ADDRESS_SECRET : address, &cxl);
	set_node(device, is_cxl ? &cxl : NULL);
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

/* The CXL region that the device belongs to: "region1" of ".../region1/dax_region1/dax1.0". */
static int
find_cxl_region(struct daxctl_dev *dev, struct cxl_region *region)
{
	unsigned long long address = daxctl_dev_get_resource(dev);
	char link[PATH_MAX], path[PATH_MAX], *end, *name;

	snprintf(link, sizeof(link), "/sys/bus/dax/devices/%s", daxctl_dev_get_devname(dev));
	end = realpath(link, path) ? strstr(path, "/dax_region") : NULL;
	if (end) {
		*end = '\0';
		name = strrchr(path, '/');
		if (name && cxl_read_region(name + 1, region))
			return 1;
	}
	return address && address != ULLONG_MAX && cxl_find_region(address, region);
}

/* Memory without an NVDIMM: its modules are the CXL memory devices, if any. */
static int
describe_dax(struct daxctl_dev *dev, struct device *device)
{
	const char *name = daxctl_dev_get_devname(dev);
	struct device_dimm *dimm;
	struct cxl_region cxl;
	int is_cxl = find_cxl_region(dev, &cxl);

	*device = (struct device){
		.nodes = {.kernel = (int)attribute_number(-1, "/sys/bus/dax/devices/%s/numa_node",
							  name),
			  .target = daxctl_dev_get_target_node(dev)},
		.badblocks = -1,
	};
	set_node(device, is_cxl ? &cxl : NULL);
	if (device->node_source == DEVICE_NODE_UNKNOWN && device->nodes.target >= 0) {
		device->node = device->nodes.target; /* it may have no CPU */
		device->node_source = DEVICE_NODE_TARGET;
	}
	for (unsigned i = 0; i < device->interleave_ways; i++) {
		dimm = add_dimm(device);
		if (!dimm) {
			free(device->dimms);
			return -1;
		}
		if (cxl_read_dimm(cxl.name, i, dimm))
			device->ndimms--;
	}
	read_dax_mode(dev, device);
	return 0;
}

static int
add_other_dax(struct device_list *list, struct daxctl_ctx *ctx)
{
	struct daxctl_region *region;
	struct daxctl_dev *dev;
	struct device device;

	daxctl_region_foreach(ctx, region) daxctl_dev_foreach(region, dev)
	{
		if (!daxctl_dev_get_size(dev) || is_listed(list, daxctl_dev_get_devname(dev)))
			continue;
		if (describe_dax(dev, &device) || !add_device(list, &device))
			return -1;
	}
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strverscmp(((const struct device *)a)->name, ((const struct device *)b)->name);
}

static void
find_mounts(struct device_list *list)
{
	char path[DEVICE_NAME_MAX + 8];
	struct stat st;

	for (size_t i = 0; i < list->count; i++) {
		snprintf(path, sizeof(path), "/dev/%s", list->devices[i].name);
		if (!stat(path, &st) && S_ISBLK(st.st_mode))
			mount_find(st.st_rdev, &list->devices[i].mount);
	}
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
	find_mounts(list);
	if (list->count)
		qsort(list->devices, list->count, sizeof(*list->devices), by_name);
	return 0;
}

void
devices_free(struct device_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->devices[i].dimms);
		mount_free(&list->devices[i].mount);
	}
	free(list->devices);
	*list = (struct device_list){0};
}
