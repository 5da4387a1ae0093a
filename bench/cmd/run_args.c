/* SPDX-License-Identifier: BSD-3-Clause */
#include "run_args.h"
#include "job/keys_print.h"

#include <stdlib.h>
#include <string.h>

#include "job/job.h"
#include "job/units.h"
#include "output/output.h"

#define NS_DEFAULT "dram:1G"

enum {
	KEY_SET = 256,
	KEY_OUTPUT,
	KEY_FORMAT,
	KEY_FORCE,
	KEY_STATUS,
	KEY_VERIFY_STATE,
	KEY_DRY_RUN,
	KEY_HELP_KEYS
};

static const struct argp_option options[] = {
	{"set", KEY_SET, "KEY=VALUE", 0,
	 "Sets a key of every job; overrides the job file; can be repeated", 0},
	{"output", KEY_OUTPUT, "FILE", 0,
	 "Also writes the result to FILE as JSON; an old FILE is replaced when the new one is "
	 "complete",
	 0},
	{"format", KEY_FORMAT, "NAME", 0,
	 "Format of standard output: text (default), json, csv, "
	 "fio-json, bmf, openmetrics or hgrm (hgrm-read, hgrm-write, hgrm-zero: one kind of op; "
	 "hgrm-response, hgrm-response-read, ...: response times instead of service times)",
	 0},
	{"status-interval", KEY_STATUS, "TIME", 0,
	 "Prints a status line to standard error every TIME, even without a terminal", 0},
	{"force", KEY_FORCE, NULL, 0,
	 "Allows engine=raw and engine=block to overwrite a BTT or a file system", 0},
	{"verify-state", KEY_VERIFY_STATE, "FILE", 0,
	 "Keeps the state of each block in FILE (verify=stamp), for a later run or 'bttbench "
	 "verify'",
	 0},
	CMD_OPTION_PARENT,
	{"verbose", 'v', NULL, 0,
	 "Text also shows each repeat of a job that has several, not only their medians", 0},
	{"dry-run", KEY_DRY_RUN, NULL, 0,
	 "Checks the jobs against the existing layout and prints them with every key, as a "
	 "job file, with the place of every worker; changes nothing",
	 0},
	{"help-keys", KEY_HELP_KEYS, "FORM", OPTION_ARG_OPTIONAL,
	 "Prints the keys of a job with meaning, values, unit and default; FORM: text (default), "
	 "man "
	 "(for the manual page) or words (for completion)",
	 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
add_set(struct run_args *args, char *set)
{
	char **grown = realloc(args->sets, (args->nsets + 1) * sizeof(*grown));

	if (!grown)
		return ENOMEM;
	args->sets = grown;
	args->sets[args->nsets++] = set;
	return 0;
}

static error_t
choose_format(struct run_args *args, const char *name)
{
	char names[256];

	args->format = output_find(name);
	if (args->format)
		return 0;
	output_names(names, sizeof(names));
	cmd_usage("--format=%s: no such format (allowed: %s)", name, names);
	return CMD_SAID;
}

static error_t
choose_status(struct run_args *args, const char *text)
{
	if (!units_parse_duration(text, &args->status_interval_ns) && args->status_interval_ns)
		return 0;
	cmd_usage("--status-interval=%s: not a time (allowed: a time like 1s, 500ms)", text);
	return CMD_SAID;
}

static error_t
choose_keys_form(struct run_args *args, const char *form)
{
	args->print_keys = !form || !strcmp(form, "text") ? job_keys_print
			   : !strcmp(form, "man")         ? job_keys_print_man
			   : !strcmp(form, "words")       ? job_keys_print_words
							  : NULL;
	if (!args->print_keys)
		cmd_usage("--help-keys=%s: no such form (allowed: text, man, words)", form);
	return args->print_keys ? 0 : CMD_SAID;
}

static error_t
add_word(struct run_args *args, char *word)
{
	if (args->nwords < 2) {
		args->words[args->nwords++] = word;
		return 0;
	}
	cmd_usage("%s: one argument too many (allowed: a job file and a namespace)", word);
	return CMD_SAID;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct run_args *args = state->input;

	switch (key) {
	case KEY_SET:
		return add_set(args, arg);
	case KEY_OUTPUT:
		args->output = arg;
		return 0;
	case KEY_FORMAT:
		return choose_format(args, arg);
	case KEY_STATUS:
		return choose_status(args, arg);
	case KEY_FORCE:
		args->force = ENGINE_FORCE;
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
	case KEY_HELP_KEYS:
		return choose_keys_form(args, arg);
	case ARGP_KEY_ARG:
		return add_word(args, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options,
	parse,
	"[JOBFILE] [NS]",
	"Runs a job and prints the result. The name of JOBFILE ends in .job; without a job file a "
	"mixed default job is run. "
	"NS is a /dev/daxX.Y, a file, a block device (engine=block), or dram:SIZE "
	"(default " NS_DEFAULT
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

static int
is_jobfile(const char *word)
{
	size_t len = strlen(word);

	return len > 4 && !strcmp(word + len - 4, ".job");
}

enum cmd_exit
run_args_parse(struct run_args *args, int argc, char **argv)
{
	enum cmd_exit code;

	*args = (struct run_args){.ns = NS_DEFAULT};
	code = cmd_parse(&argp, argc, argv, args);
	if (code)
		return code;
	/* a single word is a job file or a namespace; of two, the first is the job file */
	for (int i = 0; i < args->nwords; i++) {
		if (i == 0 && (is_jobfile(args->words[i]) || args->nwords == 2))
			args->jobfile = args->words[i];
		else if (is_jobfile(args->words[i]))
			return cmd_usage(
				"%s: a second job file (allowed: a job file and a namespace)",
				args->words[i]);
		else
			args->ns = args->words[i];
	}
	return CMD_OK;
}

void
run_args_free(struct run_args *args)
{
	free(args->sets);
}
