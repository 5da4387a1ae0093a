/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * topology.c -- opens and queries a topology, binds threads and memory.
 *
 * hwloc removes CPUs that are offline or that cgroups forbid. It keeps CPUs outside the CPU affinity of the
 * process, because a thread may ask the kernel for them: isolated CPUs (isolcpus) are in no affinity at first.
 */
#include "topology_private.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AREA_SAMPLES 64

static const char cpus_present[] = "/sys/devices/system/cpu/present";
static const char cpus_online[] = "/sys/devices/system/cpu/online";
static const char nodes_folder[] = "/sys/devices/system/node";

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

/* The CPUs that a file of the kernel lists, or `otherwise` if there is no such file. NULL: out of memory. */
static hwloc_bitmap_t
read_cpus(const char *path, hwloc_const_bitmap_t otherwise)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	FILE *file = fopen(path, "re");
	char list[4096];

	if (set &&
	    (!file || !fgets(list, sizeof list, file) || hwloc_bitmap_list_sscanf(set, list)))
		hwloc_bitmap_copy(set, otherwise);
	if (file)
		fclose(file);
	return set;
}

static int
load_this_machine(struct topology *t)
{
	hwloc_const_bitmap_t known;

	if (hwloc_topology_load(t->hw))
		return -1;
	known = hwloc_topology_get_topology_cpuset(t->hw);
	t->present = read_cpus(cpus_present, known);
	t->online = read_cpus(cpus_online, known);
	t->affinity = hwloc_bitmap_alloc();
	if (!t->present || !t->online || !t->affinity)
		return -1;
	if (!hwloc_topology_is_thissystem(t->hw)) {
		errno = ENOTSUP;
		return -1;
	}
	if (hwloc_get_cpubind(t->hw, t->affinity, HWLOC_CPUBIND_THREAD))
		return -1;
	return hwloc_bitmap_and(t->affinity, t->affinity, known);
}

/* Returns NULL if memory ran out or the list is malformed. */
static hwloc_bitmap_t
cpus_of_list(const char *list, hwloc_const_bitmap_t all)
{
	hwloc_bitmap_t set = hwloc_bitmap_dup(all);

	if (set && list && hwloc_bitmap_list_sscanf(set, list)) {
		hwloc_bitmap_free(set);
		return NULL;
	}
	return set;
}

static int
load_synthetic(struct topology *t, const char *description, const struct topology_limits *limits)
{
	hwloc_bitmap_t cpuset;
	int err;

	if (hwloc_topology_set_synthetic(t->hw, description) || hwloc_topology_load(t->hw))
		return -1;
	t->present = cpus_of_list(NULL, hwloc_topology_get_topology_cpuset(t->hw));
	t->online = t->present ? cpus_of_list(limits->online, t->present) : NULL;
	cpuset = t->online ? cpus_of_list(limits->cpuset, t->online) : NULL;
	if (!cpuset)
		return -1;
	hwloc_bitmap_and(cpuset, cpuset, t->online);
	err = hwloc_topology_restrict(t->hw, cpuset, 0);
	t->affinity = cpus_of_list(limits->affinity, cpuset);
	hwloc_bitmap_free(cpuset);
	return err || !t->affinity ? -1 : 0;
}

static struct topology *
open_topology(const char *synthetic, const struct topology_limits *limits)
{
	struct topology *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	if (hwloc_topology_init(&t->hw)) {
		free(t);
		return NULL;
	}
	if (synthetic ? !load_synthetic(t, synthetic, limits) : !load_this_machine(t))
		t->memory_nodes = nodes_with_memory(t->hw);
	if (t->memory_nodes)
		return t;
	topology_close(t);
	return NULL;
}

/*
 * HWLOC_THISSYSTEM=1 lets any description pass as this machine. Returns 1 and a place that the kernel does not know if
 * there is one. Without a folder of nodes the kernel knows no nodes.
 */
static int
find_missing_place(const struct topology *t, struct place *place)
{
	hwloc_obj_t pu = NULL;
	char path[128];

	while ((pu = hwloc_get_next_obj_by_type(t->hw, HWLOC_OBJ_PU, pu))) {
		*place = topology_place_of_cpu(t, pu->os_index);
		snprintf(path, sizeof path, "%s/node%d/cpu%d", nodes_folder, place->node,
			 place->cpu);
		if (!hwloc_bitmap_isset(t->online, pu->os_index) ||
		    (!access(nodes_folder, F_OK) && access(path, F_OK)))
			return 1;
	}
	return 0;
}

struct topology *
topology_open(struct why *why)
{
	/* the last one is no description: it makes hwloc take one for this machine, or this machine for another */
	static const char *const variables[] = {"HWLOC_XMLFILE",    "HWLOC_SYNTHETIC",
						"HWLOC_FSROOT",     "HWLOC_CPUID_PATH",
						"HWLOC_COMPONENTS", "HWLOC_THISSYSTEM"};
	struct topology *t = open_topology(NULL, NULL);
	int err = errno, last = sizeof variables / sizeof variables[0] - 1, i = 0;
	struct place place;

	while (i < last && !getenv(variables[i]))
		i++;
	if (t && (i == last || !getenv(variables[last]) || !find_missing_place(t, &place)))
		return t;
	if (t)
		why_say(why,
			"%s=%.200s: not a description of this machine, which has no CPU %d on node "
			"%d (allowed: this variable unset)",
			variables[i], getenv(variables[i]), place.cpu, place.node);
	else if (err != ENOMEM && getenv(variables[i]))
		why_say(why,
			"%s=%.200s: not a description of this machine, so nothing can be pinned to "
			"its CPUs (allowed: this variable unset%s)",
			variables[i], getenv(variables[i]),
			i < last ? ", or HWLOC_THISSYSTEM=1 with a description of this machine"
				 : "");
	else
		why_say(why, "can't look at this machine: %s", strerror(err));
	topology_close(t);
	return NULL;
}

struct topology *
topology_open_synthetic(const char *description, const struct topology_limits *limits)
{
	static const struct topology_limits none;

	return open_topology(description, limits ? limits : &none);
}

void
topology_close(struct topology *t)
{
	if (!t)
		return;
	hwloc_bitmap_free(t->memory_nodes);
	hwloc_bitmap_free(t->affinity);
	hwloc_bitmap_free(t->present);
	hwloc_bitmap_free(t->online);
	hwloc_topology_destroy(t->hw);
	free(t);
}

unsigned
topology_nodes(const struct topology *t)
{
	return (unsigned)hwloc_bitmap_weight(t->memory_nodes);
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

struct trial {
	const struct topology *topology;
	hwloc_bitmap_t cpus;
	int err;
};

static void *
try_cpus(void *arg)
{
	struct trial *trial = arg;
	int cpu = -1;

	while ((cpu = hwloc_bitmap_next(trial->cpus, cpu)) >= 0) {
		if (!topology_bind_thread(trial->topology, cpu))
			continue;
		hwloc_bitmap_clr(trial->cpus, (unsigned)cpu);
		if (!trial->err)
			trial->err = errno;
	}
	return NULL;
}

int
topology_try_cpus(const struct topology *t, hwloc_bitmap_t cpus, int *err)
{
	struct trial trial = {t, cpus, 0};
	pthread_t thread; /* the affinity of the calling thread must not change */

	*err = 0;
	if (hwloc_bitmap_iszero(cpus) || !hwloc_topology_is_thissystem(t->hw))
		return 0;
	errno = pthread_create(&thread, NULL, try_cpus, &trial);
	if (errno)
		return -1;
	pthread_join(thread, NULL);
	*err = trial.err;
	return 0;
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
