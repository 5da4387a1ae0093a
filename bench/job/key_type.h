/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * key_type.h -- keys and the types of their values.
 *
 * A type parses job-file text into a field of struct job, prints the field as text that parses to the
 * same value, and describes the allowed values.
 */
#ifndef BENCH_JOB_KEY_TYPE_H
#define BENCH_JOB_KEY_TYPE_H

#include <stddef.h>
#include <stdint.h>

#include "job.h"
#include "why.h"

#define KEY_TEXT_MAX 256 /* a value or a description of values, with NUL */

struct key_type;

/* the unit of a number: bytes, nanoseconds, ... */
struct key_unit {
	const char *noun;    /* "a size" */
	const char *example; /* "512, 4k" */
	const char *measure; /* "bytes"; NULL: depends on the key */
	const char *suffix;  /* "k, M: powers of 1024"; NULL: no suffixes */
	int (*parse)(const char *text, uint64_t *out);
	void (*print)(uint64_t value, char *text, size_t size);
};

struct key {
	const char *name;
	const char *meaning;
	const char *initial; /* default as job-file text; NULL: it depends on other keys */
	const char *derived; /* if initial is NULL: how the default depends on other keys */
	/* the unit of the numbers, if neither unit nor type gives it; NULL: no numbers */
	const char *measure;
	const struct key_type *type;

	/* position in struct job; words and numbers have 4 or 8 bytes */
	size_t field_off, field_size;

	/*
	 * Words that end with NULL. key_type_word: the values in the order of the enum. Other types: the
	 * beginnings of values, for completion; or NULL.
	 */
	const char *const *words;

	/*
	 * key_type_number: unit and inclusive range. zero_word, if not NULL, is the text for 0, which
	 * may be outside the range.
	 */
	const struct key_unit *unit;
	uint64_t min, max;
	const char *zero_word;

	/* other types: description of the allowed values */
	const char *values;
};

struct key_type {
	/* Returns 0, or -1 with "wrong (allowed: ...)" in `why` and an unchanged job. */
	int (*parse)(const struct key *key, struct job *job, const char *value, struct why *why);
	void (*print)(const struct key *key, const struct job *job, char *text, size_t size);
	void (*describe)(const struct key *key, char *text, size_t size); /* the allowed values */
};

/* the describe() of types whose keys have `values` */
void key_describe_values(const struct key *key, char *text, size_t size);

/* Writes "wrong (allowed: ...)". Always returns -1. */
int key_error(const struct key *key, const char *wrong, struct why *why);

/* Index of `text` in `words`, which end with NULL, or -1. */
int key_word_find(const char *const *words, const char *text);

extern const struct key_type key_type_word, key_type_number, key_type_mix, key_type_placement,
	key_type_percentiles, key_type_rounds, key_type_pattern, key_type_region, key_type_path,
	key_type_precondition, key_type_node;
extern const struct key_unit key_unit_size, key_unit_duration, key_unit_count, key_unit_seed;

#endif
