/* SPDX-License-Identifier: BSD-3-Clause */
#include "job_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fio_words.h"
#include "job_file.h"
#include "job_group.h"
#include "keys.h"
#include "limit.h"
#include "resolve.h"
#include "source.h"

static const char builtin_name[] = "built-in job";

/* workloads/default.job without the comments */
static const char builtin_text[] = "[default]\n"
				   "rw=randrw\n"
				   "rwmix=read:70,write:25,zero:5\n"
				   "threads=1\n"
				   "placement=local\n"
				   "runtime=5s\n";

static int
read_jobs(struct job_list *list, const struct job_input *from, struct why *why)
{
	const char *name = from->name;
	FILE *file = from->text ? fmemopen((char *)from->text, strlen(from->text), "r")
				: fopen(name, "re");
	int err;

	if (!file)
		return why_say(why, "%s: %s", name, strerror(errno));
	err = job_file_read(list, file, name, why);
	fclose(file);
	return err;
}

/* Writes "--set KEY=VALUE: wrong". Long settings are cut. Always returns -1. */
static int
error_set(const char *set, const char *wrong, struct why *why)
{
	const int shown = 60;

	return why_say(why, "--set %.*s%s: %s", shown, set,
		       strlen(set) > (size_t)shown ? "..." : "", wrong);
}

static int
apply_set(struct job_list *list, const char *set, struct why *why)
{
	const char *equals = strchr(set, '=');
	char name[KEY_TEXT_MAX], limit[2 * KEY_TEXT_MAX];
	const struct key *key;
	const char *value;
	struct why wrong;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(set, "="), set);
	key = keys_find(name);
	if (!equals && (key || !fio_words_find(name)))
		return error_set(set, "not a setting (allowed: key=value)", why);
	if (!key) {
		keys_error_name(name, &wrong);
		return error_set(set, wrong.text, why);
	}
	value = equals + 1;
	if (key->type == &key_type_limit) {
		if (limit_join(name, value, limit, sizeof(limit), &wrong))
			return error_set(set, wrong.text, why);
		value = limit;
	}
	for (size_t i = 0; i < list->count; i++)
		if (keys_set(key, &list->jobs[i], value, JOB_LINE_SET, &wrong))
			return error_set(set, wrong.text, why);
	return 0;
}

static int
keep_job(struct job_list *list, const char *name)
{
	size_t i = 0;

	while (i < list->count && strcmp(list->jobs[i].name, name) != 0)
		i++;
	if (i == list->count)
		return -1;
	list->jobs[0] = list->jobs[i];
	list->count = 1;
	return 0;
}

static int
load(struct job_list *list, const struct job_input *from, char *const *sets, size_t nsets,
     struct why *why)
{
	const char *name = from->name;
	struct job last;

	if (read_jobs(list, from, why))
		return -1;
	if (from->only && keep_job(list, from->only))
		return why_say(why, "%s: no job '%s'", name, from->only);
	for (size_t i = 0; i < nsets; i++)
		if (apply_set(list, sets[i], why))
			return -1;
	/* the jobs of a profile are visited one by one */
	for (size_t i = 0; i < list->count && list->nqualify; i++)
		list->jobs[i].stonewall = 1;
	last = list->jobs[list->count - 1];
	for (size_t i = 0; i < list->count; i++)
		if (resolve_job(&list->jobs[i], name,
				list->count == 1 && !from->only ? RESOLVE_ALONE
								: RESOLVE_AMONG_OTHERS,
				why))
			return -1;
	if (from->only) /* a limit may be meant for the jobs that are not loaded */
		return job_group_check(list, name, why);
	return resolve_check_limits(list, &last, name, why) || job_group_check(list, name, why) ? -1
												: 0;
}

int
job_list_load_text(struct job_list *list, const struct job_input *from, char *const *sets,
		   size_t nsets, struct why *why)
{
	*list = (struct job_list){0};
	errno = 0;
	if (load(list, from, sets, nsets, why)) {
		job_list_free(list);
		return -1;
	}
	return 0;
}

int
job_list_load(struct job_list *list, const char *path, char *const *sets, size_t nsets,
	      struct why *why)
{
	const struct job_input builtin = {builtin_name, builtin_text, NULL},
			       file = {path, NULL, NULL};

	return job_list_load_text(list, path ? &file : &builtin, sets, nsets, why);
}

int
job_list_any_include(const struct job_list *list, int (*is)(const char *file, const char *arg),
		     const char *arg)
{
	for (size_t i = 0; i < source_count(list->source); i++) {
		const char *file = source_file(list->source, i);

		if (file && is(file, arg))
			return 1;
	}
	return 0;
}

static void
free_settings(struct job_setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(settings[i].name);
		free(settings[i].value);
	}
	free(settings);
}

void
job_list_free(struct job_list *list)
{
	free_settings(list->study, list->nstudy);
	free_settings(list->qualify, list->nqualify);
	free(list->jobs);
	source_free(list->source);
	*list = (struct job_list){0};
}
