/* SPDX-License-Identifier: BSD-3-Clause */
/* cgroup.h -- how much memory this process's control groups leave it (version 2 of them). */
#ifndef BENCH_HOST_CGROUP_H
#define BENCH_HOST_CGROUP_H

#include <stdint.h>

#define CGROUP_NO_LIMIT UINT64_MAX

/*
 * Bytes: the least of memory.max less memory.current over the group that the file `self` (as /proc/self/cgroup) names and
 * the groups above it, below the folder `mount` (as /sys/fs/cgroup). CGROUP_NO_LIMIT when no group has a limit.
 */
uint64_t cgroup_memory_left(const char *self, const char *mount);

#endif
