/* SPDX-License-Identifier: BSD-3-Clause */
/* msync.h -- the price of making a page durable where user space can't flush. */
#ifndef BENCH_HOST_MSYNC_H
#define BENCH_HOST_MSYNC_H

/*
 * Seconds that msync takes for one changed page of a file in the folder of `path`: the median of a few calls on a
 * nameless file. NAN when the file system can't make one.
 */
double host_msync_s(const char *path);

#endif
