/* SPDX-License-Identifier: BSD-3-Clause */
/* variables.c -- see variables.h. */
#include "variables.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_SIZE 64

static const char allowed[] = "(allowed: ${NAME} or ${NAME:-DEFAULT})";

/* what stands for one variable */
struct value {
	const char *text;
	size_t len;
};

static size_t
name_length(const char *text)
{
	size_t len = 0;

	if (isdigit((unsigned char)text[0]))
		return 0;
	while (isalnum((unsigned char)text[len]) || text[len] == '_')
		len++;
	return len;
}

/* `inside` is what stands between ${ and the } at `end` */
static int
look_up(const char *inside, const char *end, struct value *value, struct why *why)
{
	size_t len = name_length(inside);
	const char *rest = inside + len, *found;
	char name[NAME_MAX_SIZE];
	int has_default = rest + 2 <= end && rest[0] == ':' && rest[1] == '-';

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

/* the } of the variable that starts at `dollar`; NULL when there is none before the next variable */
static const char *
variable_end(const char *dollar)
{
	const char *end = strchr(dollar, '}'), *next = strstr(dollar + 2, "${");

	return end && next && next < end ? NULL : end;
}

/* up to the first variable and through it; *text is left behind it */
static int
take_part(const char **text, char *out, size_t size, size_t *used, struct why *why)
{
	const char *dollar = strstr(*text, "${"), *end = dollar ? variable_end(dollar) : NULL;
	struct value plain = {*text, dollar ? (size_t)(dollar - *text) : strlen(*text)};
	struct value value = {"", 0};

	if (dollar && !end)
		return why_say(why, "%.40s: a variable that does not end %s", dollar, allowed);
	if (dollar && look_up(dollar + 2, end, &value, why))
		return -1;
	if (append(out, size, used, &plain) || append(out, size, used, &value))
		return why_say(why, "too long with its variables put in (allowed: %zu characters)",
			       size - 1);
	*text = dollar ? end + 1 : plain.text + plain.len;
	return 0;
}

int
variables_put_in(const char *text, char *out, size_t size, struct why *why)
{
	size_t used = 0;

	out[0] = '\0';
	while (*text)
		if (take_part(&text, out, size, &used, why))
			return -1;
	return 0;
}
