/* SPDX-License-Identifier: BSD-3-Clause */
/* compare_points.c -- the pairs of points of a sweep that differ in one key alone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"

static bool
is_value(const struct result *result, size_t point, size_t key, const char *value)
{
	return !strcmp(result_point_value(result, point, key), value);
}

static bool
has_value(const struct result *result, size_t key, const char *value)
{
	for (size_t p = 0; p < result->study.npoints; p++)
		if (is_value(result, p, key, value))
			return true;
	return false;
}

int
compare_choose_values(struct comparison *c, const struct compare_options *options, struct why *why)
{
	const struct result *result = c->before.results;
	const char *name = c->before.names[0], *first, *second = NULL;
	int key = result_study_key(result, options->by);
	size_t others = 0;

	if (!result->study.npoints)
		return why_say(why,
			       "%s: no sweep (allowed with --by: a result of 'bttbench sweep')",
			       name);
	if (key < 0)
		return why_say(why, "--by=%s: not swept in %s (allowed: a swept key like %s)",
			       options->by, name, result->study.keys[0]);
	first = result_point_value(result, 0, (size_t)key);
	for (size_t p = 1; p < result->study.npoints; p++) {
		const char *value = result_point_value(result, p, (size_t)key);

		if (!strcmp(value, first) || (second && !strcmp(value, second)))
			continue;
		others += second != NULL;
		second = second ? second : value;
	}
	if ((!options->by_before || !options->by_after) && (!second || others))
		return why_say(
			why,
			"--by=%s: %s has %s values (allowed: exactly two, or --old=VALUE and "
			"--new=VALUE)",
			options->by, name, second ? "more than two" : "less than two");
	c->before.value = options->by_before ? options->by_before : first;
	c->after.value = options->by_after ? options->by_after : second;
	if (!options->by_before && options->by_after && !strcmp(options->by_after, first))
		c->before.value = second;
	if (options->by_before && !options->by_after && !strcmp(options->by_before, second))
		c->after.value = first;
	if (!has_value(result, (size_t)key, c->before.value))
		return why_say(why,
			       "--old=%s: %s has no such value of %s (allowed: a value like %s)",
			       c->before.value, name, options->by, first);
	if (!has_value(result, (size_t)key, c->after.value))
		return why_say(why,
			       "--new=%s: %s has no such value of %s (allowed: a value like %s)",
			       c->after.value, name, options->by, first);
	if (!strcmp(c->before.value, c->after.value))
		return why_say(why, "--old=%s: equal to --new (allowed: two values)",
			       c->before.value);
	return 0;
}

bool
compare_is_of_side(const struct comparison *c, const struct compare_side *side,
		   const struct result_run *run)
{
	const struct result *result = side->results;

	return is_value(result, result_point(result, run->job),
			(size_t)result_study_key(result, c->by), side->value);
}

/* The point that differs from `point` in `key` alone, where it has `value`; npoints without one. */
static size_t
find_partner(const struct result *result, size_t point, size_t key, const char *value)
{
	for (size_t p = 0; p < result->study.npoints; p++) {
		size_t k = 0;

		while (k < result->study.nkeys &&
		       is_value(result, p, k,
				k == key ? value : result_point_value(result, point, k)))
			k++;
		if (k == result->study.nkeys)
			return p;
	}
	return result->study.npoints;
}

static void
name_point(struct compare_subject *s, const struct result *result, size_t key)
{
	size_t used = 0;

	for (size_t k = 0; k < result->study.nkeys && used < sizeof(s->point_name); k++)
		if (k != key)
			used += (size_t)snprintf(s->point_name + used, sizeof(s->point_name) - used,
						 "%s%s=%s", used ? " " : "", result->study.keys[k],
						 result_point_value(result, s->point, k));
}

int
compare_add_pairs(struct comparison *c, struct why *why)
{
	const struct result *result = c->before.results;
	size_t key = (size_t)result_study_key(result, c->by), njobs = result_point_jobs(result);

	c->subjects = calloc(result->jobs.count, sizeof(*c->subjects));
	if (!c->subjects) {
		errno = ENOMEM;
		return why_say(why, "compare: out of memory");
	}
	for (size_t p = 0; p < result->study.npoints; p++) {
		size_t partner = find_partner(result, p, key, c->after.value);

		if (!is_value(result, p, key, c->before.value) || partner == result->study.npoints)
			continue;
		for (size_t job = 0; job < njobs; job++) {
			struct compare_subject *s = &c->subjects[c->nsubjects++];

			s->before = &result->jobs.jobs[p * njobs + job];
			s->after = &result->jobs.jobs[partner * njobs + job];
			s->point = p;
			name_point(s, result, key);
		}
	}
	if (c->nsubjects)
		return 0;
	return why_say(why, "--by=%s: no two points of %s differ in it alone", c->by,
		       c->before.names[0]);
}
