/* SPDX-License-Identifier: BSD-3-Clause */
#include "wrap.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#define PARAGRAPH_MAX (2 * PATH_MAX) /* room for a path and a sentence; a longer text is cut */

/* 1 if the byte is within a character of UTF-8 */
static int
is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* The length of the first piece of a word that has to be cut into pieces of at most `room` bytes. */
static size_t
piece_length(const char *word, size_t room)
{
	size_t len = room;

	while (len > room / 2 && !strchr("/,:;=-_.", word[len - 1]))
		len--;
	if (len > room / 2)
		return len;
	len = room;
	while (len > 1 && is_continuation(word[len]))
		len--;
	return len;
}

/* Prints the words of `text` from column `column` on; strtok_r() modifies `text`. */
static void
print_words(const struct page *page, char *text, size_t column)
{
	char *rest, *word = strtok_r(text, " ", &rest);
	size_t room = page->width - WRAP_INDENT;
	int first = 1;

	for (; word; word = strtok_r(NULL, " ", &rest)) {
		size_t len = strlen(word);

		if (!first && column + 1 + len > page->width) {
			fprintf(page->out, "\n%*s", WRAP_INDENT, "");
			column = WRAP_INDENT;
			first = 1;
		}
		for (; len > room; len = strlen(word)) {
			size_t piece = piece_length(word, room);

			fprintf(page->out, "%.*s\n%*s", (int)piece, word, WRAP_INDENT, "");
			word += piece;
		}
		column += (size_t)fprintf(page->out, "%s%s", first ? "" : " ", word);
		first = 0;
	}
	fputc('\n', page->out);
}

void
wrap_print(const struct page *page, const char *label, const char *format, ...)
{
	char text[PARAGRAPH_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (char *c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	print_words(page, text, (size_t)fprintf(page->out, "%-*s", WRAP_INDENT, label));
}
