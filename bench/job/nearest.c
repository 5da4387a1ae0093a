/* SPDX-License-Identifier: BSD-3-Clause */
/* nearest.c -- which key was meant by a name that is none. See keys.h. */
#include "keys.h"

#include <string.h>

#define NAME_MAX_SEEN 24 /* longer names are like no key */
#define TYPOS_MAX     2

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein: letters to insert, delete or replace; row[j] = distance to the first j letters of b
 */
static unsigned
edit_distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_SEEN + 1], len = (unsigned)strlen(b);

	for (unsigned j = 0; j <= len; j++)
		row[j] = j;
	for (unsigned i = 0; a[i]; i++) {
		unsigned diagonal = row[0];

		row[0] = i + 1;
		for (unsigned j = 1; j <= len; j++) {
			unsigned above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a[i] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[len];
}

static const struct key *
nearest_key(const char *name)
{
	const struct key *nearest = NULL, *key;
	unsigned least = TYPOS_MAX + 1;

	if (strlen(name) > NAME_MAX_SEEN || strlen(name) <= TYPOS_MAX)
		return NULL;
	for (unsigned i = 0; (key = keys_at(i)) != NULL; i++) {
		unsigned distance = edit_distance(key->name, name);

		if (distance < least) {
			least = distance;
			nearest = key;
		}
	}
	return nearest;
}

int
keys_error_name(const char *name, struct why *why)
{
	const struct key *nearest = nearest_key(name);

	return why_say(why, "unknown key '%.*s%s' (%s%s%srun 'bttbench run --help-keys' for all)",
		       NAME_MAX_SEEN, name, strlen(name) > NAME_MAX_SEEN ? "..." : "",
		       nearest ? "did you mean '" : "", nearest ? nearest->name : "",
		       nearest ? "'?; " : "");
}
