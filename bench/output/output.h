/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * output.h -- the formats that a result can be written in, one file each, in one table (output.c).
 */
#ifndef BENCH_OUTPUT_H
#define BENCH_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#include "result/result.h"

struct output_ops {
	const char *name;
	/* all of `result`, flushed to `out`; 0, or -1 when it did not get there (a full disk) */
	int (*write)(const struct result *result, FILE *out);
};

/* NULL when there is no such format */
const struct output_ops *output_find(const char *name);

/* "text, json, ...": for the text of an error */
void output_names(char *text, size_t size);

/* the writers that the table names */
int output_text(const struct result *result, FILE *out);
int output_json(const struct result *result, FILE *out);
int output_csv(const struct result *result, FILE *out);
int output_fio(const struct result *result, FILE *out);
int output_bmf(const struct result *result, FILE *out);
int output_openmetrics(const struct result *result, FILE *out);
int output_hgrm(const struct result *result, FILE *out);
int output_hgrm_read(const struct result *result, FILE *out);
int output_hgrm_write(const struct result *result, FILE *out);
int output_hgrm_zero(const struct result *result, FILE *out);
int output_hgrm_response(const struct result *result, FILE *out);
int output_hgrm_response_read(const struct result *result, FILE *out);
int output_hgrm_response_write(const struct result *result, FILE *out);
int output_hgrm_response_zero(const struct result *result, FILE *out);

#endif
