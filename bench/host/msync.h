/* SPDX-License-Identifier: BSD-3-Clause */
/* msync.h -- the rate at which msync makes changed pages durable. */
#ifndef BENCH_HOST_MSYNC_H
#define BENCH_HOST_MSYNC_H

/*
 * Bytes per second that msync stores for 8 MiB of changed pages of a nameless file in the folder of `path`. NAN when
 * the file system can't make such a file.
 */
double host_msync_rate(const char *path);

#endif
