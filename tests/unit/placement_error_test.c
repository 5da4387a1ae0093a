/* SPDX-License-Identifier: BSD-3-Clause */
/* placement_error_test.c -- placements that are impossible on made-up machines, and their messages. */
#include "placement_support.h"

static void
more_workers_than_cores_is_an_error_that_names_the_limit(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, node(0), 0, 8),
			    "threads=8: only 4 cores on the chosen nodes "
			    "(allowed: up to 4, or oversubscribe=1)");
	assert_string_equal(outcome(TWO_SOCKETS, with_smt(node(0)), 0, 9),
			    "threads=9: only 8 CPUs on the chosen nodes "
			    "(allowed: up to 8, or oversubscribe=1)");
	assert_string_equal(outcome(TWO_SOCKETS, cpus("5"), 0, 2),
			    "threads=2: only 1 CPU in the list "
			    "(allowed: up to 1, or oversubscribe=1)");
}

static void
unknown_node_is_an_error_that_lists_the_nodes(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, node(3), 0, 1),
			    "placement=node:3: no such node (allowed: 0-1)");
	assert_string_equal(outcome(TWO_SOCKETS, node(-7), 0, 1),
			    "placement=node:-7: no such node (allowed: 0-1)");
}

static void
given_node_of_a_namespace_must_be_on_the_machine(void **state)
{
	struct topology *t = topology_open_synthetic(WITH_MEMORY_NODES, NULL);
	struct why why;

	(void)state;
	assert_non_null(t);
	assert_int_equal(topology_check_node(t, 1, &why), 0);
	assert_int_equal(topology_check_node(t, 4, &why), -1);
	assert_string_equal(why.text, "namespace_node=4: no such node (allowed: auto, 0-3)");
	topology_close(t);
}

static void
node_without_cores_is_an_error_that_lists_nodes_with_cores(void **state)
{
	(void)state;
	assert_string_equal(outcome(WITH_MEMORY_NODES, node(1), 0, 1),
			    "placement=node:1: the node has no cores (allowed: 0,2)");
}

static void
remote_needs_a_known_node_and_cores_away_from_it(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, kind(PLACEMENT_REMOTE), UNKNOWN, 1),
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
	assert_string_equal(outcome(TWO_SOCKETS, kind(PLACEMENT_LOCAL), 9, 1),
			    "placement=local: the namespace's node 9 is not open to this process "
			    "(allowed: spread, node:N, cpus:LIST)");
}

static void
missing_cpu_in_the_list_is_an_error_that_names_it(void **state)
{
	(void)state;
	assert_string_equal(outcome(TWO_SOCKETS, cpus("14-17"), 0, 1),
			    "placement=cpus:14-17: CPU 16: this machine has no such CPU "
			    "(allowed: 0-15)");
	assert_string_equal(outcome(TWO_SOCKETS, cpus("0-8190:30"), 0, 1),
			    "placement=cpus:0-8190:30: CPU 30: this machine has no such CPU "
			    "(allowed: 0-15)");
}

static void
error_gives_capacity_zero_and_the_reason(void **state)
{
	struct topology *t = open_synthetic(TWO_SOCKETS);
	struct placement p = node(3);
	struct why why;

	(void)state;
	assert_int_equal(topology_capacity(t, &p, 0, &why), 0);
	assert_string_equal(why.text, "placement=node:3: no such node (allowed: 0-1)");
	topology_close(t);
}

static void
cpu_that_cannot_be_had_is_an_error_that_names_the_cause(void **state)
{
	const struct topology_limits limits = {
		.online = "0-3,8-15", .cpuset = "0-2,8-9", .affinity = "0"};

	(void)state;
	assert_string_equal(outcome_on(open_limited(TWO_SOCKETS, limits), cpus("2-3"), 0, 1),
			    "placement=cpus:2-3: CPU 3: it is outside the cpuset of this process "
			    "(allowed: 0-2,8-9)");
	assert_string_equal(outcome_on(open_limited(TWO_SOCKETS, limits), cpus("0,4"), 0, 1),
			    "placement=cpus:0,4: CPU 4: it is offline (allowed: 0-2,8-9)");
	assert_string_equal(outcome_on(open_limited(TWO_SOCKETS, limits), cpus("16"), 0, 1),
			    "placement=cpus:16: CPU 16: this machine has no such CPU "
			    "(allowed: 0-2,8-9)");
}

