/* SPDX-License-Identifier: BSD-3-Clause */
/* placement_test.c -- the places of workers on made-up machines. */
#include "placement_support.h"

static void
local_uses_one_unit_of_each_core_of_the_near_node(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, kind(PLACEMENT_LOCAL), 1, 4),
			    "8@1 10@1 12@1 14@1");
	assert_string_equal(outcome(TWO_SOCKETS_X86, kind(PLACEMENT_LOCAL), 1, 4),
			    "4@1 5@1 6@1 7@1");
}

static void
smt_use_takes_every_unit_in_the_order_of_their_numbers(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, with_smt(kind(PLACEMENT_LOCAL)), 0, 8),
			    "0@0 1@0 2@0 3@0 4@0 5@0 6@0 7@0");
	assert_string_equal(outcome(TWO_SOCKETS_X86, with_smt(kind(PLACEMENT_LOCAL)), 0, 8),
			    "0@0 1@0 2@0 3@0 8@0 9@0 10@0 11@0");
}

static void
local_to_an_unknown_node_uses_every_node(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, kind(PLACEMENT_LOCAL), UNKNOWN, 6),
			    "0@0 2@0 4@0 6@0 8@1 10@1");
}

static void
remote_uses_the_other_nodes(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, kind(PLACEMENT_REMOTE), 0, 2), "8@1 10@1");
	assert_string_equal(outcome(TWO_SOCKETS, kind(PLACEMENT_REMOTE), 1, 2), "0@0 2@0");
}

static void
spread_alternates_nodes(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, kind(PLACEMENT_SPREAD), 0, 5),
			    "0@0 8@1 2@0 10@1 4@0");
	assert_string_equal(outcome("numa:3 core:2 pu:1", kind(PLACEMENT_SPREAD), UNKNOWN, 6),
			    "0@0 2@1 4@2 1@0 3@1 5@2");
}

static void
spread_skips_nodes_without_cores(void **state)
{
	(void)state;
	assert_string_equal(outcome(WITH_MEMORY_NODES, kind(PLACEMENT_SPREAD), UNKNOWN, 4),
			    "0@0 2@2 1@0 3@2");
}

static void
node_uses_only_that_node(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, node(1), 0, 2), "8@1 10@1");
}

static void
cpus_are_used_as_listed_even_siblings(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, cpus("8,0-1"), 0, 3), "0@0 1@0 8@1");
	assert_string_equal(outcome(TWO_SOCKETS, cpus("3"), UNKNOWN, 1), "3@0");
	assert_string_equal(outcome(TWO_SOCKETS, cpus("1-15:4"), 0, 4), "1@0 5@0 9@1 13@1");
}

static void
local_to_a_node_without_cores_uses_the_nearest_cores(void **state)
{
	(void)state;
	assert_string_equal(outcome(WITH_MEMORY_NODES, kind(PLACEMENT_LOCAL), 3, 2), "2@2 3@2");
	assert_string_equal(outcome(WITH_MEMORY_NODES, kind(PLACEMENT_REMOTE), 3, 2), "0@0 1@0");
}

static void
core_without_local_memory_uses_the_node_that_has_memory(void **state)
{
	(void)state;
	assert_string_equal(outcome(WITHOUT_LOCAL_MEMORY, kind(PLACEMENT_LOCAL), 1, 2), "2@2 3@2");
}

static void
machine_without_cores_is_placed_by_units(void **state)
{
	struct topology *t = open_synthetic("numa:2 pu:2");

	(void)state;
	assert_int_equal(cores_of(t), 4);
	topology_close(t);
	assert_string_equal(outcome("numa:2 pu:2", kind(PLACEMENT_SPREAD), UNKNOWN, 4),
			    "0@0 2@1 1@0 3@1");
}

static void
oversubscribed_workers_reuse_the_places_in_order(void **state)
{
	struct placement p = node(1);

	(void)state;
	p.oversubscribe = 1;
	assert_string_equal(outcome(TWO_SOCKETS, p, 0, 6), "8@1 10@1 12@1 14@1 8@1 10@1");
}

static void
places_name_the_core(void **state)
{
	struct topology *t = open_synthetic(TWO_SOCKETS_X86);
	struct placement p = with_smt(node(0));
	struct place places[8];
	struct why why;

	(void)state;
	assert_int_equal(topology_place(t, &p, 0, places, 8, &why), 0);
	for (int i = 0; i < 8; i++)
		assert_int_equal(places[i].core, i % 4);
	topology_close(t);
}

static void
nodes_and_cores_are_counted(void **state)
{
	struct topology *t = open_synthetic(TWO_SOCKETS);

	(void)state;
	assert_int_equal(topology_nodes(t), 2);
	assert_int_equal(cores_of(t), 8);
	topology_close(t);
	t = open_synthetic(WITHOUT_LOCAL_MEMORY);
	assert_int_equal(topology_nodes(t), 1);
	topology_close(t);
}

static void
capacity_is_the_largest_count_that_can_be_placed(void **state)
{
	struct topology *t = open_synthetic(TWO_SOCKETS);
	struct placement p[] = {kind(PLACEMENT_SPREAD), node(1), with_smt(node(1)), cpus("0-2")};
	static const unsigned expected[] = {8, 4, 8, 3};
	struct place places[PLACES_MAX];
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof p / sizeof p[0]; i++) {
		unsigned capacity = topology_capacity(t, &p[i], 0, &why);

		assert_int_equal(capacity, expected[i]);
		assert_int_equal(topology_place(t, &p[i], 0, places, capacity, &why), 0);
		assert_int_equal(topology_place(t, &p[i], 0, places, capacity + 1, &why), -1);
	}
	topology_close(t);
}

