/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_compare.c -- bttbench compare OLD... -- NEW...: did any metric become better or worse? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_args.h"
#include "read_files.h"

#define METRICS_MAX 64

enum { KEY_METRIC = 256, KEY_FORMAT, KEY_INCONCLUSIVE };

struct compare_args {
	struct compare_options options;
	struct metric metrics[METRICS_MAX];
	int (*write)(const struct comparison *c, FILE *out);
	int inconclusive_is_ok;
	struct compare_sides sides;
};

static const struct argp_option options[] = {
	{"metric", KEY_METRIC, "METRIC", 0,
	 "Compares this metric: iops, read.p99, write.bw, fences, ...; can be repeated (default: "
	 "iops, and p50, p99 and p99.9 of each kind of op)",
	 0},
	{"format", KEY_FORMAT, "NAME", 0, "text (default), json, markdown or junit", 0},
	{"inconclusive", KEY_INCONCLUSIVE, "NAME", 0,
	 "fail (default): exit 4 if nothing is worse and something inconclusive; ok: exit 0", 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
add_metric(struct compare_args *args, const char *name)
{
	error_t err;

	if (args->options.nmetrics == METRICS_MAX) {
		cmd_usage("--metric=%s: too many metrics (allowed: %d)", name, METRICS_MAX);
		return CMD_SAID;
	}
	err = cmd_parse_metric(name, &args->metrics[args->options.nmetrics]);
	args->options.nmetrics += !err;
	return err;
}

static error_t
choose_format(struct compare_args *args, const char *name)
{
	static const struct {
		const char *name;
		int (*write)(const struct comparison *c, FILE *out);
	} formats[] = {{"text", compare_write_text},
		       {"json", compare_write_json},
		       {"markdown", compare_write_markdown},
		       {"junit", compare_write_junit}};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(name, formats[i].name)) {
			args->write = formats[i].write;
			return 0;
		}
	cmd_usage("--format=%s: no such format (allowed: text, json, markdown, junit)", name);
	return CMD_SAID;
}

static error_t
choose_inconclusive(struct compare_args *args, const char *name)
{
	args->inconclusive_is_ok = !strcmp(name, "ok");
	if (args->inconclusive_is_ok || !strcmp(name, "fail"))
		return 0;
	cmd_usage("--inconclusive=%s: not a choice (allowed: fail, ok)", name);
	return CMD_SAID;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct compare_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->options;
		return 0;
	case KEY_METRIC:
		return add_metric(args, arg);
	case KEY_FORMAT:
		return choose_format(args, arg);
	case KEY_INCONCLUSIVE:
		return choose_inconclusive(args, arg);
	case ARGP_KEY_ARG:
		compare_args_add(&args->sides, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&compare_args_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
	options,
	parse,
	"OLD... -- NEW...\nSTUDY --by KEY",
	"Compares the metrics of saved results: better, worse, same or inconclusive. OLD and NEW "
	"are JSON of 'bttbench run --output'. With several files a side, each file is one sample; "
	"with one file a side, each repeat. STUDY is JSON of 'bttbench sweep --output'."
	"\vExit: 0 nothing is worse, 1 a file could not be read, results are unlike or a side has "
	"no good run, 2 usage, 3 something is worse, 4 nothing is worse and something "
	"inconclusive.",
	children,
	NULL,
	NULL,
};

static enum cmd_exit
compare(const struct compare_args *args, const struct result *results)
{
	struct comparison c;
	struct why why;
	enum cmd_exit code;
	int err = compare_args_run(&c, &args->sides, &args->options, results, &why);

	if (err)
		code = cmd_fail("%s", why.text);
	else if (args->write(&c, stdout))
		code = cmd_fail("standard output: %s", strerror(errno));
	else
		code = cmd_finish_output(c.verdict == DECIDE_WORSE ? CMD_LIMIT_MISSED
					 : c.verdict == DECIDE_INCONCLUSIVE &&
							 !args->inconclusive_is_ok
						 ? CMD_INVALID
						 : CMD_OK);
	comparison_free(&c);
	return code;
}

static enum cmd_exit
read_and_compare(const struct compare_args *args)
{
	struct result *results;
	enum cmd_exit code = read_files("compare", args->sides.files, args->sides.nfiles, &results);

	if (!code)
		code = compare(args, results);
	read_files_free(results, args->sides.nfiles);
	return code;
}

enum cmd_exit
cmd_compare(int argc, char **argv)
{
	struct compare_args args = {
		.options.threshold = COMPARE_THRESHOLD,
		.write = compare_write_text,
		.sides = {.files = calloc((size_t)argc, sizeof(char *)), .nbefore = SIZE_MAX},
	};
	enum cmd_exit code;

	if (!args.sides.files)
		return cmd_fail("compare: out of memory");
	args.options.metrics = args.metrics;
	compare_args_mark(argc, argv);
	code = cmd_parse(&argp, argc, argv, &args);
	if (!code)
		code = compare_args_check("compare", &args.sides, &args.options);
	if (!code)
		code = read_and_compare(&args);
	free(args.sides.files);
	return code;
}
