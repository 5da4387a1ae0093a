/* SPDX-License-Identifier: BSD-3-Clause */
#include "qualify_args.h"

#include <string.h>

#define PROFILE_DEFAULT "standard"

enum { KEY_PROFILE = 256, KEY_LIST, KEY_RESUME, KEY_KEEP_GOING, KEY_YES };

static const struct argp_option options[] = {
	{"output", 'o', "DIR", 0,
	 "Folder for result.json, report.html, junit.xml and summary.txt; is made if missing", 0},
	{"profile", KEY_PROFILE, "FILE", 0,
	 "quick (less than 2 minutes on 1 GiB), standard (default), full, or the path of a profile",
	 0},
	JOB_ARGS_OPTION_SET,
	{"list", KEY_LIST, NULL, 0, "Only prints the steps, their length and their purpose", 0},
	{"resume", KEY_RESUME, NULL, 0,
	 "Goes on with the qualification in DIR, which a signal or a crash has ended", 0},
	{"keep-going", KEY_KEEP_GOING, NULL, 0,
	 "Measures although the preflight has found a fault; the verdict stays", 0},
	{"yes", KEY_YES, NULL, 0, "Does not ask before it destroys the data of NS", 0},
	{"force", JOB_ARGS_KEY_FORCE, NULL, 0,
	 "Allows to destroy a BTT, a pool, a file system or other data", 0},
	JOB_ARGS_OPTION_STATUS,
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct qualify_args *args = state->input;

	switch (key) {
	case 'o':
		args->dir = arg;
		return 0;
	case KEY_PROFILE:
		args->profile = arg;
		return 0;
	case KEY_LIST:
		args->list = 1;
		return 0;
	case KEY_RESUME:
		args->resume = 1;
		return 0;
	case KEY_KEEP_GOING:
		args->keep_going = 1;
		return 0;
	case KEY_YES:
		args->yes = 1;
		return 0;
	case ARGP_KEY_ARG:
		return cmd_take_argument(&args->ns, arg);
	default:
		return job_args_parse(key, arg, &args->job);
	}
}

static const struct argp argp = {
	options,
	parse,
	"NS -o DIR",
	"Qualifies a server for persistent memory: checks the machine, measures the steps of a "
	"profile, and prints PASS, FAIL, INVALID or INCONCLUSIVE with the reasons. ALL DATA OF NS "
	"ARE LOST, unless NS is dram:SIZE."
	"\vExit: 0 PASS, 1 it failed to run, 2 usage, 3 FAIL, 4 INVALID or INCONCLUSIVE. SIGINT "
	"ends it after the measurement that is in progress; --resume goes on.",
	NULL,
	NULL,
	NULL,
};

enum cmd_exit
qualify_args_parse(struct qualify_args *args, int argc, char **argv)
{
	enum cmd_exit code;

	*args = (struct qualify_args){.profile = PROFILE_DEFAULT};
	code = cmd_parse(&argp, argc, argv, args);
	if (code)
		return code;
	if (!args->ns)
		return cmd_usage("qualify: no namespace (allowed: a /dev/daxX.Y, a file or "
				 "dram:SIZE)");
	if (!args->list && (!args->dir || !*args->dir))
		return cmd_usage("qualify: no folder for the result (allowed: -o DIR)");
	return CMD_OK;
}

void
qualify_args_free(struct qualify_args *args)
{
	job_args_free(&args->job);
}
