/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * host.h -- what this machine is, as every result records it.
 *
 * What can't be read stays NULL or -1; nothing is guessed. `nodes` and `cpus` are left 0: they are
 * the topology's to say. Whoever owns the result frees the strings (result_free).
 */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#include "result/result.h"

/* this machine and the libpmem of this process */
void host_read(struct result_host *host);

/* the part that comes from /proc and /sys, under `root` ("" = this machine); libpmem's fields are
 * NULL */
void host_read_under(const char *root, struct result_host *host);

/*
 * Size of the pages that most of the touched memory around `addr` is mapped with; 0 when it can't
 * be read.
 */
uint64_t host_page_bytes(const void *addr);

/*
 * Sets persistence_domain and health of the NVDIMMs behind a DAX device, a block device or a file:
 * "ok", "non-critical", "critical", "fatal" as the worst of them says, or the name of a flag that one
 * has raised ("not_armed"). Both stay as they are when this is not known.
 */
void host_read_namespace(const char *path, struct result_namespace *ns);

/* sets the libpmem fields of `host` */
void host_read_libpmem(struct result_host *host);

#endif
