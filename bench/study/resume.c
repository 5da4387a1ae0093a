/* SPDX-License-Identifier: BSD-3-Clause */
#include "resume.h"

#include <string.h>

#include "same.h"

static int
say_difference(void *arg, const char *subject, const char *then, const char *now)
{
	return why_say(arg, "%s: was %.80s in the file, is %.80s now", subject, then, now);
}

static int
same_study(const struct same *same, const struct result *old, const struct result *now)
{
	if (!old->study.npoints)
		return why_say(same->why, "no sweep (allowed: a result of 'bttbench sweep')");
	return same_points(same, old, now) ||
	       same_number(same, "seed of the order", old->study.seed, now->study.seed);
}

static int
same_profile(const struct same *same, const struct result *old, const struct result *now)
{
	if (!old->qualification.profile)
		return why_say(same->why, "no qualification (allowed: a result of 'bttbench "
					  "qualify')");
	return same_text(same, "profile", old->qualification.profile, now->qualification.profile) ||
	       same_number(same, "rounds of the matrix", old->qualification.rounds,
			   now->qualification.rounds) ||
	       same_number(same, "number of jobs", old->jobs.count, now->jobs.count);
}

static void
move_run(struct result *result, struct result *old, struct result_run *run)
{
	run->job = result->jobs.jobs + (run->job - old->jobs.jobs);
	run->ns = result->namespaces + (run->ns - old->namespaces);
}

int
resume_check(const struct result *result, const struct result *old, struct why *why)
{
	const struct same same = {.found = say_difference, .arg = why, .why = why};

	return (result->qualification.profile ? same_profile(&same, old, result)
					      : same_study(&same, old, result)) ||
			       same_machine(&same, old, result) || same_build(&same, old, result) ||
			       same_namespaces(&same, old, result) ||
			       same_jobs(&same, old, result) || same_limits(&same, old, result)
		       ? -1
		       : 0;
}

void
resume_adopt(struct result *result, struct result *old)
{
	for (size_t i = 0; i < old->nruns; i++)
		move_run(result, old, &old->runs[i]);
	for (size_t i = 0; i < old->nsteady; i++)
		old->steady[i].job = result->jobs.jobs + (old->steady[i].job - old->jobs.jobs);
	result->runs = old->runs;
	result->nruns = old->nruns;
	result->steady = old->steady;
	result->nsteady = old->nsteady;
	old->runs = NULL;
	old->nruns = 0;
	old->steady = NULL;
	old->nsteady = 0;
	memcpy(result->id, old->id, sizeof(result->id));
	result->started_at = old->started_at;
}

int
resume_check_layout(const struct result *old, size_t point, const struct result_layout *now,
		    struct why *why)
{
	const struct same same = {.found = say_difference, .arg = why, .why = why};
	const struct job *first = &old->jobs.jobs[point * result_point_jobs(old)];

	for (size_t i = 0; i < old->nruns; i++) {
		const struct result_layout *then = &old->runs[i].layout;

		if (old->runs[i].job != first || !then->valid || !now->valid)
			continue;
		return same_layout(&same, then, now) ? -1 : 0;
	}
	return 0;
}
