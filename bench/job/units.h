/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * units.h -- parses and prints sizes, rates, durations, counts and percentages.
 *
 * Parsers accept no blanks and no sign. Except for percentages, the value must be whole: "1.5k" is a size,
 * "0.5" is not. They return 0, or -1 if the text does not parse completely or the value does not fit in
 * *out; *out is then unchanged. Printers write text that parses to the same value. All are pure functions;
 * any thread may call them.
 */
#ifndef BENCH_JOB_UNITS_H
#define BENCH_JOB_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_TEXT_MAX 32 /* bytes that are enough for every printer here */

/*
 * Bytes per second, with or without "/s": "1.5GB/s", "1.5G". k M G T are powers of 1000 like in results;
 * kiB MiB GiB TiB are powers of 1024. The case does not matter.
 */
int units_parse_rate(const char *text, uint64_t *out);
void units_print_rate(uint64_t bytes_per_s, char *text, size_t size);

/* Bytes. k M G T are powers of 1024, also with "B" or "iB". The case does not matter. */
int units_parse_size(const char *text, uint64_t *out);
void units_print_size(uint64_t bytes, char *text, size_t size);

/* Nanoseconds. The text has ns us ms s m h; a plain number is in seconds like in fio. */
int units_parse_duration(const char *text, uint64_t *out);
void units_print_duration(uint64_t ns, char *text, size_t size);

/* A count. k M G T are powers of 1000. The case does not matter. */
int units_parse_count(const char *text, uint64_t *out);
void units_print_count(uint64_t count, char *text, size_t size);

/* Any 64-bit number, decimal or hexadecimal with 0x. */
int units_parse_number(const char *text, uint64_t *out);
void units_print_number(uint64_t number, char *text, size_t size);

/* 0 to 100 with at most 6 decimals, with or without "%". */
int units_parse_percent(const char *text, double *out);
void units_print_percent(double percent, char *text, size_t size);

#endif
