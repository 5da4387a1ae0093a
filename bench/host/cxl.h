/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cxl.h -- the CXL memory behind a device.
 *
 * Regions and memory devices come from the kernel's documented files in /sys, so that a build without libcxl places
 * workers on the same node. The health comes from the memory device by a mailbox command, through libcxl; it needs root
 * and a build with libcxl, and is unknown otherwise.
 */
#ifndef BENCH_HOST_CXL_H
#define BENCH_HOST_CXL_H

#include "result/device.h"

#define CXL_ADDRESS_SECRET UINT64_MAX /* the kernel shows addresses to root alone */

struct cxl_region {
	/* "region0" below /sys/bus/cxl/devices; "": secret, one of several */
	char name[DEVICE_NAME_MAX];
	unsigned ways, granularity_bytes; /* of the interleaving; 0 unknown */
	struct device_node_list nodes;    /* of its memory devices */
};

/*
 * Finds the region that holds a physical address. With CXL_ADDRESS_SECRET every region of persistent memory can be the
 * one: the nodes are those of all of them, and the other fields are known if there is only one. 1 found, 0 not.
 */
int cxl_find_region(uint64_t address, struct cxl_region *region);

/* Reads the region `name`. 1, or 0 when there is no such region in use. */
int cxl_read_region(const char *name, struct cxl_region *region);

/*
 * Sets the fields of `dimm` that the memory device knows which is the target `position` of a region. 0, or -1 when there
 * is none.
 */
int cxl_read_dimm(const char *region, unsigned position, struct device_dimm *dimm);

/* Sets the health of a memory device, in cxl_health.c. Values that it does not tell stay as they are. */
void cxl_read_health(struct device_dimm *dimm);

/*
 * Sets poisoned_bytes of a memory device, in cxl_poison.c. Needs root, tracefs and Linux 6.4. A device with an overflow
 * of its list has more.
 */
void cxl_read_poison(struct device_dimm *dimm);

#endif