/*
 * hwloc omits units that are offline or outside the cpuset of the process. Here these are core 1 of node 0 (CPUs 2 and
 * 3), one unit of its core 2 (CPU 5), and all of node 1 except its first core.
 */
#define ONLINE "0-1,4,6-9"

static void
offline_core_has_no_place(void **state)
{
	(void)state;
	assert_string_equal(
		outcome_on(open_within(TWO_SOCKETS, ONLINE), kind(PLACEMENT_LOCAL), 0, 3),
		"0@0 4@0 6@0");
	assert_string_equal(
		outcome_on(open_within(TWO_SOCKETS, ONLINE), with_smt(kind(PLACEMENT_LOCAL)), 0, 5),
		"0@0 1@0 4@0 6@0 7@0");
	assert_string_equal(
		outcome_on(open_within(TWO_SOCKETS, ONLINE), kind(PLACEMENT_SPREAD), UNKNOWN, 4),
		"0@0 8@1 4@0 6@0");
}

static void
core_with_an_offline_unit_has_one_place(void **state)
{
	struct topology *t = open_within(TWO_SOCKETS, "4");

	(void)state;
	assert_int_equal(cores_of(t), 1);
	topology_close(t);
	assert_string_equal(
		outcome_on(open_within(TWO_SOCKETS, "4"), with_smt(kind(PLACEMENT_LOCAL)), 0, 1),
		"4@0");
}

static void
cpuset_of_one_socket_leaves_the_other_without_cores(void **state)
{
	(void)state;
	assert_string_equal(
		outcome_on(open_within(TWO_SOCKETS, "8-11"), kind(PLACEMENT_SPREAD), 0, 2),
		"8@1 10@1");
	assert_string_equal(outcome_on(open_within(TWO_SOCKETS, "8-11"), node(1), 0, 2),
			    "8@1 10@1");
}

/* as taskset or isolcpus leave it: CPUs 0, 1 and 8 are free to use, and a thread may ask for all others */
static const struct topology_limits small_affinity = {.affinity = "0-1,8"};

static void
affinity_limits_every_placement_except_a_list(void **state)
{
	const struct topology_limits one_node = {.affinity = "8-9"};
	struct topology *t = open_limited(TWO_SOCKETS, small_affinity);
	struct placement all = with_smt(kind(PLACEMENT_SPREAD)), listed = cpus("2-4");
	struct why why;

	(void)state;
	assert_int_equal(cores_of(t), 2);
	assert_int_equal(topology_capacity(t, &all, 0, &why), 3);
	assert_int_equal(topology_capacity(t, &listed, 0, &why), 3);
	topology_close(t);
	assert_string_equal(
		outcome_on(open_limited(TWO_SOCKETS, small_affinity), kind(PLACEMENT_LOCAL), 0, 1),
		"0@0");
	assert_string_equal(
		outcome_on(open_limited(TWO_SOCKETS, small_affinity), kind(PLACEMENT_REMOTE), 0, 1),
		"8@1");
	assert_string_equal(
		outcome_on(open_limited(TWO_SOCKETS, small_affinity), with_smt(node(0)), 0, 2),
		"0@0 1@0");
	assert_string_equal(
		outcome_on(open_limited(TWO_SOCKETS, small_affinity), cpus("0,2-3,15"), 0, 4),
		"0@0 2@0 3@0 15@1");
	assert_string_equal(
		outcome_on(open_limited(TWO_SOCKETS, one_node), kind(PLACEMENT_LOCAL), 0, 1),
		"placement=local: no cores near node 0 (allowed: spread, node:N, cpus:LIST)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local_uses_one_unit_of_each_core_of_the_near_node),
		cmocka_unit_test(smt_use_takes_every_unit_in_the_order_of_their_numbers),
		cmocka_unit_test(local_to_an_unknown_node_uses_every_node),
		cmocka_unit_test(remote_uses_the_other_nodes),
		cmocka_unit_test(spread_alternates_nodes),
		cmocka_unit_test(spread_skips_nodes_without_cores),
		cmocka_unit_test(node_uses_only_that_node),
		cmocka_unit_test(cpus_are_used_as_listed_even_siblings),
		cmocka_unit_test(local_to_a_node_without_cores_uses_the_nearest_cores),
		cmocka_unit_test(core_without_local_memory_uses_the_node_that_has_memory),
		cmocka_unit_test(machine_without_cores_is_placed_by_units),
		cmocka_unit_test(oversubscribed_workers_reuse_the_places_in_order),
		cmocka_unit_test(places_name_the_core),
		cmocka_unit_test(nodes_and_cores_are_counted),
		cmocka_unit_test(capacity_is_the_largest_count_that_can_be_placed),
		cmocka_unit_test(offline_core_has_no_place),
		cmocka_unit_test(core_with_an_offline_unit_has_one_place),
		cmocka_unit_test(cpuset_of_one_socket_leaves_the_other_without_cores),
		cmocka_unit_test(affinity_limits_every_placement_except_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
