/* SPDX-License-Identifier: BSD-3-Clause */
/* cgroup.c -- see cgroup.h. */
#include "cgroup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* a number in one group's file; `otherwise` when the file is missing or says "max" */
static uint64_t
read_number(const char *mount, const char *group, const char *name, uint64_t otherwise)
{
	uint64_t number = otherwise;
	char *path = NULL;
	FILE *file;

	if (asprintf(&path, "%s%s/%s", mount, group, name) < 0)
		return otherwise;
	file = fopen(path, "re");
	free(path);
	if (!file)
		return otherwise;
	if (fscanf(file, "%" SCNu64, &number) != 1)
		number = otherwise;
	fclose(file);
	return number;
}

/* the group of this process behind "0::", for the caller to free; NULL without version 2 */
static char *
read_group(const char *self)
{
	char *line = NULL, *group = NULL;
	FILE *file = fopen(self, "re");
	size_t size = 0;

	while (file && !group && getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "0::/", 4))
			group = strdup(line + 3);
	}
	free(line);
	if (file)
		fclose(file);
	return group;
}

uint64_t
cgroup_memory_left(const char *self, const char *mount)
{
	char *group = read_group(self), *slash;
	uint64_t least = CGROUP_NO_LIMIT;

	if (!group)
		return CGROUP_NO_LIMIT;
	for (;;) {
		uint64_t limit = read_number(mount, group, "memory.max", CGROUP_NO_LIMIT);
		uint64_t used = read_number(mount, group, "memory.current", 0);

		if (limit != CGROUP_NO_LIMIT && limit - (used < limit ? used : limit) < least)
			least = limit - (used < limit ? used : limit);
		slash = strrchr(group, '/');
		if (!slash)
			break;
		*slash = '\0';
	}
	free(group);
	return least;
}
