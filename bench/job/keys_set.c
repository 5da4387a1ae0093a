/* SPDX-License-Identifier: BSD-3-Clause */
/* keys_set.c -- finds keys in the table, and sets the fields of a job. */
#include <assert.h>
#include <string.h>

#include "fio_words.h"
#include "keys.h"
#include "limit.h"

int
key_is_flag(const struct key *key)
{
	return key->words && !strcmp(key->words[0], "0");
}

const struct key *
keys_find(const char *name)
{
	const struct key *key;

	if (strncmp(name, LIMIT_PREFIX, strlen(LIMIT_PREFIX)) == 0)
		name = LIMIT_KEY;
	for (unsigned i = 0; (key = keys_at(i)) != NULL; i++)
		if (strcmp(key->name, name) == 0)
			return key;
	return NULL;
}

unsigned
keys_index(const struct key *key)
{
	return (unsigned)(key - keys_at(0));
}

int
keys_line(const struct job *job, const char *name)
{
	const struct key *key = keys_find(name);

	assert(key);
	return job->key_line[keys_index(key)];
}

void
keys_set_defaults(struct job *job)
{
	const struct key *key;
	struct why why;

	for (unsigned i = 0; (key = keys_at(i)) != NULL; i++) {
		int err = key->initial ? key->type->parse(key, job, key->initial, &why) : 0;

		assert(!err);
		(void)err;
	}
	job->nlimits = 0;
	memset(job->key_line, 0, sizeof(job->key_line));
}

int
keys_set(const struct key *key, struct job *job, const char *value, int line, struct why *why)
{
	const char *fio;

	if (key->type->parse(key, job, value, why)) {
		fio = fio_words_of_value(key->name, value);
		return fio ? key_error(key, fio, why) : -1;
	}
	job->key_line[keys_index(key)] = line;
	if (key->type == &key_type_limit)
		job->limits[job->nlimits - 1].line = line;
	return 0;
}
