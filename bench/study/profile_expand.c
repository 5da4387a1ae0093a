/* SPDX-License-Identifier: BSD-3-Clause */
/* profile_expand.c -- makes the jobs of a qualification: those of the profile, and one for each point of its matrix. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"
#include "job/keys.h"
#include "job/limit.h"
#include "points.h"
#include "profile_setting.h"

#define MATRIX "matrix"

struct expansion {
	const struct profile *profile;
	const struct profile_cores *cores;
	struct job_list *jobs;
	struct vary varies[RESULT_STUDY_KEYS_MAX];
	size_t nvaries;
	struct why *why;
};

/*
 * Writes the LIST of threads with numbers: `half` and `all` are cores of a node. A value that is there already is left
 * out, since on a small machine half of the cores is one.
 */
static int
write_threads(const char *list, char *text, size_t size, unsigned all)
{
	char copy[KEY_TEXT_MAX], *rest = copy, *value;
	unsigned seen[KEY_TEXT_MAX / 2];
	size_t used = 0, nseen = 0;

	if (strlen(list) >= sizeof(copy) || strchr(list, ':'))
		return -1;
	strcpy(copy, list);
	while ((value = strsep(&rest, ","))) {
		unsigned n = !strcmp(value, "half")  ? (all > 1 ? all / 2 : 1)
			     : !strcmp(value, "all") ? all
						     : (unsigned)strtoul(value, NULL, 10);
		size_t i = 0;

		if (!n || used >= size)
			return -1;
		while (i < nseen && seen[i] != n)
			i++;
		if (i < nseen)
			continue;
		seen[nseen++] = n;
		used += (size_t)snprintf(text + used, size - used, "%s%u", used ? "," : "", n);
	}
	return used < size ? 0 : -1;
}

/* Takes the value remote out of placement on a machine that has no far cores. */
static void
drop_far(struct vary *vary)
{
	size_t kept = 0;

	for (size_t i = 0; i < vary->count; i++) {
		if (!strcmp(vary->values[i], "remote"))
			free(vary->values[i]);
		else
			vary->values[kept++] = vary->values[i];
	}
	vary->count = kept;
}

/* 1 if the matrix has points on a far node, and the machine has one */
static int
has_far_points(const struct expansion *e)
{
	const struct job_list *jobs = &e->profile->jobs;

	for (size_t i = 0; i < jobs->nqualify && e->cores->far; i++)
		if (!strcmp(jobs->qualify[i].name, "vary") &&
		    !strncmp(jobs->qualify[i].value, "placement=", 10) &&
		    strstr(jobs->qualify[i].value, "remote"))
			return 1;
	return 0;
}

static int
take_vary(struct expansion *e, const struct job_setting *s)
{
	static const char threads[] = "threads=";
	struct vary *vary = &e->varies[e->nvaries];
	char text[2 * KEY_TEXT_MAX];
	const char *setting = s->value;
	unsigned all = e->cores->near;
	struct why wrong;

	if (e->nvaries == RESULT_STUDY_KEYS_MAX)
		return profile_error(e->profile, s, "too many keys", e->why);
	/* the same numbers on both nodes, so that their points can be compared */
	if (has_far_points(e) && e->cores->far < all)
		all = e->cores->far;
	if (!strncmp(setting, threads, strlen(threads))) {
		strcpy(text, threads);
		if (write_threads(setting + strlen(threads), text + strlen(threads),
				  sizeof(text) - strlen(threads), all))
			return profile_error(e->profile, s,
					     "not a list of threads (allowed: numbers, half, all)",
					     e->why);
		setting = text;
	}
	if (vary_parse(vary, setting, &wrong))
		return profile_error(e->profile, s, wrong.text, e->why);
	e->nvaries++;
	if (!strcmp(vary->key, "placement") && !e->cores->far)
		drop_far(vary);
	if (!vary->count)
		return profile_error(e->profile, s, "no value is possible on this machine", e->why);
	return 0;
}

/* "matrix randread bs=512 threads=1 local": words that say nothing without their key have it. */
static int
name_point(struct job *job, const struct result *points, size_t point)
{
	size_t used = (size_t)snprintf(job->name, sizeof(job->name), MATRIX);

	for (size_t k = 0; k < points->study.nkeys && used < sizeof(job->name); k++) {
		const char *key = points->study.keys[k];
		int is_clear = !strcmp(key, "rw") || !strcmp(key, "placement");

		used += (size_t)snprintf(job->name + used, sizeof(job->name) - used, " %s%s%s",
					 is_clear ? "" : key, is_clear ? "" : "=",
					 result_point_value(points, point, k));
	}
	return used < sizeof(job->name) ? 0 : -1;
}

