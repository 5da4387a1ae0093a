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

/* Page size, in bytes, of most of the touched memory in the mapping around `addr`; 0 unknown. */
uint64_t host_page_bytes(const void *addr);

/*
 * Sets persistence_domain, health, nodes, interleaving and modules for the device behind a DAX device, a block device or
 * a file. The health is the name of a flag that one of the modules has set ("not_armed"), or the worst of "ok",
 * "non-critical", "critical", "fatal". An unknown device leaves all fields unchanged. The node is not set.
 */
void host_read_namespace(const char *path, struct result_namespace *ns);

/* Sets the libpmem fields. */
void host_read_libpmem(struct result_host *host);

#endif
