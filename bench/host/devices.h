/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * devices.h -- the persistent memory of this machine with the health of its modules, found with libndctl, libdaxctl and
 * cxl.h; names and modes as ndctl prints them.
 *
 * An unreadable value is unknown (NULL, 0 or -1, as each field says). Nothing is guessed.
 */
#ifndef BENCH_DEVICES_H
#define BENCH_DEVICES_H

#include <stddef.h>
#include <stdint.h>

#include "mount.h"
#include "result/device.h"

struct device {
	/* in /dev: "dax0.0", "pmem1s"; without a device, the namespace's name */
	char name[DEVICE_NAME_MAX];
	/* "" without an NVDIMM */
	char namespace[DEVICE_NAME_MAX], region[DEVICE_NAME_MAX];
	const char *mode; /* "devdax", "system-ram", "fsdax", "sector", "raw"; NULL unknown */
	const char *persistence_domain;   /* "cpu_cache", "memory_controller"; NULL unknown */
	uint64_t size_bytes, align_bytes; /* 0 unknown */
	unsigned sector_bytes;            /* 0 unknown, or not a block device */
	int node;                         /* device_node(&nodes, &node_source) */
	long long badblocks;              /* in units of 512 bytes; -1 unknown */
	struct device_dimm *dimms;        /* the modules that hold its data, by name */
	size_t ndimms;
	struct device_nodes nodes;
	enum device_node_source node_source;
	/* only of a device in a CXL region: */
	char cxl_region[DEVICE_NAME_MAX];                       /* "" unknown, or no CXL */
	unsigned interleave_ways, interleave_granularity_bytes; /* 0 unknown */
	struct mount_facts mount;                               /* of a block device */
};

struct device_list {
	struct device *devices; /* by name */
	size_t count;
};

/* 0, even when the machine has no device; -1 with ENOMEM. devices_free frees the list. */
int devices_read(struct device_list *list);
void devices_free(struct device_list *list);

/* The device behind a DAX device, a block device or a file, or NULL. In namespace.c. */
struct device *host_find_device(const char *path, const struct device_list *list);

/* The worst health of its NVDIMMs; HEALTH_OK only when the health of all of them is known. */
enum device_health device_health(const struct device *device);

/* 1 when one of its NVDIMMs has the flag, 0 when none has it, -1 when that is unknown. */
int device_flag(const struct device *device, enum device_flag flag);

#endif
