/* SPDX-License-Identifier: BSD-3-Clause */
/* compare_args.h -- for the commands that compare: OLD... -- NEW..., or STUDY --by=KEY, and the options for it. */
#ifndef BENCH_CMD_COMPARE_ARGS_H
#define BENCH_CMD_COMPARE_ARGS_H

#include <stdbool.h>

#include "study/compare.h"
#include "cmd.h"

#define COMPARE_THRESHOLD 0.03 /* unless --threshold is given */

struct compare_sides {
	char **files;           /* those of OLD first; the caller makes room for all words */
	size_t nfiles, nbefore; /* nbefore SIZE_MAX: no "--" */
};

/* Options --by, --old, --new, --threshold, --force; the input is a struct compare_options. A child of other parsers. */
extern const struct argp compare_args_argp;

/* Replaces "--", which would end the options, by a word that compare_args_add knows. */
void compare_args_mark(int argc, char **argv);

/* Adds a word that is no option. */
void compare_args_add(struct compare_sides *sides, char *word);

/* CMD_OK, or another code after a line. `command` is for messages. */
enum cmd_exit compare_args_check(const char *command, const struct compare_sides *sides,
				 const struct compare_options *options);

/* Compares the results that were read from the files. Like compare_results. */
int compare_args_run(struct comparison *c, const struct compare_sides *sides,
		     const struct compare_options *options, const struct result *results,
		     struct why *why);

#endif
