/* SPDX-License-Identifier: BSD-3-Clause */
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_SHOWN 200 /* messages show this many characters of a file name, the last ones */

/* consecutive lines of one file */
struct stretch {
	int position, line; /* position and line number of the first line */
	char *file;         /* NULL: the job file itself */
};

struct job_source {
	struct stretch *stretches;
	size_t count;
};

struct job_source *
source_new(void)
{
	return calloc(1, sizeof(struct job_source));
}

void
source_free(struct job_source *source)
{
	if (!source)
		return;
	for (size_t i = 0; i < source->count; i++)
		free(source->stretches[i].file);
	free(source->stretches);
	free(source);
}

int
source_note(struct job_source *source, int position, const char *file, int line)
{
	struct stretch *grown = reallocarray(source->stretches, source->count + 1, sizeof(*grown));
	char *copy = file ? strdup(file) : NULL;

	if (grown)
		source->stretches = grown;
	if (!grown || (file && !copy)) {
		free(copy);
		return -1;
	}
	grown[source->count++] = (struct stretch){position, line, copy};
	return 0;
}

size_t
source_count(const struct job_source *source)
{
	return source ? source->count : 0;
}

const char *
source_file(const struct job_source *source, size_t number)
{
	return source->stretches[number].file;
}

struct source_text
source_line(const struct job_source *source, int position)
{
	struct stretch found = {1, 1, NULL};
	char file[sizeof(" of ...") + FILE_SHOWN] = "";
	struct source_text t;

	for (size_t i = 0; source && i < source->count; i++)
		if (source->stretches[i].position <= position)
			found = source->stretches[i];
	if (found.file && strlen(found.file) > FILE_SHOWN)
		snprintf(file, sizeof(file), " of ...%s",
			 found.file + strlen(found.file) - FILE_SHOWN);
	else if (found.file)
		snprintf(file, sizeof(file), " of %s", found.file);
	snprintf(t.text, sizeof(t.text), "line %d%s", position - found.position + found.line, file);
	return t;
}
