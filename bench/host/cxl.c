/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cxl.c -- follows /sys from a region to its memory devices: target N of a region names an endpoint decoder, the folder
 * around the decoder is the endpoint, and the endpoint's uport is the memory device.
 */
#include "cxl.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attribute.h"

#define CXL "/sys/bus/cxl/devices/"

#define WAYS_MAX 64 /* more than any decoder of the specification has */

static int
find_memory_device(char name[DEVICE_NAME_MAX], const char *region, unsigned position)
{
	char decoder[DEVICE_NAME_MAX];

	if (attribute_read(decoder, sizeof(decoder), CXL "%s/target%u", region, position))
		return -1;
	return attribute_link(name, DEVICE_NAME_MAX, CXL "%s/../uport", decoder);
}

int
cxl_read_dimm(const char *region, unsigned position, struct device_dimm *dimm)
{
	char *name = dimm->memory_device;
	long long bytes;

	if (find_memory_device(name, region, position))
		return -1;
	if (!*dimm->name)
		memcpy(dimm->name, name, sizeof(dimm->name));
	attribute_read(dimm->serial, sizeof(dimm->serial), CXL "%s/serial", name);
	attribute_read(dimm->firmware, sizeof(dimm->firmware), CXL "%s/firmware_version", name);
	bytes = attribute_number(0, CXL "%s/pmem/size", name);
	dimm->pmem_bytes = bytes > 0 ? (uint64_t)bytes : 0;
	dimm->node = (int)attribute_number(-1, CXL "%s/numa_node", name);
	cxl_read_health(dimm);
	cxl_read_poison(dimm);
	return 0;
}

int
cxl_read_region(const char *name, struct cxl_region *region)
{
	char memory_device[DEVICE_NAME_MAX];
	long long ways = attribute_number(0, CXL "%s/interleave_ways", name);

	if (attribute_number(0, CXL "%s/commit", name) != 1 || ways < 1 || ways > WAYS_MAX)
		return 0;
	*region = (struct cxl_region){
		.ways = (unsigned)ways,
		.granularity_bytes =
			(unsigned)attribute_number(0, CXL "%s/interleave_granularity", name),
	};
	snprintf(region->name, sizeof(region->name), "%s", name);
	for (unsigned i = 0; i < region->ways; i++)
		if (!find_memory_device(memory_device, name, i))
			device_node_add(
				&region->nodes,
				(int)attribute_number(-1, CXL "%s/numa_node", memory_device));
	return 1;
}

static int
holds(const char *name, uint64_t address)
{
	uint64_t start = (uint64_t)attribute_number(-1, CXL "%s/resource", name);
	uint64_t size = (uint64_t)attribute_number(0, CXL "%s/size", name);

	return start != UINT64_MAX && address >= start && address - start < size;
}

/* Only a region of persistent memory has a device pmem_regionN. */
static int
is_pmem(const char *name)
{
	char type[DEVICE_NAME_MAX];

	return !attribute_read(type, sizeof(type), CXL "%s/pmem_%s/devtype", name, name);
}

/* Another region that can be the one: only the nodes are known, those of both. */
static void
add_candidate(struct cxl_region *region, const struct cxl_region *other, unsigned found)
{
	if (!found) {
		*region = *other;
		return;
	}
	region->name[0] = '\0';
	region->ways = region->granularity_bytes = 0;
	for (unsigned i = 0; i < other->nodes.count; i++)
		device_node_add(&region->nodes, other->nodes.nodes[i]);
}

int
cxl_find_region(uint64_t address, struct cxl_region *region)
{
	DIR *dir = opendir(CXL);
	const struct dirent *entry;
	struct cxl_region other;
	unsigned found = 0;

	while (dir && (entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (strncmp(name, "region", strlen("region")) || strlen(name) >= DEVICE_NAME_MAX ||
		    !(address == CXL_ADDRESS_SECRET ? is_pmem(name) : holds(name, address)) ||
		    !cxl_read_region(name, &other))
			continue;
		add_candidate(region, &other, found++);
	}
	if (dir)
		closedir(dir);
	return found > 0;
}
