/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * placement.c -- chooses CPUs for the workers of a job.
 *
 * A placement selects a set of CPUs. SMT_AVOID keeps one CPU per core. The remaining CPUs are the seats, in
 * the order of their numbers. PLACEMENT_SPREAD sorts the seats into rounds: the first seat of every node,
 * then the second seat of every node, and so on.
 */
#include "topology_private.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_LOCAL  "(allowed: spread, node:N, cpus:LIST)"
#define NOT_REMOTE "(allowed: local, spread, node:N, cpus:LIST)"

struct request {
	const struct topology *t;
	const struct placement *placement;
	int near_node;
	struct why *why;
};

struct seat {
	struct place place;
	unsigned round; /* number of seats of the same node before this seat */
};

/* a set of CPUs or nodes as text: "0-3,8" */
struct set_text {
	char text[128];
};

static struct set_text
set_text(hwloc_const_bitmap_t set)
{
	struct set_text list;

	hwloc_bitmap_list_snprintf(list.text, sizeof list.text, set);
	return list;
}

/* Writes "placement=VALUE: ...". Always returns -1. */
static int __attribute__((format(printf, 2, 3)))
error_placement(const struct request *r, const char *format, ...)
{
	char value[64], wrong[512];
	va_list args;

	va_start(args, format);
	vsnprintf(wrong, sizeof wrong, format, args);
	va_end(args);
	placement_print(r->placement, value, sizeof value);
	return why_say(r->why, "placement=%s: %s", value, wrong);
}

static int
error_no_memory(const struct request *r)
{
	return error_placement(r, "%s", strerror(ENOMEM));
}

/* Lists the nodes with cores as allowed. Always returns -1. */
static int
error_node(const struct request *r, const char *wrong)
{
	hwloc_bitmap_t nodes = hwloc_bitmap_alloc();

	if (!nodes)
		return error_no_memory(r);
	for (int cpu = hwloc_bitmap_first(r->t->affinity); cpu >= 0;
	     cpu = hwloc_bitmap_next(r->t->affinity, cpu))
		hwloc_bitmap_set(nodes, (unsigned)topology_place_of_cpu(r->t, (unsigned)cpu).node);
	error_placement(r, "%s (allowed: %s)", wrong, set_text(nodes).text);
	hwloc_bitmap_free(nodes);
	return -1;
}

int
topology_check_node(const struct topology *t, int node, struct why *why)
{
	if (hwloc_get_numanode_obj_by_os_index(t->hw, (unsigned)node))
		return 0;
	return why_say(why, "namespace_node=%d: no such node (allowed: auto, %s)", node,
		       set_text(hwloc_topology_get_topology_nodeset(t->hw)).text);
}

static void
add_cpus_of_node(const struct topology *t, int node, hwloc_bitmap_t chosen)
{
	for (int cpu = hwloc_bitmap_first(t->affinity); cpu >= 0;
	     cpu = hwloc_bitmap_next(t->affinity, cpu))
		if (topology_place_of_cpu(t, (unsigned)cpu).node == node)
			hwloc_bitmap_set(chosen, (unsigned)cpu);
}

static int
choose_node(const struct request *r, hwloc_bitmap_t chosen)
{
	int node = r->placement->node;

	if (node < 0 || !hwloc_get_numanode_obj_by_os_index(r->t->hw, (unsigned)node))
		return error_node(r, "no such node");
	add_cpus_of_node(r->t, node, chosen);
	return hwloc_bitmap_iszero(chosen) ? error_node(r, "the node has no cores") : 0;
}

/* The node of persistent memory often has no cores. Then the cores near this node are used. */
static int
choose_near(const struct request *r, hwloc_bitmap_t chosen)
{
	hwloc_obj_t node = hwloc_get_numanode_obj_by_os_index(r->t->hw, (unsigned)r->near_node);

	if (!node)
		return error_placement(
			r, "the namespace's node %d is not open to this process " NOT_LOCAL,
			r->near_node);
	add_cpus_of_node(r->t, r->near_node, chosen);
	if (hwloc_bitmap_iszero(chosen))
		hwloc_bitmap_and(chosen, node->cpuset, r->t->affinity);
	return 0;
}

