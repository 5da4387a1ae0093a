/* SPDX-License-Identifier: BSD-3-Clause */
#include "history_open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "read_files.h"

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

struct history_store *
history_open_store(const struct history_args *args, enum history_access access)
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

enum cmd_exit
history_load(const struct history_args *args, const char *metric, struct history *history)
{
	struct history_store *store = history_open_store(args, HISTORY_READ);
	struct why why;
	int err;

	if (!store)
		return CMD_FAILED;
	err = history_store_load(store, metric, history, &why);
	history_store_close(store);
	return err ? cmd_fail("%s", why.text) : CMD_OK;
}

enum cmd_exit
history_end_output(int err, enum cmd_exit code)
{
	return err ? cmd_fail("standard output: %s", strerror(errno)) : cmd_finish_output(code);
}

enum history_format
history_format_of(const struct history_args *args, enum history_format otherwise)
{
	static const char *const names[] = {"text", "csv", "json", "openmetrics"};

	for (unsigned i = 0; args->format && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(args->format, names[i]))
			return (enum history_format)i;
	return otherwise;
}

enum cmd_exit
history_read_records(const struct history_args *args, struct history_record *records)
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
