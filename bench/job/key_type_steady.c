/* SPDX-License-Identifier: BSD-3-Clause */
/* key_type_steady.c -- the type of `steady_state`: off, or rounds:5,range:20,slope:10,max:25. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key_type.h"
#include "units.h"

#define ROUNDS_MIN 2
#define ROUNDS_MAX 100

/* "range:20" sets steady->range_percent. Returns NULL, or the reason of an error. */
static const char *
take_part(char *part, struct job_steady *steady)
{
	char *colon = strchr(part, ':');
	uint64_t number = 0;

	if (!colon)
		return "not a steady state";
	*colon = '\0';
	if (strcmp(part, "range") == 0)
		return units_parse_percent(colon + 1, &steady->range_percent)
			       ? "range is no percentage"
			       : NULL;
	if (strcmp(part, "slope") == 0)
		return units_parse_percent(colon + 1, &steady->slope_percent)
			       ? "slope is no percentage"
			       : NULL;
	if (strcmp(part, "rounds") != 0 && strcmp(part, "max") != 0)
		return "not a part of a steady state";
	if (units_parse_count(colon + 1, &number) || number < ROUNDS_MIN || number > ROUNDS_MAX)
		return "not a number of rounds from 2 to 100";
	if (part[0] == 'r')
		steady->rounds = (unsigned)number;
	else
		steady->rounds_max = (unsigned)number;
	return NULL;
}

static int
steady_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	struct job_steady steady = {5, 25, 20, 10};
	char copy[KEY_TEXT_MAX], *rest = NULL;
	const char *wrong = NULL;

	if (strcmp(value, "off") == 0) {
		job->steady = (struct job_steady){0};
		return 0;
	}
	if (strlen(value) >= sizeof(copy) || !*value)
		return key_error(key, "not a steady state", why);
	strcpy(copy, value);
	for (char *part = strtok_r(copy, ", \t", &rest); part && !wrong;
	     part = strtok_r(NULL, ", \t", &rest))
		wrong = take_part(part, &steady);
	if (!wrong && steady.rounds > steady.rounds_max)
		wrong = "max is less than rounds";
	if (wrong)
		return key_error(key, wrong, why);
	job->steady = steady;
	return 0;
}

static void
steady_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	const struct job_steady *steady = &job->steady;
	char range[UNITS_TEXT_MAX], slope[UNITS_TEXT_MAX];

	(void)key;
	units_print_percent(steady->range_percent, range, sizeof(range));
	units_print_percent(steady->slope_percent, slope, sizeof(slope));
	if (steady->rounds)
		snprintf(text, size, "rounds:%u,range:%s,slope:%s,max:%u", steady->rounds, range,
			 slope, steady->rounds_max);
	else
		snprintf(text, size, "off");
}

const struct key_type key_type_rounds = {steady_parse, steady_print, key_describe_values};