static int
choose_local(const struct request *r, hwloc_bitmap_t chosen)
{
	if (r->near_node < 0)
		return hwloc_bitmap_copy(chosen, r->t->affinity);
	if (choose_near(r, chosen))
		return -1;
	if (hwloc_bitmap_iszero(chosen))
		return error_placement(r, "no cores near node %d " NOT_LOCAL, r->near_node);
	return 0;
}

static int
choose_remote(const struct request *r, hwloc_bitmap_t chosen)
{
	if (r->near_node < 0)
		return error_placement(r, "the node of the namespace is unknown " NOT_REMOTE);
	if (choose_near(r, chosen))
		return -1;
	hwloc_bitmap_andnot(chosen, r->t->affinity, chosen);
	if (hwloc_bitmap_iszero(chosen))
		return error_placement(r, "no cores away from node %d " NOT_REMOTE, r->near_node);
	return 0;
}

/* Why a worker can't run on this CPU. `err` is the errno of the kernel's refusal, 0 if it was not asked. */
static const char *
cause_of(const struct topology *t, unsigned cpu, int err)
{
	if (!hwloc_bitmap_isset(t->present, cpu))
		return "this machine has no such CPU";
	if (!hwloc_bitmap_isset(t->online, cpu))
		return "it is offline";
	if (err == EPERM)
		return "it is outside the affinity of this process, and the kernel does not allow "
		       "to leave that";
	return "it is outside the cpuset of this process";
}

/* Names the first CPU of `refused`, which is not empty, and lists the CPUs that can be had. Always returns -1. */
static int
error_cpus(const struct request *r, hwloc_const_bitmap_t refused, int err)
{
	unsigned cpu = (unsigned)hwloc_bitmap_first(refused);
	hwloc_bitmap_t allowed = hwloc_bitmap_dup(hwloc_topology_get_topology_cpuset(r->t->hw));
	int ignored;

	if (!allowed)
		return error_no_memory(r);
	if (topology_try_cpus(r->t, allowed, &ignored))
		hwloc_bitmap_copy(allowed, r->t->affinity);
	error_placement(r, "CPU %u: %s (allowed: %s)", cpu, cause_of(r->t, cpu, err),
			set_text(allowed).text);
	hwloc_bitmap_free(allowed);
	return -1;
}

/*
 * The CPUs of the affinity are free to use. For the others the kernel is asked, since isolated CPUs are in no
 * affinity until a thread asks for them.
 */
static int
choose_listed(const struct request *r, hwloc_bitmap_t chosen)
{
	const struct cpus *listed = &r->placement->cpus;
	hwloc_bitmap_t granted = hwloc_bitmap_alloc(), refused = hwloc_bitmap_alloc();
	int cpu = -1, refusal = 0, err = -1, lost = !granted || !refused;

	while (!lost && (cpu = cpus_next(listed, cpu)) >= 0)
		lost = hwloc_bitmap_set(chosen, (unsigned)cpu);
	if (lost) {
		error_no_memory(r);
		goto free_sets;
	}
	hwloc_bitmap_andnot(refused, chosen, hwloc_topology_get_topology_cpuset(r->t->hw));
	if (hwloc_bitmap_iszero(refused)) {
		hwloc_bitmap_andnot(granted, chosen, r->t->affinity);
		hwloc_bitmap_copy(refused, granted);
		if (topology_try_cpus(r->t, granted, &refusal)) {
			error_placement(r, "a thread to try the CPUs: %s", strerror(errno));
			goto free_sets;
		}
		hwloc_bitmap_andnot(refused, refused, granted);
	}
	err = hwloc_bitmap_iszero(refused) ? 0 : error_cpus(r, refused, refusal);
free_sets:
	hwloc_bitmap_free(granted);
	hwloc_bitmap_free(refused);
	return err;
}

static int
choose_kind(const struct request *r, hwloc_bitmap_t chosen)
{
	switch (r->placement->kind) {
	case PLACEMENT_LOCAL:
		return choose_local(r, chosen);
	case PLACEMENT_REMOTE:
		return choose_remote(r, chosen);
	case PLACEMENT_NODE:
		return choose_node(r, chosen);
	case PLACEMENT_CPUS:
		return choose_listed(r, chosen);
	case PLACEMENT_SPREAD:
		break;
	}
	return hwloc_bitmap_copy(chosen, r->t->affinity);
}

