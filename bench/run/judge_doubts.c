/* SPDX-License-Identifier: BSD-3-Clause */
/* judge_doubts.c -- doubts about the whole result. */
#include "judge.h"

#include <stdio.h>

void
judge_places(struct result *result, size_t first, const struct place *places, unsigned count)
{
	char text[256];
	unsigned shared = 0;

	for (unsigned i = 0; i < count; i++) {
		unsigned k = 0;

		while (k < count && (k == i || places[k].cpu != places[i].cpu))
			k++;
		shared += places[i].cpu >= 0 && k < count;
	}
	if (!shared)
		return;
	snprintf(text, sizeof(text),
		 "%u of %u workers share CPUs (oversubscribe=1): their times include the wait for "
		 "a time slice",
		 shared, count);
	if (!result_has_visits(result))
		result_add_reason(result, "%s", text);
	for (size_t i = first; i < result->nruns && result_has_visits(result); i++)
		result_run_add_reason(&result->runs[i], text);
}

/* Only local and remote ask for the node, and namespace_node answers. */
static int
needs_node(const struct result *result, const struct result_namespace *ns)
{
	if (ns->node_source == DEVICE_NODE_JOB)
		return 0;
	for (size_t i = 0; i < result->nruns; i++) {
		const struct result_run *run = &result->runs[i];

		if (run->ns == ns && (run->job->placement.kind == PLACEMENT_LOCAL ||
				      run->job->placement.kind == PLACEMENT_REMOTE))
			return 1;
	}
	return 0;
}

static void
check_near_node(struct result *result, const struct result_namespace *ns)
{
	const struct device_doubt doubt = device_node_doubt(&ns->nodes);

	if (!*doubt.text || !needs_node(result, ns))
		return;
	if (ns->node < 0)
		result_add_reason(result, "%s: no node is near: %s (namespace_node=N settles it)",
				  ns->spec, doubt.text);
	else
		result_add_reason(
			result,
			"%s: node %d is taken as the near one, and the sources disagree: %s "
			"(namespace_node=N settles it)",
			ns->spec, ns->node, doubt.text);
}

void
judge_peers(struct result *result, const char *is_shared, unsigned count)
{
	unsigned shared = 0;

	for (unsigned i = 0; i < count && is_shared; i++)
		shared += is_shared[i] != 0;
	if (shared)
		result_add_reason(
			result,
			"%u of %u workers share CPUs with workers of other ranks "
			"(oversubscribe=1): their times include the wait for a time slice",
			shared, count);
}

void
judge_doubts(struct result *result)
{
	for (size_t i = 0; i < result->nnamespaces; i++) {
		const struct result_namespace *ns = &result->namespaces[i];

		if (result_is_synced(result, ns))
			result_add_reason(result,
					  "libpmem can't flush %s from user space: the times are "
					  "those of msync",
					  result->nnamespaces > 1 ? ns->spec : "this namespace");
		check_near_node(result, ns);
	}
	if (result->clock.why_not_tsc)
		result_add_reason(result, "clock: %s", result->clock.why_not_tsc);
	for (unsigned i = 0; i < result->jobs.count; i++)
		if (!result_is_attributable(&result->clock, &result->jobs.jobs[i])) {
			result_add_reason(
				result,
				"clock: tsc-unordered does not wait for the loads of an op: times "
				"are not attributable to a kind of op, and are left out");
			break;
		}
}

void
judge_notes(struct result *result)
{
	const struct result_run *first = NULL;
	struct result_point_text point;
	size_t count = 0;

	for (size_t i = 0; i < result->nruns; i++) {
		const struct result_run *run = &result->runs[i];

		if (!run->nreasons || !result_is_good(run))
			continue;
		first = first ? first : run;
		count++;
	}
	if (!first)
		return;
	point = result_point_name(result, result_point(result, first->job));
	result_add_reason(result, "%zu of %zu runs have notes; the first, %s, round %u: %s", count,
			  result->nruns, result->study.npoints ? point.text : first->job->name,
			  first->round + 1, first->reasons[0]);
}
