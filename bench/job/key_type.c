/* SPDX-License-Identifier: BSD-3-Clause */
/* key_type.c -- words and numbers. Types with their own grammar are in the other key_type_*.c. */
#include "key_type.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

const struct key_unit key_unit_size = {
	.noun = "a size",
	.example = "512, 4k",
	.measure = "bytes",
	.suffix = "k, M, G, T: powers of 1024",
	.parse = units_parse_size,
	.print = units_print_size,
};
const struct key_unit key_unit_duration = {
	.noun = "a duration",
	.example = "5s, 100ms",
	.measure = "seconds",
	.suffix = "ns, us, ms, s, m, h",
	.parse = units_parse_duration,
	.print = units_print_duration,
};
const struct key_unit key_unit_count = {
	.noun = "a count",
	.example = "8, 100k",
	.suffix = "k, M, G, T: powers of 1000",
	.parse = units_parse_count,
	.print = units_print_count,
};
const struct key_unit key_unit_seed = {
	.noun = "a number",
	.example = "7, 0x1f",
	.measure = "any 64-bit number",
	.parse = units_parse_number,
	.print = units_print_number,
};

void
key_describe_values(const struct key *key, char *text, size_t size)
{
	snprintf(text, size, "%s", key->values);
}

int
key_error(const struct key *key, const char *wrong, struct why *why)
{
	char allowed[KEY_TEXT_MAX];

	key->type->describe(key, allowed, sizeof(allowed));
	return why_say(why, "%s (allowed: %s)", wrong, allowed);
}

int
key_word_find(const char *const *words, const char *text)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	return -1;
}

static void
field_store(const struct key *key, struct job *job, uint64_t value)
{
	char *field = (char *)job + key->field_off;
	uint32_t narrow = (uint32_t)value;

	assert(key->field_size == sizeof(value) ||
	       (key->field_size == sizeof(narrow) && narrow == value));
	if (key->field_size == sizeof(value))
		memcpy(field, &value, sizeof(value));
	else
		memcpy(field, &narrow, sizeof(narrow));
}

static uint64_t
field_load(const struct key *key, const struct job *job)
{
	const char *field = (const char *)job + key->field_off;
	uint64_t value;
	uint32_t narrow;

	if (key->field_size == sizeof(value)) {
		memcpy(&value, field, sizeof(value));
		return value;
	}
	memcpy(&narrow, field, sizeof(narrow));
	return narrow;
}

static int
word_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	int word = key_word_find(key->words, value);

	if (word < 0)
		return key_error(key, "no such value", why);
	field_store(key, job, (uint64_t)word);
	return 0;
}

static void
word_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	snprintf(text, size, "%s", key->words[field_load(key, job)]);
}

static void
word_describe(const struct key *key, char *text, size_t size)
{
	size_t used = 0;

	for (int i = 0; key->words[i] && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
					 key->words[i]);
}

const struct key_type key_type_word = {word_parse, word_print, word_describe};

static int
number_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	char wrong[KEY_TEXT_MAX];
	uint64_t number = 0;

	if (key->zero_word && strcmp(value, key->zero_word) == 0) {
		field_store(key, job, 0);
		return 0;
	}
	snprintf(wrong, sizeof(wrong), "not %s", key->unit->noun);
	if (key->unit->parse(value, &number))
		return key_error(key, wrong, why);
	if (number < key->min)
		return key_error(key, "too small", why);
	if (number > key->max)
		return key_error(key, "too large", why);
	field_store(key, job, number);
	return 0;
}

static void
number_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	uint64_t number = field_load(key, job);

	if (number == 0 && key->zero_word)
		snprintf(text, size, "%s", key->zero_word);
	else
		key->unit->print(number, text, size);
}

/* "a size like 512, 4k; from 512 to 1G; or sector" */
static void
number_describe(const struct key *key, char *text, size_t size)
{
	char min[UNITS_TEXT_MAX], max[UNITS_TEXT_MAX], range[KEY_TEXT_MAX] = "";

	if (key->max < UINT64_MAX) {
		key->unit->print(key->min, min, sizeof(min));
		key->unit->print(key->max, max, sizeof(max));
		snprintf(range, sizeof(range), "; from %s to %s", min, max);
	}
	snprintf(text, size, "%s like %s%s%s%s", key->unit->noun, key->unit->example, range,
		 key->zero_word ? "; or " : "", key->zero_word ? key->zero_word : "");
}

const struct key_type key_type_number = {number_parse, number_print, number_describe};
