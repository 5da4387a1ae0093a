/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_merge.c -- bttbench merge FILE... -o FILE: adds up the results of one job from many hosts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/output.h"
#include "study/merge.h"
#include "cmd.h"
#include "output_file.h"
#include "read_files.h"
#include "saved_result.h"

struct merge_args {
	const char *output;
	char **files;
	size_t nfiles;
};

static const struct argp_option options[] = {
	{"output", 'o', "FILE", 0, "The merged result to write, as JSON; - is standard output", 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct merge_args *args = state->input;

	switch (key) {
	case 'o':
		args->output = arg;
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
	"FILE... -o FILE",
	"Adds up the results of one job from many hosts: histograms, counters and IOPS. Prints the "
	"hosts and the verdict, and names hosts that stand out. FILE is JSON of 'bttbench run "
	"--output' or '--format=json'; - is standard input."
	"\vExit: 0 written and valid, 1 a FILE is no result or is not like the first one, 2 usage, "
	"3 a limit was missed on a host, 4 a host is invalid or inconclusive.",
	NULL,
	NULL,
	NULL,
};

static enum cmd_exit
write_merged(const struct merge_args *args, const struct result *merged)
{
	enum cmd_exit code = saved_result_exit(merged);
	struct output_file file;
	struct why why;
	int err;

	if (!strcmp(args->output, STANDARD_OUTPUT)) {
		err = output_json(merged, stdout);
	} else {
		if (output_file_open(&file, args->output))
			return cmd_fail("%s: %s", args->output, strerror(errno));
		if (saved_result_write(merged, &file, args->output, &why))
			return cmd_fail("%s", why.text);
		err = output_text_hosts(merged, stdout);
	}
	if (err)
		return cmd_fail("standard output: %s", strerror(errno));
	return cmd_finish_output(code);
}

static enum cmd_exit
merge(const struct merge_args *args)
{
	struct result *results = NULL, merged = {0};
	enum cmd_exit code = read_files("merge", args->files, args->nfiles, &results);
	struct why why;

	if (!code &&
	    merge_results(&merged, results, (const char *const *)args->files, args->nfiles, &why))
		code = cmd_fail("%s", why.text);
	if (!code)
		code = write_merged(args, &merged);
	result_free(&merged);
	read_files_free(results, args->nfiles);
	return code;
}

enum cmd_exit
cmd_merge(int argc, char **argv)
{
	struct merge_args args = {.files = calloc((size_t)argc, sizeof(*args.files))};
	enum cmd_exit code;

	if (!args.files)
		return cmd_fail("merge: out of memory");
	code = cmd_parse(&argp, argc, argv, &args);
	if (!code)
		code = read_files_check_output("merge", args.files, args.nfiles, args.output,
					       "file");
	if (!code)
		code = merge(&args);
	free(args.files);
	return code;
}
