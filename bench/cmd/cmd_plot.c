/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_plot.c -- bttbench plot KIND FILE...: draws a plot of saved results, or writes the data behind it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "job/job_key.h"
#include "output_file.h"
#include "read_files.h"
#include "report/plot.h"

#define KEY_METRIC 1
#define KEY_OP     2
#define KEY_X      3
#define KEY_Y      4
#define KEY_DATA   5
#define KEY_SCRIPT 6
#define KEY_WIDTH  7
#define KEY_TITLE  8
#define KEY_JOB    9
#define KEY_WHERE  10

#define STANDARD_OUTPUT "-"

struct plot_args {
	struct plot plot;
	struct metric metric;
	const char **where;
	const char *out, *data;
	char **words; /* KIND and FILE... */
	size_t nwords;
};

static const struct argp_option options[] = {
	{"output", 'o', "FILE", 0, "Writes the picture; the ending chooses SVG, PNG or PDF", 0},
	{"data", KEY_DATA, "FILE", 0, "Writes the data with tabs; - is standard output", 0},
	{"metric", KEY_METRIC, "METRIC", 0,
	 "Figure of heatmap, scaling and nodes (default: iops): " METRIC_ALLOWED, 0},
	{"op", KEY_OP, "NAME", 0, "Only one kind of op: read, write or zero", 0},
	{"x", KEY_X, "JOBKEY", 0,
	 "Key of the horizontal axis of heatmap (default: the first swept one), scaling "
	 "(threads) and tax (engine)",
	 0},
	{"y", KEY_Y, "JOBKEY", 0,
	 "Key of the vertical axis of heatmap (default: the second swept one)", 0},
	{"job", KEY_JOB, "JOB", 0, "Only runs of the job with this name", 0},
	{"where", KEY_WHERE, "KEY", 0,
	 "KEY=VALUE: only runs of jobs with this value. Several: all of them", 0},
	{"title", KEY_TITLE, "TEXT", 0, "Title of the plot", 0},
	{"width", KEY_WIDTH, "PX", 0, "Width in pixels, 400 to 10000 (default: 900)", 0},
	{"script", KEY_SCRIPT, "FILE", 0,
	 "Draws with this gnuplot script in place of the one of the kind", 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse_op(const char *name, unsigned *op)
{
	for (*op = 0; *op < OP_KINDS; ++*op)
		if (!strcmp(name, op_kind_name((enum op_kind) * op)))
			return 0;
	cmd_usage("--op=%s: no such op (allowed: read, write, zero)", name);
	return CMD_SAID;
}

static error_t
parse_metric(const char *name, struct plot_args *args)
{
	struct why why;

	if (metric_parse(&args->metric, name, &why)) {
		cmd_usage("--metric=%s: %s", name, why.text);
		return CMD_SAID;
	}
	args->plot.metric = &args->metric;
	return 0;
}

static error_t
parse_width(const char *text, unsigned *width)
{
	uint64_t pixels = 0;
	error_t err = cmd_parse_count("--width", text, PLOT_WIDTH_MIN, PLOT_WIDTH_MAX, &pixels);

	*width = (unsigned)pixels;
	return err;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct plot_args *args = state->input;

	switch (key) {
	case 'o':
		args->out = arg;
		return 0;
	case KEY_DATA:
		args->data = arg;
		return 0;
	case KEY_METRIC:
		return parse_metric(arg, args);
	case KEY_OP:
		return parse_op(arg, &args->plot.op);
	case KEY_X:
		args->plot.x = arg;
		return 0;
	case KEY_Y:
		args->plot.y = arg;
		return 0;
	case KEY_JOB:
		args->plot.job = arg;
		return 0;
	case KEY_WHERE:
		args->where[args->plot.nwhere++] = arg;
		return 0;
	case KEY_TITLE:
		args->plot.title = arg;
		return 0;
	case KEY_WIDTH:
		return parse_width(arg, &args->plot.width);
	case KEY_SCRIPT:
		args->plot.script = arg;
		return 0;
	case ARGP_KEY_ARG:
		args->words[args->nwords++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options,
	parse,
	"KIND FILE...",
	"Draws a plot of saved results with gnuplot. KIND is percentiles, histogram, series, "
	"heatmap, scaling, tax or nodes. FILE is JSON of 'bttbench run --output' or of a sweep; "
	"- is standard input."
	"\vExit: 0 drawn, 1 a FILE could not be read or can't give this plot, or gnuplot failed; "
	"2 usage.",
	NULL,
	NULL,
	NULL,
};

static enum cmd_exit
check_args(const struct plot_args *args)
{
	const char *kind = args->nwords ? args->words[0] : "";
	enum cmd_exit code;

	if (!args->nwords)
		return cmd_usage("plot: no KIND (allowed: " PLOT_KINDS ")");
	if (!plot_is_kind(kind))
		return cmd_usage("%s: no such KIND of plot (allowed: " PLOT_KINDS ")", kind);
	code = read_files_check("plot", args->words + 1, args->nwords - 1);
	if (code)
		return code;
	if (!args->out && !args->data)
		return cmd_usage("plot: no output (allowed: -o FILE" PLOT_ENDINGS
				 ", or --data=FILE)");
	if (args->out && !plot_ending(args->out))
		return cmd_usage("%s: no such format of a picture (allowed: a name that ends "
				 "in " PLOT_ENDINGS ")",
				 args->out);
	return CMD_OK;
}

/* The keys need a job, so they are checked when the files are read. */
static enum cmd_exit
check_keys(const struct plot_args *args)
{
	const struct job *job = &args->plot.results[0].jobs.jobs[0];
	const struct {
		const char *option, *key;
	} axes[] = {{"--x", args->plot.x}, {"--y", args->plot.y}};

	for (size_t i = 0; i < sizeof(axes) / sizeof(axes[0]); i++)
		if (axes[i].key && !job_key_text(job, axes[i].key).text[0])
			return cmd_usage("%s=%s: no key of jobs (allowed: see 'bttbench run "
					 "--help-keys')",
					 axes[i].option, axes[i].key);
	return CMD_OK;
}

/* Writes the picture, or without a picture the data. */
static int
write_to(const struct plot_args *args, int is_picture, FILE *out, struct why *why)
{
	if (is_picture)
		return plot_draw(&args->plot, plot_ending(args->out), out, why);
	return plot_data(&args->plot, out, why);
}

/* Writes a file as a whole; the old one survives every error. */
static enum cmd_exit
write_file(const struct plot_args *args, int is_picture)
{
	const char *path = is_picture ? args->out : args->data;
	struct output_file file;
	struct why why;

	if (!is_picture && !strcmp(path, STANDARD_OUTPUT)) {
		if (!write_to(args, is_picture, stdout, &why))
			return cmd_finish_output(CMD_OK);
		return cmd_fail("plot: %s", why.text);
	}
	if (output_file_open(&file, path))
		return cmd_fail("%s: %s", path, strerror(errno));
	if (!output_file_begin(&file)) {
		int code = errno;

		output_file_drop(&file);
		return cmd_fail("%s: %s", path, strerror(code));
	}
	if (write_to(args, is_picture, file.file, &why)) {
		output_file_drop(&file);
		return cmd_fail("plot: %s", why.text);
	}
	if (output_file_finish(&file))
		return cmd_fail("%s: %s", path, strerror(errno));
	return CMD_OK;
}

static enum cmd_exit
plot(struct plot_args *args)
{
	struct result *results = NULL;
	enum cmd_exit code = check_args(args);

	if (code)
		return code;
	args->plot.kind = args->words[0];
	args->plot.names = (const char *const *)args->words + 1;
	args->plot.nresults = args->nwords - 1;
	args->plot.where = args->where;
	code = read_files("plot", args->words + 1, args->plot.nresults, &results);
	args->plot.results = results;
	if (!code)
		code = check_keys(args);
	if (!code && args->data)
		code = write_file(args, 0);
	if (!code && args->out)
		code = write_file(args, 1);
	read_files_free(results, args->plot.nresults);
	return code;
}

enum cmd_exit
cmd_plot(int argc, char **argv)
{
	struct plot_args args = {
		.plot.op = METRIC_TOTAL,
		.words = calloc((size_t)argc, sizeof(*args.words)),
		.where = calloc((size_t)argc, sizeof(*args.where)),
	};
	enum cmd_exit code = CMD_OK;

	if (!args.words || !args.where)
		code = cmd_fail("plot: out of memory");
	if (!code)
		code = cmd_parse(&argp, argc, argv, &args);
	if (!code)
		code = plot(&args);
	free(args.words);
	free(args.where);
	return code;
}
