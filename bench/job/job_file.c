/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * job_file.c -- the grammar of a job file: headings, settings, comments. lines.c delivers the lines.
 *
 *	[name] or [global]	opens a section
 *	[study]			opens the section with the settings of a sweep
 *	[qualify]		opens the section with the settings of a qualification
 *	key = value		a setting of the section; ':' also works instead of '='
 *	key			same as key=1; only for keys with the values 0 and 1
 *	; or #			starts a comment at the start of a line or after a blank
 */
#include "job_file.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fio_words.h"
#include "keys.h"
#include "limit.h"
#include "lines.h"
#include "source.h"
#include "variables.h"

#define LINE_SIZE   65536 /* a line holds the list of any set of CPUs */
#define VALUE_SHOWN 60    /* messages show this many characters of a name or a value */

struct reader {
	struct lines lines;
	const char *name;
	struct job_list *list;
	struct job global;   /* settings of [global] so far: every later job starts as a copy */
	struct job *section; /* current section: &global, the last job, or NULL */
	int is_study;        /* 1: the current section is [study] */
	int is_qualify;      /* 1: the current section is [qualify] */
	int section_line;
	struct why *why;
};

/* Writes "NAME: [job 'J',] line N: ..." about the line read last. Always returns -1. */
__attribute__((format(printf, 2, 3))) static int
error_line(struct reader *r, const char *format, ...)
{
	const struct source_text line = source_line(r->list->source, r->lines.position);
	char text[4 * KEY_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (r->section && r->section != &r->global)
		return why_say(r->why, "%s: job '%s', %s: %s", r->name, r->section->name, line.text,
			       text);
	return why_say(r->why, "%s: %s: %s", r->name, line.text, text);
}

/* A name or a value for a message, which a long one would fill. */
struct shown {
	char text[VALUE_SHOWN + sizeof("...")];
};

static struct shown
show(const char *text)
{
	struct shown s;

	snprintf(s.text, sizeof(s.text), "%.*s%s", VALUE_SHOWN, text,
		 strlen(text) > VALUE_SHOWN ? "..." : "");
	return s;
}

int
job_file_name_is_good(const char *name, size_t len)
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
	struct job_list *list = r->list;
	struct job *grown, *job;

	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->jobs[i].name, name) == 0)
			return error_line(r, "[%s]: there is such a job on %s (names differ)", name,
					  source_line(list->source, list->jobs[i].line).text);
	grown = reallocarray(list->jobs, list->count + 1, sizeof(*grown));
	if (!grown)
		return error_line(r, "out of memory");
	list->jobs = grown;
	job = &grown[list->count++];
	*job = r->global;
	strcpy(job->name, name);
	job->line = r->lines.position;
	job->source = list->source;
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
	r->is_study = r->is_qualify = 0;
	r->section_line = r->lines.position;
	if (*rest == ']')
		rest += 1 + strspn(rest + 1, " \t\r");
	if (rest == heading + 1 + len || (*rest != '\0' && *rest != ';' && *rest != '#'))
		return error_line(r, "not a section heading (allowed: [global], [study], [qualify] "
				     "or [job name])");
	if (!job_file_name_is_good(heading + 1, len))
		return error_line(r, "bad job name (allowed: 1 to %d printable ASCII characters)",
				  JOB_NAME_MAX - 1);
	memcpy(name, heading + 1, len);
	name[len] = '\0';
	r->is_study = !strcasecmp(name, "study");
	r->is_qualify = !strcasecmp(name, "qualify");
	if (r->is_study || r->is_qualify)
		return 0;
	if (strcasecmp(name, "global") != 0)
		return open_job(r, name);
	r->section = &r->global;
	return 0;
}

static int
append_setting(struct reader *r, struct job_setting **settings, size_t *count,
	       const struct job_setting *setting)
{
	struct job_setting *grown = reallocarray(*settings, *count + 1, sizeof(*grown));

	if (!grown)
		return error_line(r, "out of memory");
	*settings = grown;
	grown[(*count)++] =
		(struct job_setting){strdup(setting->name), strdup(setting->value), setting->line};
	if (grown[*count - 1].name && grown[*count - 1].value)
		return 0;
	return error_line(r, "out of memory");
}

