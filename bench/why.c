/* SPDX-License-Identifier: BSD-3-Clause */
/* why.c -- see why.h. */
#include "why.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
why_say(const struct why *why, const char *format, ...)
{
	va_list args;

	if (why->size == 0)
		return -1;
	va_start(args, format);
	vsnprintf(why->text, why->size, format, args);
	va_end(args);
	for (char *c = why->text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	return -1;
}

int
why_blame(const struct why *why, const char *subject)
{
	char *line = strdup(why->text);

	why_say(why, "%s: %s", subject, line ? line : "no memory");
	free(line);
	return -1;
}
