/* SPDX-License-Identifier: BSD-3-Clause */
#include "points.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_list.h"

/* Writes the settings "KEY=VALUE" of combination `number`, a digit for each key. */
static int
settings_of(const struct points_of *of, size_t number, char **sets)
{
	for (size_t k = of->nvaries; k-- > 0;) {
		const struct vary *vary = &of->varies[k];

		if (asprintf(&sets[k], "%s=%s", vary->key, vary->values[number % vary->count]) <
		    0) {
			sets[k] = NULL;
			return -1;
		}
		number /= vary->count;
	}
	return 0;
}

static char *
name_of(char *const *sets, size_t count)
{
	char *name = NULL;
	size_t size;
	FILE *out = open_memstream(&name, &size);

	for (size_t i = 0; out && i < count; i++)
		fprintf(out, "%s%s", i ? " " : "", sets[i]);
	if (!out || fclose(out)) {
		free(name);
		return NULL;
	}
	return name;
}

/* Takes over `name`. */
static int
add_left(struct points_left *left, char *name, const char *why)
{
	struct points_impossible *grown =
		reallocarray(left->points, left->count + 1, sizeof(*grown));
	char *copy = strdup(why);

	if (grown)
		left->points = grown;
	if (!grown || !copy || !name) {
		free(copy);
		free(name);
		errno = ENOMEM;
		return -1;
	}
	grown[left->count++] = (struct points_impossible){name, copy};
	return 0;
}

/* Appends the jobs of a point, whose lines are those of the same file as before. */
static int
add_point(struct result *result, struct job_list *jobs, char *const *sets)
{
	struct result_study *study = &result->study;
	struct job_list *all = &result->jobs;
	size_t nkeys = study->nkeys;
	struct job *grown = reallocarray(all->jobs, all->count + jobs->count, sizeof(*grown));
	char **values = reallocarray(study->values, (study->npoints + 1) * nkeys, sizeof(*values));

	if (grown)
		all->jobs = grown;
	if (values)
		study->values = values;
	if (!grown || !values)
		return -1;
	for (size_t k = 0; k < nkeys; k++)
		values[study->npoints * nkeys + k] = strdup(strchr(sets[k], '=') + 1);
	study->npoints++;
	for (size_t k = 0; k < nkeys; k++)
		if (!values[(study->npoints - 1) * nkeys + k])
			return -1;
	memcpy(grown + all->count, jobs->jobs, jobs->count * sizeof(*grown));
	for (size_t i = 0; i < jobs->count; i++)
		grown[all->count + i].source = all->source ? all->source : jobs->source;
	all->count += jobs->count;
	if (!all->source) {
		all->source = jobs->source;
		jobs->source = NULL;
	}
	return 0;
}

static int
load_point(struct result *result, const struct points_of *of, size_t number,
	   struct points_left *left, struct why *why)
{
	char **sets = calloc(of->nsets + of->nvaries, sizeof(*sets));
	char **own = sets ? sets + of->nsets : NULL;
	struct job_list jobs = {0};
	int err = sets && !settings_of(of, number, own) ? 0 : -1;

	for (size_t i = 0; i < of->nsets && sets; i++)
		sets[i] = of->sets[i];
	if (!err &&
	    (of->from ? job_list_load_text(&jobs, of->from, sets, of->nsets + of->nvaries, why)
		      : job_list_load(&jobs, of->path, sets, of->nsets + of->nvaries, why)))
		err = errno == ENOMEM || add_left(left, name_of(own, of->nvaries),
						  !strncmp(why->text, "--set ", 6) ? why->text + 6
										   : why->text)
			      ? -1
			      : 0;
	else if (!err)
		err = add_point(result, &jobs, own);
	job_list_free(&jobs);
	for (size_t k = 0; k < of->nvaries && own; k++)
		free(own[k]);
	free(sets);
	return err ? why_say(why, "out of memory") : 0;
}

static int
check_keys(const struct points_of *of, size_t *count, struct why *why)
{
	*count = 1;
	if (!of->nvaries)
		return why_say(why, "no key to vary (allowed: --vary KEY=LIST, or a job file with "
				    "[study])");
	if (of->nvaries > RESULT_STUDY_KEYS_MAX)
		return why_say(why, "too many keys to vary (allowed: %d)", RESULT_STUDY_KEYS_MAX);
	for (size_t k = 0; k < of->nvaries; k++) {
		for (size_t i = 0; i < k; i++)
			if (!strcmp(of->varies[i].key, of->varies[k].key))
				return why_say(why,
					       "--vary %s: given twice (allowed: each key once)",
					       of->varies[k].key);
		*count *= of->varies[k].count;
		if (*count > VARY_VALUES_MAX)
			return why_say(why, "too many points (allowed: %d)", VARY_VALUES_MAX);
	}
	return 0;
}

int
points_load(struct result *result, const struct points_of *of, struct points_left *left,
	    struct why *why)
{
	struct result_study *study = &result->study;
	size_t count;

	*left = (struct points_left){0};
	if (check_keys(of, &count, why))
		return -1;
	study->keys = calloc(of->nvaries, sizeof(*study->keys));
	if (!study->keys)
		return why_say(why, "out of memory");
	study->nkeys = of->nvaries;
	for (size_t k = 0; k < study->nkeys; k++) {
		study->keys[k] = strdup(of->varies[k].key);
		if (!study->keys[k])
			return why_say(why, "out of memory");
	}
	for (size_t i = 0; i < count; i++)
		if (load_point(result, of, i, left, why))
			return -1;
	if (!study->npoints)
		return why_say(why, "no point can run");
	return 0;
}

int
points_leave_out(struct result *result, size_t number, struct points_left *left, const char *why)
{
	struct result_study *study = &result->study;
	struct job_list *jobs = &result->jobs;
	size_t count = result_point_jobs(result), nkeys = study->nkeys;
	char **values = study->values + number * nkeys;
	struct job *job = jobs->jobs + number * count;

	if (add_left(left, strdup(result_point_name(result, number).text), why))
		return -1;
	for (size_t k = 0; k < nkeys; k++)
		free(values[k]);
	memmove(values, values + nkeys, (study->npoints - number - 1) * nkeys * sizeof(*values));
	memmove(job, job + count, (jobs->count - (number + 1) * count) * sizeof(*job));
	study->npoints--;
	jobs->count -= count;
	return 0;
}

void
points_left_free(struct points_left *left)
{
	for (size_t i = 0; i < left->count; i++) {
		free(left->points[i].name);
		free(left->points[i].why);
	}
	free(left->points);
	*left = (struct points_left){0};
}
