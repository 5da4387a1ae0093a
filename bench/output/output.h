/* SPDX-License-Identifier: BSD-3-Clause */
/* output.h -- the output formats of a result. */
#ifndef BENCH_OUTPUT_H
#define BENCH_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#include "result/result.h"
#include "why.h"

struct output_ops {
	const char *name;
	/* Writes and flushes the whole result. 0, or -1/errno when that failed (a full disk). */
	int (*write)(const struct result *result, FILE *out);
	int has_reasons;    /* 1: the output holds the reasons of the verdict */
	int only_good_runs; /* 1: runs without result_is_good are left out */
	int takes_study;    /* 1: it tells the points of a sweep apart */
	/* Before the run: 0, or -1 when the result of these jobs does not fit the format. NULL: every result fits. */
	int (*check)(const struct job_list *jobs, struct why *why);
};

/* NULL for an unknown format */
const struct output_ops *output_find(const char *name);

/* Writes the names of all formats, "text, json, ...", for an error message. */
void output_names(char *text, size_t size);

struct text_options {
	unsigned width; /* no line is longer */
	int is_verbose; /* 1: with the figures of each repeat and of each worker */
};

/* As wide as the terminal. */
int output_text(const struct result *result, FILE *out);
int output_text_with(const struct result *result, const struct text_options *options, FILE *out);

/* Only the hosts and the verdict of a merged result, as wide as the terminal. */
int output_text_hosts(const struct result *result, FILE *out);

int output_json(const struct result *result, FILE *out);
int output_csv(const struct result *result, FILE *out);
int output_fio(const struct result *result, FILE *out);
int output_fio_plus(const struct result *result, FILE *out);
int output_bmf(const struct result *result, FILE *out);
int output_openmetrics(const struct result *result, FILE *out);
int output_openmetrics_timestamps(const struct result *result, FILE *out);
int output_hgrm(const struct result *result, FILE *out);
int output_hgrm_read(const struct result *result, FILE *out);
int output_hgrm_write(const struct result *result, FILE *out);
int output_hgrm_zero(const struct result *result, FILE *out);
int output_hgrm_response(const struct result *result, FILE *out);
int output_hgrm_response_read(const struct result *result, FILE *out);
int output_hgrm_response_write(const struct result *result, FILE *out);
int output_hgrm_response_zero(const struct result *result, FILE *out);
int output_check_hgrm(const struct job_list *jobs, struct why *why);
int output_check_hgrm_read(const struct job_list *jobs, struct why *why);
int output_check_hgrm_write(const struct job_list *jobs, struct why *why);
int output_check_hgrm_zero(const struct job_list *jobs, struct why *why);
int output_check_hgrm_response(const struct job_list *jobs, struct why *why);
int output_check_hgrm_response_read(const struct job_list *jobs, struct why *why);
int output_check_hgrm_response_write(const struct job_list *jobs, struct why *why);
int output_check_hgrm_response_zero(const struct job_list *jobs, struct why *why);

/*
 * The two parts of output_csv, for tables with the rows of several results. `jobs` are those of all of them: the columns
 * depend on the jobs alone.
 */
int output_csv_header(const struct job_list *jobs, FILE *out);
int output_csv_rows(const struct result *result, const struct job_list *jobs, FILE *out);

/* a latency distribution: one job and kind of op, all repeats */
struct output_distribution {
	const struct job *job;
	enum op_kind kind;
	int is_response; /* 1: response times of an open loop, 0: service times */
};

/* Calls `each` for the distributions that the jobs will have, until it returns non-zero. 0, or -1 after that. */
int output_hgrm_each(const struct job_list *jobs,
		     int (*each)(void *arg, const struct output_distribution *one), void *arg);
int output_hgrm_one(const struct result *result, const struct output_distribution *one, FILE *out);

#endif
