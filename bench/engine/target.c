/* SPDX-License-Identifier: BSD-3-Clause */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

const char *
target_spec_of(const struct target_list *list, const struct job *job)
{
	return *job->ns_spec ? job->ns_spec : list->spec;
}

struct target *
target_find(const struct target_list *list, const struct job *job)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->targets[i].spec, target_spec_of(list, job)) == 0)
			return &list->targets[i];
	return NULL;
}

const struct job *
target_first_job(const struct target_list *list, const struct target *target,
		 const struct job_list *jobs)
{
	const struct job *job = jobs->jobs;

	while (target_find(list, job) != target)
		job++;
	return job;
}

int
target_is_device(const char *spec)
{
	struct stat st;

	return !stat(spec, &st) && S_ISBLK(st.st_mode);
}

static int
error_errno(const char *spec, struct why *why)
{
	if (errno == EBUSY)
		return why_say(why, "%s: in use: mounted, or held by something else", spec);
	return why_say(why, "%s: %s", spec, strerror(errno));
}

/* A read-only device can still be opened for writing: BLKROGET tells it apart. */
static int
read_device(int fd, enum btt_ns_mode mode, struct stat *st, uint64_t *size)
{
	int is_readonly;

	if (fstat(fd, st) || ioctl(fd, BLKGETSIZE64, size) || ioctl(fd, BLKROGET, &is_readonly))
		return -1;
	if (!is_readonly || mode == BTT_NS_READ_ONLY)
		return 0;
	errno = EROFS;
	return -1;
}

int
target_open_device(struct target *target, const char *spec, enum btt_ns_mode mode, struct why *why)
{
	int flags = (mode == BTT_NS_READ_ONLY ? O_RDONLY : O_RDWR) | O_DIRECT | O_EXCL | O_CLOEXEC;
	int fd = open(spec, flags | O_NONBLOCK);
	uint64_t size;
	struct stat st;

	if (fd < 0)
		return error_errno(spec, why);
	if (read_device(fd, mode, &st, &size)) {
		error_errno(spec, why);
		close(fd);
		return -1;
	}
	*target = (struct target){
		.spec = spec,
		.facts = {.kind = BTT_NS_BLOCK,
			  .mode = mode,
			  .size = size,
			  .node = btt_ns_device_node(major(st.st_rdev), minor(st.st_rdev)),
			  .fd = fd},
	};
	return 0;
}

int
target_is_pool_set(const char *spec, char *parts, size_t size, uint64_t *bytes)
{
	static const char signature[] = "PMEMPOOLSET";
	char line[PATH_MAX + 64], path[PATH_MAX];
	size_t used = 0;
	struct stat st;
	int is_set;
	FILE *file;

	/* the open of a FIFO would wait for its writer */
	if (stat(spec, &st) || !S_ISREG(st.st_mode))
		return 0;
	file = fopen(spec, "re");
	if (!file)
		return 0;
	is_set = fgets(line, sizeof(line), file) && !strncmp(line, signature, strlen(signature));
	*bytes = 0;
	parts[0] = '\0';
	/* a part is a size and a path; other lines are options, replicas and comments */
	while (is_set && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*[0-9KMGTPBiAUO] %4095s", path) != 1 || path[0] != '/')
			continue;
		if (!stat(path, &st))
			*bytes += (uint64_t)st.st_size;
		if (used < size)
			used += (size_t)snprintf(parts + used, size - used, "%s%s",
						 used ? ", " : "", path);
	}
	fclose(file);
	return is_set;
}

int
target_open_pool_set(struct target *target, const char *spec, enum btt_ns_mode mode,
		     struct why *why)
{
	int fd = open(spec, O_RDONLY | O_CLOEXEC);
	uint64_t bytes;
	char parts[1];

	if (fd < 0)
		return error_errno(spec, why);
	target_is_pool_set(spec, parts, sizeof(parts), &bytes);
	*target = (struct target){
		.spec = spec,
		.is_pool_set = 1,
		.facts = {.kind = BTT_NS_FILE,
			  .mode = mode,
			  .size = bytes,
			  .node = BTT_NS_NODE_UNKNOWN,
			  .fd = fd},
	};
	return 0;
}

void
target_close_device(struct target *target)
{
	close(target->facts.fd);
}

void
target_set_namespace(struct target *target, const char *spec, struct btt_ns *ns)
{
	*target = (struct target){.spec = spec, .ns = ns};
	btt_ns_get_facts(ns, &target->facts, sizeof(target->facts));
	target->may_format = target->facts.kind == BTT_NS_DRAM;
}

const char *
target_kind_name(const struct target *target)
{
	return target->is_pool_set ? "pool set" : btt_ns_kind_name(target->facts.kind);
}
