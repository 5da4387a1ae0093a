/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * human.h -- numbers with three significant digits and a unit, at most 8 characters: "1.23us".
 *
 * Returned by value, so that a call can be an argument of printf: human_time(ns).text. NAN and infinity give "-".
 */
#ifndef BENCH_HUMAN_H
#define BENCH_HUMAN_H

#include <stdint.h>

struct human {
	char text[24];
};

struct human human_time(double ns);
struct human human_count(double count);           /* powers of 1000: "1.23M" */
struct human human_bandwidth(double bytes_per_s); /* powers of 1000: "1.23GB/s" */
struct human human_size(uint64_t bytes);          /* powers of 1024, four digits: "15.75GiB" */
struct human human_percent(double percent);       /* one decimal below 100: "1.2%" */
struct human human_length(double s);              /* of a task: "59s", "4m05s", "2h30m" */
struct human human_index(int index);              /* "-" when negative */

#endif
