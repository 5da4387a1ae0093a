/* SPDX-License-Identifier: BSD-3-Clause */
#include "why.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

int
why_say(struct why *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	for (char *c = why->text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	return -1;
}

int
why_prefix(struct why *why, const char *subject)
{
	const struct why line = *why;

	return why_say(why, "%s: %s", subject, line.text);
}
