/* SPDX-License-Identifier: BSD-3-Clause */
/* output.h -- the output formats of a result. */
#ifndef BENCH_OUTPUT_H
#define BENCH_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#include "result/result.h"

struct output_ops {
	const char *name;
	/* Writes and flushes the whole result. 0, or -1/errno when that failed (a full disk). */
	int (*write)(const struct result *result, FILE *out);
};

/* NULL for an unknown format */
const struct output_ops *output_find(const char *name);

/* Writes the names of all formats, "text, json, ...", for an error message. */
void output_names(char *text, size_t size);

struct text_options {
	unsigned width; /* no line is longer */
	int is_verbose; /* 1: with the figures of each repeat */
};

/* As wide as the terminal. */
int output_text(const struct result *result, FILE *out);
int output_text_with(const struct result *result, const struct text_options *options, FILE *out);

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
