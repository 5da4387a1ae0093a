/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * types.h -- what a key is, and the types of value that keys can have.
 *
 * A type parses job-file text into the key's field of struct job, prints the field as text that it
 * would parse again, and says what it allows. A key that fits a type here is a row in keys.c.
 */
#ifndef BENCH_JOB_TYPES_H
#define BENCH_JOB_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "job.h"
#include "why.h"

#define KEY_TEXT_MAX 256 /* a value, or what is allowed, as text */

struct key_type;

/* what kind of number: bytes, nanoseconds, ... */
struct key_unit {
	const char *noun;    /* "a size" */
	const char *example; /* "512, 4k" */
	const char *measure; /* "bytes"; NULL: it depends on the key */
	const char *suffix;  /* "k, M: powers of 1024"; NULL: none is taken */
	int (*parse)(const char *text, uint64_t *out);
	void (*print)(uint64_t value, char *text, size_t size);
};

struct key {
	const char *name;
	const char *meaning; /* with its unit */
	const char *initial; /* default, as job-file text; NULL when it follows from other keys */
	const char *derived; /* then: how it follows */
	const struct key_type *type;
	size_t field_off,
		field_size; /* in struct job; 4 or 8 bytes where the type is word or number */
	const char *const
		*words; /* key_type_word: in the order of the enum, NULL at the end; other types:
				     how a value can begin, for completion, or NULL */
	const struct key_unit *unit; /* key_type_number, with the inclusive range of values: */
	uint64_t min, max;
	const char *zero_word; /* key_type_number: stands for 0, which may lie outside the range; or
				  NULL */
	const char *values;    /* the other types: what is allowed */
	const char *
		measure; /* what its numbers count, where neither unit nor type says; NULL: no numbers */
};

struct key_type {
	/* 0, or -1 with "what is wrong (what is allowed)"; the job is then as it was */
	int (*parse)(const struct key *key, struct job *job, const char *value, struct why *why);
	void (*print)(const struct key *key, const struct job *job, char *text, size_t size);
	void (*describe)(const struct key *key, char *text, size_t size);
};

/* "wrong (allowed: ...)"; always -1 */
int key_error(const struct key *key, const char *wrong, struct why *why);

/* position of `text` among words that end with NULL, or -1 */
int key_word_find(const char *const *words, const char *text);

extern const struct key_type key_type_word, key_type_number, key_type_mix, key_type_placement,
	key_type_percentiles, key_type_rounds, key_type_pattern, key_type_region, key_type_path;
extern const struct key_unit key_unit_size, key_unit_duration, key_unit_count, key_unit_seed;

#endif
