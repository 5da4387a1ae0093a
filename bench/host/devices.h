/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * devices.h -- the persistent memory of this machine, found with libndctl and libdaxctl; names and modes as ndctl prints
 * them.
 *
 * An unreadable value is unknown (NULL, 0 or -1, as each field says). Nothing is guessed.
 */
#ifndef BENCH_DEVICES_H
#define BENCH_DEVICES_H

#include <stddef.h>
#include <stdint.h>

#define DEVICE_NAME_MAX 32

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
	/* in /dev: "dax0.0", "pmem1s"; without a device, the namespace's name */
	char name[DEVICE_NAME_MAX];
	/* "" without an NVDIMM */
	char namespace[DEVICE_NAME_MAX], region[DEVICE_NAME_MAX];
	const char *mode; /* "devdax", "system-ram", "fsdax", "sector", "raw"; NULL unknown */
	const char *persistence_domain;   /* "cpu_cache", "memory_controller"; NULL unknown */
	uint64_t size_bytes, align_bytes; /* 0 unknown */
	unsigned sector_bytes;            /* 0 unknown, or not a block device */
	int node;                         /* -1 unknown */
	long long badblocks;              /* in units of 512 bytes; -1 unknown */
	struct device_dimm *dimms;        /* the modules that hold its data, by name */
	size_t ndimms;
};

struct device_list {
	struct device *devices; /* by name */
	size_t count;
};

/* 0, even when the machine has no device; -1 with ENOMEM. devices_free frees the list. */
int devices_read(struct device_list *list);
void devices_free(struct device_list *list);

/* The worst health of its NVDIMMs; HEALTH_OK only when the health of all of them is known. */
enum device_health device_health(const struct device *device);

/* 1 when one of its NVDIMMs has the flag, 0 when none has it, -1 when that is unknown. */
int device_flag(const struct device *device, enum device_flag flag);

#endif
