/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * wrap.h -- prints a paragraph with a label, wrapped at spaces to TEXT_WIDTH; a longer word gets its own line. Control
 * characters become '?', so that a file name can't send escape sequences to the terminal.
 */
#ifndef BENCH_WRAP_H
#define BENCH_WRAP_H

#include <stdio.h>

#define WRAP_INDENT 12 /* column of the text; a label is shorter */

void wrap_print(FILE *out, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
