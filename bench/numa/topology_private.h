/* SPDX-License-Identifier: BSD-3-Clause */
/* topology_private.h -- what topology.c and placement.c share; hwloc shows nowhere else. */
#ifndef BENCH_TOPOLOGY_PRIVATE_H
#define BENCH_TOPOLOGY_PRIVATE_H

#include <hwloc.h>

#include "topology.h"

struct topology {
	hwloc_topology_t hw; /* holds what this process may use, nothing else */
	hwloc_bitmap_t memory_nodes;
};

/* `cpu` is one of the topology's */
struct place topology_place_of_cpu(const struct topology *t, unsigned cpu);

#endif
