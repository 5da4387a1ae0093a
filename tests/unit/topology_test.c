/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * topology_test.c -- placement on made-up machines, binding on this one.
 *
 * outcome() shows a placement as "cpu@node cpu@node ...", or the error line.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../bench/load/topology.h"

#define PLACES_MAX 32
#define UNKNOWN    -1

/* two sockets of a node, four cores and eight processing units each, numbered core by core */
static const char two_sockets[] = "package:2 numa:1 core:4 pu:2";
/* the same, numbered as x86 firmware does: every core's first unit, then every second */
static const char two_sockets_x86[] =
	"package:2 numa:1 core:4 pu:2(indexes=0,8,1,9,2,10,3,11,4,12,5,13,6,14,7,15)";
/* nodes 0 and 2 are the sockets' own, 1 and 3 memory without cores beside them */
static const char with_memory_nodes[] =
	"package:2 [numa(memory=16GB)] [numa(memory=128GB)] core:2 pu:1";
/* sockets without memory (nodes 0 and 1); all of it is on node 2 */
static const char without_local_memory[] =
	"[numa(memory=64GB)] package:2 [numa(memory=0)] core:2 pu:1";

static struct topology *
open_synthetic(const char *machine)
{
	struct topology *t = topology_open_synthetic(machine);

	assert_non_null(t);
	return t;
}

static const char *
outcome(const char *machine, struct placement placement, int near_node, unsigned count)
{
	static char text[512];
	struct topology *t = open_synthetic(machine);
	struct place places[PLACES_MAX];
	char *end = text;

	text[0] = '\0';
	if (topology_place(t, &placement, near_node, places, count, text, sizeof text) == 0)
		for (unsigned i = 0; i < count; i++)
			end += sprintf(end, "%s%d@%d", i ? " " : "", places[i].cpu, places[i].node);
	topology_close(t);
	return text;
}

static struct placement
kind(enum placement_kind k)
{
	return (struct placement){.kind = k};
}

static struct placement
node(int n)
{
	return (struct placement){.kind = PLACEMENT_NODE, .node = n};
}

static struct placement
cpus(const char *list)
{
	struct placement p = {.kind = PLACEMENT_CPUS};

	snprintf(p.cpus, sizeof p.cpus, "%s", list);
	return p;
}

static struct placement
with_smt(struct placement p)
{
	p.smt = SMT_USE;
	return p;
}

/* ---- choosing ---- */

static void
local_uses_one_unit_of_each_core_of_the_near_node(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, kind(PLACEMENT_LOCAL), 1, 4),
			    "8@1 10@1 12@1 14@1");
	assert_string_equal(outcome(two_sockets_x86, kind(PLACEMENT_LOCAL), 1, 4),
			    "4@1 5@1 6@1 7@1");
}

static void
smt_use_takes_every_unit_in_the_order_of_the_numbers(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, with_smt(kind(PLACEMENT_LOCAL)), 0, 8),
			    "0@0 1@0 2@0 3@0 4@0 5@0 6@0 7@0");
	assert_string_equal(outcome(two_sockets_x86, with_smt(kind(PLACEMENT_LOCAL)), 0, 8),
			    "0@0 1@0 2@0 3@0 8@0 9@0 10@0 11@0");
}

static void
local_to_an_unknown_node_uses_every_node(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, kind(PLACEMENT_LOCAL), UNKNOWN, 6),
			    "0@0 2@0 4@0 6@0 8@1 10@1");
}

static void
remote_uses_the_other_nodes(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, kind(PLACEMENT_REMOTE), 0, 2), "8@1 10@1");
	assert_string_equal(outcome(two_sockets, kind(PLACEMENT_REMOTE), 1, 2), "0@0 2@0");
}

static void
spread_alternates_nodes(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, kind(PLACEMENT_SPREAD), 0, 5),
			    "0@0 8@1 2@0 10@1 4@0");
	assert_string_equal(outcome("numa:3 core:2 pu:1", kind(PLACEMENT_SPREAD), UNKNOWN, 6),
			    "0@0 2@1 4@2 1@0 3@1 5@2");
}

static void
spread_skips_nodes_without_cores(void **state)
{
	(void)state;
	assert_string_equal(outcome(with_memory_nodes, kind(PLACEMENT_SPREAD), UNKNOWN, 4),
			    "0@0 2@2 1@0 3@2");
}

