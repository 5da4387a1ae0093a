/* SPDX-License-Identifier: BSD-3-Clause */
/* nearest.c -- suggests a key for an unknown name: the equivalent of a word of fio, or the key with the smallest edit distance. */
#include "fio_words.h"
#include "keys.h"

#include <string.h>

#define NAME_MAX_SEEN 24 /* longer names get no suggestion */
#define TYPOS_MAX     2

/*
 * Levenshtein distance: number of letters to insert, delete or replace. b has at most NAME_MAX_SEEN
 * letters. row[j] is the distance between the letters of a so far and the first j letters of b.
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
			unsigned above = row[j], least = diagonal + (a[i] != b[j - 1]);

			if (above + 1 < least)
				least = above + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			row[j] = least;
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
	const struct fio_word *word = fio_words_find(name);
	const struct key *nearest = nearest_key(name);
	char here[KEY_TEXT_MAX];

	if (word) {
		fio_words_print(word, here, sizeof(here));
		return why_say(why, "unknown key '%s' (fio's word; here %s)", name, here);
	}
	return why_say(why, "unknown key '%.*s%s' (%s%s%srun 'bttbench run --help-keys' for all)",
		       NAME_MAX_SEEN, name, strlen(name) > NAME_MAX_SEEN ? "..." : "",
		       nearest ? "did you mean '" : "", nearest ? nearest->name : "",
		       nearest ? "'?; " : "");
}
