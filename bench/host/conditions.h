/* SPDX-License-Identifier: BSD-3-Clause */
/* conditions.h -- other work of this machine during a measurement. All paths are below `root` ("" for this machine). */
#ifndef BENCH_HOST_CONDITIONS_H
#define BENCH_HOST_CONDITIONS_H

/* 1: the kernel moves pages between NUMA nodes by itself, 0: it does not, -1 unknown. */
int host_numa_balancing(const char *root);

/*
 * Seconds that all CPUs together were busy since the machine started, of all processes, from /proc/stat; `cpus` gets the
 * number of CPUs. NAN unknown. Read it twice, and subtract.
 */
double host_busy_s(const char *root, unsigned *cpus);

#endif
