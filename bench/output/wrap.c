/* SPDX-License-Identifier: BSD-3-Clause */
#include "wrap.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "table.h"

#define PARAGRAPH_MAX (2 * PATH_MAX) /* room for a path and a sentence; a longer text is cut */

/* Prints the words of `text` from column `column` on; strtok_r() modifies `text`. */
static void
print_words(FILE *out, char *text, size_t column)
{
	char *rest, *word = strtok_r(text, " ", &rest);
	int first = 1;

	for (; word; word = strtok_r(NULL, " ", &rest)) {
		size_t len = strlen(word);

		if (!first && column + 1 + len > TEXT_WIDTH) {
			fprintf(out, "\n%*s", WRAP_INDENT, "");
			column = WRAP_INDENT;
			first = 1;
		}
		column += (size_t)fprintf(out, "%s%s", first ? "" : " ", word);
		first = 0;
	}
	fputc('\n', out);
}

void
wrap_print(FILE *out, const char *label, const char *format, ...)
{
	char text[PARAGRAPH_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (char *c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	print_words(out, text, (size_t)fprintf(out, "%-*s", WRAP_INDENT, label));
}
