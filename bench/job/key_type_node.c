/* SPDX-License-Identifier: BSD-3-Clause */
/* key_type_node.c -- the type of `namespace_node`: auto, or the number of a node. */
#include "key_type.h"

#include <stdio.h>
#include <string.h>

#include "units.h"

#define AUTO     "auto"
#define NODE_MAX 65535u

static int
node_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	struct job_node *field = (struct job_node *)((char *)job + key->field_off);
	uint64_t node;

	if (strcmp(value, AUTO) == 0) {
		*field = (struct job_node){0};
		return 0;
	}
	if (units_parse_number(value, &node) || node > NODE_MAX)
		return key_error(key, "no number of a node", why);
	*field = (struct job_node){.is_given = 1, .node = (int)node};
	return 0;
}

static void
node_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	const struct job_node *field =
		(const struct job_node *)((const char *)job + key->field_off);

	if (field->is_given)
		snprintf(text, size, "%d", field->node);
	else
		snprintf(text, size, AUTO);
}

const struct key_type key_type_node = {node_parse, node_print, key_describe_values};
