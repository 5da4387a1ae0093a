/* SPDX-License-Identifier: BSD-3-Clause */
#include "vary.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"
#include "job/keys.h"
#include "job/limit.h"
#include "job/units.h"

#define SHOWN 60 /* characters of a setting in a message */

struct list {
	struct vary *vary;
	const struct key *key;
	const char *setting;
	struct why *why;
};

static int
error_list(const struct list *list, const char *wrong)
{
	return why_say(list->why, "%.*s%s: %s", SHOWN, list->setting,
		       strlen(list->setting) > SHOWN ? "..." : "", wrong);
}

/* Adds one value in the form that a job file would have. */
static int
add_value(struct list *list, const char *text)
{
	struct vary *vary = list->vary;
	struct job_key_text value;
	struct why wrong, named;
	struct job job;
	char **grown;

	keys_set_defaults(&job);
	if (keys_set(list->key, &job, text, JOB_LINE_SET, &wrong)) {
		why_say(&named, "%.*s: %s", SHOWN, *text ? text : "an empty value", wrong.text);
		return error_list(list, named.text);
	}
	value = job_key_text(&job, list->key->name);
	for (size_t i = 0; i < vary->count; i++)
		if (!strcmp(vary->values[i], value.text)) {
			why_say(&named, "%.*s: given twice (allowed: each value once)", SHOWN,
				text);
			return error_list(list, named.text);
		}
	if (vary->count == VARY_VALUES_MAX) {
		why_say(&named, "too many values (allowed: %d)", VARY_VALUES_MAX);
		return error_list(list, named.text);
	}
	grown = reallocarray(vary->values, vary->count + 1, sizeof(*grown));
	if (!grown)
		return error_list(list, "out of memory");
	vary->values = grown;
	grown[vary->count] = strdup(value.text);
	if (!grown[vary->count])
		return error_list(list, "out of memory");
	vary->count++;
	return 0;
}

/* 1 if the text is one value of the key */
static int
is_value(const struct key *key, const char *text)
{
	struct job job;
	struct why wrong;

	keys_set_defaults(&job);
	return !keys_set(key, &job, text, JOB_LINE_SET, &wrong);
}

static int
add_numbers(struct list *list, uint64_t from, uint64_t to, const char *step)
{
	const struct key *key = list->key;
	uint64_t add = 1, factor = 0;
	char text[UNITS_TEXT_MAX];

	if (step && step[0] == '+' && (key->unit->parse(step + 1, &add) || !add))
		return error_list(list, "the step is no number (allowed: A:B:+STEP)");
	if (step && step[0] == '*' && (units_parse_count(step + 1, &factor) || factor < 2))
		return error_list(list, "the factor is no number above 1 (allowed: A:B:*FACTOR)");
	if (step && step[0] != '+' && step[0] != '*')
		return error_list(list, "neither a step nor a factor (allowed: A:B, A:B:+STEP, "
					"A:B:*FACTOR)");
	if (!step && key->unit != &key_unit_count && key->unit != &key_unit_seed)
		return error_list(list, "a range of sizes or times needs a step (allowed: "
					"A:B:+STEP, A:B:*FACTOR)");
	if (from > to || (factor && !from))
		return error_list(list, from > to ? "the range ends before it begins"
						  : "0 has no multiples");
	for (uint64_t n = from;;) {
		uint64_t next;

		key->unit->print(n, text, sizeof(text));
		if (add_value(list, text))
			return -1;
		if (factor ? __builtin_mul_overflow(n, factor, &next)
			   : __builtin_add_overflow(n, add, &next))
			return 0;
		if (next > to)
			return 0;
		n = next;
	}
}

/* A:B or A:B:STEP of a key with numbers. Returns 1 if the text is no range, else 0 or -1. */
static int
add_range(struct list *list, const char *text)
{
	char copy[KEY_TEXT_MAX], *second, *third;
	uint64_t from, to;

	if (list->key->type != &key_type_number || !isdigit((unsigned char)text[0]) ||
	    strlen(text) >= sizeof(copy) || !strchr(text, ':') || strpbrk(text, ",;"))
		return 1;
	strcpy(copy, text);
	second = strchr(copy, ':');
	*second++ = '\0';
	third = strchr(second, ':');
	if (third)
		*third++ = '\0';
	if (list->key->unit->parse(copy, &from) || list->key->unit->parse(second, &to))
		return error_list(list, "the range has no two numbers (allowed: A:B, A:B:+STEP, "
					"A:B:*FACTOR)");
	return add_numbers(list, from, to, third);
}

static int
add_list(struct list *list, const char *text)
{
	char *copy, *rest, *value;
	int err = 0;

	if (is_value(list->key, text))
		return add_value(list, text);
	err = add_range(list, text);
	if (err <= 0)
		return err;
	copy = rest = strdup(text);
	if (!copy)
		return error_list(list, "out of memory");
	err = 0;
	while (!err && (value = strsep(&rest, strchr(text, ';') ? ";" : ",")))
		err = add_value(list, value);
	free(copy);
	return err;
}

int
vary_parse(struct vary *vary, const char *setting, struct why *why)
{
	const char *equals = strchr(setting, '=');
	struct list list = {.vary = vary, .setting = setting, .why = why};
	char name[KEY_TEXT_MAX];
	struct why wrong;
	int err;

	*vary = (struct vary){0};
	if (!equals || equals - setting >= (ptrdiff_t)sizeof(name))
		return error_list(&list, "no list of values (allowed: KEY=LIST like "
					 "nfree=64,256 or threads=1:4)");
	snprintf(name, sizeof(name), "%.*s", (int)(equals - setting), setting);
	list.key = keys_find(name);
	if (!list.key) {
		keys_error_name(name, &wrong);
		return error_list(&list, wrong.text);
	}
	if (list.key->type == &key_type_limit || !strcmp(name, "repeat") ||
	    !strcmp(name, "stonewall"))
		return error_list(&list, "can't be varied (allowed: any key but repeat, stonewall "
					 "and limits)");
	if (!equals[1])
		return error_list(&list, "an empty list (allowed: KEY=LIST like nfree=64,256)");
	vary->key = strdup(name);
	err = vary->key ? add_list(&list, equals + 1) : error_list(&list, "out of memory");
	if (err)
		vary_free(vary);
	return err;
}

void
vary_free(struct vary *vary)
{
	for (size_t i = 0; i < vary->count; i++)
		free(vary->values[i]);
	free(vary->values);
	free(vary->key);
	*vary = (struct vary){0};
}
