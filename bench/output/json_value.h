/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * json_value.h -- C values as JSON. An unknown value (NULL, NAN, -1, 0, as each function says) becomes null.
 *
 * Each function returns a new reference, or NULL when memory runs out. value_object, value_array and jansson's *_new
 * calls fail when they get that NULL, so only the outermost caller has to check.
 */
#ifndef BENCH_JSON_VALUE_H
#define BENCH_JSON_VALUE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "result/result.h"

json_t *value_text(const char *text); /* NULL: null; not UTF-8: each byte above 0x7f becomes "?" */
json_t *value_real(double number);    /* not finite: null */
json_t *value_count(uint64_t number); /* below 2^63 */
json_t *value_index(int number);      /* negative: null */
json_t *value_positive(uint64_t number);       /* 0: null */
json_t *value_flag(int flag);                  /* negative: null */
json_t *value_count_or_null(long long number); /* negative: null */

struct value_member {
	const char *name;
	json_t *value; /* value_object takes the reference, even when it fails */
};

json_t *value_object(const struct value_member *members, size_t count);

#define VALUE_OBJECT(members) value_object(members, sizeof(members) / sizeof((members)[0]))

/* An array with value_of(element) for each of `count` elements, which are `size` bytes apart. */
json_t *value_array(const void *elements, size_t count, size_t size,
		    json_t *(*value_of)(const void *element));

#define VALUE_ARRAY(elements, count, value_of) \
	value_array(elements, count, sizeof(*(elements)), value_of)

/* Returns `value`; or, when `failed`, drops the reference and returns NULL. */
json_t *value_unless(json_t *value, int failed);

/* Prints and flushes `value` and drops the reference. 0, or -1 on an output error or when `value` is NULL. */
int value_write(json_t *value, FILE *out);

/* One string, for value_array: `element` points to a char *. */
json_t *value_string(const void *element);

/* The swept keys and their values at the point of a job: {} without a sweep. */
json_t *value_point(const struct result *result, size_t point);

/* One element of runs[]. In json_run.c. */
json_t *value_run(const struct result *result, const struct result_run *run);

/* Facts about a device. In json_device.c; `element` points to a struct device_dimm. */
json_t *value_nodes(const struct device_nodes *nodes);
json_t *value_interleave(unsigned ways, unsigned granularity_bytes);
json_t *value_device_flags(const int flags[DEVICE_FLAGS]);
json_t *value_module(const void *element);

/* The member of the same name; null without a qualification. In json_qualification.c. */
json_t *value_qualification(const struct result_qualification *q);

/* Seconds since the epoch as an ISO 8601 time, null when no calendar has it. */
json_t *value_time(uint64_t epoch_s);

#endif
