/* SPDX-License-Identifier: BSD-3-Clause */
/* json_device.c -- facts about a device of persistent memory, for `list` and for results. */
#include "json_value.h"

static json_t *
node_value(const void *element)
{
	const int *node = element;

	return value_index(*node);
}

json_t *
value_nodes(const struct device_nodes *nodes)
{
	const struct value_member members[] = {
		{"kernel", value_index(nodes->kernel)},
		{"cxl", VALUE_ARRAY(nodes->cxl.nodes, nodes->cxl.count, node_value)},
		{"access", VALUE_ARRAY(nodes->access.nodes, nodes->access.count, node_value)},
		{"target", value_index(nodes->target)},
	};

	return VALUE_OBJECT(members);
}

json_t *
value_interleave(unsigned ways, unsigned granularity_bytes)
{
	const struct value_member members[] = {
		{"ways", value_positive(ways)},
		{"granularity_bytes", value_positive(granularity_bytes)},
	};

	return VALUE_OBJECT(members);
}

json_t *
value_device_flags(const int flags[DEVICE_FLAGS])
{
	struct value_member members[DEVICE_FLAGS];

	for (int i = 0; i < DEVICE_FLAGS; i++)
		members[i] = (struct value_member){device_flag_name((enum device_flag)i),
						   value_flag(flags[i])};
	return VALUE_OBJECT(members);
}

static json_t *
text_or_null(const char *text)
{
	return value_text(*text ? text : NULL);
}

json_t *
value_module(const void *element)
{
	const struct device_dimm *d = element;
	const struct value_member members[] = {
		{"name", value_text(d->name)},
		{"health", value_text(device_health_name(d->health))},
		{"flags", value_device_flags(d->flags)},
		{"dirty_shutdowns", value_count_or_null(d->dirty_shutdowns)},
		{"last_shutdown_clean", value_flag(d->last_shutdown_clean)},
		{"spares_percent", value_index(d->spares_percent)},
		{"life_used_percent", value_index(d->life_used_percent)},
		{"temperature_c", value_real(d->temperature_c)},
		{"serial", text_or_null(d->serial)},
		{"memory_device", text_or_null(d->memory_device)},
		{"firmware", text_or_null(d->firmware)},
		{"pmem_bytes", value_positive(d->pmem_bytes)},
		{"node", value_index(d->node)},
		{"corrected_errors", value_count_or_null(d->corrected_errors)},
		{"poisoned_bytes", value_count_or_null(d->poisoned_bytes)},
	};

	return VALUE_OBJECT(members);
}
