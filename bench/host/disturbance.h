/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * disturbance.h -- time that others took from this process: the hypervisor (steal time) and the CPU limit of its
 * control group (throttling). Read before and after a measurement, and subtract.
 */
#ifndef BENCH_HOST_DISTURBANCE_H
#define BENCH_HOST_DISTURBANCE_H

/*
 * Seconds of steal time since the machine started, the mean of these CPUs (each counts once), from /proc/stat below
 * `root`; NAN unknown.
 */
double host_steal_s(const char *root, const int *cpus, unsigned count);

/*
 * Seconds that the control group of this process and those above it were throttled since they exist, from
 * /proc/self/cgroup and /sys/fs/cgroup below `root` (versions 1 and 2); NAN without a control group with cpu.stat.
 */
double host_throttled_s(const char *root);

#endif
