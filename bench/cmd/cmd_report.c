/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_report.c -- bttbench report FILE... -o PAGE: one HTML page about saved results. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/output.h"
#include "report/report.h"
#include "result/read.h"
#include "cmd.h"
#include "output_file.h"
#include "read_files.h"

#define KEY_TITLE    1
#define KEY_METRIC   2
#define KEY_NO_PLOTS 3

struct report_args {
	const char *output, *title;
	struct metric metric;
	int has_metric, no_plots;
	char **files;
	size_t nfiles;
};

static const struct argp_option options[] = {
	{"output", 'o', "FILE", 0, "The page to write; - is standard output", 0},
	{"title", KEY_TITLE, "TEXT", 0, "Title of the page (default: job and namespace)", 0},
	{"metric", KEY_METRIC, "METRIC", 0,
	 "Figure that decides which point of a sweep is best: " METRIC_ALLOWED " (default: iops)",
	 0},
	{"no-plots", KEY_NO_PLOTS, NULL, 0, "Leaves out the plots, which need gnuplot", 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct report_args *args = state->input;

	switch (key) {
	case 'o':
		args->output = arg;
		return 0;
	case KEY_TITLE:
		args->title = arg;
		return 0;
	case KEY_METRIC:
		args->has_metric = 1;
		return cmd_parse_metric(arg, &args->metric);
	case KEY_NO_PLOTS:
		args->no_plots = 1;
		return 0;
	case ARGP_KEY_ARG:
		args->files[args->nfiles++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options,
	parse,
	"FILE... -o PAGE",
	"Makes one HTML page of saved results: verdict, answer, plots, tables, environment, job, "
	"and "
	"the results themselves to download. The page needs no network and no other file. FILE is "
	"JSON of 'bttbench run --output' or '--format=json'; - is standard input."
	"\vExit: 0 written, 1 a FILE is no result or the page could not be written, 2 usage.",
	NULL,
	NULL,
	NULL,
};

/* The document that the page gives back. Reading and writing a result gives the identical one. */
static enum cmd_exit
write_document(struct report_file *file)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, &file->document_size);
	int err = !out || output_json(file->result, out);

	if (out && fclose(out))
		err = 1;
	file->document = text;
	return err ? cmd_fail("report: out of memory") : CMD_OK;
}

static enum cmd_exit
write_page(const struct report_args *args, const struct report_file *files)
{
	const struct report report = {.files = files,
				      .nfiles = args->nfiles,
				      .title = args->title,
				      .metric = args->has_metric ? &args->metric : NULL,
				      .has_plots = !args->no_plots};
	int is_stdout = !strcmp(args->output, STANDARD_OUTPUT);
	struct output_file file;
	struct why no_plots;
	FILE *out = stdout;

	if (!is_stdout) {
		if (output_file_open(&file, args->output))
			return cmd_fail("--output=%s: %s", args->output, strerror(errno));
		out = output_file_begin(&file);
	}
	if (!out || report_write(&report, out, &no_plots)) {
		int err = errno;

		if (!is_stdout)
			output_file_drop(&file);
		return err == ENOMEM ? cmd_fail("report: out of memory")
				     : cmd_fail("%s%s: %s", is_stdout ? "" : "--output=",
						is_stdout ? "standard output" : args->output,
						strerror(err));
	}
	if (!is_stdout && output_file_finish(&file))
		return cmd_fail("--output=%s: %s", args->output, strerror(errno));
	if (no_plots.text[0])
		cmd_warn("report: the page has no plots: %s", no_plots.text);
	return is_stdout ? cmd_finish_output(CMD_OK) : CMD_OK;
}

static enum cmd_exit
report(const struct report_args *args)
{
	struct result *results = NULL;
	struct report_file *files = calloc(args->nfiles, sizeof(*files));
	enum cmd_exit code = files ? read_files("report", args->files, args->nfiles, &results)
				   : cmd_fail("report: out of memory");

	for (size_t i = 0; i < args->nfiles && !code; i++) {
		files[i].name = args->files[i];
		files[i].result = &results[i];
		code = write_document(&files[i]);
	}
	if (!code)
		code = write_page(args, files);
	for (size_t i = 0; i < args->nfiles && files; i++)
		free((void *)(uintptr_t)files[i].document);
	read_files_free(results, args->nfiles);
	free(files);
	return code;
}

enum cmd_exit
cmd_report(int argc, char **argv)
{
	struct report_args args = {.files = calloc((size_t)argc, sizeof(*args.files))};
	enum cmd_exit code;

	if (!args.files)
		return cmd_fail("report: out of memory");
	code = cmd_parse(&argp, argc, argv, &args);
	if (!code)
		code = read_files_check_output("report", args.files, args.nfiles, args.output,
					       "page");
	if (!code)
		code = report(&args);
	free(args.files);
	return code;
}
