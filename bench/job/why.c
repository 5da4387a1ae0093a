/* SPDX-License-Identifier: BSD-3-Clause */
/* why.c -- see why.h. */
#include "why.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

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
