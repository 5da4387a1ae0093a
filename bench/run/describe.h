/* SPDX-License-Identifier: BSD-3-Clause */
/* describe.h -- what is known about the targets of a run before it touches them; decides about the node of each one. */
#ifndef BENCH_DESCRIBE_H
#define BENCH_DESCRIBE_H

#include "engine/target.h"
#include "job/job.h"
#include "numa/topology.h"
#include "result/result.h"
#include "why.h"

/*
 * Describes each target, in the order of the list, in an array that result_namespaces_free frees. The node is the first of: the
 * key namespace_node; the node of CXL memory devices, none if they are on several nodes; the node that the kernel names;
 * near_node. Binds plain memory to its node. NULL with a line in `why` on error.
 */
struct result_namespace *describe_targets(const struct topology *topology,
					  const struct target_list *targets,
					  const struct job_list *jobs, struct why *why);

#endif
