/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memory.h -- memory for workers: one jemalloc arena per NUMA node, with its pages bound to the node.
 *
 * Only one thread at a time may call these functions, and only outside of the measured phases.
 */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stddef.h>

struct topology;
struct memory;

/* Returns NULL/errno on error. `t` must outlive the memory. */
struct memory *memory_open(const struct topology *t);

/* All allocations must be freed before. `m` may be NULL. */
void memory_close(struct memory *m);

/*
 * Allocates `size` >= 1 zeroed bytes on `node`, or anywhere if node is -1. `align` is a power of two, at
 * least 128. Returns NULL/ENOMEM on error.
 */
void *memory_alloc(struct memory *m, int node, size_t size, size_t align);
void memory_free(struct memory *m, void *ptr);

#endif
