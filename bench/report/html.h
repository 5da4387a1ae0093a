/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * html.h -- writes HTML. Markup comes from literals of the program; every value passes through the escape of html_print.
 *
 * A value may hold anything: markup, quotes, control characters, broken UTF-8. It stays text. A control character is
 * shown as its picture (U+2400 to U+2421). Characters that reverse or hide the text around them, and broken UTF-8, are
 * shown as U+FFFD.
 */
#ifndef BENCH_REPORT_HTML_H
#define BENCH_REPORT_HTML_H

#include <stdio.h>

/*
 * Writes `format`: markup in which %s stands for a text, which is escaped, and %zu for a number; nothing else may follow
 * a %. A text is safe between tags and in a quoted attribute; NULL is a dash. Errors stay in `out` for ferror().
 */
void html_print(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes one escaped text. */
void html_text(FILE *out, const char *text);

#endif
