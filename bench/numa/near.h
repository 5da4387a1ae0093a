/* SPDX-License-Identifier: BSD-3-Clause */
/* near.h -- the node of the memory of a namespace. */
#ifndef BENCH_NEAR_H
#define BENCH_NEAR_H

#include "job/job.h"
#include "ns.h"
#include "topology.h"

/*
 * Returns the node of the namespace, or BTT_NS_NODE_UNKNOWN. If the system does not name a node:
 *
 *	dram:	binds the memory to the node of the first worker that `placement` gives. Call before the memory
 *		is touched.
 *	others	reads some pages and returns the node of most of them. A read-only namespace reads only
 *		pages that are present already, so that the file does not change.
 */
int near_node(const struct topology *t, const struct placement *placement,
	      const struct btt_ns_facts *facts);

#endif
