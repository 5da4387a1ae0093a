/* SPDX-License-Identifier: BSD-3-Clause */
/* history_args.h -- the options of 'bttbench history', for all actions. */
#ifndef BENCH_CMD_HISTORY_ARGS_H
#define BENCH_CMD_HISTORY_ARGS_H

#include "result/metric.h"
#include "study/history_store.h"
#include "cmd.h"

enum history_key {
	HISTORY_KEY_STORE = 256,
	HISTORY_KEY_LABEL,
	HISTORY_KEY_FORMAT,
	HISTORY_KEY_METRIC,
	HISTORY_KEY_SERIES,
	HISTORY_KEY_THRESHOLD,
	HISTORY_KEY_KEEP,
	HISTORY_KEY_BEFORE,
	HISTORY_KEY_DRY_RUN,
	HISTORY_KEY_END
};

#define HISTORY_BIT(key) (1u << ((key)-HISTORY_KEY_STORE))

struct history_args {
	const char *action;
	char **words;
	size_t nwords;
	unsigned given; /* bits of the keys */
	const char *store, *format;
	const char *metric; /* NULL, or in metric_name */
	struct metric_text metric_name;
	struct history_label *labels;
	size_t nlabels;
	uint64_t series, keep, before;
	double threshold;
};

/* Parses argv. Returns CMD_OK, or another code after a line. The caller calls history_args_free also after a failure. */
enum cmd_exit history_args_parse(struct history_args *args, int argc, char **argv);
void history_args_free(struct history_args *args);

/* The name of an option that was given and is neither --store nor among the bits of `allowed`, or NULL. */
const char *history_args_other(const struct history_args *args, unsigned allowed);

#endif
