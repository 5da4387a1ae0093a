/* SPDX-License-Identifier: BSD-3-Clause */
/* read_job.c -- jobs, from the keys that the document has as text: the table of keys that parses job files reads them. */
#include "read_job.h"

#include <stdlib.h>
#include <string.h>

#include "job/job_file.h"
#include "job/job_key.h"
#include "job/keys.h"
#include "job/limit.h"

#define GIVEN_LINE 1 /* job.key_line of a key that was given */

/* `given` has the keys that the user gave, in the order of the table. 1 when `name` is the next one. */
static int
is_next_given(struct field *given, size_t *next, const char *name)
{
	const char *text = json_string_value(json_array_get(given->value, *next));

	if (!text || strcmp(text, name) != 0)
		return 0;
	++*next;
	return 1;
}

static void
set_key(struct field *keys, const struct key *key, const char *name, int line, struct job *job)
{
	const struct field at = {.reading = keys->reading, .up = keys, .name = name};
	json_t *json = json_object_get(keys->value, name);
	const char *value = json_string_value(json);
	char limit[2 * KEY_TEXT_MAX];
	struct why why;
	int err = 0;

	if (keys->reading->failed)
		return;
	if (!value) {
		field_error(&at, json ? "is no string" : "missing");
		return;
	}
	if (key->type == &key_type_limit) {
		err = limit_join(name, value, limit, sizeof(limit), &why);
		value = limit;
		if (!err && limit_line(job, limit))
			err = why_say(&why, "given twice");
	}
	if (err || keys_set(key, job, value, line, &why))
		field_error(&at, "%s", why.text);
}

/* For job_each_key: "4096" is also "4k", but only one of them is written. */
static void
check_key(void *arg, const char *name, const char *value)
{
	struct field *keys = arg;
	const struct field at = {.reading = keys->reading, .up = keys, .name = name};
	const char *text = json_string_value(json_object_get(keys->value, name));

	if (!text || strcmp(text, value) != 0)
		field_error(&at, "is not written as bttbench writes it (allowed: %s)", value);
}

static void
read_keys(struct field *of, struct job *job)
{
	struct field keys = field_object(of, "keys");
	struct field given = field_array(of, "given", 0, SIZE_MAX);
	size_t next = 0, known = 0;
	const struct key *key;
	const char *name;
	json_t *value;

	for (unsigned i = 0; (key = keys_at(i)) && !of->reading->failed; i++) {
		if (key->type != &key_type_limit) {
			set_key(&keys, key, key->name,
				is_next_given(&given, &next, key->name) ? GIVEN_LINE : 0, job);
			known++;
			continue;
		}
		json_object_foreach(keys.value, name, value)
		{
			if (keys_find(name) != key)
				continue;
			set_key(&keys, key, name, GIVEN_LINE, job);
			known++;
			if (!is_next_given(&given, &next, name))
				field_error(&given, "does not have %.60s, or in another order",
					    name);
		}
	}
	json_object_foreach(keys.value, name, value)
	{
		const struct field at = {.reading = of->reading, .up = &keys, .name = name};
		struct why why;

		if (keys_find(name) || json_object_size(keys.value) == known)
			continue;
		keys_error_name(name, &why);
		field_error(&at, "%s", why.text);
	}
	if (!of->reading->failed && next < field_length(&given)) {
		struct field at = field_at(&given, next);

		field_error_value(&at, "the names of keys, in the order of keys");
	}
	if (!of->reading->failed)
		job_each_key(job, check_key, &keys);
}

/* The values of the keys in one line, in the order of the alphabet. The caller frees it. */
static char *
point_text(const struct field *at)
{
	return json_dumps(at->value, JSON_COMPACT | JSON_SORT_KEYS);
}

void
read_note_point(struct field *at, size_t number)
{
	struct reading *reading = at->reading;
	char *text = reading->failed ? NULL : point_text(at);

	if (!reading->points)
		reading->points = json_object();
	if (json_object_get(reading->points, text ? text : ""))
		field_error(at, "is there twice");
	if (!text || json_object_set_new(reading->points, text, json_integer((json_int_t)number)))
		field_error(at, "out of memory");
	free(text);
}

size_t
read_point(struct field *of)
{
	struct field at = field_object(of, "point");
	char *text;
	json_t *number;

	if (!of->reading->points) {
		field_end(&at);
		return 0;
	}
	text = at.value ? point_text(&at) : NULL;
	number = json_object_get(of->reading->points, text ? text : "");
	free(text);
	if (number)
		return (size_t)json_integer_value(number);
	field_error(&at, "is no element of study.points");
	return 0;
}

/* The keys of a job have the values of its point. */
static void
check_point(const struct field *at, const struct result *result, const struct job *job)
{
	const struct result_study *study = &result->study;

	for (size_t k = 0; k < study->nkeys && !at->reading->failed; k++) {
		const char *value = result_point_value(result, result_point(result, job), k);

		if (strcmp(job_key_text(job, study->keys[k]).text, value) != 0)
			field_error(at, "its %s is not that of its point (allowed: %.80s)",
				    study->keys[k], value);
	}
}

static void
read_section(struct field *at, const struct result *result, struct job *job)
{
	const struct job_list *list = &result->jobs;
	size_t point = read_point(at), count = result_point_jobs(result);
	const struct job *first = list->jobs + point * count;
	const struct field name = {.reading = at->reading, .up = at, .name = "name"};
	const char *text = field_text(at, "name");

	keys_set_defaults(job);
	if (!job_file_name_is_good(text, strlen(text))) {
		field_error(&name,
			    "is no name of a job (allowed: 1 to %d printable ASCII characters)",
			    JOB_NAME_MAX - 1);
		return;
	}
	if (point != result_point(result, job))
		field_error(at, "its point is in another order than study.points");
	for (const struct job *other = first; other < job && !at->reading->failed; other++)
		if (!strcmp(other->name, text))
			field_error(&name, "is the name of two jobs");
	strcpy(job->name, text);
	read_keys(at, job);
	check_point(at, result, job);
	field_end(at);
}

void
read_jobs(struct field *of, struct result *result)
{
	struct field at = field_object(of, "job"), sections;
	struct job_list *list = &result->jobs;

	result->job_path = field_copy_or_null(&at, "file");
	sections = field_array(&at, "sections", 1, SIZE_MAX);
	list->jobs = calloc(field_length(&sections) + 1, sizeof(*list->jobs));
	if (!list->jobs) {
		field_error(&sections, "out of memory");
		return;
	}
	list->count = field_length(&sections);
	if (result->study.npoints && list->count % result->study.npoints)
		field_error(&sections, "are not as many jobs for each point of the study");
	for (size_t i = 0; i < list->count && !of->reading->failed; i++) {
		struct field element = field_object_at(&sections, i);

		read_section(&element, result, &list->jobs[i]);
	}
	field_end(&at);
}
