/* SPDX-License-Identifier: BSD-3-Clause */
#include "read_field.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "version.h"

#define PATH_MAX_SHOWN 256
#define TEXT_SHOWN     60
#define TIME_FORMAT    "%Y-%m-%dT%H:%M:%SZ"
#define REAL_SLACK     1e-9 /* another compiler may round a sum differently */

static size_t
print_path(const struct field *at, char *text, size_t size)
{
	size_t used = at->up ? print_path(at->up, text, size) : 0;
	int more = 0;

	if (used >= size)
		return used;
	if (at->name)
		more = snprintf(text + used, size - used, "%s%.*s", used ? "." : "", TEXT_SHOWN,
				at->name);
	else if (at->up)
		more = snprintf(text + used, size - used, "[%zu]", at->index);
	return used + (size_t)more;
}

void
field_error(const struct field *at, const char *format, ...)
{
	char path[PATH_MAX_SHOWN] = "", text[WHY_TEXT_MAX];
	va_list args;

	if (at->reading->failed)
		return;
	at->reading->failed = 1;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	print_path(at, path, sizeof(path));
	why_say(at->reading->why, "%s%s%s", path, *path ? ": " : "", text);
}

void
field_error_value(const struct field *at, const char *allowed)
{
	char *text = NULL;

	if (json_is_object(at->value))
		field_error(at, "is an object (allowed: %s)", allowed);
	else if (json_is_array(at->value))
		field_error(at, "is an array of %zu (allowed: %s)", json_array_size(at->value),
			    allowed);
	else
		text = json_dumps(at->value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
	if (text)
		field_error(at, "is %.*s%s (allowed: %s)", TEXT_SHOWN, text,
			    strlen(text) > TEXT_SHOWN ? "..." : "", allowed);
	else
		field_error(at, "out of memory");
	free(text);
}

struct field
field_member(struct field *of, const char *name)
{
	struct field member = {.reading = of->reading, .up = of, .name = name};

	if (of->reading->failed)
		return member;
	assert(of->ntaken < FIELD_MEMBERS_MAX);
	of->taken[of->ntaken++] = name;
	member.value = json_object_get(of->value, name);
	if (!member.value)
		field_error(&member, "missing");
	return member;
}

static void
need(struct field *at, int is_good, const char *allowed)
{
	if (!is_good)
		field_error_value(at, allowed);
	if (at->reading->failed)
		at->value = NULL;
}

struct field
field_object(struct field *of, const char *name)
{
	struct field member = field_member(of, name);

	need(&member, json_is_object(member.value), "an object");
	return member;
}

struct field
field_object_or_null(struct field *of, const char *name)
{
	struct field member = field_member(of, name);

	need(&member, json_is_object(member.value) || json_is_null(member.value),
	     "an object or null");
	if (json_is_null(member.value))
		member.value = NULL;
	return member;
}

struct field
field_array(struct field *of, const char *name, size_t least, size_t most)
{
	struct field member = field_member(of, name);
	size_t length = json_array_size(member.value);
	char allowed[80];

	if (most == SIZE_MAX)
		snprintf(allowed, sizeof(allowed), "an array of %zu or more", least);
	else
		snprintf(allowed, sizeof(allowed), "an array of %zu to %zu", least, most);
	need(&member, json_is_array(member.value) && length >= least && length <= most, allowed);
	return member;
}

size_t
field_length(const struct field *array)
{
	return json_array_size(array->value);
}

struct field
field_at(struct field *array, size_t index)
{
	struct field element = {.reading = array->reading, .up = array, .index = index};

	if (!array->reading->failed)
		element.value = json_array_get(array->value, index);
	return element;
}

struct field
field_object_at(struct field *array, size_t index)
{
	struct field element = field_at(array, index);

	need(&element, json_is_object(element.value), "an object");
	return element;
}

void
field_end(struct field *of)
{
	const char *name;
	json_t *value;

	if (of->reading->failed || json_object_size(of->value) == of->ntaken)
		return;
	json_object_foreach(of->value, name, value)
	{
		const struct field member = {.reading = of->reading, .up = of, .name = name};
		unsigned i = 0;

		while (i < of->ntaken && strcmp(of->taken[i], name) != 0)
			i++;
		if (i == of->ntaken)
			field_error(&member,
				    "unknown member (bttbench %s is older than the file, or the "
				    "file is foreign)",
				    bttbench_version);
	}
}

static uint64_t
count_of(struct field *at, uint64_t least, uint64_t most)
{
	json_int_t number = json_integer_value(at->value);
	char allowed[80];

	if (json_is_integer(at->value) && number >= 0 && (uint64_t)number >= least &&
	    (uint64_t)number <= most)
		return (uint64_t)number;
	snprintf(allowed, sizeof(allowed), "an integer from %ju to %ju", (uintmax_t)least,
		 (uintmax_t)most);
	field_error_value(at, allowed);
	return 0;
}

uint64_t
field_count(struct field *of, const char *name, uint64_t least, uint64_t most)
{
	struct field member = field_member(of, name);

	return member.value ? count_of(&member, least, most) : 0;
}

uint64_t
field_count_or(struct field *of, const char *name, uint64_t least, uint64_t most, uint64_t unknown)
{
	struct field member = field_member(of, name);

	if (!member.value || json_is_null(member.value))
		return unknown;
	return count_of(&member, least, most);
}

int
field_index(struct field *of, const char *name)
{
	uint64_t number = field_count_or(of, name, 0, INT_MAX, UINT64_MAX);

	return number == UINT64_MAX ? -1 : (int)number;
}

int
field_flag(struct field *of, const char *name)
{
	struct field member = field_member(of, name);

	need(&member, json_is_boolean(member.value), "true or false");
	return json_is_true(member.value);
}

int
field_flag_or_null(struct field *of, const char *name)
{
	struct field member = field_member(of, name);

	need(&member, json_is_boolean(member.value) || json_is_null(member.value),
	     "true, false or null");
	return json_is_boolean(member.value) ? json_is_true(member.value) : -1;
}

double
field_known(struct field *of, const char *name)
{
	struct field member = field_member(of, name);
	double number = json_number_value(member.value);

	need(&member, json_is_number(member.value) && number >= 0, "a number from 0");
	return member.value ? number : 0;
}

double
field_amount(struct field *of, const char *name)
{
	struct field member = field_member(of, name);
	double number = json_number_value(member.value);

	need(&member, json_is_null(member.value) || (json_is_number(member.value) && number >= 0),
	     "a number from 0, or null");
	return json_is_number(member.value) ? number : NAN;
}

double
field_real(struct field *of, const char *name)
{
	struct field member = field_member(of, name);

	need(&member, json_is_null(member.value) || json_is_number(member.value),
	     "a number or null");
	return json_is_number(member.value) ? json_number_value(member.value) : NAN;
}

uint64_t
field_time(struct field *of, const char *name)
{
	const char *text = field_text_or_null(of, name), *end;
	struct tm tm = {0};
	char again[32];
	time_t t;

	if (!text)
		return INT64_MAX; /* the writer has no date for it */
	end = strptime(text, TIME_FORMAT, &tm);
	t = timegm(&tm);
	if (end && !*end && strftime(again, sizeof(again), TIME_FORMAT, &tm) &&
	    !strcmp(again, text))
		return (uint64_t)t;
	field_error(of, "its %s is no time (allowed: like 2026-11-26T02:48:25Z)", name);
	return 0;
}

const char *
field_string(const struct field *at)
{
	if (json_is_string(at->value))
		return json_string_value(at->value);
	field_error_value(at, "a string");
	return "";
}

char *
field_dup(const struct field *at)
{
	const char *text = field_string(at);
	char *copy = at->reading->failed ? NULL : strdup(text);

	if (!copy)
		field_error(at, "out of memory");
	return copy;
}

const char *
field_text(struct field *of, const char *name)
{
	struct field member = field_member(of, name);

	need(&member, json_is_string(member.value), "a string");
	return member.value ? json_string_value(member.value) : "";
}

const char *
field_text_or_null(struct field *of, const char *name)
{
	struct field member = field_member(of, name);

	need(&member, json_is_string(member.value) || json_is_null(member.value),
	     "a string or null");
	return json_string_value(member.value);
}

static char *
copy(struct field *of, const char *text)
{
	char *copied = text && !of->reading->failed ? strdup(text) : NULL;

	if (text && !copied)
		field_error(of, "out of memory");
	return copied;
}

char *
field_copy(struct field *of, const char *name)
{
	return copy(of, field_text(of, name));
}

char *
field_copy_or_null(struct field *of, const char *name)
{
	return copy(of, field_text_or_null(of, name));
}

void
field_fill(struct field *of, const char *name, char *text, size_t size)
{
	struct field member = field_member(of, name);
	char allowed[80];

	snprintf(allowed, sizeof(allowed), "a string of at most %zu bytes", size - 1);
	need(&member, json_is_string(member.value) && json_string_length(member.value) < size,
	     allowed);
	strcpy(text, member.value ? json_string_value(member.value) : "");
}

void
field_fill_or_null(struct field *of, const char *name, char *text, size_t size)
{
	struct field member = field_member(of, name);
	size_t length = json_string_length(member.value);
	char allowed[80];

	snprintf(allowed, sizeof(allowed), "null, or a string of 1 to %zu bytes", size - 1);
	need(&member, json_is_null(member.value) || (length > 0 && length < size), allowed);
	strcpy(text, json_is_string(member.value) ? json_string_value(member.value) : "");
}

/* Counts are exact. */
static int
is_close(json_t *value, double want)
{
	double number = json_number_value(value);

	return number == want ||
	       (json_is_real(value) &&
		fabs(number - want) <= REAL_SLACK * fmax(fabs(number), fabs(want)));
}

void
field_check_real(struct field *of, const char *name, double want)
{
	struct field member = field_member(of, name);
	char allowed[120];

	if (!member.value || (json_is_number(member.value) && is_close(member.value, want)) ||
	    (json_is_null(member.value) && !isfinite(want)))
		return;
	if (isfinite(want))
		snprintf(allowed, sizeof(allowed), "%.17g, as follows from other members", want);
	else
		snprintf(allowed, sizeof(allowed), "null, as follows from other members");
	field_error_value(&member, allowed);
}

void
field_check_text(struct field *of, const char *name, const char *want)
{
	struct field member = field_member(of, name);
	char allowed[120];

	if (!member.value || (!want && json_is_null(member.value)) ||
	    (want && json_is_string(member.value) &&
	     !strcmp(json_string_value(member.value), want)))
		return;
	snprintf(allowed, sizeof(allowed), "%s, as follows from other members",
		 want ? want : "null");
	field_error_value(&member, allowed);
}
