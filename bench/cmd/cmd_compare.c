/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_compare.c -- bttbench compare OLD... -- NEW...: did any metric become better or worse? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/units.h"
#include "study/compare.h"
#include "cmd.h"
#include "read_files.h"

#define METRICS_MAX       64
#define THRESHOLD_DEFAULT 0.03

/* Stands for "--", which would end the options. */
static char separator[] = "OLD -- NEW";

enum {
	KEY_BY = 256,
	KEY_OLD,
	KEY_NEW,
	KEY_METRIC,
	KEY_THRESHOLD,
	KEY_FORMAT,
	KEY_INCONCLUSIVE,
	KEY_FORCE
};

struct compare_args {
	struct compare_options options;
	struct metric metrics[METRICS_MAX];
	int (*write)(const struct comparison *c, FILE *out);
	int inconclusive_is_ok;
	char **files;           /* those of OLD first */
	size_t nfiles, nbefore; /* nbefore SIZE_MAX: no "--" */
};

static const struct argp_option options[] = {
	{"by", KEY_BY, "KEY", 0,
	 "Compares two values of a swept key of one result of 'bttbench sweep': at each "
	 "combination "
	 "of the other keys, round by round",
	 0},
	{"old", KEY_OLD, "VALUE", 0, "With --by: the first of the two values (default: the first)",
	 0},
	{"new", KEY_NEW, "VALUE", 0, "With --by: the second of the two values", 0},
	{"metric", KEY_METRIC, "METRIC", 0,
	 "Compares this metric: iops, read.p99, write.bw, fences, ...; can be repeated (default: "
	 "iops, and p50, p99 and p99.9 of each kind of op)",
	 0},
	{"threshold", KEY_THRESHOLD, "PERCENT", 0, "Smaller differences do not matter (default 3%)",
	 0},
	{"format", KEY_FORMAT, "NAME", 0, "text (default), json, markdown or junit", 0},
	{"inconclusive", KEY_INCONCLUSIVE, "NAME", 0,
	 "fail (default): exit 4 if nothing is worse and something inconclusive; ok: exit 0", 0},
	{"force", KEY_FORCE, NULL, 0,
	 "Compares results of different machines, jobs or layouts, and lists the differences", 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
add_metric(struct compare_args *args, const char *name)
{
	struct why why;

	if (args->options.nmetrics == METRICS_MAX) {
		cmd_usage("--metric=%s: too many metrics (allowed: %d)", name, METRICS_MAX);
		return CMD_SAID;
	}
	if (!metric_parse(&args->metrics[args->options.nmetrics], name, &why)) {
		args->options.nmetrics++;
		return 0;
	}
	cmd_usage("--metric=%s: %s", name, why.text);
	return CMD_SAID;
}

static error_t
parse_threshold(struct compare_args *args, const char *text)
{
	double percent;

	if (!units_parse_percent(text, &percent) && percent > 0) {
		args->options.threshold = percent / 100;
		return 0;
	}
	cmd_usage("--threshold=%s: not a threshold (allowed: above 0 up to 100, in percent, like "
		  "3%%)",
		  text);
	return CMD_SAID;
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
	case KEY_BY:
		args->options.by = arg;
		return 0;
	case KEY_OLD:
		args->options.by_before = arg;
		return 0;
	case KEY_NEW:
		args->options.by_after = arg;
		return 0;
	case KEY_METRIC:
		return add_metric(args, arg);
	case KEY_THRESHOLD:
		return parse_threshold(args, arg);
	case KEY_FORMAT:
		return choose_format(args, arg);
	case KEY_INCONCLUSIVE:
		return choose_inconclusive(args, arg);
	case KEY_FORCE:
		args->options.force = 1;
		return 0;
	case ARGP_KEY_ARG:
		if (arg == separator) {
			args->nbefore = args->nfiles;
			return 0;
		}
		args->files[args->nfiles++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

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
	NULL,
	NULL,
	NULL,
};

static enum cmd_exit
check_args(const struct compare_args *args)
{
	enum cmd_exit code = read_files_check("compare", args->files, args->nfiles);

	if (code)
		return code;
	if (args->options.by) {
		if (args->nfiles != 1 || args->nbefore != SIZE_MAX)
			return cmd_usage("--by=%s: not one STUDY (allowed: one result of 'bttbench "
					 "sweep')",
					 args->options.by);
		if (args->options.force)
			return cmd_usage("--force: nothing to force (allowed: without --by)");
		return CMD_OK;
	}
	if (args->options.by_before || args->options.by_after)
		return cmd_usage("--%s: no key (allowed: with --by=KEY)",
				 args->options.by_before ? "old" : "new");
	if (args->nbefore == SIZE_MAX)
		return cmd_usage("compare: no '--' (allowed: OLD... -- NEW..., or STUDY --by=KEY)");
	if (!args->nbefore || args->nbefore == args->nfiles)
		return cmd_usage("compare: no file %s '--' (allowed: OLD... -- NEW...)",
				 args->nbefore ? "behind" : "before");
	return CMD_OK;
}

static enum cmd_exit
compare(const struct compare_args *args, const struct result *results)
{
	size_t nbefore = args->options.by ? 0 : args->nbefore;
	const char *const *names = (const char *const *)args->files;
	const struct compare_side before = {
		.results = results, .names = names, .nresults = nbefore};
	const struct compare_side after = {.results = results + nbefore,
					   .names = names + nbefore,
					   .nresults = args->nfiles - nbefore};
	struct comparison c;
	struct why why;
	enum cmd_exit code;
	int err = args->options.by ? compare_points(&c, results, names, &args->options, &why)
				   : compare_results(&c, &before, &after, &args->options, &why);

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
	enum cmd_exit code = read_files("compare", args->files, args->nfiles, &results);

	if (!code)
		code = compare(args, results);
	read_files_free(results, args->nfiles);
	return code;
}

enum cmd_exit
cmd_compare(int argc, char **argv)
{
	struct compare_args args = {.write = compare_write_text,
				    .files = calloc((size_t)argc, sizeof(*args.files)),
				    .nbefore = SIZE_MAX};
	enum cmd_exit code;
	int at = 1;

	if (!args.files)
		return cmd_fail("compare: out of memory");
	args.options.threshold = THRESHOLD_DEFAULT;
	args.options.metrics = args.metrics;
	while (at < argc && strcmp(argv[at], "--") != 0)
		at++;
	if (at < argc)
		argv[at] = separator;
	code = cmd_parse(&argp, argc, argv, &args);
	if (!code)
		code = check_args(&args);
	if (!code)
		code = read_and_compare(&args);
	free(args.files);
	return code;
}