static void
node_uses_that_node_alone(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, node(1), 0, 2), "8@1 10@1");
}

static void
cpus_are_taken_as_listed_siblings_too(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, cpus("8,0-1"), 0, 3), "0@0 1@0 8@1");
	assert_string_equal(outcome(two_sockets, cpus("3"), UNKNOWN, 1), "3@0");
}

static void
local_to_a_node_without_cores_uses_those_beside_it(void **state)
{
	(void)state;
	assert_string_equal(outcome(with_memory_nodes, kind(PLACEMENT_LOCAL), 3, 2), "2@2 3@2");
	assert_string_equal(outcome(with_memory_nodes, kind(PLACEMENT_REMOTE), 3, 2), "0@0 1@0");
}

static void
place_of_a_core_without_local_memory_is_the_node_that_has_some(void **state)
{
	(void)state;
	assert_string_equal(outcome(without_local_memory, kind(PLACEMENT_LOCAL), 1, 2), "2@2 3@2");
}

static void
machine_without_cores_is_placed_by_units(void **state)
{
	struct topology *t = open_synthetic("numa:2 pu:2");

	(void)state;
	assert_int_equal(topology_cores(t), 4);
	topology_close(t);
	assert_string_equal(outcome("numa:2 pu:2", kind(PLACEMENT_SPREAD), UNKNOWN, 4),
			    "0@0 2@1 1@0 3@1");
}

static void
oversubscribed_workers_go_round_again(void **state)
{
	struct placement p = node(1);

	(void)state;
	p.oversubscribe = 1;
	assert_string_equal(outcome(two_sockets, p, 0, 6), "8@1 10@1 12@1 14@1 8@1 10@1");
}

static void
places_tell_the_core(void **state)
{
	struct topology *t = open_synthetic(two_sockets_x86);
	struct placement p = with_smt(node(0));
	struct place places[8];
	char why[256];

	(void)state;
	assert_int_equal(topology_place(t, &p, 0, places, 8, why, sizeof why), 0);
	for (int i = 0; i < 8; i++)
		assert_int_equal(places[i].core, i % 4);
	topology_close(t);
}

static void
nodes_and_cores_are_counted(void **state)
{
	struct topology *t = open_synthetic(two_sockets);

	(void)state;
	assert_int_equal(topology_nodes(t), 2);
	assert_int_equal(topology_cores(t), 8);
	topology_close(t);
	t = open_synthetic(without_local_memory);
	assert_int_equal(topology_nodes(t), 1);
	topology_close(t);
}

static void
capacity_is_the_largest_count_that_can_be_placed(void **state)
{
	struct topology *t = open_synthetic(two_sockets);
	struct placement p[] = {kind(PLACEMENT_SPREAD), node(1), with_smt(node(1)), cpus("0-2")};
	static const unsigned expected[] = {8, 4, 8, 3};
	struct place places[PLACES_MAX];
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof p / sizeof p[0]; i++) {
		unsigned capacity = topology_capacity(t, &p[i], 0, why, sizeof why);

		assert_int_equal(capacity, expected[i]);
		assert_int_equal(topology_place(t, &p[i], 0, places, capacity, why, sizeof why), 0);
		assert_int_equal(topology_place(t, &p[i], 0, places, capacity + 1, why, sizeof why),
				 -1);
	}
	topology_close(t);
}

/* ---- refusing ---- */

static void
more_workers_than_cores_is_an_error_that_tells_the_limit(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, node(0), 0, 8),
			    "threads=8: only 4 cores on the chosen nodes "
			    "(allowed: up to 4, or oversubscribe=1)");
	assert_string_equal(outcome(two_sockets, with_smt(node(0)), 0, 9),
			    "threads=9: only 8 CPUs on the chosen nodes "
			    "(allowed: up to 8, or oversubscribe=1)");
	assert_string_equal(outcome(two_sockets, cpus("5"), 0, 2),
			    "threads=2: only 1 CPU in the list "
			    "(allowed: up to 1, or oversubscribe=1)");
}

static void
unknown_node_is_an_error_that_tells_the_nodes(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, node(3), 0, 1),
			    "placement=node:3: no such node (allowed: 0-1)");
	assert_string_equal(outcome(two_sockets, node(-7), 0, 1),
			    "placement=node:-7: no such node (allowed: 0-1)");
}

