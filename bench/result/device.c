/* SPDX-License-Identifier: BSD-3-Clause */
#include "device.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct device_dimm device_dimm_unknown = {
	.flags = {-1, -1, -1, -1, -1, -1},
	.dirty_shutdowns = -1,
	.health = HEALTH_UNKNOWN,
	.spares_percent = -1,
	.life_used_percent = -1,
	.temperature_c = NAN,
	.last_shutdown_clean = -1,
	.node = -1,
	.corrected_errors = -1,
	.poisoned_bytes = -1,
};

const char *
device_flag_name(enum device_flag flag)
{
	static const char *const names[] = {"not_armed",    "save_failed", "restore_failed",
					    "flush_failed", "map_failed",  "smart_event"};

	return names[flag];
}

const char *
device_health_name(enum device_health health)
{
	static const char *const names[] = {"ok", "non-critical", "critical", "fatal"};

	return health == HEALTH_UNKNOWN ? NULL : names[health];
}

const char *
device_node_source_name(enum device_node_source source)
{
	static const char *const names[] = {NULL,     "kernel", "cxl",   "access",
					    "target", "pages",  "bound", "job"};

	return names[source];
}

void
device_node_add(struct device_node_list *list, int node)
{
	unsigned at = list->count;

	for (unsigned i = 0; i < list->count; i++)
		if (list->nodes[i] == node)
			return;
	if (node < 0 || at == DEVICE_NODES_MAX)
		return;
	for (; at && list->nodes[at - 1] > node; at--)
		list->nodes[at] = list->nodes[at - 1];
	list->nodes[at] = node;
	list->count++;
}

int
device_node(const struct device_nodes *nodes, enum device_node_source *source)
{
	if (nodes->cxl.count) {
		*source = DEVICE_NODE_CXL;
		return nodes->cxl.count == 1 ? nodes->cxl.nodes[0] : -1;
	}
	if (nodes->kernel >= 0) {
		*source = DEVICE_NODE_KERNEL;
		return nodes->kernel;
	}
	if (nodes->access.count == 1) {
		*source = DEVICE_NODE_ACCESS;
		return nodes->access.nodes[0];
	}
	*source = DEVICE_NODE_UNKNOWN;
	return -1;
}

static int
has_node(const struct device_node_list *list, int node)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->nodes[i] == node)
			return 1;
	return 0;
}

/* Appends "node 1 by SOURCE", or "nodes 0 and 1 by SOURCE". */
static void
add_source(struct device_doubt *doubt, const struct device_node_list *list, const char *source)
{
	size_t used = strlen(doubt->text);

	if (!list->count)
		return;
	used += (size_t)snprintf(doubt->text + used, sizeof(doubt->text) - used, "%snode%s ",
				 used ? ", " : "", list->count == 1 ? "" : "s");
	for (unsigned i = 0; i < list->count; i++)
		used += (size_t)snprintf(doubt->text + used, sizeof(doubt->text) - used, "%s%d",
					 !i                     ? ""
					 : i == list->count - 1 ? " and "
								: ", ",
					 list->nodes[i]);
	snprintf(doubt->text + used, sizeof(doubt->text) - used, " by %s", source);
}

struct device_doubt
device_node_doubt(const struct device_nodes *nodes)
{
	struct device_node_list kernel = {.count = 0};
	enum device_node_source source;
	struct device_doubt doubt = {""};
	int node = device_node(nodes, &source);

	device_node_add(&kernel, nodes->kernel);
	if (source == DEVICE_NODE_UNKNOWN)
		return doubt;
	if (nodes->cxl.count <= 1 && (!kernel.count || has_node(&kernel, node)) &&
	    (!nodes->access.count || has_node(&nodes->access, node)))
		return doubt;
	add_source(&doubt, &nodes->cxl, "its CXL memory devices");
	add_source(&doubt, &kernel, "the kernel");
	add_source(&doubt, &nodes->access, "the access classes of its memory");
	return doubt;
}
