/* SPDX-License-Identifier: BSD-3-Clause */
/* cgroup.c -- see cgroup.h. */
#include "cgroup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* one group's: "max" and a file that is missing are no limit */
static uint64_t
read_limit(const char *mount, const char *group)
{
	uint64_t limit = CGROUP_NO_LIMIT;
	char *path = NULL;
	FILE *file;

	if (asprintf(&path, "%s%s/memory.max", mount, group) < 0)
		return CGROUP_NO_LIMIT;
	file = fopen(path, "re");
	free(path);
	if (!file)
		return CGROUP_NO_LIMIT;
	if (fscanf(file, "%" SCNu64, &limit) != 1)
		limit = CGROUP_NO_LIMIT;
	fclose(file);
	return limit;
}

/* what stands behind "0::", the line of version 2, to be freed; or NULL */
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
cgroup_memory_max(const char *self, const char *mount)
{
	char *group = read_group(self), *slash;
	uint64_t least = CGROUP_NO_LIMIT;

	if (!group)
		return CGROUP_NO_LIMIT;
	for (;;) {
		uint64_t limit = read_limit(mount, group);

		least = limit < least ? limit : least;
		slash = strrchr(group, '/');
		if (!slash)
			break;
		*slash = '\0';
	}
	free(group);
	return least;
}
