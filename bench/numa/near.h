/* SPDX-License-Identifier: BSD-3-Clause */
/* near.h -- where a namespace's memory lies, and its pages made present. */
#ifndef BENCH_NEAR_H
#define BENCH_NEAR_H

#include "job/job.h"
#include "ns.h"
#include "topology.h"

/*
 * The node of the namespace, or BTT_NS_NODE_UNKNOWN. Where the system does not name one, plain memory is
 * bound to the first node that `placement` would use, before it is touched, and of others a few
 * pages are read: of one that is open read-only those that it has.
 */
int near_node(const struct topology *t, const struct placement *placement,
	      const struct btt_ns_facts *facts);

/* every page present before the load, so that no fault is measured; ends early when it is stopped */
void near_fault_pages(struct btt_ns *ns, int writes, int (*is_stopped)(void));

#endif
