/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lines.c -- a stack of open files. The last file is read; `include` pushes, the end of a file pops.
 *
 * Invariant: every line increases the position by one, also a line with `include`. The end of a file does
 * not.
 */
#include "lines.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "variables.h"

static const char include_word[] = "include";

int
lines_open(struct lines *lines, FILE *file, const char *name, struct job_source *source)
{
	*lines = (struct lines){.depth = 1, .source = source};
	lines->files[0] = (struct lines_file){file, strdup(name), 0};
	return lines->files[0].name ? 0 : -1;
}

static void
close_last(struct lines *lines)
{
	struct lines_file *last = &lines->files[--lines->depth];

	free(last->name);
	if (lines->depth > 0)
		fclose(last->file);
}

void
lines_close(struct lines *lines)
{
	while (lines->depth > 0)
		close_last(lines);
}

static enum lines_got
read_line(struct lines *lines, char *line, size_t size, struct why *why)
{
	struct lines_file *from = &lines->files[lines->depth - 1];
	size_t len = 0;
	int c;

	lines->position++;
	from->line++;
	while ((c = getc(from->file)) != EOF && c != '\n') {
		if (iscntrl(c) && c != '\t' && c != '\r') {
			why_say(why, "not text: byte 0x%02x", (unsigned)c);
			return LINES_BAD;
		}
		if (len == 0 && isblank(c))
			continue;
		if (len + 1 == size) {
			why_say(why, "too long (allowed: %zu characters)", size - 1);
			return LINES_BAD;
		}
		line[len++] = (char)c;
	}
	if (ferror(from->file)) {
		why_say(why, "%s: %s", from->name, strerror(errno));
		return LINES_UNREADABLE;
	}
	line[len] = '\0';
	if (c == '\n' || len > 0)
		return LINES_LINE;
	lines->position--;
	return LINES_END;
}

/* The file name of an `include` line without its comment, or NULL for any other line. */
static char *
included_name(char *line)
{
	char *name = line + strlen(include_word), *end;

	if (strncmp(line, include_word, strlen(include_word)) != 0 ||
	    (*name != '\0' && !isspace((unsigned char)*name)))
		return NULL;
	while (isspace((unsigned char)*name))
		name++;
	for (end = name; *end != '\0'; end++)
		if ((*end == ';' || *end == '#') && isspace((unsigned char)end[-1]))
			break;
	while (end > name && isspace((unsigned char)end[-1]))
		end--;
	if (*name == '=')
		return NULL; /* "include = x" is a setting; keys_find reports the unknown key */
	*end = '\0';
	return name;
}

/* The path of `name` relative to the folder of `includer`, for the caller to free. NULL: out of memory. */
static char *
path_beside(const char *includer, const char *name)
{
	const char *slash = strrchr(includer, '/');
	char *path;

	if (name[0] == '/' || !slash)
		return strdup(name);
	return asprintf(&path, "%.*s%s", (int)(slash + 1 - includer), includer, name) < 0 ? NULL
											  : path;
}

/* 1 if the file is open already. Including it again would never end. */
static int
is_open(const struct lines *lines, const struct stat *wanted)
{
	struct stat st;

	for (unsigned i = 0; i < lines->depth; i++)
		if (!fstat(fileno(lines->files[i].file), &st) && st.st_dev == wanted->st_dev &&
		    st.st_ino == wanted->st_ino)
			return 1;
	return 0;
}

/* Takes over `file` and `path`, except after an error. */
static int
push(struct lines *lines, FILE *file, char *path, struct why *why)
{
	struct stat st;

	if (fstat(fileno(file), &st))
		return why_say(why, "include %s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return why_say(why, "include %s: %s", path, strerror(EISDIR));
	if (is_open(lines, &st))
		return why_say(why, "include %s: it would include itself", path);
	if (lines->depth == LINES_FILES_MAX)
		return why_say(why, "include %s: too deep (allowed: %d files, each in another)",
			       path, LINES_FILES_MAX);
	if (source_note(lines->source, lines->position + 1, path, 1))
		return why_say(why, "out of memory");
	lines->files[lines->depth++] = (struct lines_file){file, path, 0};
	return 0;
}

static int
include(struct lines *lines, const char *written, struct why *why)
{
	char name[VARIABLES_TEXT_MAX], *path;
	FILE *file;
	int err;

	if (*written == '\0')
		return why_say(why, "include: no file (allowed: include FILE)");
	if (variables_expand(written, name, sizeof(name), why))
		return -1;
	path = path_beside(lines->files[lines->depth - 1].name, name);
	if (!path)
		return why_say(why, "out of memory");
	file = fopen(path, "re");
	if (file)
		err = push(lines, file, path, why);
	else
		err = why_say(why, "include %s: %s", path, strerror(errno));
	if (err) {
		if (file)
			fclose(file);
		free(path);
	}
	return err;
}

enum lines_got
lines_next(struct lines *lines, char *line, size_t size, struct why *why)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	const size_t mark_len = strlen(byte_order_mark);
	enum lines_got got;
	const char *name;

	while ((got = read_line(lines, line, size, why)) == LINES_END && lines->depth > 1) {
		const struct lines_file *includer;

		close_last(lines);
		includer = &lines->files[lines->depth - 1];
		if (source_note(lines->source, lines->position + 1,
				lines->depth == 1 ? NULL : includer->name, includer->line + 1)) {
			why_say(why, "out of memory");
			return LINES_BAD;
		}
	}
	if (got != LINES_LINE)
		return got;
	if (lines->files[lines->depth - 1].line == 1 &&
	    strncmp(line, byte_order_mark, mark_len) == 0)
		memmove(line, line + mark_len, strlen(line + mark_len) + 1);
	name = included_name(line);
	if (!name)
		return LINES_LINE;
	if (include(lines, name, why))
		return LINES_BAD;
	line[0] = '\0';
	return LINES_LINE;
}
