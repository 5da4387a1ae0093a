/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * device.h -- facts about a device of persistent memory that `list` and results have: its modules with their health, and
 * the sources that name its near node. host/devices.h reads them.
 */
#ifndef BENCH_RESULT_DEVICE_H
#define BENCH_RESULT_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#define DEVICE_NAME_MAX  32
#define DEVICE_NODES_MAX 8 /* of one source */

enum device_flag {
	DEVICE_NOT_ARMED,      /* the next power failure will lose data */
	DEVICE_SAVE_FAILED,    /* the module did not save its data at the last power failure */
	DEVICE_RESTORE_FAILED, /* the module did not restore its data afterwards */
	DEVICE_FLUSH_FAILED,   /* the platform did not flush the caches at the last power failure */
	DEVICE_MAP_FAILED,     /* the module is not mapped into memory */
	DEVICE_SMART_EVENT,    /* a health event is pending */
	DEVICE_FLAGS
};

/* "not_armed", "save_failed", … */
const char *device_flag_name(enum device_flag flag);

enum device_health {
	HEALTH_UNKNOWN = -1,
	HEALTH_OK,
	HEALTH_NON_CRITICAL,
	HEALTH_CRITICAL,
	HEALTH_FATAL
};

/* "ok", "non-critical", "critical", "fatal"; NULL for HEALTH_UNKNOWN */
const char *device_health_name(enum device_health health);

/* one NVDIMM or CXL memory device */
struct device_dimm {
	char name[DEVICE_NAME_MAX]; /* "nmem0"; without an NVDIMM the name of the memory device */
	int flags[DEVICE_FLAGS];    /* 1, 0, or -1 unknown */
	long long dirty_shutdowns;  /* -1 unknown */
	/* from SMART, or from the health information of a CXL memory device: */
	enum device_health health;
	int spares_percent, life_used_percent; /* -1 unknown */
	double temperature_c;                  /* of the media; NAN unknown */
	int last_shutdown_clean;               /* 1, 0, or -1 unknown */
	char serial[DEVICE_NAME_MAX];          /* "0x1234567"; "" unknown */
	/* only of a CXL memory device: */
	char memory_device[DEVICE_NAME_MAX]; /* "mem0"; "" for a module without CXL */
	char firmware[DEVICE_NAME_MAX];      /* "" unknown */
	uint64_t pmem_bytes;                 /* persistent capacity; 0 unknown */
	int node;                            /* NUMA node; -1 unknown */
	long long corrected_errors;          /* of its persistent memory; -1 unknown */
	long long poisoned_bytes;            /* in its poison list; -1 unknown */
};

/* A module with no known value. */
extern const struct device_dimm device_dimm_unknown;

/* NUMA nodes in rising order; empty: unknown */
struct device_node_list {
	int nodes[DEVICE_NODES_MAX];
	unsigned count;
};

/* Adds a node that the list does not have yet. Negative nodes, and nodes of a full list, are left out. */
void device_node_add(struct device_node_list *list, int node);

/* What each source says about the node near a device. */
struct device_nodes {
	int kernel;                  /* numa_node of the device; -1 unknown */
	struct device_node_list cxl; /* of its CXL memory devices */
	/* with the CPUs that are nearest to target_node: by the access classes of ACPI's HMAT, or itself */
	struct device_node_list access;
	int target; /* target_node: the node that the memory would form as system RAM; -1 unknown */
};

#define DEVICE_NODES_UNKNOWN               \
	{                                  \
		.kernel = -1, .target = -1 \
	}

/* who decided about the node of a device or a namespace */
enum device_node_source {
	DEVICE_NODE_UNKNOWN,
	DEVICE_NODE_KERNEL, /* device_nodes.kernel, and so on */
	DEVICE_NODE_CXL,
	DEVICE_NODE_ACCESS,
	DEVICE_NODE_TARGET, /* without an NVDIMM, when no source names a near node */
	DEVICE_NODE_PAGES,  /* the node of most pages of a file */
	DEVICE_NODE_BOUND, /* plain memory, which the run has bound to the node of its first worker */
	DEVICE_NODE_JOB,   /* the key namespace_node */
	DEVICE_NODE_SOURCES
};

/* "kernel", "cxl", …; NULL for DEVICE_NODE_UNKNOWN */
const char *device_node_source_name(enum device_node_source source);

/*
 * The near node: that of the CXL memory devices; without them that of the kernel, then of the access classes. The
 * kernel does not know the node of a CXL window that firmware has not described, and then names one
 * without a reason. -1: unknown, or the CXL memory devices are on several nodes, so that none is near.
 */
int device_node(const struct device_nodes *nodes, enum device_node_source *source);

/*
 * Describes a doubt about `node`, for example "node 1 by its CXL memory devices, node 0 by the kernel". "" when all
 * sources that know a node agree.
 */
struct device_doubt {
	char text[640];
};
struct device_doubt device_node_doubt(const struct device_nodes *nodes);

#endif
