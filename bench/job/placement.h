/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * placement.h -- the value of the key `placement`, and the CPU of one worker.
 *
 * Nodes, cores and CPUs have the numbers of the operating system.
 */
#ifndef BENCH_PLACEMENT_H
#define BENCH_PLACEMENT_H

#include <stddef.h>

#include "cpus.h"

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
	int node;         /* for PLACEMENT_NODE */
	struct cpus cpus; /* for PLACEMENT_CPUS */
	enum smt_use smt;
	int oversubscribe; /* 1: workers may share CPUs; 0: too many workers are an error */
};

/* The CPU (processing unit) of one worker. */
struct place {
	int cpu;
	int core; /* -1: unknown */
	int node; /* the nearest node with memory */
};

/* Enough for every placement as text. */
#define PLACEMENT_TEXT_MAX (sizeof("cpus:") + CPUS_TEXT_MAX)

/* Writes a placement as job-file text: "local", "node:1", "cpus:0-3,8". A longer list ends with "...". */
void placement_print(const struct placement *placement, char *text, size_t size);

#endif
