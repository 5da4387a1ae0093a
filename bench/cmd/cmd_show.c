/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_show.c -- bttbench show FILE...: prints saved results in any output format. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/output.h"
#include "study/study_text.h"
#include "cmd.h"
#include "read_files.h"
#include "terminal.h"

#define KEY_FORMAT 1

struct show_args {
	const struct output_ops *format;
	int is_verbose;
	char **files;
	size_t nfiles;
};

static const struct argp_option options[] = {
	{"format", KEY_FORMAT, "NAME", 0,
	 "Format of standard output, as of 'bttbench run': text (default), json, csv, fio-json, "
	 "fio-json+, bmf, openmetrics, openmetrics-timestamps, hgrm, ...",
	 0},
	{"verbose", 'v', NULL, 0,
	 "Text also shows each repeat of a job that has several, not only their medians, and each "
	 "of more than 16 workers; several results are shown one after the other",
	 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct show_args *args = state->input;

	switch (key) {
	case KEY_FORMAT:
		return cmd_parse_output(arg, &args->format);
	case 'v':
		args->is_verbose = 1;
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
	"FILE...",
	"Prints saved results as 'bttbench run' would have printed them. FILE is JSON of "
	"'bttbench run --output' or '--format=json'; - is standard input. Several results are "
	"printed as one table, as text or as CSV; every other format takes one."
	"\vExit: 0 shown, 1 a FILE could not be read or is no result, 2 usage.",
	NULL,
	NULL,
	NULL,
};

static enum cmd_exit
check_args(const struct show_args *args)
{
	enum cmd_exit code = read_files_check("show", args->files, args->nfiles);

	if (code)
		return code;
	if (args->nfiles > 1 && args->format->write != output_text &&
	    args->format->write != output_csv)
		return cmd_usage("--format=%s: %zu results (allowed: one, or --format=text or csv)",
				 args->format->name, args->nfiles);
	return CMD_OK;
}

static int
write_texts(const struct show_args *args, const struct result *results)
{
	const struct text_options text = {.width = terminal_width(stdout),
					  .is_verbose = args->is_verbose};

	const struct study_view study = {.width = text.width};
	const struct page page = {.out = stdout, .width = text.width};

	if (args->nfiles > 1 && !args->is_verbose)
		return study_print_results(results, (const char *const *)args->files, args->nfiles,
					   &page);
	for (size_t i = 0; i < args->nfiles; i++) {
		int err = i && putchar('\n') == EOF;

		if (!err)
			err = results[i].study.npoints
				      ? study_print(&results[i], &study, stdout)
				      : output_text_with(&results[i], &text, stdout);
		if (err)
			return -1;
	}
	return 0;
}

/* One header: its columns have the percentiles of all jobs. */
static int
write_table(const struct show_args *args, const struct result *results)
{
	struct job_list all = {0};
	int err;

	for (size_t i = 0; i < args->nfiles; i++)
		all.count += results[i].jobs.count;
	all.jobs = calloc(all.count, sizeof(*all.jobs));
	if (!all.jobs)
		return -1;
	all.count = 0;
	for (size_t i = 0; i < args->nfiles; i++)
		for (size_t k = 0; k < results[i].jobs.count; k++)
			all.jobs[all.count++] = results[i].jobs.jobs[k];
	err = output_csv_header(&all, stdout);
	for (size_t i = 0; i < args->nfiles && !err; i++)
		err = output_csv_rows(&results[i], &all, stdout);
	free(all.jobs);
	return err;
}

static enum cmd_exit
print(const struct show_args *args, const struct result *results)
{
	const struct output_ops *format = args->format;
	size_t bad = 0;
	struct why why;
	int err;

	if (results[0].study.npoints && !format->takes_study)
		return cmd_fail("%s: --format=%s: can't hold a sweep (allowed: text, json, csv)",
				args->files[0], format->name);
	if (format->check && format->check(&results[0].jobs, &why))
		return cmd_fail("%s: --format=%s: %s", args->files[0], format->name, why.text);
	for (size_t i = 0; i < results[0].nruns; i++)
		bad += !result_is_good(&results[0].runs[i]);
	if (bad && format->only_good_runs)
		cmd_warn("%s: --format=%s leaves out %zu of %zu runs", args->files[0], format->name,
			 bad, results[0].nruns);
	if (format->write == output_text)
		err = write_texts(args, results);
	else if (format->write == output_csv)
		err = write_table(args, results);
	else
		err = format->write(&results[0], stdout);
	return err ? cmd_fail("standard output: %s", strerror(errno)) : cmd_finish_output(CMD_OK);
}

static enum cmd_exit
show(const struct show_args *args)
{
	struct result *results;
	enum cmd_exit code = read_files("show", args->files, args->nfiles, &results);

	if (!code)
		code = print(args, results);
	read_files_free(results, args->nfiles);
	return code;
}

enum cmd_exit
cmd_show(int argc, char **argv)
{
	struct show_args args = {.format = output_find("text"),
				 .files = calloc((size_t)argc, sizeof(*args.files))};
	enum cmd_exit code;

	if (!args.files)
		return cmd_fail("show: out of memory");
	code = cmd_parse(&argp, argc, argv, &args);
	if (!code)
		code = check_args(&args);
	if (!code)
		code = show(&args);
	free(args.files);
	return code;
}

enum cmd_exit
cmd_show_result(const struct output_ops *format, char *name, const struct result *result)
{
	const struct show_args args = {.format = format, .files = &name, .nfiles = 1};

	return print(&args, result);
}
