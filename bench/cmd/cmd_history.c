/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_history.c -- bttbench history ACTION: keeps results in a store, and finds changes and regressions in them. */
#include <string.h>

#include "history_actions.h"
#include "history_args.h"

static const struct action {
	const char *name;
	const char *argument; /* for a message about a wrong number of arguments */
	size_t least, most;
	unsigned options; /* bits; --store is for all */
	const char *formats;
	enum cmd_exit (*run)(const struct history_args *args);
} actions[] = {
	{"add", "FILE...", 1, SIZE_MAX, HISTORY_BIT(HISTORY_KEY_LABEL), "", history_run_add},
	{"list", "no argument", 0, 0, HISTORY_BIT(HISTORY_KEY_FORMAT), "text, json",
	 history_run_list},
	{"show", "one ID", 1, 1, HISTORY_BIT(HISTORY_KEY_FORMAT), NULL, history_run_show},
	{"trend", "one METRIC", 1, 1,
	 HISTORY_BIT(HISTORY_KEY_FORMAT) | HISTORY_BIT(HISTORY_KEY_SERIES), "text, csv, json",
	 history_run_trend},
	{"changes", "no argument", 0, 0,
	 HISTORY_BIT(HISTORY_KEY_FORMAT) | HISTORY_BIT(HISTORY_KEY_METRIC) |
		 HISTORY_BIT(HISTORY_KEY_SERIES) | HISTORY_BIT(HISTORY_KEY_THRESHOLD),
	 "text, json", history_run_changes},
	{"check", "FILE...", 1, SIZE_MAX,
	 HISTORY_BIT(HISTORY_KEY_FORMAT) | HISTORY_BIT(HISTORY_KEY_METRIC) |
		 HISTORY_BIT(HISTORY_KEY_THRESHOLD),
	 "text, json", history_run_check},
	{"export", "no argument", 0, 0, HISTORY_BIT(HISTORY_KEY_FORMAT), "csv, json, openmetrics",
	 history_run_export},
	{"prune", "no argument", 0, 0,
	 HISTORY_BIT(HISTORY_KEY_KEEP) | HISTORY_BIT(HISTORY_KEY_BEFORE) |
		 HISTORY_BIT(HISTORY_KEY_DRY_RUN),
	 "", history_run_prune},
};

#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

/* 1: the list "text, json" has the word */
static int
has_word(const char *list, const char *word)
{
	size_t chars = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at++)
		if ((at == list || at[-1] == ' ') && (!at[chars] || at[chars] == ','))
			return 1;
	return 0;
}

static enum cmd_exit
run_action(const struct action *action, const struct history_args *args)
{
	const char *other = history_args_other(args, action->options);

	if (other)
		return cmd_usage("--%s: not for 'history %s' (see 'bttbench history --help')",
				 other, action->name);
	if (args->nwords < action->least || args->nwords > action->most)
		return cmd_usage("history %s: %zu arguments (allowed: %s)", action->name,
				 args->nwords, action->argument);
	if (args->format && action->formats && !has_word(action->formats, args->format))
		return cmd_usage("--format=%s: not for 'history %s' (allowed: %s)", args->format,
				 action->name, action->formats);
	return action->run(args);
}

enum cmd_exit
cmd_history(int argc, char **argv)
{
	struct history_args args;
	enum cmd_exit code = history_args_parse(&args, argc, argv);
	size_t i = 0;

	if (!code) {
		while (args.action && i < ACTIONS && strcmp(args.action, actions[i].name) != 0)
			i++;
		if (args.action && i < ACTIONS)
			code = run_action(&actions[i], &args);
		else
			code = cmd_usage("history%s%s: no such action (allowed: add, list, show, "
					 "trend, changes, check, export, prune)",
					 args.action ? " " : "", args.action ? args.action : "");
	}
	history_args_free(&args);
	return code;
}
