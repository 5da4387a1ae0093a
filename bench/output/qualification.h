/* SPDX-License-Identifier: BSD-3-Clause */
/* qualification.h -- a qualification as text and as JUnit XML. `result` is one. */
#ifndef BENCH_OUTPUT_QUALIFICATION_H
#define BENCH_OUTPUT_QUALIFICATION_H

#include <stdio.h>

#include "result/result.h"
#include "wrap.h"

/* Verdict, figures, limits, gates and steps. 0, or -1/errno. */
int output_qualification_text(const struct result *result, unsigned width, FILE *out);

/* A suite for each step; a case for each gate, and for each limit. A pending step is skipped. 0, or -1/errno. */
int output_qualification_junit(const struct result *result, FILE *out);

#endif
