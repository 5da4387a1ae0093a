/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memory.h -- what workers touch: one jemalloc arena per NUMA node, its pages bound to that node.
 *
 * Set up and torn down by one thread; allocate and free before and after the measured phases only.
 */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stddef.h>

struct topology;
struct memory;

/* NULL/errno; `t` must outlive it */
struct memory *memory_open(const struct topology *t);
void memory_close(struct memory *m); /* every allocation must have been freed */

/*
 * `size` bytes (at least 1), zeroed, aligned to `align` (a power of two >= 128), on `node` (-1:
 * anywhere); NULL/ENOMEM.
 */
void *memory_alloc(struct memory *m, int node, size_t size, size_t align);
void memory_free(struct memory *m, void *ptr);

#endif
