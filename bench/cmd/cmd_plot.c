/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_plot.c -- bttbench plot KIND FILE...: draws a plot of saved results, or writes the data behind it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/job_key.h"
#include "report/plot.h"
#include "study/history.h"
#include "compare_args.h"
#include "history_open.h"
#include "output_file.h"
#include "read_files.h"

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
#define KEY_SERIES 11

struct plot_args {
	struct plot plot;
	struct metric metric;
	const char **where;
	const char *out, *data;
	struct compare_sides words; /* KIND and FILE... */
	struct compare_options compare;
};

static const struct argp_option options[] = {
	{"output", 'o', "FILE", 0, "Writes the picture; the ending chooses SVG, PNG or PDF", 0},
	{"data", KEY_DATA, "FILE", 0, "Writes the data with tabs; - is standard output", 0},
	{"metric", KEY_METRIC, "METRIC", 0,
	 "Figure of heatmap, scaling, nodes, trend (default: iops) and compare (as of 'bttbench "
	 "compare'): " METRIC_ALLOWED,
	 0},
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
	{"series", KEY_SERIES, "N", 0, "Only this series of trend", 0},
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
parse_width(const char *text, unsigned *width)
{
	uint64_t pixels = 0;
	error_t err = cmd_parse_count("--width", text, PLOT_WIDTH_MIN, PLOT_WIDTH_MAX, &pixels);

	*width = (unsigned)pixels;
	return err;
}

static error_t
parse_series(const char *text, int64_t *series)
{
	uint64_t number = 0;
	error_t err = cmd_parse_count("--series", text, 1, INT64_MAX, &number);

	*series = (int64_t)number;
	return err;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct plot_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->compare;
		return 0;
	case 'o':
		args->out = arg;
		return 0;
	case KEY_DATA:
		args->data = arg;
		return 0;
	case KEY_METRIC:
		args->plot.metric = &args->metric;
		return cmd_parse_metric(arg, &args->metric);
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
	case KEY_SERIES:
		return parse_series(arg, &args->plot.series);
	case KEY_TITLE:
		args->plot.title = arg;
		return 0;
	case KEY_WIDTH:
		return parse_width(arg, &args->plot.width);
	case KEY_SCRIPT:
		args->plot.script = arg;
		return 0;
	case ARGP_KEY_ARG:
		compare_args_add(&args->words, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&compare_args_argp, 0, "For compare, as of 'bttbench compare':", 1}, {0}};

static const struct argp argp = {
	options,
	parse,
	"KIND FILE...\ncompare OLD... -- NEW...\ncompare STUDY --by KEY\ntrend [STORE]",
	"Draws a plot of saved results with gnuplot. KIND is percentiles, histogram, series, "
	"heatmap, scaling, tax or nodes. compare draws the comparison of 'bttbench compare', trend "
	"a metric of 'bttbench history'. FILE is JSON of 'bttbench run --output' or of a sweep; - "
	"is standard input. STORE is the file of the history (default: as of 'bttbench history')."
	"\vExit: 0 drawn, 1 a FILE could not be read or can't give this plot, or gnuplot failed; "
	"2 usage.",
	children,
	NULL,
	NULL,
};

static enum cmd_exit
check_args(const struct plot_args *args)
{
	const struct compare_options *c = &args->compare;
	const char *kind = args->words.nfiles ? args->words.files[0] : "";
	enum plot_source source = plot_source(kind);

	if (!args->words.nfiles)
		return cmd_usage("plot: no KIND (allowed: " PLOT_KINDS ")");
	if (!source)
		return cmd_usage("%s: no such KIND of plot (allowed: " PLOT_KINDS ")", kind);
	if (source != PLOT_OF_COMPARISON &&
	    (args->words.nbefore != SIZE_MAX || c->by || c->by_before || c->by_after || c->force ||
	     c->threshold > 0))
		return cmd_usage("plot %s: an option of compare (allowed: with KIND compare)",
				 kind);
	if (source != PLOT_OF_HISTORY && args->plot.series)
		return cmd_usage("--series: not for plot %s (allowed: with KIND trend)", kind);
	if (source != PLOT_OF_RESULTS && (args->plot.x || args->plot.y || args->plot.job ||
					  args->plot.nwhere || args->plot.op != METRIC_TOTAL))
		return cmd_usage("plot %s: --x, --y, --job, --where or --op (allowed: with other "
				 "KINDs)",
				 kind);
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
write_files(const struct plot_args *args)
{
	enum cmd_exit code = args->data ? write_file(args, 0) : CMD_OK;

	return !code && args->out ? write_file(args, 1) : code;
}

static enum cmd_exit
plot_results(struct plot_args *args, const struct compare_sides *files)
{
	struct result *results = NULL;
	enum cmd_exit code = read_files_check("plot", files->files, files->nfiles);

	if (code)
		return code;
	args->plot.names = (const char *const *)files->files;
	args->plot.nresults = files->nfiles;
	args->plot.where = args->where;
	code = read_files("plot", files->files, files->nfiles, &results);
	args->plot.results = results;
	if (!code)
		code = check_keys(args);
	if (!code)
		code = write_files(args);
	read_files_free(results, files->nfiles);
	return code;
}

static enum cmd_exit
plot_comparison(struct plot_args *args, const struct compare_sides *sides)
{
	struct result *results = NULL;
	enum cmd_exit code = compare_args_check("plot", sides, &args->compare);
	struct comparison c;
	struct why why;

	if (code)
		return code;
	if (!(args->compare.threshold > 0))
		args->compare.threshold = COMPARE_THRESHOLD;
	args->compare.metrics = args->plot.metric;
	args->compare.nmetrics = args->plot.metric ? 1 : 0;
	code = read_files("plot", sides->files, sides->nfiles, &results);
	if (!code) {
		args->plot.comparison = &c;
		if (compare_args_run(&c, sides, &args->compare, results, &why))
			code = cmd_fail("%s", why.text);
		else
			code = write_files(args);
		comparison_free(&c);
	}
	read_files_free(results, sides->nfiles);
	return code;
}

static enum cmd_exit
plot_history(struct plot_args *args, const struct compare_sides *files)
{
	const struct metric iops = {METRIC_IOPS, METRIC_TOTAL, 0};
	const struct history_args open = {.store = files->nfiles ? files->files[0] : NULL};
	struct history history;
	enum cmd_exit code;

	if (files->nfiles > 1)
		return cmd_usage("plot trend: %zu files (allowed: one STORE)", files->nfiles);
	code = history_load(&open, metric_name(args->plot.metric ? args->plot.metric : &iops).text,
			    &history);
	if (code)
		return code;
	args->plot.history = &history;
	code = write_files(args);
	history_free(&history);
	return code;
}

static enum cmd_exit
plot(struct plot_args *args)
{
	struct compare_sides files = args->words;
	enum cmd_exit code = check_args(args);

	if (code)
		return code;
	args->plot.kind = files.files[0];
	files.files++;
	files.nfiles--;
	if (files.nbefore != SIZE_MAX)
		files.nbefore--;
	switch (plot_source(args->plot.kind)) {
	case PLOT_OF_COMPARISON:
		return plot_comparison(args, &files);
	case PLOT_OF_HISTORY:
		return plot_history(args, &files);
	default:
		return plot_results(args, &files);
	}
}

enum cmd_exit
cmd_plot(int argc, char **argv)
{
	struct plot_args args = {
		.plot.op = METRIC_TOTAL,
		.words = {.files = calloc((size_t)argc, sizeof(char *)), .nbefore = SIZE_MAX},
		.where = calloc((size_t)argc, sizeof(*args.where)),
	};
	enum cmd_exit code = CMD_OK;

	if (!args.words.files || !args.where)
		code = cmd_fail("plot: out of memory");
	if (!code) {
		compare_args_mark(argc, argv);
		code = cmd_parse(&argp, argc, argv, &args);
	}
	if (!code)
		code = plot(&args);
	free(args.words.files);
	free(args.where);
	return code;
}
