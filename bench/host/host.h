/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * host.h -- reads the description of this machine that every result contains.
 *
 * An unreadable value is NULL or -1; nothing is guessed. result_free frees the strings.
 */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#include "result/result.h"

/* Fills `host`, except for `nodes` and `cpus`, which come from hwloc (numa/) and are set to 0. */
void host_read(struct result_host *host);

/* Fills the fields from /proc and /sys below `root` ("" for this machine); the libpmem fields become NULL. */
void host_read_under(const char *root, struct result_host *host);

/*
 * Sets page_bytes, from most of the touched memory in the mapping around `addr`, and map_sync for a file or DAX device
 * (ns->kind). The kernel may not tell the size of pages of persistent memory in a file (ns->spec).
 */
void host_read_mapping(const void *addr, struct result_namespace *ns);

/*
 * Sets device, file_system, persistence_domain, health, nodes, interleaving and modules for the device behind a DAX device, a block device or
 * a file. The health is the name of a flag that one of the modules has set ("not_armed"), or the worst of "ok",
 * "non-critical", "critical", "fatal". Unknown values leave their fields unchanged. The node is not set.
 */
void host_read_namespace(const char *path, struct result_namespace *ns);

#define HOST_LACK_MAX 96

/* "ext4 on pmem0" for a file whose device supports DAX, but whose file system does not use DAX for it; otherwise "". */
void host_read_lack_of_dax(const char *path, char lack[HOST_LACK_MAX]);

/* Sets the libpmem fields. */
void host_read_libpmem(struct result_host *host);

#endif
