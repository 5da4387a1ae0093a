/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include <stdio.h>

#include "result/result.h"

/* Prints one repeat of one job for output_text. 0, or -1 when memory ran out. */
int text_run(const struct result_run *run, FILE *out);

#endif
