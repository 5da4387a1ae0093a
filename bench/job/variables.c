/* SPDX-License-Identifier: BSD-3-Clause */
#include "variables.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_SIZE 64

static const char allowed[] = "(allowed: ${NAME} or ${NAME:-DEFAULT})";

struct value {
	const char *text;
	size_t len;
};

/* The value of one variable. `inside` is the text between "${" and the "}" at `end`. */
static int
look_up(const char *inside, const char *end, struct value *value, struct why *why)
{
	size_t len = 0;
	const char *rest, *found;
	char name[NAME_MAX_SIZE];
	int has_default;

	if (!isdigit((unsigned char)inside[0]))
		while (isalnum((unsigned char)inside[len]) || inside[len] == '_')
			len++;
	rest = inside + len;
	has_default = rest + 2 <= end && rest[0] == ':' && rest[1] == '-';
	if (len == 0 || len >= sizeof(name) || (rest != end && !has_default))
		return why_say(why, "${%.*s}: not a variable %s", (int)(end - inside), inside,
			       allowed);
	memcpy(name, inside, len);
	name[len] = '\0';
	found = getenv(name);
	if (found && (*found || !has_default))
		*value = (struct value){found, strlen(found)};
	else if (has_default)
		*value = (struct value){rest + 2, (size_t)(end - rest - 2)};
	else
		return why_say(
			why,
			"${%s}: not set in the environment (allowed: a variable that is set, "
			"or ${%s:-DEFAULT})",
			name, name);
	return 0;
}

static int
append(char *out, size_t size, size_t *used, const struct value *value)
{
	if (value->len >= size - *used)
		return -1;
	memcpy(out + *used, value->text, value->len);
	*used += value->len;
	out[*used] = '\0';
	return 0;
}

int
variables_expand(const char *text, char *out, size_t size, struct why *why)
{
	size_t used = 0;

	out[0] = '\0';
	while (*text) {
		const char *dollar = strstr(text, "${"), *end = NULL, *next;
		struct value plain = {text, dollar ? (size_t)(dollar - text) : strlen(text)};
		struct value value = {"", 0};

		if (dollar) {
			end = strchr(dollar, '}');
			next = strstr(dollar + 2, "${");
			if (!end || (next && next < end))
				return why_say(why, "%.40s: a variable that does not end %s",
					       dollar, allowed);
			if (look_up(dollar + 2, end, &value, why))
				return -1;
		}
		if (append(out, size, &used, &plain) || append(out, size, &used, &value))
			return why_say(
				why, "too long with its variables put in (allowed: %zu characters)",
				size - 1);
		text = dollar ? end + 1 : plain.text + plain.len;
	}
	return 0;
}
