/* SPDX-License-Identifier: BSD-3-Clause */
#include "own_variables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure/clock.h"

#define PREFIX "BTTBENCH_"

/* every variable with its values, which end with NULL */
static const struct own_variable {
	const char *name;
	const char *const *values;
} variables[] = {
	{CLOCK_VARIABLE, clock_choices},
};

#define VARIABLES (sizeof(variables) / sizeof(variables[0]))

/* "tsc, tsc-ordered, monotonic" */
static void
list_values(const struct own_variable *variable, char *text, size_t size)
{
	size_t used = 0;

	for (int i = 0; variable->values[i] && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
					 variable->values[i]);
}

/* The variable of an entry "NAME=VALUE", or NULL. */
static const struct own_variable *
find(const char *entry)
{
	size_t len = strcspn(entry, "=");

	for (size_t i = 0; i < VARIABLES; i++)
		if (strlen(variables[i].name) == len && !strncmp(variables[i].name, entry, len))
			return &variables[i];
	return NULL;
}

int
own_variables_check(struct why *why)
{
	for (size_t i = 0; i < VARIABLES; i++) {
		const char *value = getenv(variables[i].name);
		char allowed[256];
		int k = 0;

		if (!value || !*value)
			continue;
		while (variables[i].values[k] && strcmp(value, variables[i].values[k]) != 0)
			k++;
		if (variables[i].values[k])
			continue;
		list_values(&variables[i], allowed, sizeof(allowed));
		return why_say(why, "%s=%.60s: no such value (allowed: %s)", variables[i].name,
			       value, allowed);
	}
	return 0;
}

int
own_variables_next_unknown(unsigned *next, struct why *why)
{
	char names[256];
	size_t used = 0;

	for (; environ && environ[*next]; ++*next) {
		const char *entry = environ[*next];

		if (strncmp(entry, PREFIX, strlen(PREFIX)) != 0 || find(entry))
			continue;
		for (size_t i = 0; i < VARIABLES && used < sizeof(names); i++)
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
						 i ? ", " : "", variables[i].name);
		why_say(why, "%.*s: no such environment variable, it has no effect (allowed: %s)",
			(int)strcspn(entry, "="), entry, names);
		++*next;
		return 1;
	}
	return 0;
}
