/* SPDX-License-Identifier: BSD-3-Clause */
/* compare_like.c -- may these results be compared? All files are compared with the first one of OLD. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "same.h"
#include "measured.h"

#define DIFFERENCES_MAX 1000

bool
compare_has(const struct result *result)
{
	if (result->status != RESULT_INVALID)
		return true;
	for (size_t i = 0; i < result->nruns; i++)
		if (!result->runs[i].settling && !result_is_good(&result->runs[i]))
			return true;
	return false;
}

struct finder {
	struct comparison *c;
	struct why *why;
	const char *first, *file; /* names */
	int no_memory;
};

/* Returns 1 to stop at the first difference. */
static int
found(void *arg, const char *subject, const char *a, const char *b)
{
	struct finder *f = arg;
	struct comparison *c = f->c;
	struct compare_difference *grown, *d;

	if (!c->forced) {
		why_say(f->why,
			"%s: not like %s: %s: %.80s, not %.80s (allowed: like results, or --force)",
			f->file, f->first, subject, b, a);
		return 1;
	}
	for (size_t i = 0; i < c->ndifferences; i++) {
		d = &c->differences[i];
		if (!strcmp(d->subject, subject) && !strncmp(d->after, b, sizeof(d->after) - 1)) {
			d->nfiles++;
			return 0;
		}
	}
	if (c->ndifferences == DIFFERENCES_MAX)
		return 0;
	grown = reallocarray(c->differences, c->ndifferences + 1, sizeof(*grown));
	if (!grown) {
		f->no_memory = 1;
		return 1;
	}
	c->differences = grown;
	d = &grown[c->ndifferences++];
	d->file = f->file;
	d->nfiles = 1;
	snprintf(d->subject, sizeof(d->subject), "%s", subject);
	snprintf(d->before, sizeof(d->before), "%s", a);
	snprintf(d->after, sizeof(d->after), "%s", b);
	return 0;
}

static int
check_file(struct finder *f, const struct result *a, const struct result *b)
{
	const struct same same = {.found = found, .arg = f, .why = f->why};

	/* the jobs first: an engine or a layout follows from them */
	if (same_points(&same, a, b))
		return -1;
	if (a->jobs.count != b->jobs.count)
		return why_say(f->why, "%s: not like %s: %zu jobs, not %zu (not even with --force)",
			       f->file, f->first, b->jobs.count, a->jobs.count);
	return same_machine(&same, a, b) || same_settings(&same, a, b) ||
			       same_namespaces(&same, a, b) || same_jobs(&same, a, b) ||
			       same_layouts(&same, a, b)
		       ? -1
		       : 0;
}

int
compare_check_like(struct comparison *c, struct why *why)
{
	const struct compare_side *const sides[] = {&c->before, &c->after};
	struct finder f = {.c = c, .why = why, .first = c->before.names[0]};

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < sides[side]->nresults; i++) {
			f.file = sides[side]->names[i];
			if (check_file(&f, c->before.results, &sides[side]->results[i])) {
				errno = f.no_memory ? ENOMEM : EINVAL;
				return f.no_memory ? why_say(why, "compare: out of memory") : -1;
			}
		}
	return 0;
}
