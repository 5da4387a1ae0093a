/* SPDX-License-Identifier: BSD-3-Clause */
/* job.c -- see job.h: a file, then --set, then settle.c makes one job of what was given. */
#include "job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "job_file.h"
#include "job_group.h"
#include "keys.h"
#include "limit.h"
#include "settle.h"
#include "source.h"

static const char builtin_name[] = "built-in job";

/* workloads/default.job, without its comments */
static const char builtin_text[] = "[default]\n"
				   "rw=randrw\n"
				   "rwmix=read:70,write:25,zero:5\n"
				   "threads=1\n"
				   "placement=local\n"
				   "runtime=5s\n";

int
job_key_given(const struct job *job, const char *key)
{
	return keys_line(job, key) != 0;
}

void
job_key_where(const struct job *job, const char *name, char *text, size_t size)
{
	const struct key *key = keys_find(name);
	char value[KEY_TEXT_MAX];
	int line = keys_line(job, name);

	key->type->print(key, job, value, sizeof(value));
	if (line == JOB_LINE_SET)
		snprintf(text, size, "--set %s=%s", name, value);
	else if (line == 0)
		snprintf(text, size, "job '%s': %s=%s", job->name, name, value);
	else
		snprintf(text, size, "job '%s', %s: %s=%s", job->name,
			 source_line(job->source, line).text, name, value);
}

static void
each_limit(const struct job *job, void (*each)(void *arg, const char *key, const char *value),
	   void *arg)
{
	for (unsigned i = 0; i < job->nlimits; i++) {
		const struct job_limit *limit = &job->limits[i];
		char value[KEY_TEXT_MAX];

		snprintf(value, sizeof(value), "%s=%s", limit->at_least ? ">" : "<",
			 job_limit_value(limit, (double)limit->value).text);
		each(arg, job_limit_key(limit).text, value);
	}
}

const char *
job_key_sign(const char *value)
{
	return value[0] == '<' || value[0] == '>' ? "" : "=";
}

void
job_each_key(const struct job *job, void (*each)(void *arg, const char *key, const char *value),
	     void *arg)
{
	char value[KEY_TEXT_MAX];
	const struct key *key;

	for (unsigned i = 0; (key = keys_at(i)) != NULL; i++) {
		if (key->type == &key_type_limit) {
			each_limit(job, each, arg);
			continue;
		}
		key->type->print(key, job, value, sizeof(value));
		each(arg, key->name, value);
	}
}

static int
read_path(struct job_list *list, const char *path, const char *name, const struct why *why)
{
	FILE *file = path ? fopen(path, "re")
			  : fmemopen((char *)builtin_text, strlen(builtin_text), "r");
	int err;

	if (!file)
		return why_say(why, "%s: %s", name, strerror(errno));
	err = job_file_read(list, file, name, why);
	fclose(file);
	return err;
}

/* `set` as a message shows it: long ones cut */
static int
deny_set(const char *set, const char *wrong, const struct why *why)
{
	const int shown = 60;

	return why_say(why, "--set %.*s%s: %s", shown, set,
		       strlen(set) > (size_t)shown ? "..." : "", wrong);
}

static int
apply_set(struct job_list *list, const char *set, const struct why *why)
{
	const char *equals = strchr(set, '=');
	char name[KEY_TEXT_MAX], limit[2 * KEY_TEXT_MAX], wrong[3 * KEY_TEXT_MAX];
	const struct why detail = {wrong, sizeof(wrong)};
	const struct key *key;
	const char *value;

	if (!equals)
		return deny_set(set, "not a setting (allowed: key=value)", why);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - set), set);
	key = keys_find(name);
	if (!key) {
		keys_deny_name(name, &detail);
		return deny_set(set, wrong, why);
	}
	value = equals + 1;
	if (key->type == &key_type_limit) {
		if (limit_join(name, value, limit, sizeof(limit), &detail))
			return deny_set(set, wrong, why);
		value = limit;
	}
	for (size_t i = 0; i < list->count; i++)
		if (keys_set(key, &list->jobs[i], value, JOB_LINE_SET, &detail))
			return deny_set(set, wrong, why);
	return 0;
}

static int
load(struct job_list *list, const char *path, char *const *sets, size_t nsets,
     const struct why *why)
{
	const char *name = path ? path : builtin_name;
	struct job last;

	if (read_path(list, path, name, why))
		return -1;
	for (size_t i = 0; i < nsets; i++)
		if (apply_set(list, sets[i], why))
			return -1;
	last = list->jobs[list->count - 1];
	for (size_t i = 0; i < list->count; i++)
		if (settle_job(&list->jobs[i], name,
			       list->count == 1 ? SETTLE_ALONE : SETTLE_AMONG_OTHERS, why))
			return -1;
	if (settle_find_limits(list, &last, name, why))
		return -1;
	return group_check(list, name, why);
}

int
job_list_load(struct job_list *list, const char *path, char *const *sets, size_t nsets, char *why,
	      size_t why_size)
{
	*list = (struct job_list){0};
	errno = 0;
	if (load(list, path, sets, nsets, &(struct why){why, why_size})) {
		job_list_free(list);
		return -1;
	}
	return 0;
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

void
job_list_free(struct job_list *list)
{
	free(list->jobs);
	source_free(list->source);
	*list = (struct job_list){0};
}
