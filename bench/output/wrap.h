/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * wrap.h -- a labelled paragraph, broken at blanks into lines of TEXT_WIDTH; a longer word gets a
 * line of its own. Control characters are shown as '?', so that no name can steer a terminal.
 */
#ifndef BENCH_WRAP_H
#define BENCH_WRAP_H

#include <stdio.h>

#define WRAP_INDENT 12 /* where the text starts; labels are shorter */

void wrap_print(FILE *out, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
