/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.c -- see plan.h. */
#include "plan.h"

#include <errno.h>
#include <string.h>

#include "near.h"
#include "seats.h"

struct planning {
	const struct topology *topology;
	int near_node;
	void (*each)(void *arg, const struct plan_job *plan);
	void *arg;
	const struct why *why;
};

unsigned
plan_spare_data(struct job_list *list, const struct ns_facts *facts)
{
	unsigned spared = 0;

	for (size_t i = 0; i < list->count && facts->kind != NS_DRAM; i++) {
		struct job *job = &list->jobs[i];

		if (job->percent[OP_READ] == 100 && !job_key_given(job, "precondition")) {
			job->precondition = JOB_PRECONDITION_FAULT;
			spared++;
		}
	}
	return spared;
}

static int
plan_group(const struct planning *p, const struct job *jobs, unsigned count)
{
	struct seats seats;
	unsigned lane = 0;
	int err = seats_take(&seats, p->topology, jobs, count, p->near_node, p->why);

	for (unsigned i = 0; i < count && !err; i++) {
		const struct plan_job plan = {
			.job = &jobs[i],
			.places = seats.places + lane,
			.count = seats.counts[i],
			.lane_first = lane,
		};

		p->each(p->arg, &plan);
		lane += seats.counts[i];
	}
	seats_free(&seats);
	return err;
}

int
plan_jobs(struct job_list *list, const struct ns_facts *facts,
	  void (*each)(void *arg, const struct plan_job *plan), void *arg, const struct why *why)
{
	struct topology *topology = topology_open();
	struct planning p = {.topology = topology, .each = each, .arg = arg, .why = why};
	int err = 0;

	if (!topology)
		return why_say(why, "can't look at this machine: %s", strerror(errno));
	plan_spare_data(list, facts);
	p.near_node = near_node(topology, &list->jobs[0].placement, facts);
	for (size_t first = 0, n; first < list->count && !err; first += n) {
		n = job_group_length(list, first);
		err = plan_group(&p, list->jobs + first, (unsigned)n);
	}
	topology_close(topology);
	return err;
}
