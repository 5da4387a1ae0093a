/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * wrap.h -- prints a paragraph with a label, wrapped to the width of the page: at blanks, and within a longer word after
 * a punctuation mark if it has one. Control characters become '?', so that a file name can't send escape sequences to
 * the terminal.
 */
#ifndef BENCH_WRAP_H
#define BENCH_WRAP_H

#include <stdio.h>

#define WRAP_INDENT 12 /* column of the text; a label is shorter */

struct page {
	FILE *out;
	unsigned width; /* columns, more than WRAP_INDENT + 1 */
	int is_verbose; /* 1: also what the text sums up otherwise */
};

void wrap_print(const struct page *page, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
