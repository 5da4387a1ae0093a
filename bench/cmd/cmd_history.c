/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_history.c -- bttbench history ACTION: keeps results in a store, and finds changes and regressions in them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "output/output.h"
#include "result/read.h"
#include "study/history.h"
#include "history_args.h"
#include "history_print.h"
#include "read_files.h"

#define THRESHOLD_CHECK   0.03
#define THRESHOLD_CHANGES 0.01

/* The default path; makes its folders when the store may be made. Returns NULL after a line. */
static char *
default_store(int may_make)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	char *path = NULL;

	if (data && data[0] == '/' ? asprintf(&path, "%s/bttbench/history.db", data) < 0
	    : home && home[0] ? asprintf(&path, "%s/.local/share/bttbench/history.db", home) < 0
			      : 0) {
		cmd_fail("history: out of memory");
		return NULL;
	}
	if (!path) {
		cmd_usage("history: no HOME for the store (allowed: --store=FILE)");
		return NULL;
	}
	for (char *slash = strchr(path + 1, '/'); slash && may_make;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0777); /* if it fails, opening the store says so */
		*slash = '/';
	}
	return path;
}

static struct history_store *
open_store(const struct history_args *args, enum history_access access)
{
	struct history_store *store = NULL;
	char *path = args->store ? strdup(args->store) : default_store(access == HISTORY_CREATE);
	struct why why;

	if (path && history_store_open(&store, path, access, &why)) {
		cmd_fail("%s", why.text);
		store = NULL;
	}
	free(path);
	return store;
}

/* Loads the history and closes the store. */
static enum cmd_exit
load(const struct history_args *args, const char *metric, struct history *history)
{
	struct history_store *store = open_store(args, HISTORY_READ);
	struct why why;
	int err;

	if (!store)
		return CMD_FAILED;
	err = history_store_load(store, metric, history, &why);
	history_store_close(store);
	return err ? cmd_fail("%s", why.text) : CMD_OK;
}

static enum cmd_exit
end_output(int err, enum cmd_exit code)
{
	return err ? cmd_fail("standard output: %s", strerror(errno)) : cmd_finish_output(code);
}

static enum history_format
format_of(const struct history_args *args, enum history_format otherwise)
{
	static const char *const names[] = {"text", "csv", "json", "openmetrics"};

	for (unsigned i = 0; args->format && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(args->format, names[i]))
			return (enum history_format)i;
	return otherwise;
}

/* Reads the files into records. The caller frees them also after a failure. */
static enum cmd_exit
read_records(const struct history_args *args, struct history_record *records)
{
	struct result *results;
	enum cmd_exit code = read_files("history", args->words, args->nwords, &results);

	for (size_t i = 0; i < args->nwords && !code; i++) {
		if (!results[i].id[0])
			code = cmd_fail("%s: the result has no id", args->words[i]);
		else if (history_record_make(&records[i], &results[i]))
			code = cmd_fail("%s: out of memory", args->words[i]);
	}
	read_files_free(results, args->nwords);
	return code;
}

static enum cmd_exit
add_records(const struct history_args *args, const struct history_record *records)
{
	struct history_store *store = open_store(args, HISTORY_CREATE);
	size_t unused = 0;
	struct why why;
	int err;

	if (!store)
		return CMD_FAILED;
	err = history_store_add(store, records, args->nwords, args->labels, args->nlabels, &why);
	history_store_close(store);
	if (err)
		return cmd_fail("%s", why.text);
	for (size_t i = 0; i < args->nwords; i++)
		if (!records[i].result.is_used) {
			cmd_warn("%s: the result is %s: kept, but used for no trend, change or "
				 "check",
				 args->words[i], records[i].result.status);
			unused++;
		}
	printf("added %zu results, %zu of them not used\n", args->nwords, unused);
	return cmd_finish_output(CMD_OK);
}

static enum cmd_exit
run_add(const struct history_args *args)
{
	struct history_record *records = calloc(args->nwords, sizeof(*records));
	enum cmd_exit code =
		records ? read_records(args, records) : cmd_fail("history: out of memory");

	if (!code)
		code = add_records(args, records);
	for (size_t i = 0; records && i < args->nwords; i++)
		history_record_free(&records[i]);
	free(records);
	return code;
}

static enum cmd_exit
run_list(const struct history_args *args)
{
	struct history history;
	enum cmd_exit code = load(args, "", &history);

	if (code)
		return code;
	code = end_output(history_print_list(&history, format_of(args, HISTORY_TEXT)), CMD_OK);
	history_free(&history);
	return code;
}

