/* SPDX-License-Identifier: BSD-3-Clause */
#include "describe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/host.h"
#include "numa/near.h"
#include "collect.h"

/* The node that the job gives. Plain memory is bound to it, and other memory stays where it is. */
static int
use_given_node(const struct topology *topology, const struct target *target, int node,
	       struct result_namespace *ns, struct why *why)
{
	const struct btt_ns_facts *facts = &target->facts;

	if (topology_check_node(topology, node, why))
		return -1;
	if (facts->kind == BTT_NS_DRAM &&
	    topology_bind_area(topology, facts->base, facts->size, node))
		return why_say(why, "memory can't be bound to node %d: %s", node, strerror(errno));
	ns->node = node;
	ns->node_source = DEVICE_NODE_JOB;
	return 0;
}

static void
find_node(const struct topology *topology, const struct target *target,
	  const struct placement *placement, struct result_namespace *ns)
{
	ns->node = device_node(&ns->nodes, &ns->node_source);
	if (ns->node_source == DEVICE_NODE_CXL || ns->node_source == DEVICE_NODE_ACCESS)
		return;
	ns->node = near_node(topology, placement, &target->facts);
	if (ns->node == BTT_NS_NODE_UNKNOWN)
		ns->node_source = DEVICE_NODE_UNKNOWN;
	else if (target->facts.node != BTT_NS_NODE_UNKNOWN)
		ns->node_source = DEVICE_NODE_KERNEL;
	else
		ns->node_source =
			target->facts.kind == BTT_NS_DRAM ? DEVICE_NODE_BOUND : DEVICE_NODE_PAGES;
}

static int
describe_target(const struct topology *topology, const struct target *target, const struct job *job,
		struct result_namespace *ns, struct why *why)
{
	if (collect_target(ns, target))
		return why_say(why, "%s", strerror(ENOMEM));
	if (target->facts.kind != BTT_NS_DRAM)
		host_read_namespace(target->spec, ns);
	if (job->ns_node.is_given)
		return use_given_node(topology, target, job->ns_node.node, ns, why);
	find_node(topology, target, &job->placement, ns);
	return 0;
}

struct result_namespace *
describe_targets(const struct topology *topology, const struct target_list *targets,
		 const struct job_list *jobs, struct why *why)
{
	struct result_namespace *namespaces = calloc(targets->count, sizeof(*namespaces));

	if (!namespaces) {
		why_say(why, "result of the namespaces: %s", strerror(errno));
		return NULL;
	}
	for (size_t i = 0; i < targets->count; i++) {
		const struct target *target = &targets->targets[i];

		if (!describe_target(topology, target, target_first_job(targets, target, jobs),
				     &namespaces[i], why))
			continue;
		why_prefix(why, target->spec);
		result_namespaces_free(namespaces, targets->count);
		return NULL;
	}
	return namespaces;
}
