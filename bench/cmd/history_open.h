/* SPDX-License-Identifier: BSD-3-Clause */
/* history_open.h -- for the actions of 'bttbench history': the store, the files and the end of the output. */
#ifndef BENCH_CMD_HISTORY_OPEN_H
#define BENCH_CMD_HISTORY_OPEN_H

#include "study/history.h"
#include "history_args.h"
#include "history_print.h"

/* Opens the store of the options. NULL after a line. */
struct history_store *history_open_store(const struct history_args *args,
					 enum history_access access);

/* Loads the history, with all metrics or one, and closes the store. */
enum cmd_exit history_load(const struct history_args *args, const char *metric,
			   struct history *history);

/* Reads the files into records, one for each word. The caller frees them also after a failure. */
enum cmd_exit history_read_records(const struct history_args *args, struct history_record *records);

enum history_format history_format_of(const struct history_args *args,
				      enum history_format otherwise);

/* `code`, unless `err` or the end of standard output says that something was not written. */
enum cmd_exit history_end_output(int err, enum cmd_exit code);

#endif