static void
long_list_is_cut_in_the_message(void **state)
{
	const char *list =
		"0,3,5,8,10,13,15,18,20,23,25,28,30,33,35,38,40,43,45,48,50,53,55,58,60,63";

	(void)state;
	assert_string_equal(
		outcome(TWO_SOCKETS, cpus(list), 0, 1),
		"placement=cpus:0,3,5,8,10,13,15,18,20,23,25,28,30,33,35,38,40,43,45,...: "
		"CPU 18: this machine has no such CPU (allowed: 0-15)");
}

static void
few_cores_in_the_cpuset_are_the_limit(void **state)
{
	struct placement p = kind(PLACEMENT_LOCAL);

	(void)state;
	assert_string_equal(outcome_on(open_within(TWO_SOCKETS, "0-3,8-11"), p, 0, 3),
			    "threads=3: only 2 cores on the chosen nodes "
			    "(allowed: up to 2, or oversubscribe=1)");
	p.oversubscribe = 1;
	assert_string_equal(outcome_on(open_within(TWO_SOCKETS, "0-3,8-11"), p, 0, 3),
			    "0@0 2@0 0@0");
}

static void
near_node_without_cores_of_the_cpuset_is_an_error(void **state)
{
	(void)state;
	assert_string_equal(
		outcome_on(open_within(TWO_SOCKETS, "8-11"), kind(PLACEMENT_LOCAL), 0, 1),
		"placement=local: no cores near node 0 "
		"(allowed: spread, node:N, cpus:LIST)");
	assert_string_equal(outcome_on(open_within(TWO_SOCKETS, "8-11"), node(0), 0, 1),
			    "placement=node:0: the node has no cores (allowed: 1)");
	assert_string_equal(
		outcome_on(open_within(TWO_SOCKETS, "8-11"), kind(PLACEMENT_REMOTE), 1, 1),
		"placement=remote: no cores away from node 1 "
		"(allowed: local, spread, node:N, cpus:LIST)");
}

/* By a description of this machine that leaves CPUs out. */
static void
affinity_without_known_cpus_is_an_error(void **state)
{
	static const char wrong[] = "no CPU in the affinity of this process (allowed: cpus:LIST)";
	const struct topology_limits limits = {.affinity = ""};
	struct topology *t = open_limited(TWO_SOCKETS, limits);
	struct placement spread = kind(PLACEMENT_SPREAD);
	struct why why = {{0}};

	(void)state;
	assert_int_equal(topology_capacity(t, &spread, UNKNOWN, &why), 0);
	assert_non_null(strstr(why.text, wrong));
	assert_non_null(strstr(outcome_on(t, spread, UNKNOWN, 1), wrong));
	assert_non_null(strstr(
		outcome_on(open_limited(TWO_SOCKETS, limits), kind(PLACEMENT_LOCAL), UNKNOWN, 1),
		wrong));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_workers_than_cores_is_an_error_that_names_the_limit),
		cmocka_unit_test(unknown_node_is_an_error_that_lists_the_nodes),
		cmocka_unit_test(given_node_of_a_namespace_must_be_on_the_machine),
		cmocka_unit_test(node_without_cores_is_an_error_that_lists_nodes_with_cores),
		cmocka_unit_test(remote_needs_a_known_node_and_cores_away_from_it),
		cmocka_unit_test(namespace_on_a_node_closed_to_the_process_is_an_error),
		cmocka_unit_test(missing_cpu_in_the_list_is_an_error_that_names_it),
		cmocka_unit_test(error_gives_capacity_zero_and_the_reason),
		cmocka_unit_test(cpu_that_cannot_be_had_is_an_error_that_names_the_cause),
		cmocka_unit_test(long_list_is_cut_in_the_message),
		cmocka_unit_test(few_cores_in_the_cpuset_are_the_limit),
		cmocka_unit_test(near_node_without_cores_of_the_cpuset_is_an_error),
		cmocka_unit_test(affinity_without_known_cpus_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
