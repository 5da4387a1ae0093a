/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * topology.h -- nodes and cores of the machine, places for workers. numa/ is the only user of hwloc.
 *
 * Nodes and CPUs have the numbers of the operating system. A topology is read-only after it was opened; any
 * thread may use it.
 */
#ifndef BENCH_TOPOLOGY_H
#define BENCH_TOPOLOGY_H

#include <stddef.h>

#include "job/placement.h"
#include "why.h"

#define PAGE_LEAST 4096u /* size of the smallest page, bytes */

struct topology;

/*
 * The part of this machine that this process may use. Returns NULL with a line in `why` on error, also if
 * variables like HWLOC_SYNTHETIC make hwloc describe another machine.
 */
struct topology *topology_open(struct why *why);

/* Lists of CPUs like "0-3,8"; NULL means all. */
struct topology_limits {
	const char *online, *cpuset, *affinity;
};

/*
 * A synthetic machine for tests, in the syntax of hwloc. Binding fails with ENOTSUP. limits = NULL:
 * none. NULL/errno on error.
 */
struct topology *topology_open_synthetic(const char *description,
					 const struct topology_limits *limits);
void topology_close(struct topology *t);

/* 0 if this process may use the node; otherwise -1 with a line in `why`, which lists the nodes. */
int topology_check_node(const struct topology *t, int node, struct why *why);

unsigned topology_nodes(const struct topology *t); /* NUMA nodes with memory */

/*
 * Chooses places for `count` workers in the order of the CPU numbers: one per core (SMT_AVOID) or one per
 * processing unit (SMT_USE). All of them are in the affinity of the process, except with PLACEMENT_CPUS: it
 * takes all listed CPUs that the kernel grants, and ignores `smt`. PLACEMENT_SPREAD takes the nodes with
 * cores in turn. With more workers than places, oversubscribe starts again at the first place; without it
 * this is an error.
 *
 * `near_node` is the node of the namespace. -1 means unknown: then LOCAL uses all nodes and REMOTE is an
 * error. If near_node has no cores, LOCAL uses the cores beside it. Returns 0, or -1 with the error and the
 * allowed values in `why`.
 */
int topology_place(const struct topology *t, const struct placement *placement, int near_node,
		   struct place *places, unsigned count, struct why *why);

/* Number of workers that have a place of their own. Returns 0 with a line in `why` on error. */
unsigned topology_capacity(const struct topology *t, const struct placement *placement,
			   int near_node, struct why *why);

/* Pins the calling thread to one CPU. Returns 0 or -1/errno. */
int topology_bind_thread(const struct topology *t, int cpu);

/* The CPU on which the calling thread last ran, or -1/errno. */
int topology_last_cpu(const struct topology *t);

/*
 * Binds the pages of [addr, addr + len) to a node. Call it before the pages are touched. Does nothing for a
 * node without memory. Returns 0 or -1/errno. On a machine with one node, errors of the kernel are ignored.
 */
int topology_bind_area(const struct topology *t, void *addr, size_t len, int node);

/* The node that holds most of the touched pages of [addr, addr + len). -1 if it is unknown. */
int topology_area_node(const struct topology *t, const void *addr, size_t len);

#endif
