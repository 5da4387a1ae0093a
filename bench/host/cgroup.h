/* SPDX-License-Identifier: BSD-3-Clause */
/* cgroup.h -- how much memory this process's control groups leave it (version 2 of them). */
#ifndef BENCH_HOST_CGROUP_H
#define BENCH_HOST_CGROUP_H

#include <stdint.h>

#define CGROUP_NO_LIMIT UINT64_MAX

/*
 * Bytes: the least memory.max of the group that the file `self` (as /proc/self/cgroup) names and of those above it,
 * below the folder `mount` (as /sys/fs/cgroup); CGROUP_NO_LIMIT where none says one.
 */
uint64_t cgroup_memory_max(const char *self, const char *mount);

#endif