static void
node_without_cores_is_an_error_that_tells_those_with_some(void **state)
{
	(void)state;
	assert_string_equal(outcome(with_memory_nodes, node(1), 0, 1),
			    "placement=node:1: the node has no cores (allowed: 0,2)");
}

static void
remote_needs_a_known_node_and_cores_away_from_it(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, kind(PLACEMENT_REMOTE), UNKNOWN, 1),
			    "placement=remote: the node of the namespace is unknown "
			    "(allowed: local, spread, node:N, cpus:LIST)");
	assert_string_equal(outcome("numa:1 core:2 pu:1", kind(PLACEMENT_REMOTE), 0, 1),
			    "placement=remote: no cores away from node 0 "
			    "(allowed: local, spread, node:N, cpus:LIST)");
}

static void
namespace_on_a_node_closed_to_the_process_is_an_error(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, kind(PLACEMENT_LOCAL), 9, 1),
			    "placement=local: the namespace's node 9 is not open to this process "
			    "(allowed: spread, node:N, cpus:LIST)");
}

static void
malformed_list_of_cpus_is_an_error(void **state)
{
	static const char *const lists[] = {"",    ",",   "1,",   ",1",    "x",    "1x",  "0-",
					    "-1",  "5-2", "0--1", "0-1-2", "1 ,2", " 1",  "+1",
					    "0x1", "1;2", "1.5",  "0,,1",  "1-x",  "all", "0 "};
	char expected[256];

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		snprintf(expected, sizeof expected,
			 "placement=cpus:%s: not a list of CPUs (allowed: like 0-3,8)", lists[i]);
		assert_string_equal(outcome(two_sockets, cpus(lists[i]), 0, 1), expected);
	}
}

static void
listed_cpu_that_is_not_there_is_an_error_that_names_it(void **state)
{
	(void)state;
	assert_string_equal(outcome(two_sockets, cpus("14-17"), 0, 1),
			    "placement=cpus:14-17: CPU 16 is not open to this process "
			    "(allowed: 0-15)");
	assert_string_equal(outcome(two_sockets, cpus("4294967296"), 0, 1),
			    "placement=cpus:4294967296: CPU 4294967296 is not open to this process "
			    "(allowed: 0-15)");
}

static void
error_tells_capacity_zero_and_the_reason(void **state)
{
	struct topology *t = open_synthetic(two_sockets);
	struct placement p = node(3);
	char why[256] = "";

	(void)state;
	assert_int_equal(topology_capacity(t, &p, 0, why, sizeof why), 0);
	assert_string_equal(why, "placement=node:3: no such node (allowed: 0-1)");
	topology_close(t);
}

static void
nothing_is_bound_on_a_made_up_machine(void **state)
{
	struct topology *t = open_synthetic(two_sockets);
	char page[1];

	(void)state;
	errno = 0;
	assert_int_equal(topology_bind_thread(t, 0), -1);
	assert_int_equal(errno, ENOTSUP);
	assert_int_equal(topology_last_cpu(t), -1);
	assert_int_equal(topology_bind_area(t, page, sizeof page, 0), -1);
	assert_int_equal(topology_area_node(t, page, sizeof page), -1);
	topology_close(t);
}

static void
description_that_makes_no_sense_is_refused(void **state)
{
	(void)state;
	assert_null(topology_open_synthetic("nonsense"));
}

/* ---- this machine ---- */

static struct topology *
open_here(void)
{
	struct topology *t = topology_open();

	assert_non_null(t);
	return t;
}

static cpu_set_t
affinity(void)
{
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
	return set;
}

static void
bound_thread_runs_on_that_cpu(void **state)
{
	struct topology *t = open_here();
	cpu_set_t mine = affinity();

	(void)state;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET((size_t)cpu, &mine)) {
			assert_int_equal(topology_bind_thread(t, cpu), 0);
			assert_int_equal(topology_last_cpu(t), cpu);
			assert_int_equal(sched_getcpu(), cpu);
		}
	assert_int_equal(topology_bind_thread(t, CPU_SETSIZE + 1), -1);
	assert_int_equal(topology_bind_thread(t, -1), -1);
	assert_int_equal(sched_setaffinity(0, sizeof mine, &mine), 0);
	topology_close(t);
}

