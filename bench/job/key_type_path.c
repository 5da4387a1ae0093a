/* SPDX-License-Identifier: BSD-3-Clause */
/* key_type_path.c -- the type of `namespace`: a path, dram:SIZE, or "default" for NS of the command. */
#include "key_type.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT "default" /* a file with this name is ./default */

static int
path_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	char *field = (char *)job + key->field_off;
	size_t len = strlen(value);

	if (len == 0)
		return key_error(key, "empty", why);
	if (len >= key->field_size)
		return key_error(key, "too long", why);
	for (const char *c = value; *c; c++)
		if (iscntrl((unsigned char)*c))
			return key_error(key, "not printable", why);
	strcpy(field, strcmp(value, DEFAULT) == 0 ? "" : value);
	return 0;
}

static void
path_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	const char *field = (const char *)job + key->field_off;

	snprintf(text, size, "%s", *field ? field : DEFAULT);
}

const struct key_type key_type_path = {path_parse, path_print, key_describe_values};
