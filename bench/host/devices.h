/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * devices.h -- the persistent memory namespaces of this machine, as libndctl and libdaxctl find them.
 *
 * What can't be read stays NULL, 0 or -1 as said; nothing is guessed. Words are those of ndctl.
 */
#ifndef BENCH_DEVICES_H
#define BENCH_DEVICES_H

#include <stddef.h>
#include <stdint.h>

#define DEVICE_NAME_MAX 32

enum device_flag {
	DEVICE_NOT_ARMED,      /* what is stored does not survive the next power cut */
	DEVICE_SAVE_FAILED,    /* the last one was not survived */
	DEVICE_RESTORE_FAILED, /* nor brought back */
	DEVICE_FLUSH_FAILED,   /* the platform did not flush before the last one */
	DEVICE_MAP_FAILED,
	DEVICE_SMART_EVENT, /* a health event is pending */
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

/* one NVDIMM */
struct device_dimm {
	char name[DEVICE_NAME_MAX]; /* "nmem0" */
	int flags[DEVICE_FLAGS];    /* 1, 0, or -1 unknown */
	long long dirty_shutdowns;  /* -1 unknown */
	/* from SMART: */
	enum device_health health;
	int spares_percent, life_used_percent; /* -1 unknown */
	double temperature_c;                  /* of the media; NAN unknown */
	int last_shutdown_clean;               /* 1, 0, or -1 unknown */
};

struct device {
	char name
		[DEVICE_NAME_MAX]; /* of what is in /dev: "dax0.0", "pmem1s"; of the namespace when it
					 has nothing there */
	char namespace[DEVICE_NAME_MAX],
		region[DEVICE_NAME_MAX]; /* "" when it is not an NVDIMM's */
	const char *mode; /* "devdax", "system-ram", "fsdax", "sector", "raw"; NULL unknown */
	const char *persistence_domain;   /* "cpu_cache", "memory_controller"; NULL unknown */
	uint64_t size_bytes, align_bytes; /* 0 unknown */
	unsigned sector_bytes;            /* 0 unknown, or not a block device */
	int node;                         /* -1 unknown */
	long long badblocks;              /* of 512 bytes; -1 unknown */
	struct device_dimm *dimms;        /* that it is interleaved over, by name */
	size_t ndimms;
};

struct device_list {
	struct device *devices; /* by name */
	size_t count;
};

/* 0, also when there are none; -1/errno when memory ran out */
int devices_read(struct device_list *list);
void devices_free(struct device_list *list);

/* the worst of its NVDIMMs; "ok" only when all of them say so */
enum device_health device_health(const struct device *device);

/* 1 when one of its NVDIMMs has the flag, 0 when all are known not to, else -1 */
int device_flag(const struct device *device, enum device_flag flag);

#endif
