/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_list.c -- bttbench list: the persistent memory of this machine, with NUMA node and health. */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "host/devices.h"
#include "human.h"
#include "terminal.h"
#include "output/json_value.h"
#include "output/table.h"
#include "cmd.h"

struct list_args {
	int as_json;
};

static const struct argp_option options[] = {
	CMD_OPTION_FORMAT,
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct list_args *args = state->input;

	switch (key) {
	case CMD_KEY_FORMAT:
		return cmd_parse_format(arg, &args->as_json);
	case ARGP_KEY_ARG:
		cmd_usage("%s: one argument too many (allowed: none)", arg);
		return CMD_SAID;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options,
	parse,
	NULL,
	"Lists the persistent memory of this machine: DAX and block devices, the NUMA node of "
	"each, "
	"and the health of its modules. Prints '-' (null in JSON) for a value that cannot be read; "
	"SMART data and "
	"bad blocks need root.",
	NULL,
	NULL,
	NULL,
};

static json_t *
device_json(const void *element)
{
	const struct device *d = element;
	int flags[DEVICE_FLAGS];

	for (int i = 0; i < DEVICE_FLAGS; i++)
		flags[i] = device_flag(d, (enum device_flag)i);
	const struct value_member members[] = {
		{"device", value_text(d->name)},
		{"namespace", value_text(*d->namespace ? d->namespace : NULL)},
		{"mode", value_text(d->mode)},
		{"size_bytes", value_positive(d->size_bytes)},
		{"align_bytes", value_positive(d->align_bytes)},
		{"sector_bytes", value_positive(d->sector_bytes)},
		{"node", value_index(d->node)},
		{"region", value_text(*d->region ? d->region : NULL)},
		{"persistence_domain", value_text(d->persistence_domain)},
		{"health", value_text(device_health_name(device_health(d)))},
		{"flags", value_device_flags(flags)},
		{"badblocks", value_count_or_null(d->badblocks)},
		{"modules", VALUE_ARRAY(d->dimms, d->ndimms, value_module)},
		{"node_source", value_text(device_node_source_name(d->node_source))},
		{"nodes", value_nodes(&d->nodes)},
		{"cxl_region", value_text(*d->cxl_region ? d->cxl_region : NULL)},
		{"interleave",
		 value_interleave(d->interleave_ways, d->interleave_granularity_bytes)},
		{"file_system", value_text(d->mount.type)},
		{"mount_point", value_text(d->mount.folder)},
		{"dax", value_text(d->mount.dax)},
	};

	return VALUE_OBJECT(members);
}

static enum cmd_exit
print_json(const struct device_list *list)
{
	json_t *devices = VALUE_ARRAY(list->devices, list->count, device_json);

	if (!devices || json_dumpf(devices, stdout, JSON_INDENT(2))) {
		json_decref(devices);
		return cmd_fail("list: %s", strerror(ENOMEM));
	}
	putchar('\n');
	json_decref(devices);
	return cmd_finish_output(CMD_OK);
}

/* the flags that are set, the most serious first; "-" when they are unknown */
static void
write_flags(const struct device *d, char *text, size_t size)
{
	size_t len = 0;

	*text = '\0';
	for (int i = 0; i < DEVICE_FLAGS && len < size; i++) {
		if (device_flag(d, (enum device_flag)i) == 1)
			len += (size_t)snprintf(text + len, size - len, "%s%s", len ? "," : "",
						device_flag_name((enum device_flag)i));
	}
	if (!len)
		snprintf(text, size, "%s", device_flag(d, DEVICE_NOT_ARMED) < 0 ? "-" : "none");
}

static const char *
known(const char *text)
{
	return text && *text ? text : "-";
}

static long long
sum_dirty_shutdowns(const struct device *d)
{
	long long sum = d->ndimms ? 0 : -1;

	for (size_t i = 0; i < d->ndimms && sum >= 0; i++)
		sum = d->dimms[i].dirty_shutdowns < 0 ? -1 : sum + d->dimms[i].dirty_shutdowns;
	return sum;
}

static void
add_count(struct table *t, long long count)
{
	if (count < 0)
		table_cell(t, "-");
	else
		table_cell(t, "%lld", count);
}

static void
add_row(struct table *t, const struct device *d)
{
	char flags[128];

	write_flags(d, flags, sizeof(flags));
	table_cell(t, "%s", d->name);
	table_cell(t, "%s", known(d->namespace));
	table_cell(t, "%s", known(d->mode));
	table_cell(t, "%s", d->size_bytes ? human_size(d->size_bytes).text : "-");
	table_cell(t, "%s", d->align_bytes ? human_size(d->align_bytes).text : "-");
	table_cell(t, "%s", d->sector_bytes ? human_size(d->sector_bytes).text : "-");
	table_cell(t, "%s", human_index(d->node).text);
	table_cell(t, "%s", known(d->region));
	table_cell(t, "%zu", d->ndimms);
	table_cell(t, "%s", known(d->persistence_domain));
	table_cell(t, "%s", known(device_health_name(device_health(d))));
	table_cell(t, "%s", flags);
	add_count(t, d->badblocks);
	add_count(t, sum_dirty_shutdowns(d));
	table_cell(t, "%s%s%s", known(d->mount.type), d->mount.dax ? " dax=" : "",
		   d->mount.dax ? d->mount.dax : "");
	table_cell(t, "%s", known(d->mount.folder));
}

static void
add_memory_device(struct table *t, const struct device *device, const struct device_dimm *d)
{
	table_cell(t, "%s", d->memory_device);
	table_cell(t, "%s", device->name);
	table_cell(t, "%s", known(d->serial));
	table_cell(t, "%s", known(d->firmware));
	table_cell(t, "%s", d->pmem_bytes ? human_size(d->pmem_bytes).text : "-");
	table_cell(t, "%s", human_index(d->node).text);
	add_count(t, device->interleave_ways ? (long long)device->interleave_ways : -1);
	table_cell(t, "%s",
		   device->interleave_granularity_bytes
			   ? human_size(device->interleave_granularity_bytes).text
			   : "-");
	table_cell(t, "%s", known(device_health_name(d->health)));
	table_cell(t, "%s", human_index(d->life_used_percent).text);
	if (isnan(d->temperature_c))
		table_cell(t, "-");
	else
		table_cell(t, "%g", d->temperature_c);
	add_count(t, d->dirty_shutdowns);
	add_count(t, d->corrected_errors);
	add_count(t, d->poisoned_bytes);
}

/* A second table, one line for each CXL memory device behind a device. 0, or -1 when memory ran out. */
static int
print_memory_devices(const struct device_list *list, unsigned width)
{
	static const char *const titles[] = {"memory device", "behind",      "serial",
					     "firmware",      "pmem",        "node",
					     "ways",          "granularity", "health",
					     "life used %",   "temperature", "dirty shutdowns",
					     "corrected",     "poisoned"};
	struct table t = {0};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		table_column(&t, "%s", titles[i]);
	for (size_t i = 0; i < list->count; i++) {
		const struct device *device = &list->devices[i];

		for (size_t k = 0; k < device->ndimms; k++) {
			if (*device->dimms[k].memory_device)
				add_memory_device(&t, device, &device->dimms[k]);
		}
	}
	return table_print(&t, stdout, width);
}

static void
print_doubts(const struct device_list *list)
{
	const char *before = "\n";

	for (size_t i = 0; i < list->count; i++) {
		const struct device_doubt doubt = device_node_doubt(&list->devices[i].nodes);

		if (!*doubt.text)
			continue;
		printf("%s%s: the sources of the node disagree: %s\n", before,
		       list->devices[i].name, doubt.text);
		before = "";
	}
}

static enum cmd_exit
print_text(const struct device_list *list)
{
	static const char *const titles[] = {
		"device",     "namespace",       "mode",        "size",        "align",  "sector",
		"node",       "region",          "modules",     "persistence", "health", "flags",
		"bad blocks", "dirty shutdowns", "file system", "mounted on"};
	struct table t = {0};
	unsigned width = terminal_width(stdout);

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		table_column(&t, "%s", titles[i]);
	for (size_t i = 0; i < list->count; i++)
		add_row(&t, &list->devices[i]);
	if (!list->count)
		puts("no persistent memory (a file or dram:SIZE will do instead)");
	if (table_print(&t, stdout, width) || print_memory_devices(list, width))
		return cmd_fail("list: %s", strerror(ENOMEM));
	print_doubts(list);
	return cmd_finish_output(CMD_OK);
}

enum cmd_exit
cmd_list(int argc, char **argv)
{
	struct list_args args = {0};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &args);
	struct device_list list;

	if (code)
		return code;
	if (devices_read(&list))
		return cmd_fail("list: %s", strerror(errno));
	code = args.as_json ? print_json(&list) : print_text(&list);
	devices_free(&list);
	return code;
}
