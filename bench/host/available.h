/* SPDX-License-Identifier: BSD-3-Clause */
/* available.h -- memory and disk space that can be taken now, before a run touches them. */
#ifndef BENCH_HOST_AVAILABLE_H
#define BENCH_HOST_AVAILABLE_H

#include <stdint.h>

#define AVAILABLE_UNKNOWN UINT64_MAX

/*
 * Bytes of memory that the kernel can give without killing a process: MemAvailable of /proc/meminfo below `root`,
 * or less where memory.max of this process's control groups (version 2) leaves less. AVAILABLE_UNKNOWN without
 * /proc/meminfo.
 */
uint64_t available_memory(const char *root);

/*
 * For the file open as `fd`: *missing = bytes of its length that it has no pages or disk blocks for yet, *available =
 * bytes that its file system can still give; on tmpfs and ramfs no more than available_memory. 0, or -1/errno.
 */
int available_space(int fd, uint64_t *missing, uint64_t *available);

/* 1 if the pages of this file are memory that a read takes as well: tmpfs and ramfs. */
int available_is_memory(int fd);

#endif