/* The number of a result that is named by its number or id; 0: there is none. */
static int64_t
find_result(const struct history *history, const char *name)
{
	char number[24];

	for (size_t i = 0; i < history->nresults; i++) {
		snprintf(number, sizeof(number), "%" PRId64, history->results[i].number);
		if (!strcmp(number, name) || !strcmp(history->results[i].id, name))
			return history->results[i].number;
	}
	return 0;
}

static enum cmd_exit
show_document(const struct history_args *args, char *document, size_t bytes)
{
	FILE *file = fmemopen(document, bytes, "r");
	struct result result;
	enum cmd_exit code;
	struct why why;
	int err;

	if (!file)
		return cmd_fail("history: %s", strerror(errno));
	err = result_read(&result, file, args->words[0], &why);
	fclose(file);
	if (err)
		return cmd_fail("%s", why.text);
	code = cmd_show_result(output_find(args->format ? args->format : "text"), args->words[0],
			       &result);
	result_free(&result);
	return code;
}

static enum cmd_exit
run_show(const struct history_args *args)
{
	struct history_store *store = open_store(args, HISTORY_READ);
	struct history history;
	char *document = NULL;
	size_t bytes = 0;
	enum cmd_exit code;
	struct why why;
	int err;

	if (!store)
		return CMD_FAILED;
	err = history_store_load(store, "", &history, &why);
	if (!err) {
		int64_t number = find_result(&history, args->words[0]);

		history_free(&history);
		err = number ? history_store_document(store, number, &document, &bytes, &why)
			     : why_say(&why,
				       "%s: no such result (allowed: a number or an id of "
				       "'bttbench history list')",
				       args->words[0]);
	}
	history_store_close(store);
	code = err ? cmd_fail("%s", why.text) : show_document(args, document, bytes);
	free(document);
	return code;
}

static enum cmd_exit
run_trend(const struct history_args *args)
{
	struct history history;
	struct metric metric;
	enum cmd_exit code;
	struct why why;

	if (metric_parse(&metric, args->words[0], &why))
		return cmd_usage("%s: %s", args->words[0], why.text);
	code = load(args, metric_name(&metric).text, &history);
	if (code)
		return code;
	if (!history.nvalues)
		code = cmd_fail("%s: no series has this metric (allowed: iops, bw, mean, max, "
				"fences, lines, stored, and the percentiles of the jobs)",
				args->words[0]);
	else
		code = end_output(history_print_trend(&history, (int64_t)args->series,
						      format_of(args, HISTORY_TEXT)),
				  CMD_OK);
	history_free(&history);
	return code;
}

static enum cmd_exit
run_changes(const struct history_args *args)
{
	double threshold = args->given & HISTORY_BIT(HISTORY_KEY_THRESHOLD) ? args->threshold
									    : THRESHOLD_CHANGES;
	struct history history;
	enum cmd_exit code = load(args, args->metric, &history);

	if (code)
		return code;
	code = end_output(history_print_changes(&history, (int64_t)args->series, threshold,
						args->metric != NULL,
						format_of(args, HISTORY_TEXT)),
			  CMD_OK);
	history_free(&history);
	return code;
}

static enum cmd_exit
check_exit(const struct history_checks *checks)
{
	enum cmd_exit code = checks->count ? CMD_OK : CMD_INVALID;

	for (size_t i = 0; i < checks->count; i++) {
		if (checks->checks[i].verdict == HISTORY_WORSE)
			return CMD_LIMIT_MISSED;
		if (checks->checks[i].verdict == HISTORY_SHORT)
			code = CMD_INVALID;
	}
	return code;
}

static enum cmd_exit
check_record(const struct history_args *args, const struct history_record *record)
{
	double threshold = args->given & HISTORY_BIT(HISTORY_KEY_THRESHOLD) ? args->threshold
									    : THRESHOLD_CHECK;
	struct history_checks checks;
	struct history history;
	enum cmd_exit code;
	int err;

	if (!record->result.is_used) {
		cmd_warn("%s: the result is %s: it says nothing", args->words[0],
			 record->result.status);
		return CMD_INVALID;
	}
	code = load(args, args->metric, &history);
	if (code)
		return code;
	err = history_check(&history, record, args->metric, threshold, &checks);
	history_free(&history);
	if (err)
		return cmd_fail("history: out of memory");
	if (!checks.count)
		cmd_warn("%s: the result does not have this metric", args->words[0]);
	code = end_output(history_print_checks(&checks, format_of(args, HISTORY_TEXT)),
			  check_exit(&checks));
	free(checks.checks);
	return code;
}

static enum cmd_exit
run_check(const struct history_args *args)
{
	struct history_record record = {0};
	enum cmd_exit code = read_records(args, &record);

	if (!code)
		code = check_record(args, &record);
	history_record_free(&record);
	return code;
}

