/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * placement.h -- where the workers of a job are to run, and where one of them runs.
 *
 * Nodes, cores and CPUs have the numbers of the operating system.
 */
#ifndef BENCH_PLACEMENT_H
#define BENCH_PLACEMENT_H

enum placement_kind {
	PLACEMENT_LOCAL,
	PLACEMENT_REMOTE,
	PLACEMENT_SPREAD,
	PLACEMENT_NODE,
	PLACEMENT_CPUS
};
enum smt_use { SMT_AVOID, SMT_USE };

struct placement {
	enum placement_kind kind;
	int node;       /* PLACEMENT_NODE */
	char cpus[128]; /* PLACEMENT_CPUS: a list like "0-3,8" */
	enum smt_use smt;
	int oversubscribe; /* 1: more workers than cores go round again; 0: that is an error */
};

/* where one worker goes */
struct place {
	int cpu;  /* OS index of the processing unit */
	int core; /* OS index of its core, -1 unknown */
	int node; /* OS index of its NUMA node, the nearest with memory */
};

#endif
