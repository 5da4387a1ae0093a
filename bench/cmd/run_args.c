/* SPDX-License-Identifier: BSD-3-Clause */
#include "run_args.h"
#include "job/keys_print.h"

#include <string.h>

#include "job/job.h"
#include "output/output.h"
#include "output_file.h"

enum {
	KEY_APPEND = 256,
	KEY_HGRM,
	KEY_VERIFY_STATE,
	KEY_DRY_RUN,
	KEY_HELP_KEYS,
	KEY_MPI,
	KEY_MPI_EACH
};

static const struct argp_option options[] = {
	{"set", JOB_ARGS_KEY_SET, "KEY=VALUE", 0,
	 "Sets a key of every job; overrides the job file; can be repeated", 0},
	{"output", JOB_ARGS_KEY_OUTPUT, "FILE", 0,
	 "Also writes the result to FILE as JSON; an old FILE is replaced when the new one is "
	 "complete. - is the same as --format=json",
	 0},
	{"append", KEY_APPEND, "FILE", 0,
	 "Also appends the result to FILE as rows of CSV, after a header when FILE is new or "
	 "empty; "
	 "a FILE with another header is refused",
	 0},
	{"hgrm", KEY_HGRM, "PREFIX", 0,
	 "Also writes each latency distribution to a file PREFIX.JOB.OP.hgrm for the HdrHistogram "
	 "plotter",
	 0},
	{"format", JOB_ARGS_KEY_FORMAT, "NAME", 0,
	 "Format of standard output: text (default), json, csv, "
	 "fio-json, fio-json+ (with the buckets of the latencies), bmf, openmetrics, "
	 "openmetrics-timestamps (for promtool) or hgrm (hgrm-read, hgrm-write, hgrm-zero: one "
	 "kind of op; "
	 "hgrm-response, hgrm-response-read, ...: response times instead of service times)",
	 0},
	{"status-interval", JOB_ARGS_KEY_STATUS, "TIME", 0,
	 "Prints a status line to standard error every TIME, even without a terminal", 0},
	{"force", JOB_ARGS_KEY_FORCE, NULL, 0,
	 "Allows engine=raw, floor and block to overwrite a BTT or a file system", 0},
	{"verify-state", KEY_VERIFY_STATE, "FILE", 0,
	 "Keeps the state of each block in FILE (verify=stamp), for a later run or 'bttbench "
	 "verify'",
	 0},
	CMD_OPTION_PARENT,
	{"verbose", 'v', NULL, 0,
	 "Text also shows each repeat of a job that has several, not only their medians, and each "
	 "of more than 16 workers",
	 0},
	{"dry-run", KEY_DRY_RUN, NULL, 0,
	 "Checks the jobs against the existing layout and prints them with every key, as a "
	 "job file, with the place of every worker; changes nothing",
	 0},
	{"help-keys", KEY_HELP_KEYS, "FORM", OPTION_ARG_OPTIONAL,
	 "Prints the keys of a job with meaning, values, unit and default; FORM: text (default), "
	 "man (for the manual page), words (for completion), fio (the options of fio and their "
	 "equivalents here) or fio-man",
	 0},
	{"mpi", KEY_MPI, NULL, 0,
	 "Runs the jobs on all ranks that mpirun started (in a build by 'make MPI=1'), and adds "
	 "their "
	 "results up as 'bttbench merge' does; rank 0 prints the sum",
	 0},
	{"mpi-each", KEY_MPI_EACH, "PREFIX", 0,
	 "Also writes the result of each rank to a file PREFIX.RANK.json", 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
choose_keys_form(struct run_args *args, const char *form)
{
	args->print_keys = !form || !strcmp(form, "text") ? job_keys_print
			   : !strcmp(form, "man")         ? job_keys_print_man
			   : !strcmp(form, "words")       ? job_keys_print_words
			   : !strcmp(form, "fio")         ? job_keys_print_fio
			   : !strcmp(form, "fio-man")     ? job_keys_print_fio_man
							  : NULL;
	if (!args->print_keys)
		cmd_usage("--help-keys=%s: no such form (allowed: text, man, words, fio, fio-man)",
			  form);
	return args->print_keys ? 0 : CMD_SAID;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct run_args *args = state->input;

	switch (key) {
	case KEY_APPEND:
		args->append = arg;
		return 0;
	case KEY_HGRM:
		args->hgrm = arg;
		return 0;
	case KEY_VERIFY_STATE:
		args->verify_state = arg;
		return 0;
	case CMD_KEY_PARENT:
		return cmd_parse_parent(arg, &args->parent);
	case 'v':
		args->verbose = 1;
		return 0;
	case KEY_DRY_RUN:
		args->dry_run = 1;
		return 0;
	case KEY_MPI:
		args->is_mpi = 1;
		return 0;
	case KEY_MPI_EACH:
		args->mpi_each = arg;
		return 0;
	case KEY_HELP_KEYS:
		return choose_keys_form(args, arg);
	default:
		return job_args_parse(key, arg, &args->job);
	}
}

static const struct argp argp = {
	options,
	parse,
	"[JOBFILE] [NS]",
	"Runs a job and prints the result. JOBFILE is a text file with a section [job name] or has "
	"a "
	"name that ends in .job; without a job file a mixed default job is run. "
	"NS is a /dev/daxX.Y, a file, a block device (engine=block), or dram:SIZE "
	"(default " JOB_ARGS_NS
	", formatted anew for each run). Jobs that name a namespace of their own "
	"do not use NS."
	"\vExit: 0 good, 1 failed, 2 usage, 3 a limit was missed, 4 the measurement is invalid or "
	"inconclusive. SIGINT ends the run "
	"early and prints "
	"the result up to then.",
	NULL,
	NULL,
	NULL,
};

/* --output=- is --format=json */
static enum cmd_exit
resolve_dash(struct run_args *args)
{
	const struct output_ops *json = output_find("json");

	if (args->append && !strcmp(args->append, STANDARD_OUTPUT))
		return cmd_usage("--append=-: standard output is no file (allowed: a file; "
				 "--format=csv prints CSV)");
	if (!args->job.output || strcmp(args->job.output, STANDARD_OUTPUT) != 0)
		return CMD_OK;
	if (args->job.format && args->job.format != json)
		return cmd_usage("--output=-: standard output already gets the result as %s "
				 "(allowed: without --format, or a file)",
				 args->job.format->name);
	if (args->dry_run)
		return cmd_usage("--output=-: nothing is measured (allowed: without --dry-run)");
	args->job.format = json;
	args->job.output = NULL;
	return CMD_OK;
}

enum cmd_exit
run_args_parse(struct run_args *args, int argc, char **argv)
{
	enum cmd_exit code;

	*args = (struct run_args){0};
	code = cmd_parse(&argp, argc, argv, args);
	if (!code)
		code = job_args_resolve(&args->job);
	return code ? code : resolve_dash(args);
}

void
run_args_free(struct run_args *args)
{
	job_args_free(&args->job);
}
