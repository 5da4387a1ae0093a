/* SPDX-License-Identifier: BSD-3-Clause */
#include "job_key.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "keys.h"
#include "limit.h"
#include "source.h"

static_assert(JOB_KEY_TEXT_MAX == KEY_TEXT_MAX,
	      "job_key_text holds every value except long lists of CPUs");

struct job_key_text
job_key_text(const struct job *job, const char *name)
{
	const struct key *key = keys_find(name);
	struct job_key_text t = {""};

	if (key)
		key->type->print(key, job, t.text, sizeof(t.text));
	return t;
}

int
job_key_given(const struct job *job, const char *name)
{
	return keys_line(job, name) != 0;
}

struct job_key_where
job_key_where(const struct job *job, const char *name)
{
	const struct job_key_text value = job_key_text(job, name);
	int line = keys_line(job, name);
	struct job_key_where w;

	if (line == JOB_LINE_SET)
		snprintf(w.text, sizeof(w.text), "--set %s=%s", name, value.text);
	else if (line == 0)
		snprintf(w.text, sizeof(w.text), "job '%s': %s=%s", job->name, name, value.text);
	else
		snprintf(w.text, sizeof(w.text), "job '%s', %s: %s=%s", job->name,
			 source_line(job->source, line).text, name, value.text);
	return w;
}

int
job_key_error(const struct job *job, const char *name, struct why *why, const char *format, ...)
{
	char wrong[JOB_KEY_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(wrong, sizeof(wrong), format, args);
	va_end(args);
	return why_say(why, "%s: %s", job_key_where(job, name).text, wrong);
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
	char value[PLACEMENT_TEXT_MAX]; /* the longest value of all */
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
