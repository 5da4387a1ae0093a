/* SPDX-License-Identifier: BSD-3-Clause */
/* key_type_precondition.c -- the type of `precondition`: a word, or age:PASSES. */
#include <stdio.h>
#include <string.h>

#include "key_type.h"
#include "units.h"

#define AGE "age"

/* in the order of enum job_precondition */
static const char *const words[] = {"none", "fault", "fill", AGE, NULL};

static int
precondition_parse(const struct key *key, struct job *job, const char *value, struct why *why)
{
	const size_t len = strlen(AGE);
	int word = key_word_find(words, value);
	uint64_t passes = 1;

	if (word < 0 && !strncmp(value, AGE, len) && value[len] == ':') {
		word = JOB_PRECONDITION_AGE;
		if (units_parse_count(value + len + 1, &passes) || passes < 1 ||
		    passes > JOB_AGE_PASSES_MAX)
			return key_error(key, "not a number of passes", why);
	}
	if (word < 0)
		return key_error(key, "no such value", why);
	job->precondition = (enum job_precondition)word;
	job->age_passes = (unsigned)passes;
	return 0;
}

static void
precondition_print(const struct key *key, const struct job *job, char *text, size_t size)
{
	(void)key;
	if (job->precondition == JOB_PRECONDITION_AGE && job->age_passes != 1)
		snprintf(text, size, "%s:%u", AGE, job->age_passes);
	else
		snprintf(text, size, "%s", words[job->precondition]);
}

const struct key_type key_type_precondition = {precondition_parse, precondition_print,
					       key_describe_values};
