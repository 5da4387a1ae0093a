/* SPDX-License-Identifier: BSD-3-Clause */
#include "read_device.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static enum device_node_source
read_source(struct field *of)
{
	const char *text = field_text_or_null(of, "node_source");
	int source = DEVICE_NODE_UNKNOWN + 1;

	if (!text)
		return DEVICE_NODE_UNKNOWN;
	while (source < DEVICE_NODE_SOURCES &&
	       strcmp(device_node_source_name((enum device_node_source)source), text) != 0)
		source++;
	if (source < DEVICE_NODE_SOURCES)
		return (enum device_node_source)source;
	field_error(of, "node_source: no source of this bttbench");
	return DEVICE_NODE_UNKNOWN;
}

static void
read_node_list(struct field *of, const char *name, struct device_node_list *list)
{
	struct field array = field_array(of, name, 0, DEVICE_NODES_MAX);

	for (size_t i = 0; i < field_length(&array); i++) {
		struct field element = field_at(&array, i);
		json_int_t node = json_integer_value(element.value);

		if (!json_is_integer(element.value) || node < 0 || node > INT_MAX ||
		    (i && node <= list->nodes[i - 1])) {
			field_error_value(&element, "the numbers of nodes, in rising order");
			return;
		}
		device_node_add(list, (int)node);
	}
}

static void
read_nodes(struct field *of, struct device_nodes *nodes)
{
	struct field at = field_object(of, "nodes");

	nodes->kernel = field_index(&at, "kernel");
	read_node_list(&at, "cxl", &nodes->cxl);
	read_node_list(&at, "access", &nodes->access);
	nodes->target = field_index(&at, "target");
	field_end(&at);
}

static long long
read_count(struct field *of, const char *name)
{
	uint64_t number = field_count_or(of, name, 0, FIELD_COUNT_MAX, UINT64_MAX);

	return number == UINT64_MAX ? -1 : (long long)number;
}

static enum device_health
read_health(struct field *of)
{
	const char *text = field_text_or_null(of, "health");
	int health = HEALTH_OK;

	if (!text)
		return HEALTH_UNKNOWN;
	while (health <= HEALTH_FATAL &&
	       strcmp(device_health_name((enum device_health)health), text) != 0)
		health++;
	if (health <= HEALTH_FATAL)
		return (enum device_health)health;
	field_error(of, "health: no health of a module");
	return HEALTH_UNKNOWN;
}

static void
read_module(struct field *at, struct device_dimm *dimm)
{
	struct field flags;

	field_fill(at, "name", dimm->name, sizeof(dimm->name));
	dimm->health = read_health(at);
	flags = field_object(at, "flags");
	for (int i = 0; i < DEVICE_FLAGS; i++)
		dimm->flags[i] = field_flag_or_null(&flags, device_flag_name((enum device_flag)i));
	field_end(&flags);
	dimm->dirty_shutdowns = read_count(at, "dirty_shutdowns");
	dimm->last_shutdown_clean = field_flag_or_null(at, "last_shutdown_clean");
	dimm->spares_percent = field_index(at, "spares_percent");
	dimm->life_used_percent = field_index(at, "life_used_percent");
	dimm->temperature_c = field_real(at, "temperature_c");
	field_fill_or_null(at, "serial", dimm->serial, sizeof(dimm->serial));
	field_fill_or_null(at, "memory_device", dimm->memory_device, sizeof(dimm->memory_device));
	field_fill_or_null(at, "firmware", dimm->firmware, sizeof(dimm->firmware));
	dimm->pmem_bytes = field_count_or(at, "pmem_bytes", 1, FIELD_COUNT_MAX, 0);
	dimm->node = field_index(at, "node");
	dimm->corrected_errors = read_count(at, "corrected_errors");
	dimm->poisoned_bytes = read_count(at, "poisoned_bytes");
	field_end(at);
}

void
read_device(struct field *at, struct result_namespace *ns)
{
	struct field interleave, modules;

	ns->node_source = read_source(at);
	read_nodes(at, &ns->nodes);
	interleave = field_object(at, "interleave");
	ns->interleave_ways = (unsigned)field_count_or(&interleave, "ways", 1, UINT_MAX, 0);
	ns->interleave_granularity_bytes =
		(unsigned)field_count_or(&interleave, "granularity_bytes", 1, UINT_MAX, 0);
	field_end(&interleave);
	modules = field_array(at, "modules", 0, SIZE_MAX);
	ns->modules = calloc(field_length(&modules) + 1, sizeof(*ns->modules));
	if (!ns->modules) {
		field_error(&modules, "out of memory");
		return;
	}
	ns->nmodules = field_length(&modules);
	for (size_t i = 0; i < ns->nmodules; i++) {
		struct field element = field_object_at(&modules, i);

		read_module(&element, &ns->modules[i]);
	}
}
