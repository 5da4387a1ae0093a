/* SPDX-License-Identifier: BSD-3-Clause */
/* topology_private.h -- shared by topology.c and placement.c. Only these two see hwloc. */
#ifndef BENCH_TOPOLOGY_PRIVATE_H
#define BENCH_TOPOLOGY_PRIVATE_H

#include <hwloc.h>

#include "topology.h"

struct topology {
	hwloc_topology_t hw; /* only objects that are online and in the cpuset of this process */
	hwloc_bitmap_t affinity;     /* CPUs of hw on which this process may run without asking */
	hwloc_bitmap_t memory_nodes; /* nodes with memory */
	/* for messages about other CPUs */
	hwloc_bitmap_t present, online;
};

/* The place of a CPU. The topology must contain this CPU. */
struct place topology_place_of_cpu(const struct topology *t, unsigned cpu);

/*
 * Tries to pin a thread of its own to each CPU of `cpus`, and clears those CPUs that the kernel refuses. *err
 * is the errno of the first refusal, or 0. On a synthetic machine nothing is refused. Returns 0, or -1/errno.
 */
int topology_try_cpus(const struct topology *t, hwloc_bitmap_t cpus, int *err);

#endif