static void
topology_holds_only_what_the_affinity_allows(void **state)
{
	struct placement p = with_smt(kind(PLACEMENT_SPREAD));
	cpu_set_t mine = affinity(), only;
	struct topology *t;
	struct place place;
	char why[256];
	size_t cpu = CPU_SETSIZE - 1;

	(void)state;
	while (!CPU_ISSET(cpu, &mine))
		cpu--;
	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	assert_int_equal(sched_setaffinity(0, sizeof only, &only), 0);
	t = open_here();
	assert_int_equal(sched_setaffinity(0, sizeof mine, &mine), 0);
	assert_int_equal(topology_cores(t), 1);
	assert_int_equal(topology_capacity(t, &p, UNKNOWN, why, sizeof why), 1);
	assert_int_equal(topology_place(t, &p, UNKNOWN, &place, 1, why, sizeof why), 0);
	assert_int_equal(place.cpu, cpu);
	topology_close(t);
}

static void
bound_area_has_its_touched_pages_on_the_node(void **state)
{
	struct topology *t = open_here();
	struct placement p = kind(PLACEMENT_SPREAD);
	size_t len = 300 * (size_t)sysconf(_SC_PAGESIZE);
	struct place place;
	char why[256];
	char *area = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(area != MAP_FAILED);
	assert_int_equal(topology_place(t, &p, UNKNOWN, &place, 1, why, sizeof why), 0);
	assert_int_equal(topology_bind_area(t, area, len, place.node), 0);
	assert_int_equal(topology_area_node(t, area, len), -1);
	memset(area, 1, len);
	assert_int_equal(topology_area_node(t, area, len), place.node);
	munmap(area, len);
	topology_close(t);
}

static void
area_is_not_bound_to_a_node_that_is_not_there(void **state)
{
	struct topology *t = open_here();
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *area = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(area != MAP_FAILED);
	errno = 0;
	assert_int_equal(topology_bind_area(t, area, page, 1000), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(topology_bind_area(t, area, page, -1), -1);
	munmap(area, page);
	topology_close(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local_uses_one_unit_of_each_core_of_the_near_node),
		cmocka_unit_test(smt_use_takes_every_unit_in_the_order_of_the_numbers),
		cmocka_unit_test(local_to_an_unknown_node_uses_every_node),
		cmocka_unit_test(remote_uses_the_other_nodes),
		cmocka_unit_test(spread_alternates_nodes),
		cmocka_unit_test(spread_skips_nodes_without_cores),
		cmocka_unit_test(node_uses_that_node_alone),
		cmocka_unit_test(cpus_are_taken_as_listed_siblings_too),
		cmocka_unit_test(local_to_a_node_without_cores_uses_those_beside_it),
		cmocka_unit_test(place_of_a_core_without_local_memory_is_the_node_that_has_some),
		cmocka_unit_test(machine_without_cores_is_placed_by_units),
		cmocka_unit_test(oversubscribed_workers_go_round_again),
		cmocka_unit_test(places_tell_the_core),
		cmocka_unit_test(nodes_and_cores_are_counted),
		cmocka_unit_test(capacity_is_the_largest_count_that_can_be_placed),
		cmocka_unit_test(more_workers_than_cores_is_an_error_that_tells_the_limit),
		cmocka_unit_test(unknown_node_is_an_error_that_tells_the_nodes),
		cmocka_unit_test(node_without_cores_is_an_error_that_tells_those_with_some),
		cmocka_unit_test(remote_needs_a_known_node_and_cores_away_from_it),
		cmocka_unit_test(namespace_on_a_node_closed_to_the_process_is_an_error),
		cmocka_unit_test(malformed_list_of_cpus_is_an_error),
		cmocka_unit_test(listed_cpu_that_is_not_there_is_an_error_that_names_it),
		cmocka_unit_test(error_tells_capacity_zero_and_the_reason),
		cmocka_unit_test(nothing_is_bound_on_a_made_up_machine),
		cmocka_unit_test(description_that_makes_no_sense_is_refused),
		cmocka_unit_test(bound_thread_runs_on_that_cpu),
		cmocka_unit_test(topology_holds_only_what_the_affinity_allows),
		cmocka_unit_test(bound_area_has_its_touched_pages_on_the_node),
		cmocka_unit_test(area_is_not_bound_to_a_node_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
