/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * topology.h -- nodes, cores and where workers go. The only user of hwloc.
 *
 * Nodes and CPUs are numbered as the operating system numbers them. A topology is read-only once
 * opened; topology_bind_thread and the queries may be called from any thread.
 */
#ifndef BENCH_TOPOLOGY_H
#define BENCH_TOPOLOGY_H

#include <stddef.h>

#include "job/placement.h"
#include "why.h"

#define PAGE_LEAST 4096u /* bytes of the smallest page */

struct topology;

/* this machine, as far as this process may use it; or NULL/errno */
struct topology *topology_open(void);

/*
 * A made-up machine in hwloc's synthetic syntax, for tests; nothing can be bound on it. cpus: a list of CPUs like
 * "0-3,8" that are online and open to the process, as hwloc would then show it; NULL: all.
 */
struct topology *topology_open_synthetic(const char *description, const char *cpus);
void topology_close(struct topology *t);

unsigned topology_nodes(const struct topology *t); /* NUMA nodes with memory */
unsigned topology_cores(const struct topology *t); /* cores this process may use */

/*
 * Chooses places for `count` workers: one per core (SMT_AVOID) or per processing unit (SMT_USE), in
 * the order of their numbers; PLACEMENT_SPREAD goes round the nodes that have cores, PLACEMENT_CPUS
 * takes every CPU listed whatever `smt` says. `near_node` is the node of the namespace, -1 when
 * unknown: then LOCAL uses every node and REMOTE is an error. LOCAL to a node without cores: those
 * beside it. Returns 0, or -1 with one line in `why` saying what is wrong and what is allowed.
 */
int topology_place(const struct topology *t, const struct placement *placement, int near_node,
		   struct place *places, unsigned count, struct why *why);

/* how many workers could be placed without oversubscription; 0 with a line in `why` on error */
unsigned topology_capacity(const struct topology *t, const struct placement *placement,
			   int near_node, struct why *why);

/* pins the calling thread to one CPU; 0 or -1/errno */
int topology_bind_thread(const struct topology *t, int cpu);

/* CPU that the calling thread last ran on, or -1/errno */
int topology_last_cpu(const struct topology *t);

/*
 * Binds the pages of [addr, addr + len) to a node before they are touched; 0 or -1/errno. To a node
 * without memory there is nothing to bind: 0.
 */
int topology_bind_area(const struct topology *t, void *addr, size_t len, int node);

/* node of most of the touched pages of [addr, addr + len); -1 when the kernel does not say */
int topology_area_node(const struct topology *t, const void *addr, size_t len);

#endif
