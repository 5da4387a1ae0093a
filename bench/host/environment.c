/* SPDX-License-Identifier: BSD-3-Clause */
/* environment.c -- reads the settings of this machine that influence a result from /proc and /sys. */
#include "host.h"

#include <ctype.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPU "/sys/devices/system/cpu/"

static FILE *
open_under(const char *root, const char *path)
{
	char full[PATH_MAX];
	int len = snprintf(full, sizeof(full), "%s%s", root, path);

	return len < (int)sizeof(full) ? fopen(full, "re") : NULL;
}

static char *
trim_end(char *line)
{
	size_t len = strlen(line);

	while (len && isspace((unsigned char)line[len - 1]))
		line[--len] = '\0';
	return line;
}

/* the first line of a file without trailing blanks; NULL when the file is unreadable or the line empty */
static char *
read_line(const char *root, const char *path)
{
	FILE *in = open_under(root, path);
	char *line = NULL;
	size_t size = 0;

	if (!in)
		return NULL;
	if (getline(&line, &size, in) <= 0 || !*trim_end(line)) {
		free(line);
		line = NULL;
	}
	fclose(in);
	return line;
}

/* 1 or 0; -1 for any other content */
static int
read_flag(const char *root, const char *path)
{
	char *line = read_line(root, path);
	int flag = -1;

	if (line && (!strcmp(line, "0") || !strcmp(line, "1")))
		flag = line[0] - '0';
	free(line);
	return flag;
}

/* the word in brackets, as in "always [madvise] never" */
static char *
read_chosen(const char *root, const char *path)
{
	char *line = read_line(root, path);
	char *open = line ? strchr(line, '[') : NULL;
	char *close = open ? strchr(open, ']') : NULL;
	char *word = close ? strndup(open + 1, (size_t)(close - open - 1)) : NULL;

	free(line);
	return word;
}

/* the value of a "key<tab>: value" line; NULL for another key or an empty value */
static char *
value_of(const char *line, const char *key)
{
	size_t len = strlen(key);

	if (strncmp(line, key, len))
		return NULL;
	line += len;
	line += strspn(line, " \t");
	if (*line != ':')
		return NULL;
	line++;
	line += strspn(line, " \t");
	return *line ? strdup(line) : NULL;
}

/* Reads the first CPU only. Different microcode on other CPUs is not detected. */
static char *
read_cpuinfo(const char *root, const char *key)
{
	FILE *in = open_under(root, "/proc/cpuinfo");
	char *line = NULL, *value = NULL;
	size_t size = 0;

	if (!in)
		return NULL;
	while (!value && getline(&line, &size, in) > 0)
		value = value_of(trim_end(line), key);
	free(line);
	fclose(in);
	return value;
}

static int
read_turbo(const char *root)
{
	int no_turbo = read_flag(root, CPU "intel_pstate/no_turbo");

	return no_turbo >= 0 ? !no_turbo : read_flag(root, CPU "cpufreq/boost");
}

/* Appends `word` to the list unless the list contains it. Takes both strings and returns the new list. */
static char *
add_word(char *words, char *word)
{
	char *both = NULL;

	if (!words)
		return word;
	if (word && !strstr(words, word) && asprintf(&both, "%s, %s", words, word) < 0)
		both = NULL;
	free(word);
	if (both)
		free(words);
	return both ? both : words;
}

/* Reads all CPUs, to show when one socket was left at another governor. */
static char *
read_governors(const char *root)
{
	char pattern[PATH_MAX], *governors = NULL;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s" CPU "cpu[0-9]*/cpufreq/scaling_governor", root);
	if (glob(pattern, 0, NULL, &found))
		return NULL;
	for (size_t i = 0; i < found.gl_pathc; i++)
		governors = add_word(governors, read_line("", found.gl_pathv[i]));
	globfree(&found);
	return governors;
}

void
host_read_under(const char *root, struct result_host *host)
{
	*host = (struct result_host){
		.hostname = read_line(root, "/proc/sys/kernel/hostname"),
		.kernel = read_line(root, "/proc/sys/kernel/osrelease"),
		.cmdline = read_line(root, "/proc/cmdline"),
		.cpu_model = read_cpuinfo(root, "model name"),
		.microcode = read_cpuinfo(root, "microcode"),
		.governor = read_governors(root),
		.thp = read_chosen(root, "/sys/kernel/mm/transparent_hugepage/enabled"),
		.turbo = read_turbo(root),
		.smt = read_flag(root, CPU "smt/active"),
	};
}

void
host_read(struct result_host *host)
{
	host_read_under("", host);
	host_read_libpmem(host);
}
