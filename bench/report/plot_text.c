/* SPDX-License-Identifier: BSD-3-Clause */
#include "plot_text.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#define ITEM_MAX    400
#define FOOTER_MAX  2000
#define LISTED_MAX  3    /* different values that a footer lists */
#define VALUE_CHARS 60   /* a longer value in a footer is cut */
#define CHAR_PX     6.3f /* width of a character in a footer */

/* The length of the UTF-8 character at `s`; 0: it is none. */
static size_t
utf8_length(const unsigned char *s)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* overlong forms, surrogates, beyond U+10FFFF, U+FFFE and U+FFFF */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90) ||
	    (s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe))
		return 0;
	return len;
}

void
plot_put_text(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s) {
		size_t len = utf8_length(s);
		/* the second range are the control characters of Latin-1 */
		int is_control = s[0] < 0x20 || s[0] == 0x7f || (s[0] == 0xc2 && s[1] < 0xa0);

		if (!len || is_control)
			fputc('?', out);
		else if (*s == '&')
			fputs("&amp;", out);
		else if (*s == '"')
			fputs("&quot;", out);
		else if (*s == '\\')
			fputs("&#92;", out);
		else
			fwrite(s, 1, len, out);
		s += len ? len : 1;
	}
}

void
plot_put_number(FILE *out, double value)
{
	if (isnan(value))
		fputs("NaN", out);
	else
		fprintf(out, "%.7g", value);
}

void
plot_add_text(FILE *out, const char *text)
{
	fputc('\t', out);
	plot_put_text(out, text);
}

void
plot_add_number(FILE *out, double value)
{
	fputc('\t', out);
	plot_put_number(out, value);
}

void
plot_put_note(FILE *out, const char *tag, const char *text)
{
	fprintf(out, "#%s\t", tag);
	plot_put_text(out, text);
	fputc('\n', out);
}

/* Different texts, in the order of the results. */
struct distinct {
	const char *first[LISTED_MAX];
	size_t count;
};

static void
add_distinct(struct distinct *distinct, const char *text)
{
	for (size_t i = 0; i < distinct->count && i < LISTED_MAX; i++)
		if (!strcmp(distinct->first[i], text))
			return;
	if (distinct->count < LISTED_MAX)
		distinct->first[distinct->count] = text;
	distinct->count++;
}

/* The bytes of the first `chars` characters. */
static size_t
bytes_of(const char *text, size_t chars)
{
	size_t bytes = 0;

	while (text[bytes] && chars) {
		bytes++;
		if (((unsigned char)text[bytes] & 0xc0) != 0x80)
			chars--;
	}
	return bytes;
}

static size_t
count_chars(const char *text)
{
	size_t chars = 0;

	for (; *text; text++)
		chars += ((unsigned char)*text & 0xc0) != 0x80;
	return chars;
}

/* "jobs a, b, c and others" */
static void
print_distinct(char *item, const char *what, const struct distinct *distinct)
{
	size_t len = (size_t)snprintf(item, ITEM_MAX, "%s ", what);

	for (size_t i = 0; i < distinct->count && i < LISTED_MAX; i++) {
		const char *text = distinct->first[i];
		size_t bytes = bytes_of(text, VALUE_CHARS);

		len += (size_t)snprintf(item + len, len < ITEM_MAX ? ITEM_MAX - len : 0, "%s%.*s%s",
					i ? ", " : "", (int)bytes, text, text[bytes] ? "..." : "");
		len = len < ITEM_MAX ? len : ITEM_MAX;
	}
	if (distinct->count > LISTED_MAX)
		snprintf(item + len, ITEM_MAX - len, " and others");
}

struct footer {
	FILE *out;
	size_t chars; /* that fit in a line */
	char line[FOOTER_MAX];
};

static void
end_line(struct footer *footer)
{
	if (footer->line[0])
		plot_put_note(footer->out, "footer", footer->line);
	footer->line[0] = '\0';
}

/* Adds an item to the line, or begins the next one; an item longer than a line is cut. */
static void
add_item(struct footer *footer, const char *item)
{
	size_t used = count_chars(footer->line), len;

	if (used && used + 3 + count_chars(item) > footer->chars)
		end_line(footer);
	len = strlen(footer->line);
	snprintf(footer->line + len, sizeof(footer->line) - len, "%s%.*s", len ? " | " : "",
		 (int)bytes_of(item, footer->chars), item);
}

static struct footer
begin_footer(FILE *out, const struct plot *plot)
{
	unsigned width = plot->width ? plot->width : PLOT_WIDTH;

	return (struct footer){out, (size_t)((float)width / CHAR_PX), ""};
}

void
plot_put_footer(FILE *out, const struct plot *plot, const char *const *items)
{
	struct footer footer = begin_footer(out, plot);

	for (; *items; items++)
		add_item(&footer, *items);
	end_line(&footer);
}

static const char *
known(const char *text)
{
	return text ? text : "unknown";
}

static void
put_footer(FILE *out, const struct plot *plot, const struct plot_sets *sets, const char *samples)
{
	struct footer footer = begin_footer(out, plot);
	struct distinct machines = {{0}, 0}, cpus = {{0}, 0}, commits = {{0}, 0};
	struct distinct spaces = {{0}, 0}, jobs = {{0}, 0};
	char item[ITEM_MAX];

	for (size_t i = 0; i < sets->count; i++) {
		const struct result *result = sets->sets[i].result;

		add_distinct(&machines, known(result->host.hostname));
		add_distinct(&cpus, known(result->host.cpu_model));
		add_distinct(&spaces, known(sets->sets[i].runs[0]->ns->spec));
		add_distinct(&jobs, sets->sets[i].job->name);
		add_distinct(&commits, result_commit(result));
	}
	print_distinct(item, machines.count > 1 ? "machines" : "machine", &machines);
	add_item(&footer, item);
	print_distinct(item, "CPU", &cpus);
	add_item(&footer, item);
	print_distinct(item, spaces.count > 1 ? "namespaces" : "namespace", &spaces);
	add_item(&footer, item);
	print_distinct(item, jobs.count > 1 ? "jobs" : "job", &jobs);
	add_item(&footer, item);
	print_distinct(item, commits.count > 1 ? "commits" : "commit", &commits);
	add_item(&footer, item);
	end_line(&footer);
	add_item(&footer, samples);
	snprintf(item, sizeof(item), "%zu run%s", sets->used, sets->used == 1 ? "" : "s");
	add_item(&footer, item);
	if (sets->left_out) {
		snprintf(item, sizeof(item), "left out: %zu invalid or inconclusive run%s",
			 sets->left_out, sets->left_out == 1 ? "" : "s");
		add_item(&footer, item);
	}
	end_line(&footer);
}

void
plot_put_notes(FILE *out, const struct plot *plot, const struct plot_sets *sets,
	       const struct plot_notes *notes)
{
	char samples[ITEM_MAX];

	if (sets->nruns_max > 1)
		snprintf(samples, sizeof(samples),
			 "%s: median of %s%zu runs, %s: lowest to highest", notes->line,
			 sets->used == sets->count * sets->nruns_max ? "" : "up to ",
			 sets->nruns_max, notes->spread);
	else
		snprintf(samples, sizeof(samples), "%s: one run, no repeats", notes->line);
	plot_put_note(out, "title", plot->title ? plot->title : notes->title);
	plot_put_note(out, "x", notes->x);
	plot_put_note(out, "y", notes->y);
	put_footer(out, plot, sets, samples);
}
