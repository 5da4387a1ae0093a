/* SPDX-License-Identifier: BSD-3-Clause */
/* qualify_plan.c -- the steps of a qualification: their jobs, visits and lengths. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "qualify_parts.h"
#include "run/describe.h"

#define FILL_BYTES_PER_S  1e9 /* of one pass, for the planned length; visits then correct it */
#define SWEEP_BYTES_PER_S 2e9 /* of the check of all blocks */
#define PREFLIGHT_S       1   /* it looks at the load for one second */

/* The steps in their order. */
static const struct {
	const char *name, *purpose;
} steps[] = {
	{"preflight", "checks modules, settings of the machine and other load; changes nothing"},
	{"precondition", "writes every block in a scattered order, as long use does"},
	{"steady-state", "writes until the IOPS are stable, so that later figures are not those of "
			 "a fresh start"},
	{"matrix", "measures each mix of operations, sector size, number of threads and node"},
	{"latency", "measures latencies at one thread, without a queue"},
	{"saturation", "writes from every core near the namespace, to find its write bandwidth"},
	{"verification", "writes and reads under load, and checks every block and the layout"},
	{"recovery",
	 "kills a process that writes, opens the namespace again and checks every block"},
	{"post-check", "checks that no counter of the modules moved and no block went bad"},
};

#define NSTEPS (sizeof(steps) / sizeof(steps[0]))

const char *
qualify_purpose(const char *step)
{
	for (size_t i = 0; i < NSTEPS; i++)
		if (!strcmp(steps[i].name, step))
			return steps[i].purpose;
	return "";
}

/* Bytes of the job's region; about, since the layout takes some. */
static double
region_bytes(const struct job *job, uint64_t size)
{
	const struct job_extent *from = &job->region.offset, *length = &job->region.size;
	double all = (double)size;

	if (job->region.to_end)
		return all - (from->is_percent ? all * from->percent / 100 : (double)from->bytes);
	return length->is_percent ? all * length->percent / 100 : (double)length->bytes;
}

double
qualify_visit_s(const struct job *job, uint64_t size)
{
	double bytes = region_bytes(job, size), fill_s, sweep_s;
	double run_s = (double)(job->ramp_time_ns + job->runtime_ns) / 1e9;

	fill_s = bytes * job_fill_passes(job) / FILL_BYTES_PER_S;
	sweep_s = job->verify == JOB_VERIFY_STAMP ? bytes / SWEEP_BYTES_PER_S : 0;
	return fill_s + run_s * (job->steady.rounds ? job->steady.rounds : 1) + sweep_s;
}

unsigned
qualify_rounds(const struct result *result, const struct job *job)
{
	return profile_is_of_step(job, "matrix") ? result->qualification.rounds : job->repeat;
}

static int
plan_step(struct result *result, struct result_step *step, const char *name, uint64_t size)
{
	*step = (struct result_step){.name = strdup(name)};
	for (size_t i = 0; i < result->jobs.count; i++) {
		const struct job *job = &result->jobs.jobs[i];
		unsigned rounds = qualify_rounds(result, job);

		if (!profile_is_of_step(job, name))
			continue;
		step->visits += rounds;
		step->planned_s += rounds * qualify_visit_s(job, size);
	}
	if (!strcmp(name, "preflight"))
		step->planned_s = PREFLIGHT_S;
	else if (!step->visits && strcmp(name, "post-check") != 0) {
		step->state = RESULT_STEP_SKIPPED;
		step->reason = strdup("the profile has no such step");
		if (!step->reason)
			return -1;
	}
	return step->name ? 0 : -1;
}

/* The cores near the namespace and away from it. A node that is wrong has none; the preflight then says so. */
static int
count_cores(const struct profile *profile, const struct target_list *targets,
	    struct profile_cores *cores, struct why *why)
{
	struct placement place = {.kind = PLACEMENT_LOCAL, .smt = SMT_AVOID};
	struct topology *t = topology_open(why);
	struct result_namespace *namespaces;
	struct why ignored;

	if (!t)
		return -1;
	namespaces = describe_targets(t, targets, &profile->jobs, why);
	if (namespaces) {
		cores->near = topology_capacity(t, &place, namespaces[0].node, &ignored);
		place.kind = PLACEMENT_REMOTE;
		cores->far = topology_capacity(t, &place, namespaces[0].node, &ignored);
		if (!cores->near)
			cores->near = 1;
		result_namespaces_free(namespaces, targets->count);
	}
	topology_close(t);
	return namespaces ? 0 : -1;
}

int
qualify_plan(const struct profile *profile, const struct target_list *targets,
	     struct result *result, struct why *why)
{
	struct result_qualification *q = &result->qualification;
	const struct target *target = &targets->targets[0];
	struct profile_cores cores;

	if (count_cores(profile, targets, &cores, why) ||
	    profile_expand(profile, &cores, &result->jobs, why))
		return -1;
	q->profile = strdup(profile->name);
	q->rounds = profile->rounds;
	q->bad_blocks = -1;
	if (!profile->from.text)
		result->job_path = strdup(profile->name);
	q->steps = calloc(NSTEPS, sizeof(*q->steps));
	if (!q->profile || !q->steps || (!profile->from.text && !result->job_path))
		return why_say(why, "qualify: %s", strerror(errno));
	for (size_t i = 0; i < NSTEPS; i++) {
		q->nsteps++;
		if (plan_step(result, &q->steps[i], steps[i].name, target->facts.size))
			return why_say(why, "qualify: %s", strerror(errno));
	}
	return 0;
}
