/* SPDX-License-Identifier: BSD-3-Clause */
/* history_words.h -- for the outputs of the history: a result or a series as text and as JSON. */
#ifndef BENCH_CMD_HISTORY_WORDS_H
#define BENCH_CMD_HISTORY_WORDS_H

#include "output/json_value.h"
#include "study/history.h"

#define HISTORY_COMMIT_CHARS 12 /* of a commit in text */

/* "2026-11-26T02:48:25Z" */
struct history_time {
	char text[32];
};
struct history_time history_time(uint64_t epoch_s);

/* "-10.0%", or "from 0" */
struct history_percent {
	char text[32];
};
struct history_percent history_percent(double from, double to);

/* Prints the parts of a series, a line or more for each. */
void history_print_series(const struct history_series *series);

/* -1 if `err`, or if standard output failed */
int history_print_end(int err);

json_t *history_result_value(const struct history_result *r);
json_t *history_series_value(const struct history_series *series);

/* Appends to an array that may be NULL after a failure. */
void history_append(json_t **array, json_t *value);

#endif
