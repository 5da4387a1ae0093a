/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan.h"
#include "job/job_group.h"
#include "job/job_key.h"

#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "numa/seats.h"
#include "describe.h"
#include "region.h"

struct planning {
	const struct topology *topology;
	const struct target_list *targets;
	struct job_list *list;
	const struct result_namespace *namespaces; /* of each target */
	void (*each)(void *arg, const struct plan_job *plan);
	void *arg;
	struct why *why;
};

unsigned
plan_spare_data(struct job_list *list, const struct target_list *targets)
{
	unsigned spared = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct job *job = &list->jobs[i];

		if (target_find(targets, job)->facts.kind == BTT_NS_DRAM ||
		    job->percent[OP_READ] != 100 || job_key_given(job, "precondition"))
			continue;
		job->precondition = JOB_PRECONDITION_FAULT;
		spared++;
	}
	return spared;
}

/* Opening the engine does not change a read-only target; plain memory belongs to the plan. */
static int
check_layout(const struct planning *p, const struct target *target, const struct job *jobs,
	     unsigned count, const struct seats *seats)
{
	struct engine engine;
	struct job united;
	int err;

	job_group_unite(jobs, count, &united);
	if (engine_open(&engine, &united, target, seats->total, p->why))
		return -1;
	err = engine.nlba ? region_check(jobs, count, seats->counts, &engine, p->why) : 0;
	engine_close(&engine);
	return err;
}

static int
plan_group(const struct planning *p, const struct job *jobs, unsigned count)
{
	const struct target *target = target_find(p->targets, jobs);
	struct seats seats = {0};
	unsigned lane = 0;
	const struct result_namespace *ns = &p->namespaces[target - p->targets->targets];
	int err;

	/* FORCE: only the run checks whether it would overwrite content. */
	err = engine_check(jobs, target, ENGINE_FORCE, p->why);
	if (!err)
		err = seats_take(&seats, p->topology, jobs, count, ns->node, p->why);
	if (!err)
		err = check_layout(p, target, jobs, count, &seats);
	for (unsigned i = 0; i < count && !err; i++) {
		const struct plan_job plan = {
			.job = &jobs[i],
			.places = seats.places + lane,
			.count = seats.counts[i],
			.lane_first = lane,
			.ns = ns,
		};

		p->each(p->arg, &plan);
		lane += seats.counts[i];
	}
	seats_free(&seats);
	return err ? why_prefix(p->why, target->spec) : 0;
}

int
plan_jobs(struct job_list *list, const struct target_list *targets,
	  void (*each)(void *arg, const struct plan_job *plan), void *arg, struct why *why)
{
	struct topology *topology = topology_open(why);
	struct planning p = {topology, targets, list, NULL, each, arg, why};
	struct result_namespace *namespaces;
	int err = 0;

	if (!topology)
		return -1;
	plan_spare_data(list, targets);
	p.namespaces = namespaces = describe_targets(topology, targets, list, why);
	if (!namespaces) {
		topology_close(topology);
		return -1;
	}
	for (size_t first = 0, n; first < list->count && !err; first += n) {
		n = job_group_length(list, first);
		err = plan_group(&p, list->jobs + first, (unsigned)n);
	}
	result_namespaces_free(namespaces, targets->count);
	topology_close(topology);
	return err;
}
