/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * history_print.h -- the history as text, CSV, JSON and OpenMetrics on standard output.
 *
 * A function returns 0, or -1 on an output error or without memory.
 */
#ifndef BENCH_CMD_HISTORY_PRINT_H
#define BENCH_CMD_HISTORY_PRINT_H

#include "study/history_check.h"

enum history_format { HISTORY_TEXT, HISTORY_CSV, HISTORY_JSON, HISTORY_OPENMETRICS };

int history_print_list(const struct history *history, enum history_format format);

/* `series`: only this one; 0: all */
int history_print_trend(const struct history *history, int64_t series, enum history_format format);

/* Changes of at least `threshold` (0.03: 3 %); `all`: not only of the main metrics. */
int history_print_changes(const struct history *history, int64_t series, double threshold, int all,
			  enum history_format format);

int history_print_checks(const struct history_checks *checks, enum history_format format);

int history_print_export(const struct history *history, enum history_format format);

#endif