static enum cmd_exit
run_export(const struct history_args *args)
{
	struct history history;
	enum cmd_exit code = load(args, NULL, &history);

	if (code)
		return code;
	code = end_output(history_print_export(&history, format_of(args, HISTORY_CSV)), CMD_OK);
	history_free(&history);
	return code;
}

static int
by_time(const void *a, const void *b)
{
	const struct history_result *x = a, *y = b;

	if (x->started_at != y->started_at)
		return (x->started_at > y->started_at) - (x->started_at < y->started_at);
	return (x->number > y->number) - (x->number < y->number);
}

static enum cmd_exit
prune(const struct history_args *args, struct history_store *store, struct history *history)
{
	int64_t *numbers = calloc(history->nresults + 1, sizeof(*numbers));
	size_t keep = args->given & HISTORY_BIT(HISTORY_KEY_KEEP) ? args->keep : 0, n = 0;
	struct why why;
	int err = 0;

	if (!numbers)
		return cmd_fail("history: out of memory");
	if (history->nresults)
		qsort(history->results, history->nresults, sizeof(*history->results), by_time);
	for (size_t i = 0; i < history->nresults; i++)
		if (i + keep < history->nresults &&
		    (!(args->given & HISTORY_BIT(HISTORY_KEY_BEFORE)) ||
		     history->results[i].started_at < args->before))
			numbers[n++] = history->results[i].number;
	if (!(args->given & HISTORY_BIT(HISTORY_KEY_DRY_RUN)))
		err = history_store_remove(store, numbers, n, &why);
	free(numbers);
	if (err)
		return cmd_fail("%s", why.text);
	printf("%s %zu of %zu results\n",
	       args->given & HISTORY_BIT(HISTORY_KEY_DRY_RUN) ? "would remove" : "removed", n,
	       history->nresults);
	return cmd_finish_output(CMD_OK);
}

static enum cmd_exit
run_prune(const struct history_args *args)
{
	struct history_store *store;
	struct history history;
	enum cmd_exit code;
	struct why why;

	if (!(args->given & (HISTORY_BIT(HISTORY_KEY_KEEP) | HISTORY_BIT(HISTORY_KEY_BEFORE))))
		return cmd_usage("history prune: nothing to remove (allowed: with --keep=N or "
				 "--before=DATE)");
	store = open_store(args, HISTORY_WRITE);
	if (!store)
		return CMD_FAILED;
	if (history_store_load(store, "", &history, &why)) {
		code = cmd_fail("%s", why.text);
	} else {
		code = prune(args, store, &history);
		history_free(&history);
	}
	history_store_close(store);
	return code;
}

static const struct action {
	const char *name;
	const char *argument; /* for a message about a wrong number of arguments */
	size_t least, most;
	unsigned options; /* bits; --store is for all */
	const char *formats;
	enum cmd_exit (*run)(const struct history_args *args);
} actions[] = {
	{"add", "FILE...", 1, SIZE_MAX, HISTORY_BIT(HISTORY_KEY_LABEL), "", run_add},
	{"list", "no argument", 0, 0, HISTORY_BIT(HISTORY_KEY_FORMAT), "text, json", run_list},
	{"show", "one ID", 1, 1, HISTORY_BIT(HISTORY_KEY_FORMAT), NULL, run_show},
	{"trend", "one METRIC", 1, 1,
	 HISTORY_BIT(HISTORY_KEY_FORMAT) | HISTORY_BIT(HISTORY_KEY_SERIES), "text, csv, json",
	 run_trend},
	{"changes", "no argument", 0, 0,
	 HISTORY_BIT(HISTORY_KEY_FORMAT) | HISTORY_BIT(HISTORY_KEY_METRIC) |
		 HISTORY_BIT(HISTORY_KEY_SERIES) | HISTORY_BIT(HISTORY_KEY_THRESHOLD),
	 "text, json", run_changes},
	{"check", "one FILE", 1, 1,
	 HISTORY_BIT(HISTORY_KEY_FORMAT) | HISTORY_BIT(HISTORY_KEY_METRIC) |
		 HISTORY_BIT(HISTORY_KEY_THRESHOLD),
	 "text, json", run_check},
	{"export", "no argument", 0, 0, HISTORY_BIT(HISTORY_KEY_FORMAT), "csv, json, openmetrics",
	 run_export},
	{"prune", "no argument", 0, 0,
	 HISTORY_BIT(HISTORY_KEY_KEEP) | HISTORY_BIT(HISTORY_KEY_BEFORE) |
		 HISTORY_BIT(HISTORY_KEY_DRY_RUN),
	 "", run_prune},
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
