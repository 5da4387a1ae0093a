/* SPDX-License-Identifier: BSD-3-Clause */
/* device_test.c -- which source decides about the near node, and when sources disagree. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "result/device.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void
first_source_that_knows_decides(void **state)
{
	static const struct {
		struct device_nodes nodes;
		int node;
		enum device_node_source source;
	} cases[] = {
		{{1, {{2}, 1}, {{3}, 1}, 4}, 2, DEVICE_NODE_CXL},
		{{1, {{0}, 0}, {{3}, 1}, 4}, 1, DEVICE_NODE_KERNEL},
		{{-1, {{0}, 0}, {{3}, 1}, 4}, 3, DEVICE_NODE_ACCESS},
		/* equally near */
		{{-1, {{0}, 0}, {{0, 3}, 2}, 4}, -1, DEVICE_NODE_UNKNOWN},
		/* the target node has no CPUs that would be near */
		{{-1, {{0}, 0}, {{0}, 0}, 4}, -1, DEVICE_NODE_UNKNOWN},
		/* several memory devices without a node in common: none is near */
		{{1, {{0, 1}, 2}, {{1}, 1}, 4}, -1, DEVICE_NODE_CXL},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		enum device_node_source source;

		assert_int_equal(device_node(&cases[i].nodes, &source), cases[i].node);
		assert_int_equal(source, cases[i].source);
	}
}

static void
doubt_says_what_each_source_says(void **state)
{
	static const struct {
		struct device_nodes nodes;
		const char *doubt;
	} cases[] = {
		{{0, {{0}, 0}, {{0}, 0}, -1}, ""},
		{{-1, {{1}, 1}, {{0}, 0}, -1}, ""},
		{{-1, {{0}, 0}, {{0, 1}, 2}, 4}, ""},
		{{1, {{1}, 1}, {{0, 1}, 2}, 2}, ""},
		{{0, {{1}, 1}, {{0}, 0}, 2},
		 "node 1 by its CXL memory devices, node 0 by the kernel"},
		{{1, {{1}, 1}, {{0, 2, 3}, 3}, 2},
		 "node 1 by its CXL memory devices, node 1 by the kernel, nodes 0, 2 and 3 by the "
		 "access "
		 "classes of its memory"},
		{{0, {{0}, 0}, {{1}, 1}, 2},
		 "node 0 by the kernel, node 1 by the access classes of its memory"},
		{{-1, {{0, 1}, 2}, {{0}, 0}, 2}, "nodes 0 and 1 by its CXL memory devices"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(device_node_doubt(&cases[i].nodes).text, cases[i].doubt);
}

static void
longest_doubt_is_complete(void **state)
{
	struct device_nodes nodes = {.kernel = INT32_MAX, .target = 1};

	(void)state;
	for (int i = 0; i < DEVICE_NODES_MAX; i++) {
		device_node_add(&nodes.cxl, INT32_MAX - i);
		device_node_add(&nodes.access, INT32_MAX - i);
	}
	assert_non_null(strstr(device_node_doubt(&nodes).text,
			       " and 2147483647 by the access classes of its memory"));
}

static void
list_of_nodes_is_in_order_without_duplicates(void **state)
{
	static const int added[] = {5, 1, -1, 3, 5, 1, 0};
	static const int want[] = {0, 1, 3, 5};
	struct device_node_list list = {.count = 0};

	(void)state;
	for (size_t i = 0; i < LENGTH(added); i++)
		device_node_add(&list, added[i]);
	assert_int_equal(list.count, LENGTH(want));
	assert_memory_equal(list.nodes, want, sizeof(want));
}

static void
full_list_of_nodes_stays_as_it_is(void **state)
{
	struct device_node_list list = {.count = 0};

	(void)state;
	for (int i = 1; i <= DEVICE_NODES_MAX + 1; i++)
		device_node_add(&list, i);
	device_node_add(&list, 0);
	assert_int_equal(list.count, DEVICE_NODES_MAX);
	assert_int_equal(list.nodes[0], 1);
	assert_int_equal(list.nodes[DEVICE_NODES_MAX - 1], DEVICE_NODES_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_source_that_knows_decides),
		cmocka_unit_test(doubt_says_what_each_source_says),
		cmocka_unit_test(longest_doubt_is_complete),
		cmocka_unit_test(list_of_nodes_is_in_order_without_duplicates),
		cmocka_unit_test(full_list_of_nodes_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
