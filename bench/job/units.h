/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * units.h -- sizes, durations, counts and percentages as text.
 *
 * Parsers take the whole text or nothing: no blanks, no sign, and a fraction only where the result
 * is whole ("1.5k" is a size, "0.5" is not). They return 0, or -1 for anything else and for what
 * does not fit; *out is then as it was. Printers write text that the parser of the same unit takes
 * back. They are pure functions of their arguments; any thread may call them.
 */
#ifndef BENCH_JOB_UNITS_H
#define BENCH_JOB_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_TEXT_MAX 32 /* enough for what any printer here writes */

/* bytes: plain, or k M G T in either case, powers of 1024, with or without "B" or "iB" */
/* bytes per second in powers of 1000, as results print them: "1.5GB/s", "1.5G"; GiB, MiB, kiB: of 1024 */
int units_parse_rate(const char *text, uint64_t *out);
void units_print_rate(uint64_t bytes_per_s, char *text, size_t size);

int units_parse_size(const char *text, uint64_t *out);
void units_print_size(uint64_t bytes, char *text, size_t size);

/* nanoseconds: plain seconds as in fio, or ns us ms s m h */
int units_parse_duration(const char *text, uint64_t *out);
void units_print_duration(uint64_t ns, char *text, size_t size);

/* plain, or k M G T in either case, powers of 1000 */
int units_parse_count(const char *text, uint64_t *out);
void units_print_count(uint64_t count, char *text, size_t size);

/* any 64-bit number, decimal or 0x hexadecimal */
int units_parse_number(const char *text, uint64_t *out);
void units_print_number(uint64_t number, char *text, size_t size);

/* 0 to 100, at most 6 decimals, with or without "%" */
int units_parse_percent(const char *text, double *out);
void units_print_percent(double percent, char *text, size_t size);

#endif