/* The command that uses the section checks the values, and in [qualify] also the names of gates and limits. */
static int
add_setting(struct reader *r, char *name, char *value)
{
	static const char *const names[] = {"vary", "repeat", "seed", "metric", "pivot", NULL};
	const struct job_setting setting = {name, value, r->lines.position};
	struct job_list *list = r->list;

	if (r->is_qualify)
		return append_setting(r, &list->qualify, &list->nqualify, &setting);
	if (key_word_find(names, name) < 0)
		return error_line(r,
				  "[study]: %s: unknown setting (allowed: vary, repeat, seed, "
				  "metric, pivot)",
				  show(name).text);
	return append_setting(r, &list->study, &list->nstudy, &setting);
}

static int
set_key(struct reader *r, const char *name, const char *value)
{
	const struct key *key = keys_find(name);
	const char *setting = value;
	char limit[2 * KEY_TEXT_MAX];
	struct why wrong;
	int given_line;

	if (!r->section)
		return error_line(r,
				  "%s: before any section (allowed: after [global] or [job name])",
				  show(name).text);
	if (!key) {
		keys_error_name(name, &wrong);
		return error_line(r, "%s", wrong.text);
	}
	given_line = r->section->key_line[keys_index(key)];
	if (key->type == &key_type_limit) {
		if (limit_join(name, value, limit, sizeof(limit), &wrong))
			return error_line(r, "%s=%s: %s", show(name).text, show(value).text,
					  wrong.text);
		given_line = limit_line(r->section, limit);
		setting = limit;
	}
	if (given_line >= r->section_line)
		return error_line(r, "%s=%s: given twice (first on %s)", show(name).text,
				  show(value).text, source_line(r->list->source, given_line).text);
	if (keys_set(key, r->section, setting, r->lines.position, &wrong))
		return error_line(r, "%s=%s: %s", show(name).text, show(value).text, wrong.text);
	return 0;
}

/* Removes blanks at both ends, in place. */
static char *
trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text + strspn(text, " \t\r");
}

/* Cuts a comment off the end of a line. A # or ; without a blank before it belongs to the value. */
static void
drop_comment(char *line)
{
	for (char *c = line + 1; line[0] && *c; c++)
		if ((*c == ';' || *c == '#') && isspace((unsigned char)c[-1]))
			*c = '\0';
}

static int
take_setting(struct reader *r, char *line)
{
	char text[VARIABLES_TEXT_MAX], *sign, *name, *value;
	const struct key *flag;
	struct why wrong;

	drop_comment(line);
	sign = line + strcspn(line, "=:");
	if (!*sign) {
		name = trim(line);
		flag = keys_find(name);
		if (flag && key_is_flag(flag))
			return set_key(r, flag->name, "1");
		if (!flag && fio_words_find(name)) /* fio has many words without a value */
			return set_key(r, name, "");
		return why_say(r->why,
			       "%s: %s: not a setting (allowed: key=value, [section], # comment, "
			       "include FILE)",
			       r->name, source_line(r->list->source, r->lines.position).text);
	}
	*sign = '\0';
	name = trim(line);
	value = trim(sign + 1);
	if (variables_expand(value, text, sizeof(text), &wrong))
		return error_line(r, "%s=%s: %s", show(name).text, show(value).text, wrong.text);
	if (r->is_study || r->is_qualify)
		return add_setting(r, name, text);
	return set_key(r, name, text);
}

static int
read_lines(struct reader *r)
{
	char line[LINE_SIZE];
	struct why wrong;

	for (;;) {
		switch (lines_next(&r->lines, line, sizeof(line), &wrong)) {
		case LINES_LINE:
			if (line[0] == '['                      ? open_section(r, line)
			    : line[0] && !strchr(";#", line[0]) ? take_setting(r, line)
								: 0)
				return -1;
			break;
		case LINES_BAD:
			return error_line(r, "%s", wrong.text);
		case LINES_UNREADABLE:
			return why_say(r->why, "%s", wrong.text);
		case LINES_END:
			if (r->list->count)
				return 0;
			return why_say(r->why,
				       "%s: no job (a section [job name] is needed, besides "
				       "[global])",
				       r->name);
		}
	}
}

int
job_file_read(struct job_list *list, FILE *file, const char *name, struct why *why)
{
	struct reader r = {.name = name, .list = list, .why = why};
	int err;

	keys_set_defaults(&r.global);
	if (!list->source)
		list->source = source_new();
	if (!list->source || lines_open(&r.lines, file, name, list->source))
		return why_say(why, "%s: out of memory", name);
	err = read_lines(&r);
	lines_close(&r.lines);
	return err;
}