/* The CPUs for the workers, for the caller to free. NULL after an error. */
static hwloc_bitmap_t
choose(const struct request *r)
{
	hwloc_bitmap_t chosen = hwloc_bitmap_alloc();

	if (!chosen) {
		error_no_memory(r);
		return NULL;
	}
	if (choose_kind(r, chosen)) {
		hwloc_bitmap_free(chosen);
		return NULL;
	}
	if (hwloc_bitmap_iszero(chosen)) {
		error_placement(r, "no CPU in the affinity of this process (allowed: cpus:LIST)");
		hwloc_bitmap_free(chosen);
		return NULL;
	}
	/* a list of CPUs overrides smt */
	if (r->placement->kind != PLACEMENT_CPUS && r->placement->smt == SMT_AVOID)
		hwloc_bitmap_singlify_per_core(r->t->hw, chosen, 0);
	return chosen;
}

static int
compare_seats(const void *left, const void *right)
{
	const struct seat *a = left, *b = right;

	if (a->round != b->round)
		return a->round < b->round ? -1 : 1;
	return (a->place.node > b->place.node) - (a->place.node < b->place.node);
}

/* One seat per chosen CPU, for the caller to free. NULL after an error. */
static struct seat *
make_seats(const struct request *r, hwloc_const_bitmap_t chosen, unsigned nseats)
{
	struct seat *seats = calloc(nseats, sizeof *seats);
	int cpu = hwloc_bitmap_first(chosen);

	if (!seats) {
		error_no_memory(r);
		return NULL;
	}
	for (unsigned i = 0; i < nseats; i++) {
		seats[i].place = topology_place_of_cpu(r->t, (unsigned)cpu);
		for (unsigned k = 0; k < i; k++)
			seats[i].round += seats[k].place.node == seats[i].place.node;
		cpu = hwloc_bitmap_next(chosen, cpu);
	}
	if (r->placement->kind == PLACEMENT_SPREAD)
		qsort(seats, nseats, sizeof *seats, compare_seats);
	return seats;
}

static int
error_count(const struct request *r, unsigned count, unsigned nseats)
{
	const struct placement *p = r->placement;
	const char *unit = p->kind == PLACEMENT_CPUS || p->smt == SMT_USE ? "CPU" : "core";
	const char *where = p->kind == PLACEMENT_CPUS ? "in the list" : "on the chosen nodes";

	return why_say(r->why,
		       "threads=%u: only %u %s%s %s (allowed: up to %u, or oversubscribe=1)", count,
		       nseats, unit, nseats == 1 ? "" : "s", where, nseats);
}

static int
place_on(const struct request *r, hwloc_const_bitmap_t chosen, struct place *places, unsigned count)
{
	unsigned nseats = (unsigned)hwloc_bitmap_weight(chosen);
	struct seat *seats;

	if (count > nseats && !r->placement->oversubscribe)
		return error_count(r, count, nseats);
	seats = make_seats(r, chosen, nseats);
	if (!seats)
		return -1;
	for (unsigned i = 0; i < count; i++)
		places[i] = seats[i % nseats].place;
	free(seats);
	return 0;
}

int
topology_place(const struct topology *t, const struct placement *placement, int near_node,
	       struct place *places, unsigned count, struct why *why)
{
	const struct request r = {t, placement, near_node, why};
	hwloc_bitmap_t chosen = choose(&r);
	int err;

	if (!chosen)
		return -1;
	err = place_on(&r, chosen, places, count);
	hwloc_bitmap_free(chosen);
	return err;
}

unsigned
topology_capacity(const struct topology *t, const struct placement *placement, int near_node,
		  struct why *why)
{
	const struct request r = {t, placement, near_node, why};
	hwloc_bitmap_t chosen = choose(&r);
	unsigned capacity;

	if (!chosen)
		return 0;
	capacity = (unsigned)hwloc_bitmap_weight(chosen);
	hwloc_bitmap_free(chosen);
	return capacity;
}
