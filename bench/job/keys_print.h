/* SPDX-License-Identifier: BSD-3-Clause */
/* keys_print.h -- the table of keys for people (meaning, values, unit and default of each) and for completion. */
#ifndef BENCH_JOB_KEYS_PRINT_H
#define BENCH_JOB_KEYS_PRINT_H

#include <stdio.h>

void job_keys_print(FILE *out);

/* as the part of a man page that follows a heading */
void job_keys_print_man(FILE *out);

/*
 * For shell completion: one line for each key, with the words that its value can be or begin with; the row of
 * limits is one line for each OP.METRIC.
 */
void job_keys_print_words(FILE *out);

#endif
