/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * peers.h -- other processes that run the same jobs at the same time, each on its own namespace.
 *
 * All processes make the same calls in the same order. Each call waits for all of them. It fails when another process has
 * failed or a signal came: then this process fails as well, without a result.
 */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include <stddef.h>

#include "why.h"

/* How to reach the others. A call returns 0, or -1 with a line. Only the controller's thread calls. */
struct run_peers {
	void *arg;
	int (*meet)(void *arg, struct why *why);
	/* *flag becomes 0 unless it is 1 in all processes. */
	int (*agree)(void *arg, int *flag, struct why *why);
	/* *first becomes the text of the first process; the caller frees it. */
	int (*lead)(void *arg, const char *text, char **first, struct why *why);
	/* is_shared[i] becomes 1 when a worker of another process on this machine has cpus[i], else 0. */
	int (*share_cpus)(void *arg, const int *cpus, size_t count, char *is_shared,
			  struct why *why);
	/* Does not wait: 1 when another process has failed. */
	int (*is_over)(void *arg);
};

struct group;

/*
 * Compares the group with that of the first process, before the group changes data: build, clock, jobs, namespace and
 * layout. Finds the CPUs that workers of other processes have as well: g->is_shared. These are an error without
 * oversubscribe=1. Nothing to do without peers. 0, or -1 with a line in session->why.
 */
int peers_compare(struct group *g);

#endif
