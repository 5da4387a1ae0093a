/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * topology.c -- opens and queries a topology, binds threads and memory.
 *
 * hwloc removes everything that cgroups and the CPU affinity forbid, so the sets here need no masks.
 */
#include "topology_private.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define AREA_SAMPLES 64

/* synthetic = NULL loads this machine. */
static int
load(hwloc_topology_t hw, const char *synthetic)
{
	const unsigned long mine =
		HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM | HWLOC_TOPOLOGY_FLAG_RESTRICT_TO_CPUBINDING;
	int err = synthetic ? hwloc_topology_set_synthetic(hw, synthetic)
			    : hwloc_topology_set_flags(hw, mine);

	return err ? err : hwloc_topology_load(hw);
}

static hwloc_bitmap_t
nodes_with_memory(hwloc_topology_t hw)
{
	hwloc_bitmap_t nodes = hwloc_bitmap_alloc();
	hwloc_obj_t node = NULL;

	while (nodes && (node = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_NUMANODE, node)))
		if (node->attr->numanode.local_memory > 0)
			hwloc_bitmap_set(nodes, node->os_index);
	return nodes;
}

/* Removes all other CPUs, like hwloc_topology_load does for cgroups, affinity and offline CPUs. */
static int
restrict_to(hwloc_topology_t hw, const char *cpus)
{
	hwloc_bitmap_t set = cpus ? hwloc_bitmap_alloc() : NULL;
	int err = 0;

	if (!cpus)
		return 0;
	if (!set || hwloc_bitmap_list_sscanf(set, cpus) || hwloc_topology_restrict(hw, set, 0))
		err = -1;
	hwloc_bitmap_free(set);
	return err;
}

static struct topology *
open_topology(const char *synthetic, const char *cpus)
{
	struct topology *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	if (hwloc_topology_init(&t->hw))
		goto free_t;
	if (load(t->hw, synthetic) || restrict_to(t->hw, cpus))
		goto destroy_hw;
	t->memory_nodes = nodes_with_memory(t->hw);
	if (t->memory_nodes)
		return t;
destroy_hw:
	hwloc_topology_destroy(t->hw);
free_t:
	free(t);
	return NULL;
}

struct topology *
topology_open(void)
{
	return open_topology(NULL, NULL);
}

struct topology *
topology_open_synthetic(const char *description, const char *cpus)
{
	return open_topology(description, cpus);
}

void
topology_close(struct topology *t)
{
	if (!t)
		return;
	hwloc_bitmap_free(t->memory_nodes);
	hwloc_topology_destroy(t->hw);
	free(t);
}

unsigned
topology_nodes(const struct topology *t)
{
	return (unsigned)hwloc_bitmap_weight(t->memory_nodes);
}

unsigned
topology_cores(const struct topology *t)
{
	int cores = hwloc_get_nbobjs_by_type(t->hw, HWLOC_OBJ_CORE);

	/* some virtual machines show processing units but no cores */
	return (unsigned)(cores > 0 ? cores : hwloc_get_nbobjs_by_type(t->hw, HWLOC_OBJ_PU));
}

struct place
topology_place_of_cpu(const struct topology *t, unsigned cpu)
{
	hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(t->hw, cpu);
	hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(t->hw, HWLOC_OBJ_CORE, pu);
	int node = hwloc_bitmap_first(pu->nodeset);

	/*
	 * A CPU may have several near nodes: its own node, and nodes without CPUs (persistent or
	 * high-bandwidth memory) that hwloc places beside it. The kernel numbers its own node first.
	 */
	while (node >= 0 && !hwloc_bitmap_isset(t->memory_nodes, (unsigned)node))
		node = hwloc_bitmap_next(pu->nodeset, node);
	return (struct place){
		.cpu = (int)cpu,
		.core = core && core->os_index != HWLOC_UNKNOWN_INDEX ? (int)core->os_index : -1,
		.node = node >= 0 ? node : hwloc_bitmap_first(pu->nodeset),
	};
}

/* On a synthetic machine hwloc binds nothing but reports success. */
static int
check_bindable(const struct topology *t)
{
	if (hwloc_topology_is_thissystem(t->hw))
		return 0;
	errno = ENOTSUP;
	return -1;
}

static hwloc_bitmap_t
set_of_one(unsigned index)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();

	if (set && hwloc_bitmap_only(set, index)) {
		hwloc_bitmap_free(set);
		return NULL;
	}
	return set;
}

int
topology_bind_thread(const struct topology *t, int cpu)
{
	hwloc_bitmap_t set;
	int err;

	if (check_bindable(t))
		return -1;
	if (cpu < 0 || !hwloc_get_pu_obj_by_os_index(t->hw, (unsigned)cpu)) {
		errno = EINVAL;
		return -1;
	}
	set = set_of_one((unsigned)cpu);
	if (!set)
		return -1;
	err = hwloc_set_cpubind(t->hw, set, HWLOC_CPUBIND_THREAD);
	hwloc_bitmap_free(set);
	return err;
}

int
topology_last_cpu(const struct topology *t)
{
	hwloc_bitmap_t set;
	int cpu = -1;

	if (check_bindable(t))
		return -1;
	set = hwloc_bitmap_alloc();
	if (set && hwloc_get_last_cpu_location(t->hw, set, HWLOC_CPUBIND_THREAD) == 0)
		cpu = hwloc_bitmap_first(set);
	hwloc_bitmap_free(set);
	return cpu;
}

int
topology_bind_area(const struct topology *t, void *addr, size_t len, int node)
{
	hwloc_bitmap_t set;
	int err;

	if (check_bindable(t))
		return -1;
	if (node < 0 || !hwloc_get_numanode_obj_by_os_index(t->hw, (unsigned)node)) {
		errno = EINVAL;
		return -1;
	}
	/* a node without memory can hold no pages: the kernel takes the nearest node with memory */
	if (!hwloc_bitmap_isset(t->memory_nodes, (unsigned)node))
		return 0;
	set = set_of_one((unsigned)node);
	if (!set)
		return -1;
	err = hwloc_set_area_membind(t->hw, addr, len, set, HWLOC_MEMBIND_BIND,
				     HWLOC_MEMBIND_STRICT | HWLOC_MEMBIND_BYNODESET);
	hwloc_bitmap_free(set);
	/* containers often forbid mbind; a machine with one node does not need it */
	return topology_nodes(t) == 1 ? 0 : err;
}

/* Majority vote of Boyer and Moore over evenly spaced pages; an area may have millions of pages. */
static int
majority_node(const struct topology *t, const char *addr, size_t len, hwloc_bitmap_t set)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t step = len / AREA_SAMPLES > page ? len / AREA_SAMPLES : page;
	int winner = -1;
	unsigned votes = 0;

	for (size_t off = 0; off < len; off += step) {
		int node;

		if (hwloc_get_area_memlocation(t->hw, addr + off, 1, set, HWLOC_MEMBIND_BYNODESET))
			continue;
		node = hwloc_bitmap_first(set);
		if (node < 0)
			continue;
		if (votes == 0)
			winner = node;
		votes = node == winner ? votes + 1 : votes - 1;
	}
	return winner;
}

int
topology_area_node(const struct topology *t, const void *addr, size_t len)
{
	hwloc_bitmap_t set;
	int node;

	if (check_bindable(t))
		return -1;
	set = hwloc_bitmap_alloc();
	if (!set)
		return -1;
	node = majority_node(t, addr, len, set);
	hwloc_bitmap_free(set);
	return node;
}
