/* SPDX-License-Identifier: BSD-3-Clause */
/* text.h -- the part of the text writer that text_run.c holds. */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include <stdio.h>

#include "result/result.h"

/* one repeat of one job; 0, or -1 when memory ran out */
int text_run(const struct result_run *run, FILE *out);

#endif
