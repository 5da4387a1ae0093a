/* SPDX-License-Identifier: BSD-3-Clause */
#include "json_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REAL_DIGITS 17

json_t *
value_text(const char *text)
{
	json_t *value;
	char *ascii;

	if (!text)
		return json_null();
	value = json_string(text);
	if (value)
		return value;
	/* file names and firmware strings may hold any byte, but json_string accepts only UTF-8 */
	ascii = strdup(text);
	if (!ascii)
		return NULL;
	for (char *c = ascii; *c; c++)
		if (*c & 0x80)
			*c = '?';
	value = json_string(ascii);
	free(ascii);
	return value;
}

json_t *
value_real(double number)
{
	return isfinite(number) ? json_real(number) : json_null();
}

json_t *
value_count(uint64_t number)
{
	return json_integer((json_int_t)number);
}

json_t *
value_index(int number)
{
	return number < 0 ? json_null() : json_integer(number);
}

json_t *
value_positive(uint64_t number)
{
	return number ? value_count(number) : json_null();
}

json_t *
value_flag(int flag)
{
	return flag < 0 ? json_null() : json_boolean(flag);
}

json_t *
value_count_or_null(long long number)
{
	return number < 0 ? json_null() : json_integer(number);
}

json_t *
value_time(uint64_t epoch_s)
{
	time_t t = (time_t)epoch_s;
	char text[32];
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		return json_null();
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return value_text(text);
}

json_t *
value_string(const void *element)
{
	char *const *text = element;

	return value_text(*text);
}

json_t *
value_point(const struct result *result, size_t point)
{
	json_t *object = json_object();
	int failed = !object;

	for (size_t k = 0; k < result->study.nkeys; k++)
		failed |= json_object_set_new(object, result->study.keys[k],
					      value_text(result_point_value(result, point, k)));
	return value_unless(object, failed);
}

json_t *
value_unless(json_t *value, int failed)
{
	if (!failed)
		return value;
	json_decref(value);
	return NULL;
}

json_t *
value_object(const struct value_member *members, size_t count)
{
	json_t *object = json_object();
	int failed = !object;

	for (size_t i = 0; i < count; i++)
		failed |= json_object_set_new(object, members[i].name, members[i].value);
	return value_unless(object, failed);
}

json_t *
value_array(const void *elements, size_t count, size_t size,
	    json_t *(*value_of)(const void *element))
{
	json_t *array = json_array();
	int failed = !array;

	for (size_t i = 0; i < count; i++)
		failed |= json_array_append_new(array, value_of((const char *)elements + i * size));
	return value_unless(array, failed);
}

int
value_write(json_t *value, FILE *out)
{
	int err = -1;

	if (value && !json_dumpf(value, out, JSON_INDENT(2) | JSON_REAL_PRECISION(REAL_DIGITS)) &&
	    fputc('\n', out) != EOF && !fflush(out) && !ferror(out))
		err = 0;
	json_decref(value);
	return err;
}
