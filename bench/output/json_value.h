/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * json_value.h -- a result's values as JSON: what is unknown is null, whatever its C type says it
 * with.
 *
 * Each returns a new reference, or NULL when memory ran out. value_object and jansson's *_new calls
 * take that NULL for a failure of their own, so that only the outermost caller has to look.
 */
#ifndef BENCH_JSON_VALUE_H
#define BENCH_JSON_VALUE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "result/result.h"

json_t *value_text(const char *text);    /* NULL: null; what is not UTF-8 becomes "?" */
json_t *value_real(double number);       /* not finite: null */
json_t *value_count(uint64_t number);    /* below 2^63 */
json_t *value_index(int number);         /* negative: null */
json_t *value_positive(uint64_t number); /* 0: null */
json_t *value_flag(int flag);            /* negative: null */

struct value_member {
	const char *name;
	json_t *value; /* taken over by value_object, even when that fails */
};

json_t *value_object(const struct value_member *members, size_t count);

#define VALUE_OBJECT(members) value_object(members, sizeof(members) / sizeof((members)[0]))

/* `value`, or NULL with the reference dropped when `failed` */
json_t *value_unless(json_t *value, int failed);

/* prints and drops it, flushed; 0, or -1 also when it is NULL */
int value_write(json_t *value, FILE *out);

/* one element of runs[]; in json_run.c */
json_t *value_run(const struct result_run *run);

#endif
