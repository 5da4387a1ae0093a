/* SPDX-License-Identifier: BSD-3-Clause */
/* attribute.h -- reads files of /sys with one value. */
#ifndef BENCH_HOST_ATTRIBUTE_H
#define BENCH_HOST_ATTRIBUTE_H

#include <stddef.h>

/*
 * Copies the first line of a file without its newline; `format` makes the path. A long line is cut. 0; or -1 with text
 * "" when the file is unreadable or empty.
 */
int attribute_read(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The number in a file, decimal or with 0x; `otherwise` for anything else. */
long long attribute_number(long long otherwise, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Copies the last part of the target of a symbolic link. 0, or -1 with name "". */
int attribute_link(char *name, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
