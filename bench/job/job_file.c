/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * file.c -- see file.h.
 *
 * inih takes the lines apart. Four things it cannot do are done in what feeds it: it announces no section
 * without keys and cuts long names, so headings are read here and reach it as empty lines; it cuts long
 * lines silently; it knows no line number in its callback; and it includes no file. lines.c, which does
 * the rest, also drops leading blanks, which to inih would continue the value of the line before.
 *
 * Invariant: inih sees one line for each position, so its line numbers are positions.
 */
#include "job_file.h"

#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "keys.h"
#include "limit.h"
#include "lines.h"
#include "source.h"
#include "variables.h"

struct reader {
	struct lines lines;
	const char *name;
	int failed_line; /* position; 0: none yet; `why` is about this line */
	struct job_list *list;
	struct job global;   /* defaults of the sections that follow */
	struct job *section; /* keys go here: &global, the last job, or NULL before any heading */
	int section_line;
	const struct why *why;
};

static struct source_text
place(const struct reader *r, int position)
{
	return source_line(r->list->source, position);
}

__attribute__((format(printf, 2, 3))) static int
fail(struct reader *r, const char *format, ...)
{
	char text[4 * KEY_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	r->failed_line = r->lines.position;
	if (r->section && r->section != &r->global)
		return why_say(r->why, "%s: job '%s', %s: %s", r->name, r->section->name,
			       place(r, r->failed_line).text, text);
	return why_say(r->why, "%s: %s: %s", r->name, place(r, r->failed_line).text, text);
}

static struct job *
list_append(struct job_list *list)
{
	struct job *grown = reallocarray(list->jobs, list->count + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	list->jobs = grown;
	return &grown[list->count++];
}

static const struct job *
list_find(const struct job_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->jobs[i].name, name) == 0)
			return &list->jobs[i];
	return NULL;
}

static int
name_is_good(const char *name, size_t len)
{
	if (len == 0 || len >= JOB_NAME_MAX || name[0] == ' ' || name[len - 1] == ' ')
		return 0;
	for (size_t i = 0; i < len; i++)
		if (name[i] < ' ' || name[i] > '~')
			return 0;
	return 1;
}

static int
open_job(struct reader *r, const char *name)
{
	const struct job *same = list_find(r->list, name);
	struct job *job;

	if (same)
		return fail(r, "[%s]: there is such a job on %s (names differ)", name,
			    place(r, same->line).text);
	job = list_append(r->list);
	if (!job)
		return fail(r, "out of memory");
	*job = r->global;
	strcpy(job->name, name);
	job->line = r->lines.position;
	job->source = r->list->source;
	r->section = job;
	return 0;
}

static int
open_section(struct reader *r, const char *heading)
{
	size_t len = strcspn(heading + 1, "]");
	const char *rest = heading + 1 + len;
	char name[JOB_NAME_MAX];

	r->section = NULL;
	r->section_line = r->lines.position;
	if (*rest == ']')
		rest += 1 + strspn(rest + 1, " \t\r");
	if (rest == heading + 1 + len || (*rest != '\0' && *rest != ';' && *rest != '#'))
		return fail(r, "not a section heading (allowed: [global] or [job name])");
	if (!name_is_good(heading + 1, len))
		return fail(r, "bad job name (allowed: 1 to %d printable ASCII characters)",
			    JOB_NAME_MAX - 1);
	memcpy(name, heading + 1, len);
	name[len] = '\0';
	if (strcasecmp(name, "global") != 0)
		return open_job(r, name);
	r->section = &r->global;
	return 0;
}

/* "stonewall" alone is "stonewall=1", and so with every key that is 0 or 1 */
static void
complete_flag(char *line, size_t size)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyz_"),
	       end = len + strspn(line + len, " \t\r\n");
	char name[KEY_TEXT_MAX];
	const struct key *key;

	if (!len || len >= sizeof(name) || !strchr(";#", line[end]) || len + 3 > size)
		return;
	memcpy(name, line, len);
	name[len] = '\0';
	key = keys_find(name);
	if (key && key_is_flag(key))
		memcpy(line + len, "=1", 3);
}

/* ini_reader: as fgets */
static char *
feed_line(char *line, int size, void *user)
{
	struct reader *r = user;
	char wrong[3 * KEY_TEXT_MAX];
	const struct why why = {wrong, sizeof(wrong)};

	if (r->failed_line)
		return NULL;
	switch (lines_next(&r->lines, line, (size_t)size - 1, &why)) {
	case LINES_LINE:
		break;
	case LINES_BAD:
		fail(r, "%s", wrong);
		return NULL;
	case LINES_UNREADABLE:
		r->failed_line = r->lines.position;
		why_say(r->why, "%s", wrong);
		return NULL;
	case LINES_END:
		return NULL;
	}
	if (line[0] == '[') {
		if (open_section(r, line))
			return NULL;
		line[0] = '\0';
	}
	complete_flag(line, (size_t)size);
	return line;
}

static int
set_key(struct reader *r, const char *name, const char *value)
{
	const struct key *key = keys_find(name);
	char wrong[3 * KEY_TEXT_MAX], limit[2 * KEY_TEXT_MAX];
	const struct why why = {wrong, sizeof(wrong)};
	const char *setting = value;
	int given_line;

	if (!r->section)
		return fail(r, "%s: before any section (allowed: after [global] or [job name])",
			    name);
	if (!key) {
		keys_deny_name(name, &why);
		return fail(r, "%s", wrong);
	}
	given_line = r->section->key_line[keys_index(key)];
	if (key->type == &key_type_limit) {
		if (limit_join(name, value, limit, sizeof(limit), &why))
			return fail(r, "%s=%s: %s", name, value, wrong);
		given_line = limit_line(r->section, limit);
		setting = limit;
	}
	if (given_line >= r->section_line)
		return fail(r, "%s=%s: given twice (first on %s)", name, value,
			    place(r, given_line).text);
	if (keys_set(key, r->section, setting, r->lines.position, &why))
		return fail(r, "%s=%s: %s", name, value, wrong);
	return 0;
}

/* ini_handler: 1 good, 0 not */
static int
take_key(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;
	char text[VARIABLES_TEXT_MAX], wrong[3 * KEY_TEXT_MAX];

	(void)section;
	if (r->failed_line)
		return 0;
	if (variables_put_in(value, text, sizeof(text), &(struct why){wrong, sizeof(wrong)}))
		return !fail(r, "%s=%s: %s", name, value, wrong);
	return set_key(r, name, text) == 0;
}

static int
parse(struct reader *r)
{
	int error_line = ini_parse_stream(feed_line, r, take_key, r);

	if (error_line < 0)
		return why_say(r->why, "%s: out of memory", r->name);
	if (error_line > 0 && error_line != r->failed_line)
		return why_say(r->why,
			       "%s: %s: not a setting (allowed: key=value, [section], # comment, "
			       "include FILE)",
			       r->name, place(r, error_line).text);
	if (r->failed_line)
		return -1;
	if (r->list->count == 0)
		return why_say(r->why,
			       "%s: no job (a section [job name] is needed, besides [global])",
			       r->name);
	return 0;
}

int
job_file_read(struct job_list *list, FILE *file, const char *name, const struct why *why)
{
	struct reader r = {.name = name, .list = list, .why = why};
	int err;

	keys_set_defaults(&r.global);
	if (!list->source)
		list->source = source_new();
	if (!list->source || lines_open(&r.lines, file, name, list->source))
		return why_say(why, "%s: out of memory", name);
	err = parse(&r);
	lines_close(&r.lines);
	return err;
}
