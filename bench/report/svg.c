/* SPDX-License-Identifier: BSD-3-Clause */
#include "svg.h"

#include <stdlib.h>
#include <string.h>

#include "html.h"

#define NAME_MAX_BYTES 32

/* The elements that are let through. Titles and descriptions are dropped: they would pop up over the picture. */
static const char *const elements[] = {
	"svg",
	"g",
	"defs",
	"use",
	"rect",
	"path",
	"line",
	"polyline",
	"polygon",
	"circle",
	"ellipse",
	"text",
	"tspan",
	"image",
	"filter",
	"feFlood",
	"feComposite",
	"clipPath",
	"pattern",
	"linearGradient",
	"radialGradient",
	"stop",
	"marker",
	"mask",
};
static const char *const dropped[] = {"title", "desc"};

struct svg {
	const char *at; /* the rest of the text */
	const char *prefix, *label;
	FILE *out;
	struct why *why;
	unsigned depth; /* of open elements */
	int is_done;    /* 1: the root element has ended */
};

/* a piece of the text */
struct piece {
	const char *start;
	size_t len;
};

static int
is_text(struct piece piece, const char *text)
{
	return strlen(text) == piece.len && !memcmp(piece.start, text, piece.len);
}

static int
starts_with(struct piece piece, const char *text)
{
	return strlen(text) <= piece.len && !memcmp(piece.start, text, strlen(text));
}

static int
is_one_of(struct piece piece, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_text(piece, names[i]))
			return 1;
	return 0;
}

static void
put(const struct svg *svg, struct piece piece)
{
	fwrite(piece.start, 1, piece.len, svg->out);
}

static int
fail(struct svg *svg, const char *wrong, struct piece piece)
{
	return why_say(svg->why, "picture: %s '%.*s' (allowed: SVG of gnuplot)", wrong,
		       (int)(piece.len < NAME_MAX_BYTES ? piece.len : NAME_MAX_BYTES), piece.start);
}

static struct piece
take_name(struct svg *svg)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_-";
	struct piece name = {svg->at, strspn(svg->at, letters)};

	svg->at += name.len;
	return name;
}

static void
skip_blanks(struct svg *svg)
{
	svg->at += strspn(svg->at, " \t\r\n");
}

/* Copies a value and puts the prefix before each name in url(#name). A url() to anything else is dropped. */
static void
put_value(const struct svg *svg, struct piece value)
{
	while (value.len) {
		const char *url = memmem(value.start, value.len, "url(", 4);
		size_t before = url ? (size_t)(url + 4 - value.start) : value.len;
		int is_local = url && before < value.len && url[4] == '#';

		put(svg, (struct piece){value.start, before});
		if (url)
			fprintf(svg->out, "#%s-", svg->prefix);
		value.start += before + (size_t)is_local;
		value.len -= before + (size_t)is_local;
	}
}

static int
is_safe(struct piece name, struct piece value)
{
	if (is_text(name, "xlink:href") || is_text(name, "href"))
		return starts_with(value, "#") || starts_with(value, "data:image/png;base64,");
	return !starts_with(name, "on") && !starts_with(name, "xmlns") && !is_text(name, "style") &&
	       !is_text(name, "class");
}

/* Copies one attribute. `is_root`: the fixed size of the picture is dropped. */
static int
copy_attribute(struct svg *svg, int is_root)
{
	struct piece name = take_name(svg), value;
	const char *end;
	char quote;

	skip_blanks(svg);
	if (!name.len || *svg->at != '=')
		return fail(svg, "no attribute", (struct piece){svg->at, strnlen(svg->at, 1)});
	svg->at++;
	skip_blanks(svg);
	quote = *svg->at;
	end = quote == '"' || quote == '\'' ? strchr(svg->at + 1, quote) : NULL;
	if (!end)
		return fail(svg, "no value of", name);
	value = (struct piece){svg->at + 1, (size_t)(end - svg->at - 1)};
	svg->at = end + 1;
	if (memchr(value.start, '<', value.len))
		return fail(svg, "a wrong value of", name);
	if (!is_safe(name, value) ||
	    (is_root && (is_text(name, "width") || is_text(name, "height"))))
		return 0;
	fprintf(svg->out, " %.*s=%c", (int)name.len, name.start, quote);
	if (is_text(name, "id"))
		fprintf(svg->out, "%s-", svg->prefix);
	if (starts_with(value, "#") && (is_text(name, "xlink:href") || is_text(name, "href"))) {
		fprintf(svg->out, "#%s-", svg->prefix);
		value.start++;
		value.len--;
	}
	put_value(svg, value);
	fputc(quote, svg->out);
	return 0;
}

static int
copy_start(struct svg *svg, struct piece name)
{
	int is_root = !svg->depth, is_empty;

	if (is_root != is_text(name, "svg"))
		return fail(svg, "an element in the wrong place:", name);
	fprintf(svg->out, "<%.*s", (int)name.len, name.start);
	if (is_root)
		html_print(svg->out, " class=\"plot\" role=\"img\" aria-label=\"%s\"", svg->label);
	for (skip_blanks(svg); *svg->at && *svg->at != '>' && *svg->at != '/'; skip_blanks(svg))
		if (copy_attribute(svg, is_root))
			return -1;
	is_empty = *svg->at == '/';
	svg->at += is_empty;
	if (*svg->at++ != '>')
		return fail(svg, "no end of", name);
	fputs(is_empty ? "/>" : ">", svg->out);
	svg->depth += !is_empty;
	svg->is_done = !svg->depth;
	return 0;
}

static int
copy_end(struct svg *svg, struct piece name)
{
	skip_blanks(svg);
	if (*svg->at != '>' || !svg->depth || is_text(name, "svg") != (svg->depth == 1))
		return fail(svg, "a wrong end of", name);
	svg->at++;
	fprintf(svg->out, "</%.*s>", (int)name.len, name.start);
	svg->is_done = !--svg->depth;
	return 0;
}

/* Skips text up to the end of a mark. */
static int
skip_behind(struct svg *svg, const char *mark)
{
	const char *end = strstr(svg->at, mark);

	if (!end)
		return why_say(svg->why, "picture: no %s (allowed: SVG of gnuplot)", mark);
	svg->at = end + strlen(mark);
	return 0;
}

static int
copy_tag(struct svg *svg)
{
	struct piece name;
	int is_end;

	if (*svg->at == '?')
		return skip_behind(svg, "?>");
	if (!strncmp(svg->at, "!--", 3))
		return skip_behind(svg, "-->");
	is_end = *svg->at == '/';
	svg->at += is_end;
	name = take_name(svg);
	if (!is_end && is_one_of(name, dropped, sizeof(dropped) / sizeof(dropped[0])))
		return is_text(name, "title") ? skip_behind(svg, "</title>")
					      : skip_behind(svg, "</desc>");
	if (!is_one_of(name, elements, sizeof(elements) / sizeof(elements[0])))
		return fail(svg, "an unknown element", name);
	return is_end ? copy_end(svg, name) : copy_start(svg, name);
}

int
svg_inline(const char *text, const char *prefix, const char *label, FILE *out, struct why *why)
{
	struct svg svg = {.at = text, .prefix = prefix, .label = label, .out = out, .why = why};

	while (!svg.is_done) {
		size_t len = strcspn(svg.at, "<");

		if (svg.depth)
			put(&svg, (struct piece){svg.at, len});
		svg.at += len;
		if (!*svg.at)
			return why_say(why, "picture: not all of it (allowed: SVG of gnuplot)");
		svg.at++;
		if (copy_tag(&svg))
			return -1;
	}
	return 0;
}
