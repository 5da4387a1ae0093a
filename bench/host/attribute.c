/* SPDX-License-Identifier: BSD-3-Clause */
#include "attribute.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
read_first_line(char *text, size_t size, const char *path)
{
	FILE *file = fopen(path, "re");

	*text = '\0';
	if (!file)
		return -1;
	if (!fgets(text, (int)size, file))
		*text = '\0';
	fclose(file);
	text[strcspn(text, "\n")] = '\0';
	return *text ? 0 : -1;
}

int
attribute_read(char *text, size_t size, const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	return read_first_line(text, size, path);
}

long long
attribute_number(long long otherwise, const char *format, ...)
{
	char path[PATH_MAX], text[32], *end;
	long long number;
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	if (read_first_line(text, sizeof(text), path))
		return otherwise;
	errno = 0;
	number = strtoll(text, &end, 0);
	return errno || end == text || *end ? otherwise : number;
}

int
attribute_link(char *name, size_t size, const char *format, ...)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *slash;
	va_list args;
	ssize_t len;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	len = readlink(path, target, sizeof(target) - 1);
	target[len < 0 ? 0 : len] = '\0';
	slash = strrchr(target, '/');
	snprintf(name, size, "%s", slash ? slash + 1 : target);
	return *name ? 0 : -1;
}
