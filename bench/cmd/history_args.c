/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "job/units.h"
#include "output/output.h"
#include "history_args.h"

static const struct argp_option options[] = {
	{"store", HISTORY_KEY_STORE, "FILE", 0,
	 "The store (default $XDG_DATA_HOME/bttbench/history.db, or "
	 "~/.local/share/bttbench/history.db); "
	 "add makes it if it is missing",
	 0},
	{"label", HISTORY_KEY_LABEL, "K=V", 0,
	 "add: a note that is kept with the results; can be repeated", 0},
	{"format", HISTORY_KEY_FORMAT, "NAME", 0,
	 "list, trend, changes, check, export: text (default), csv, json or openmetrics, as the "
	 "action "
	 "allows. show: any format of 'bttbench show'",
	 0},
	{"metric", HISTORY_KEY_METRIC, "METRIC", 0,
	 "changes, check: only this metric (default: iops, fences, lines; p50, p99 and p99.9 of "
	 "each op)",
	 0},
	{"series", HISTORY_KEY_SERIES, "N", 0, "trend, changes: only this series", 0},
	{"threshold", HISTORY_KEY_THRESHOLD, "PERCENT", 0,
	 "check: a smaller difference counts as none (default 3%). changes: a smaller change is "
	 "not printed (default 1%)",
	 0},
	{"keep", HISTORY_KEY_KEEP, "N", 0, "prune: keeps the newest N results", 0},
	{"before", HISTORY_KEY_BEFORE, "DATE", 0,
	 "prune: removes results that began before DATE, 2026-11-26 (UTC)", 0},
	{"dry-run", HISTORY_KEY_DRY_RUN, NULL, 0, "prune: only says how many", 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
say_usage(enum cmd_exit code)
{
	return code ? CMD_SAID : 0;
}

/* K=V: no blanks or = in the name, no blanks in the value, so that a list of labels can be read. */
static error_t
add_label(struct history_args *args, char *arg)
{
	struct history_label *grown;
	char *equals = strchr(arg, '=');

	if (!equals || equals == arg || strpbrk(arg, " \t\r\n"))
		return say_usage(cmd_usage("--label=%s: no label (allowed: NAME=VALUE without "
					   "blanks)",
					   arg));
	grown = reallocarray(args->labels, args->nlabels + 1, sizeof(*grown));
	if (!grown)
		return ENOMEM;
	args->labels = grown;
	*equals = '\0';
	grown[args->nlabels++] = (struct history_label){arg, equals + 1};
	return 0;
}

static error_t
take_format(struct history_args *args, const char *name)
{
	args->format = name;
	if (output_find(name))
		return 0;
	return say_usage(cmd_usage("--format=%s: no such format (allowed: text, csv, json, "
				   "openmetrics)",
				   name));
}

static error_t
take_threshold(struct history_args *args, const char *text)
{
	if (units_parse_percent(text, &args->threshold))
		return say_usage(cmd_usage("--threshold=%s: not a percentage (allowed: 0 to 100, "
					   "like 3%%)",
					   text));
	args->threshold /= 100;
	return 0;
}

static error_t
take_date(struct history_args *args, const char *text)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%d", &tm);
	time_t time = end && !*end ? timegm(&tm) : -1;

	args->before = (uint64_t)time;
	if (time >= 0)
		return 0;
	return say_usage(cmd_usage("--before=%s: not a date (allowed: like 2026-11-26)", text));
}

static error_t
take_metric(struct history_args *args, const char *name)
{
	struct metric metric;

	if (cmd_parse_metric(name, &metric))
		return CMD_SAID;
	args->metric_name = metric_name(&metric);
	args->metric = args->metric_name.text;
	return 0;
}

static error_t
take_option(int key, char *arg, struct history_args *args)
{
	switch (key) {
	case HISTORY_KEY_STORE:
		args->store = arg;
		return 0;
	case HISTORY_KEY_LABEL:
		return add_label(args, arg);
	case HISTORY_KEY_FORMAT:
		return take_format(args, arg);
	case HISTORY_KEY_METRIC:
		return take_metric(args, arg);
	case HISTORY_KEY_SERIES:
		return cmd_parse_count("--series", arg, 1, INT64_MAX, &args->series);
	case HISTORY_KEY_THRESHOLD:
		return take_threshold(args, arg);
	case HISTORY_KEY_KEEP:
		return cmd_parse_count("--keep", arg, 0, INT64_MAX, &args->keep);
	case HISTORY_KEY_BEFORE:
		return take_date(args, arg);
	default: /* HISTORY_KEY_DRY_RUN */
		return 0;
	}
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct history_args *args = state->input;

	if (key >= HISTORY_KEY_STORE && key < HISTORY_KEY_END) {
		args->given |= HISTORY_BIT(key);
		return take_option(key, arg, args);
	}
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (!args->action)
		args->action = arg;
	else
		args->words[args->nwords++] = arg;
	return 0;
}

static const struct argp argp = {
	options,
	parse,
	"ACTION [ARGUMENT...]",
	"Keeps results in a store, and finds changes and regressions in them. ACTION is:\n"
	"  add FILE...    adds results: all of them or none\n"
	"  list           lists the results\n"
	"  show ID        prints a result, by its number in the list or its id\n"
	"  trend METRIC   prints a metric of each series, with its changes\n"
	"  changes        prints the changes of all series\n"
	"  check FILE...  compares new results with the last part of their series\n"
	"  export         prints every value, as csv (default), json or openmetrics\n"
	"  prune          removes old results: --keep or --before"
	"\vExit: 0 good, 1 failed, 2 usage; check: 3 the results are worse, 4 unclear, or "
	"too few results to say.",
	NULL,
	NULL,
	NULL,
};

enum cmd_exit
history_args_parse(struct history_args *args, int argc, char **argv)
{
	*args = (struct history_args){.words = calloc((size_t)argc, sizeof(*args->words))};
	if (!args->words)
		return cmd_fail("history: out of memory");
	return cmd_parse(&argp, argc, argv, args);
}

const char *
history_args_other(const struct history_args *args, unsigned allowed)
{
	for (const struct argp_option *o = options; o->name; o++)
		if (o->key > HISTORY_KEY_STORE && o->key < HISTORY_KEY_END &&
		    args->given & ~allowed & HISTORY_BIT(o->key))
			return o->name;
	return NULL;
}

void
history_args_free(struct history_args *args)
{
	free(args->words);
	free(args->labels);
}
