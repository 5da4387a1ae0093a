/* SPDX-License-Identifier: BSD-3-Clause */
/* keys_print.h -- prints meaning, values, unit and default of every key. */
#ifndef BENCH_JOB_KEYS_PRINT_H
#define BENCH_JOB_KEYS_PRINT_H

#include <stdio.h>

void job_keys_print(FILE *out);

/* The same as roff source: the body of a man page section. */
void job_keys_print_man(FILE *out);

#endif
