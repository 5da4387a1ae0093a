/* SPDX-License-Identifier: BSD-3-Clause */
/* merge_like.c -- may these results be added up? */
#include <string.h>

#include "merge_parts.h"
#include "same.h"

struct finder {
	struct why *why;
	const char *first, *file;
};

static int
found(void *arg, const char *subject, const char *a, const char *b)
{
	const struct finder *f = arg;

	return why_say(f->why,
		       "%s: not like %s: %s: %.80s, not %.80s (allowed: results of one job)",
		       f->file, f->first, subject, b, a);
}

size_t
merge_count_runs(const struct result *result, size_t job, int also_settling)
{
	size_t n = 0;

	for (size_t i = 0; i < result->nruns; i++)
		n += result->runs[i].job == &result->jobs.jobs[job] &&
		     (also_settling || !result->runs[i].settling);
	return n;
}

static int
same_runs(const struct same *same, const struct result *a, const struct result *b)
{
	int stop = 0;

	for (size_t job = 0; job < a->jobs.count && !stop; job++)
		stop = same_number(same, "number of measured runs", merge_count_runs(a, job, 0),
				   merge_count_runs(b, job, 0));
	return stop;
}

/* A file has one clock, one build, and one list of jobs. */
static int
check_like(const struct merge *m, size_t part)
{
	struct finder f = {m->why, m->names[0], m->names[part]};
	const struct same same = {found, &f, m->why, .any_name = 1};
	const struct result *a = &m->parts[0], *b = &m->parts[part];

	return same_points(&same, a, b) || same_jobs(&same, a, b) || same_limits(&same, a, b) ||
			       same_build(&same, a, b) || same_namespaces(&same, a, b) ||
			       same_layouts(&same, a, b) ||
			       same_text(&same, "clock", clock_source_name(a->clock.source),
					 clock_source_name(b->clock.source)) ||
			       same_number(&same, "unit of the clock in ns", a->clock.unit_ns,
					   b->clock.unit_ns) ||
			       same_runs(&same, a, b)
		       ? -1
		       : 0;
}

static const char *
id_of(const struct result *result, size_t host)
{
	return result->nhosts ? result->hosts[host].id : result->id;
}

/* Its ops must not count twice. */
static int
check_twice(const struct merge *m, size_t part)
{
	const struct result *b = &m->parts[part];

	for (size_t i = 0; i < part; i++) {
		const struct result *a = &m->parts[i];

		for (size_t x = 0; x < (a->nhosts ? a->nhosts : 1); x++)
			for (size_t y = 0; y < (b->nhosts ? b->nhosts : 1); y++)
				if (*id_of(a, x) && !strcmp(id_of(a, x), id_of(b, y)))
					return why_say(m->why,
						       "%s: has result %s, which %s has as well "
						       "(allowed: each result once)",
						       m->names[part], id_of(b, y), m->names[i]);
	}
	return 0;
}

int
merge_check(const struct merge *m)
{
	for (size_t i = 0; i < m->count; i++) {
		if (m->parts[i].study.npoints)
			return why_say(m->why,
				       "%s: a sweep can't be merged (allowed: results of "
				       "'bttbench run')",
				       m->names[i]);
		if (check_twice(m, i) || check_like(m, i))
			return -1;
	}
	return 0;
}
