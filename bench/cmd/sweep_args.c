/* SPDX-License-Identifier: BSD-3-Clause */
#include "sweep_args.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "job/source.h"

enum {
	KEY_VARY = 256,
	KEY_REPEAT,
	KEY_SEED,
	KEY_METRIC,
	KEY_PIVOT,
	KEY_RESUME,
	KEY_SKIP,
	KEY_FORMAT_NS,
	KEY_YES
};

static const struct argp_option options[] = {
	{"vary", KEY_VARY, "KEY=LIST", 0,
	 "Measures KEY with each value of LIST: V,V,... (V;V;... if a value has commas), A:B, "
	 "A:B:+STEP "
	 "or A:B:*FACTOR; can be repeated: every combination is a point",
	 0},
	JOB_ARGS_OPTION_SET,
	{"repeat", KEY_REPEAT, "N", 0, "Rounds: each measures every point once (default 5)", 0},
	{"seed", KEY_SEED, "N", 0, "Decides the order of the points in each round (default 1)", 0},
	{"metric", KEY_METRIC, "METRIC", 0,
	 "Decides which point is best: iops (default), read.p99, write.bw, fences, ...", 0},
	{"pivot", KEY_PIVOT, "A,B", 0, "Also prints a matrix of the metric for two swept keys", 0},
	{"output", JOB_ARGS_KEY_OUTPUT, "FILE", 0,
	 "Also writes the result to FILE as JSON: now and then during the sweep, and at the end",
	 0},
	{"format", JOB_ARGS_KEY_FORMAT, "NAME", 0,
	 "Format of standard output: text (default), json or csv", 0},
	{"resume", KEY_RESUME, "FILE", 0,
	 "Measures only what FILE, a result of this sweep, lacks. Without --vary, the jobs and "
	 "points "
	 "are those of FILE; without --output, FILE is written again",
	 0},
	{"skip-impossible", KEY_SKIP, NULL, 0,
	 "Leaves out points that can't run; without it they are an error before anything runs", 0},
	{"format-namespace", KEY_FORMAT_NS, NULL, 0,
	 "Gives NS a new layout at each point: ALL ITS DATA ARE LOST. Needed to vary nfree, bs or "
	 "flavour "
	 "on a file or device",
	 0},
	{"yes", KEY_YES, NULL, 0, "Does not ask before --format-namespace", 0},
	{"force", JOB_ARGS_KEY_FORCE, NULL, 0,
	 "Allows engine=raw and engine=block to overwrite a BTT or a file system", 0},
	JOB_ARGS_OPTION_STATUS,
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
add_vary(struct sweep_args *args, const char *setting, const char *where)
{
	struct vary *grown = reallocarray(args->varies, args->nvaries + 1, sizeof(*grown));
	struct why why;

	if (!grown)
		return ENOMEM;
	args->varies = grown;
	if (!vary_parse(&grown[args->nvaries], setting, &why)) {
		args->nvaries++;
		return 0;
	}
	cmd_usage("%s%s", where, why.text);
	return CMD_SAID;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct sweep_args *args = state->input;

	switch (key) {
	case KEY_VARY:
		return add_vary(args, arg, "--vary ");
	case KEY_REPEAT:
		return cmd_parse_count("--repeat", arg, 1, 10000, &args->repeat);
	case KEY_SEED:
		return cmd_parse_count("--seed", arg, 0, INT64_MAX, &args->seed);
	case KEY_METRIC:
		args->metric = arg;
		return 0;
	case KEY_PIVOT:
		args->pivot = arg;
		return 0;
	case KEY_RESUME:
		args->resume = arg;
		return 0;
	case KEY_SKIP:
		args->skip_impossible = 1;
		return 0;
	case KEY_FORMAT_NS:
		args->format_namespace = 1;
		return 0;
	case KEY_YES:
		args->yes = 1;
		return 0;
	default:
		return job_args_parse(key, arg, &args->job);
	}
}

static const struct argp argp = {
	options,
	parse,
	"[JOBFILE] [NS]",
	"Measures the jobs at every combination of the values of some keys, and prints a table: a "
	"row for "
	"each point, the best point marked, and all points that the data cannot tell from it. "
	"JOBFILE and "
	"NS are those of 'bttbench run'; a section [study] of JOBFILE can have the lines "
	"vary=KEY=LIST, "
	"repeat, seed, metric and pivot. On dram:SIZE, each point begins with a new layout."
	"\vExit: 0 good, 1 failed, 2 usage, 3 a limit was missed, 4 the measurement is invalid or "
	"inconclusive. SIGINT ends the sweep after the run that is in progress; --resume goes on.",
	NULL,
	NULL,
	NULL,
};

enum cmd_exit
sweep_args_take_study(struct sweep_args *args, const struct job_list *list)
{
	int has_varies = args->nvaries > 0;

	for (size_t i = 0; i < list->nstudy; i++) {
		const struct job_setting *s = &list->study[i];
		int is_vary = !strcmp(s->name, "vary");
		char where[PATH_MAX];
		error_t err = 0;

		snprintf(where, sizeof(where), "%s: %s: [study] %s%s", args->job.jobfile,
			 source_line(list->source, s->line).text, s->name, is_vary ? " " : "");
		if (is_vary && !has_varies) {
			err = add_vary(args, s->value, where);
		} else if (!strcmp(s->name, "repeat") && !args->repeat) {
			err = cmd_parse_count(where, s->value, 1, 10000, &args->repeat);
		} else if (!strcmp(s->name, "seed") && args->seed == SWEEP_SEED_NONE) {
			err = cmd_parse_count(where, s->value, 0, INT64_MAX, &args->seed);
		} else if (!strcmp(s->name, "metric") && !args->metric) {
			args->metric = s->value;
		} else if (!strcmp(s->name, "pivot") && !args->pivot && !has_varies) {
			args->pivot = s->value;
		}
		if (err)
			return err == ENOMEM ? cmd_fail("out of memory") : CMD_USAGE;
	}
	return CMD_OK;
}

enum cmd_exit
sweep_args_parse(struct sweep_args *args, int argc, char **argv)
{
	enum cmd_exit code;

	*args = (struct sweep_args){.job.format = output_find("text"), .seed = SWEEP_SEED_NONE};
	code = cmd_parse(&argp, argc, argv, args);
	return code ? code : job_args_resolve(&args->job);
}

void
sweep_args_free(struct sweep_args *args)
{
	for (size_t i = 0; i < args->nvaries; i++)
		vary_free(&args->varies[i]);
	free(args->varies);
	job_args_free(&args->job);
}
