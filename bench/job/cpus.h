/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cpus.h -- a set of CPUs, and the lists of CPUs that users, taskset and the kernel write.
 *
 * A list has items with commas between them:
 *
 *	8		one CPU
 *	0-3		a range
 *	0-126:2		every second CPU of a range, as in taskset
 *	0-31:2/8	the first 2 of every 8 CPUs of a range, as in the kernel
 *
 * The order of the items does not matter.
 */
#ifndef BENCH_JOB_CPUS_H
#define BENCH_JOB_CPUS_H

#include <stddef.h>
#include <stdint.h>

#define CPUS_MAX 8192 /* the largest NR_CPUS of Linux; numbers are smaller */
/* Enough for the list of any set: no item needs more than 5 bytes for each of its CPUs. */
#define CPUS_TEXT_MAX (5 * CPUS_MAX + 1)

struct cpus {
	uint64_t words[CPUS_MAX / 64];
};

/* Parses a list. Returns NULL, or the reason of an error; *cpus is then unchanged. */
const char *cpus_parse(const char *list, struct cpus *cpus);

/* The smallest CPU of the set above `cpu`, or -1. cpu = -1 gives the first CPU. */
int cpus_next(const struct cpus *cpus, int cpu);

/* Writes the set as a list. A list that does not fit is cut after an item and ends with "...". */
void cpus_print(const struct cpus *cpus, char *text, size_t size);

#endif
