/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * escape.h -- text of unknown origin (names of jobs, files and hosts) in markup. Bytes that are no UTF-8 and control
 * characters become '?'.
 */
#ifndef BENCH_ESCAPE_H
#define BENCH_ESCAPE_H

#include <stdio.h>

/* As content or as an attribute in quotes. */
void escape_xml(FILE *out, const char *text);

/* In a paragraph or in a cell of a table: stays plain text. */
void escape_markdown(FILE *out, const char *text);

#endif
