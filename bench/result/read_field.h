/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * read_field.h -- typed members of a JSON document.
 *
 * A struct field is a value of the document with its place, so that an error can name it: "runs[3].ops.read.count".
 * The first error is kept. After it, every function returns an empty value at once, so a caller reads all members in a
 * row and looks at `failed` before it uses them as an index or a pointer.
 */
#ifndef BENCH_RESULT_READ_FIELD_H
#define BENCH_RESULT_READ_FIELD_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "why.h"

#define FIELD_MEMBERS_MAX 24        /* of the largest object */
#define FIELD_COUNT_MAX   INT64_MAX /* the largest count that JSON's writer has */

struct reading {
	struct why *why;
	int failed;     /* 1: `why` has the first error */
	json_t *points; /* number of each point of a sweep, by its text; NULL: no sweep */
};

struct field {
	struct reading *reading;
	struct field *up; /* the object or array around it; NULL: the document */
	const char *name; /* NULL: element `index` of an array */
	size_t index;
	json_t *value;                        /* borrowed; NULL after an error */
	const char *taken[FIELD_MEMBERS_MAX]; /* names of the members that were read */
	unsigned ntaken;
};

/* Keeps "PATH: text", unless there is an error already. */
void field_error(const struct field *at, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Keeps "PATH: is VALUE (allowed: ...)". */
void field_error_value(const struct field *at, const char *allowed);

/* A member of any type. An error if there is none. */
struct field field_member(struct field *of, const char *name);

/* A member that is an object; _or_null: value NULL stands for null. */
struct field field_object(struct field *of, const char *name);
struct field field_object_or_null(struct field *of, const char *name);

/* A member that is an array of `least` to `most` elements. field_length is 0 after an error. */
struct field field_array(struct field *of, const char *name, size_t least, size_t most);
size_t field_length(const struct field *array);

/* An element of any type; an element that is an object. */
struct field field_at(struct field *array, size_t index);
struct field field_object_at(struct field *array, size_t index);

/* An error if the object has members that were not read. */
void field_end(struct field *of);

/* An integer from `least` to `most`; _or: null stands for `unknown`. */
uint64_t field_count(struct field *of, const char *name, uint64_t least, uint64_t most);
uint64_t field_count_or(struct field *of, const char *name, uint64_t least, uint64_t most,
			uint64_t unknown);

/* 0 or more; null is -1. */
int field_index(struct field *of, const char *name);

/* true is 1, false 0; _or_null: null is -1. */
int field_flag(struct field *of, const char *name);
int field_flag_or_null(struct field *of, const char *name);

/* A number. field_known: 0 or more. field_amount: the same, or null, which is NAN. field_real: any, or null. */
double field_known(struct field *of, const char *name);
double field_amount(struct field *of, const char *name);
double field_real(struct field *of, const char *name);

/* A time like 2026-11-26T02:48:25Z in seconds since the epoch; null, INT64_MAX, has no date. */
uint64_t field_time(struct field *of, const char *name);

/* The value itself as a string, borrowed, "" after an error; and as a copy that the caller frees, NULL after an error. */
const char *field_string(const struct field *at);
char *field_dup(const struct field *at);

/* A string, borrowed; "" after an error. field_text_or_null: NULL for null. */
const char *field_text(struct field *of, const char *name);
const char *field_text_or_null(struct field *of, const char *name);

/* A copy that the caller frees; NULL for null, and after an error. */
char *field_copy(struct field *of, const char *name);
char *field_copy_or_null(struct field *of, const char *name);

/* Copies a string into a buffer of `size` bytes; _or_null: "" stands for null. */
void field_fill(struct field *of, const char *name, char *text, size_t size);
void field_fill_or_null(struct field *of, const char *name, char *text, size_t size);

/*
 * An error unless the member has the value that follows from others: the writer computes it again. NAN and NULL stand
 * for null.
 */
void field_check_real(struct field *of, const char *name, double want);
void field_check_text(struct field *of, const char *name, const char *want);

#endif
