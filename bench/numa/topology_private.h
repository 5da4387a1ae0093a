/* SPDX-License-Identifier: BSD-3-Clause */
/* topology_private.h -- shared by topology.c and placement.c. Only these two see hwloc. */
#ifndef BENCH_TOPOLOGY_PRIVATE_H
#define BENCH_TOPOLOGY_PRIVATE_H

#include <hwloc.h>

#include "topology.h"

struct topology {
	hwloc_topology_t hw;         /* only objects that this process may use */
	hwloc_bitmap_t memory_nodes; /* nodes with memory */
};

/* The place of a CPU. The topology must contain this CPU. */
struct place topology_place_of_cpu(const struct topology *t, unsigned cpu);

#endif
