/* SPDX-License-Identifier: BSD-3-Clause */
#include "escape.h"

#include <stddef.h>
#include <string.h>

/* The length of the character of UTF-8 at `text` that XML allows; 0: none. */
static size_t
character_length(const unsigned char *text)
{
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = *text < 0x80   ? 1
			: *text < 0xc0 ? 0
			: *text < 0xe0 ? 2
			: *text < 0xf0 ? 3
				       : 4;
	unsigned code = *text;

	if (length < 2)
		return length && code >= 0x20 && code != 0x7f;
	code &= 0x7fu >> length;
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	/* neither control characters, surrogates nor the two that Unicode leaves out */
	if (code < least[length] || code < 0xa0 || (code >= 0xd800 && code < 0xe000) ||
	    code == 0xfffe || code == 0xffff || code > 0x10ffff)
		return 0;
	return length;
}

/* Calls `one` for each ASCII character. */
static void
escape(FILE *out, const char *text, void (*one)(FILE *out, char character))
{
	while (*text) {
		size_t length = character_length((const unsigned char *)text);

		if (length > 1)
			fwrite(text, 1, length, out);
		else
			one(out, length ? *text : '?');
		text += length ? length : 1;
	}
}

static void
put_xml(FILE *out, char character)
{
	switch (character) {
	case '&':
		fputs("&amp;", out);
		break;
	case '<':
		fputs("&lt;", out);
		break;
	case '>':
		fputs("&gt;", out);
		break;
	case '"':
		fputs("&quot;", out);
		break;
	case '\'':
		fputs("&#39;", out);
		break;
	default:
		fputc(character, out);
	}
}

static void
put_markdown(FILE *out, char character)
{
	if (strchr("\\`*_{}[]<>()#!|~&$@", character))
		fputc('\\', out);
	fputc(character, out);
}

void
escape_xml(FILE *out, const char *text)
{
	escape(out, text, put_xml);
}

void
escape_markdown(FILE *out, const char *text)
{
	escape(out, text, put_markdown);
}
