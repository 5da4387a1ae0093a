/* SPDX-License-Identifier: BSD-3-Clause */
/* keys_print.h -- prints meaning, values, unit and default of every key, the words for completion, and fio's words. */
#ifndef BENCH_JOB_KEYS_PRINT_H
#define BENCH_JOB_KEYS_PRINT_H

#include <stdio.h>

void job_keys_print(FILE *out);

/* The same as roff source: the body of a man page section. */
void job_keys_print_man(FILE *out);

/*
 * For shell completion: one line for each key, with the possible values or their beginnings; for limits one line
 * for each OP.METRIC.
 */
void job_keys_print_words(FILE *out);

/* fio's options with their equivalents, as text and as roff source. */
void job_keys_print_fio(FILE *out);
void job_keys_print_fio_man(FILE *out);

#endif
