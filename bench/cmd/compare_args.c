/* SPDX-License-Identifier: BSD-3-Clause */
#include "compare_args.h"

#include <string.h>

#include "job/units.h"
#include "read_files.h"

enum { KEY_BY = 512, KEY_OLD, KEY_NEW, KEY_THRESHOLD, KEY_FORCE };

/* Stands for "--". */
static char separator[] = "OLD -- NEW";

static const struct argp_option options[] = {
	{"by", KEY_BY, "KEY", 0,
	 "Compares two values of a swept key of one result of 'bttbench sweep': at each "
	 "combination "
	 "of the other keys, round by round",
	 0},
	{"old", KEY_OLD, "VALUE", 0, "With --by: the first of the two values (default: the first)",
	 0},
	{"new", KEY_NEW, "VALUE", 0, "With --by: the second of the two values", 0},
	{"threshold", KEY_THRESHOLD, "PERCENT", 0, "Smaller differences do not matter (default 3%)",
	 0},
	{"force", KEY_FORCE, NULL, 0,
	 "Compares results of different machines, jobs or layouts, and lists the differences", 0},
	{0},
};

static error_t
parse_threshold(struct compare_options *o, const char *text)
{
	double percent;

	if (!units_parse_percent(text, &percent) && percent > 0) {
		o->threshold = percent / 100;
		return 0;
	}
	cmd_usage("--threshold=%s: not a threshold (allowed: above 0 up to 100, in percent, like "
		  "3%%)",
		  text);
	return CMD_SAID;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct compare_options *o = state->input;

	switch (key) {
	case KEY_BY:
		o->by = arg;
		return 0;
	case KEY_OLD:
		o->by_before = arg;
		return 0;
	case KEY_NEW:
		o->by_after = arg;
		return 0;
	case KEY_THRESHOLD:
		return parse_threshold(o, arg);
	case KEY_FORCE:
		o->force = 1;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp compare_args_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};

void
compare_args_mark(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--")) {
			argv[i] = separator;
			return;
		}
}

void
compare_args_add(struct compare_sides *sides, char *word)
{
	if (word == separator)
		sides->nbefore = sides->nfiles;
	else
		sides->files[sides->nfiles++] = word;
}

enum cmd_exit
compare_args_check(const char *command, const struct compare_sides *sides,
		   const struct compare_options *o)
{
	enum cmd_exit code = read_files_check(command, sides->files, sides->nfiles);

	if (code)
		return code;
	if (o->by) {
		if (sides->nfiles != 1 || sides->nbefore != SIZE_MAX)
			return cmd_usage("--by=%s: not one STUDY (allowed: one result of 'bttbench "
					 "sweep')",
					 o->by);
		if (o->force)
			return cmd_usage("--force: nothing to force (allowed: without --by)");
		return CMD_OK;
	}
	if (o->by_before || o->by_after)
		return cmd_usage("--%s: no key (allowed: with --by=KEY)",
				 o->by_before ? "old" : "new");
	if (sides->nbefore == SIZE_MAX)
		return cmd_usage("%s: no '--' (allowed: OLD... -- NEW..., or STUDY --by=KEY)",
				 command);
	if (!sides->nbefore || sides->nbefore == sides->nfiles)
		return cmd_usage("%s: no file %s '--' (allowed: OLD... -- NEW...)", command,
				 sides->nbefore ? "behind" : "before");
	return CMD_OK;
}

int
compare_args_run(struct comparison *c, const struct compare_sides *sides,
		 const struct compare_options *o, const struct result *results, struct why *why)
{
	size_t nbefore = o->by ? 0 : sides->nbefore;
	const char *const *names = (const char *const *)sides->files;
	const struct compare_side before = {
		.results = results, .names = names, .nresults = nbefore};
	const struct compare_side after = {.results = results + nbefore,
					   .names = names + nbefore,
					   .nresults = sides->nfiles - nbefore};

	return o->by ? compare_points(c, results, names, o, why)
		     : compare_results(c, &before, &after, o, why);
}