static int
append(struct expansion *e, const struct job *job)
{
	struct job_list *jobs = e->jobs;
	struct job *grown = reallocarray(jobs->jobs, jobs->count + 1, sizeof(*grown));

	if (!grown)
		return why_say(e->why, "out of memory");
	jobs->jobs = grown;
	grown[jobs->count] = *job;
	grown[jobs->count++].source = e->profile->jobs.source;
	return 0;
}

static int
append_matrix(struct expansion *e)
{
	struct job_input from = e->profile->from;
	const struct points_of of = {.from = &from,
				     .sets = e->profile->sets,
				     .nsets = e->profile->nsets,
				     .varies = e->varies,
				     .nvaries = e->nvaries};
	struct points_left left = {0};
	struct result points = {0};
	int err;

	from.only = MATRIX;
	err = points_load(&points, &of, &left, e->why);
	if (left.count)
		err = why_say(e->why, "%s: %s: %s", e->profile->name, left.points[0].name,
			      left.points[0].why);
	for (size_t p = 0; p < points.study.npoints && !err; p++) {
		err = name_point(&points.jobs.jobs[p], &points, p)
			      ? why_say(e->why,
					"%s: the values of a point of the matrix are too long for "
					"its name",
					e->profile->name)
			      : append(e, &points.jobs.jobs[p]);
	}
	points_left_free(&left);
	result_free(&points);
	return err;
}

/* Adds a limit of [qualify] to every point of the matrix that has such operations. */
static int
add_limit(struct expansion *e, const struct job_setting *s)
{
	const struct key *key = keys_find(s->name);
	char value[2 * KEY_TEXT_MAX];
	struct why wrong;
	unsigned taken = 0;

	if (limit_join(s->name, s->value, value, sizeof(value), &wrong))
		return profile_error(e->profile, s, wrong.text, e->why);
	for (size_t i = 0; i < e->jobs->count; i++) {
		struct job *job = &e->jobs->jobs[i], tried = *job;
		const struct job_limit *limit;

		if (!profile_is_of_step(job, MATRIX))
			continue;
		if (keys_set(key, &tried, value, s->line, &wrong))
			return profile_error(e->profile, s, wrong.text, e->why);
		limit = &tried.limits[tried.nlimits - 1];
		if ((limit->op >= JOB_LIMIT_RANDREAD &&
		     (job->rw < JOB_RANDREAD || job->rw == JOB_RW)) ||
		    (limit->op != JOB_LIMIT_TOTAL && !job->percent[limit->op % JOB_LIMIT_RANDREAD]))
			continue;
		*job = tried;
		taken++;
	}
	return taken ? 0
		     : profile_error(e->profile, s, "no point of the matrix has such operations",
				     e->why);
}

/* Jobs that are equal but for the name would be one measurement with two verdicts. */
static int
check_names(const struct expansion *e)
{
	for (size_t i = 0; i < e->jobs->count; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(e->jobs->jobs[i].name, e->jobs->jobs[k].name))
				return why_say(e->why, "%s: two jobs have the name '%s'",
					       e->profile->name, e->jobs->jobs[i].name);
	return 0;
}

/* The jobs of one step, in the order of the profile. */
static int
append_step(struct expansion *e, const char *step)
{
	const struct job_list *from = &e->profile->jobs;

	for (size_t i = 0; i < from->count; i++) {
		const struct job *job = &from->jobs[i];

		if (!profile_is_of_step(job, step))
			continue;
		if (strcmp(job->name, MATRIX) != 0 || !e->nvaries) {
			if (append(e, job))
				return -1;
		} else if (append_matrix(e)) {
			return -1;
		}
	}
	return 0;
}

int
profile_expand(const struct profile *profile, const struct profile_cores *cores,
	       struct job_list *jobs, struct why *why)
{
	struct expansion e = {.profile = profile, .cores = cores, .jobs = jobs, .why = why};
	const struct job_list *from = &profile->jobs;
	int err = 0;

	*jobs = (struct job_list){0};
	for (size_t i = 0; i < from->nqualify && !err; i++)
		if (!strcmp(from->qualify[i].name, "vary"))
			err = take_vary(&e, &from->qualify[i]);
	for (size_t step = 0; profile_steps[step] && !err; step++)
		err = append_step(&e, profile_steps[step]);
	for (size_t i = 0; i < from->nqualify && !err; i++) {
		const struct job_setting *s = &from->qualify[i];

		if (!strncmp(s->name, PROFILE_LIMIT_PREFIX, strlen(PROFILE_LIMIT_PREFIX)) &&
		    strncmp(s->name, PROFILE_RATIO_PREFIX, strlen(PROFILE_RATIO_PREFIX)) != 0)
			err = add_limit(&e, s);
	}
	if (!err)
		err = check_names(&e);
	for (size_t i = 0; i < e.nvaries; i++)
		vary_free(&e.varies[i]);
	return err;
}
