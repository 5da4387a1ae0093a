/* SPDX-License-Identifier: BSD-3-Clause */
#include "html.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#define UNKNOWN      "\xE2\x80\x93" /* a dash */
#define REPLACEMENT  "\xEF\xBF\xBD" /* U+FFFD */
#define SEQUENCE_MAX 4              /* bytes of one character */

/* The length of the character at `s` in bytes, and its code; 0: no UTF-8. Longer forms than needed are no UTF-8. */
static size_t
decode(const unsigned char *s, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = s[0] < 0x80   ? 1
		     : s[0] < 0xC0 ? 0
		     : s[0] < 0xE0 ? 2
		     : s[0] < 0xF0 ? 3
		     : s[0] < 0xF8 ? SEQUENCE_MAX
				   : 0;

	*code = len < 2 ? s[0] : s[0] & (0x7Fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3F);
	}
	if (len && (*code < least[len] || *code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000)))
		return 0;
	return len;
}

/* Characters that change the direction of text, have no width, or control a terminal. */
static int
is_treacherous(uint32_t code)
{
	return (code >= 0x80 && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
	       (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
	       code == 0x061C || code == 0xFEFF || (code & 0xFFFE) == 0xFFFE;
}

static const char *
entity(uint32_t code)
{
	switch (code) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
html_text(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)(text ? text : UNKNOWN);
	uint32_t code;

	while (*s) {
		size_t len = decode(s, &code);

		if (!len || is_treacherous(code))
			fputs(REPLACEMENT, out);
		else if (entity(code))
			fputs(entity(code), out);
		else if (code < 0x20)
			fprintf(out, "\xE2\x90%c", (int)(0x80 + code));
		else if (code == 0x7F)
			fputs("\xE2\x90\xA1", out);
		else
			fwrite(s, 1, len, out);
		s += len ? len : 1;
	}
}

void
html_print(FILE *out, const char *format, ...)
{
	const char *percent;
	va_list args;

	va_start(args, format);
	for (; (percent = strchr(format, '%')); format = percent) {
		fwrite(format, 1, (size_t)(percent - format), out);
		if (percent[1] == 's') {
			html_text(out, va_arg(args, const char *));
			percent += 2;
		} else { /* %zu */
			fprintf(out, "%zu", va_arg(args, size_t));
			percent += 3;
		}
	}
	fputs(format, out);
	va_end(args);
}
