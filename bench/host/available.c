/* SPDX-License-Identifier: BSD-3-Clause */
#include "available.h"

#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "cgroup.h"

uint64_t
available_memory(const char *root)
{
	uint64_t available = AVAILABLE_UNKNOWN, kib, left;
	char *path = NULL, *self = NULL, *mount = NULL, *line = NULL;
	size_t size = 0;
	FILE *file = NULL;

	if (asprintf(&path, "%s/proc/meminfo", root) >= 0)
		file = fopen(path, "re");
	while (file && getline(&line, &size, file) > 0)
		if (sscanf(line, "MemAvailable: %" SCNu64 " kB", &kib) == 1)
			available = kib * 1024;
	if (file)
		fclose(file);
	if (asprintf(&self, "%s/proc/self/cgroup", root) >= 0 &&
	    asprintf(&mount, "%s/sys/fs/cgroup", root) >= 0) {
		left = cgroup_memory_left(self, mount);
		available = left < available ? left : available;
	}
	free(path);
	free(self);
	free(mount);
	free(line);
	return available;
}

static int
is_memory(const struct statfs *fs)
{
	return fs->f_type == TMPFS_MAGIC || fs->f_type == RAMFS_MAGIC;
}

int
available_is_memory(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && is_memory(&fs);
}

int
available_space(int fd, uint64_t *missing, uint64_t *available)
{
	struct stat st;
	struct statfs fs;
	uint64_t has, memory;

	if (fstat(fd, &st) || fstatfs(fd, &fs))
		return -1;
	has = (uint64_t)st.st_blocks * 512;
	*missing = (uint64_t)st.st_size > has ? (uint64_t)st.st_size - has : 0;
	*available = (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize;
	if (!is_memory(&fs))
		return 0;
	memory = available_memory("");
	if (memory < *available || fs.f_type == RAMFS_MAGIC || !fs.f_blocks)
		*available = memory; /* ramfs, and tmpfs without a size, name no limit */
	return 0;
}
