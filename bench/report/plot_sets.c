/* SPDX-License-Identifier: BSD-3-Clause */
#include "plot_sets.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"
#include "measure/robust.h"

/* Checks that plot.where has keys of jobs. */
static int
check_where(const struct plot *plot, struct why *why)
{
	for (size_t i = 0; i < plot->nwhere; i++) {
		const char *sign = strchr(plot->where[i], '=');
		char key[JOB_KEY_TEXT_MAX] = "";

		if (sign && (size_t)(sign - plot->where[i]) < sizeof(key))
			memcpy(key, plot->where[i], (size_t)(sign - plot->where[i]));
		if (!job_key_text(&plot->results[0].jobs.jobs[0], key).text[0])
			return why_say(why, "where=%s: no key of jobs (allowed: KEY=VALUE)",
				       plot->where[i]);
	}
	return 0;
}

static int
is_wanted(const struct plot *plot, const struct job *job)
{
	if (plot->job && strcmp(plot->job, job->name) != 0)
		return 0;
	for (size_t i = 0; i < plot->nwhere; i++) {
		const char *sign = strchr(plot->where[i], '=');
		char key[JOB_KEY_TEXT_MAX] = "";

		memcpy(key, plot->where[i], (size_t)(sign - plot->where[i]));
		if (strcmp(job_key_text(job, key).text, sign + 1) != 0)
			return 0;
	}
	return 1;
}

/* Adds the runs of one job. */
static int
add_set(struct plot_sets *sets, const struct result *result, size_t file, const struct job *job)
{
	struct plot_set *set = &sets->sets[sets->count];
	int is_new_name = 1;

	*set = (struct plot_set){.result = result, .file = file, .job = job};
	set->runs = calloc(result->nruns, sizeof(const struct result_run *));
	if (!set->runs)
		return -1;
	for (size_t i = 0; i < result->nruns; i++) {
		const struct result_run *run = &result->runs[i];

		if (run->job == job && result_is_good(run))
			set->runs[set->nruns++] = run;
		else if (run->job == job && !run->settling)
			sets->left_out++;
	}
	if (!set->nruns) {
		free(set->runs);
		return 0;
	}
	for (size_t i = 0; i < sets->count; i++)
		is_new_name = is_new_name && strcmp(sets->sets[i].job->name, job->name) != 0;
	sets->njobs += (size_t)is_new_name;
	sets->used += set->nruns;
	if (set->nruns > sets->nruns_max)
		sets->nruns_max = set->nruns;
	sets->count++;
	return 0;
}

int
plot_sets_make(struct plot_sets *sets, const struct plot *plot, struct why *why)
{
	size_t njobs = 0;

	*sets = (struct plot_sets){0};
	if (check_where(plot, why))
		return -1;
	for (size_t i = 0; i < plot->nresults; i++)
		njobs += plot->results[i].jobs.count;
	sets->sets = calloc(njobs, sizeof(*sets->sets));
	if (!sets->sets)
		return why_say(why, "out of memory");
	for (size_t i = 0; i < plot->nresults; i++) {
		const struct job_list *jobs = &plot->results[i].jobs;

		for (size_t k = 0; k < jobs->count; k++) {
			if (is_wanted(plot, &jobs->jobs[k]) &&
			    add_set(sets, &plot->results[i], i, &jobs->jobs[k])) {
				plot_sets_free(sets);
				return why_say(why, "out of memory");
			}
		}
	}
	if (sets->count)
		return 0;
	if (sets->left_out)
		why_say(why,
			"all %zu runs are invalid or inconclusive (allowed: results with a "
			"good run)",
			sets->left_out);
	else
		why_say(why, "no run of the wanted jobs (allowed: --job and --where that some "
			     "runs have)");
	plot_sets_free(sets);
	return -1;
}

void
plot_sets_free(struct plot_sets *sets)
{
	for (size_t i = 0; i < sets->count; i++)
		free(sets->sets[i].runs);
	free(sets->sets);
	*sets = (struct plot_sets){0};
}

/* Adds a word; a long name is cut. */
static void
add_word(struct plot_name *name, const char *word, const char *value)
{
	size_t len = strlen(name->text);

	snprintf(name->text + len, sizeof(name->text) - len, "%s%s%s%s", len ? " " : "", word,
		 value ? "=" : "", value ? value : "");
}

struct plot_name
plot_set_name(const struct plot *plot, const struct plot_sets *sets, const struct plot_set *set,
	      const char *without)
{
	const struct result_study *study = &set->result->study;
	struct plot_name name = {""};

	if (plot->nresults > 1 && (study->npoints || !without)) {
		const char *slash = strrchr(plot->names[set->file], '/');

		add_word(&name, slash && slash[1] ? slash + 1 : plot->names[set->file], NULL);
	}
	if (sets->njobs > 1)
		add_word(&name, set->job->name, NULL);
	for (size_t k = 0; k < (study->npoints ? study->nkeys : 0); k++) {
		size_t point = result_point(set->result, set->job);

		if (!without || strcmp(study->keys[k], without) != 0)
			add_word(&name, study->keys[k], result_point_value(set->result, point, k));
	}
	return name;
}

int
plot_set_has_op(const struct plot *plot, const struct plot_set *set, unsigned op)
{
	if (plot->op != METRIC_TOTAL && plot->op != op)
		return 0;
	for (size_t i = 0; i < set->nruns; i++)
		if (set->runs[i]->ops[op].count)
			return 1;
	return 0;
}

struct plot_spread
plot_spread_of(double *values, size_t count)
{
	struct plot_spread spread = {0, NAN, NAN, NAN};

	for (size_t i = 0; i < count; i++)
		if (isfinite(values[i]))
			values[spread.count++] = values[i];
	if (!spread.count)
		return spread;
	spread.median = robust_median(values, spread.count);
	spread.low = values[0];
	spread.high = values[spread.count - 1];
	return spread;
}
