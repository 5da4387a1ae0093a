/* SPDX-License-Identifier: BSD-3-Clause */
/* history_keep.c -- actions on the results in the store: add, list, show, prune. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/output.h"
#include "result/read.h"
#include "history_actions.h"
#include "history_open.h"

static enum cmd_exit
add_records(const struct history_args *args, const struct history_record *records)
{
	struct history_store *store = history_open_store(args, HISTORY_CREATE);
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

enum cmd_exit
history_run_add(const struct history_args *args)
{
	struct history_record *records = calloc(args->nwords, sizeof(*records));
	enum cmd_exit code =
		records ? history_read_records(args, records) : cmd_fail("history: out of memory");

	if (!code)
		code = add_records(args, records);
	for (size_t i = 0; records && i < args->nwords; i++)
		history_record_free(&records[i]);
	free(records);
	return code;
}

enum cmd_exit
history_run_list(const struct history_args *args)
{
	struct history history;
	enum cmd_exit code = history_load(args, "", &history);

	if (code)
		return code;
	code = history_end_output(
		history_print_list(&history, history_format_of(args, HISTORY_TEXT)), CMD_OK);
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

enum cmd_exit
history_run_show(const struct history_args *args)
{
	struct history_store *store = history_open_store(args, HISTORY_READ);
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

enum cmd_exit
history_run_prune(const struct history_args *args)
{
	struct history_store *store;
	struct history history;
	enum cmd_exit code;
	struct why why;

	if (!(args->given & (HISTORY_BIT(HISTORY_KEY_KEEP) | HISTORY_BIT(HISTORY_KEY_BEFORE))))
		return cmd_usage("history prune: nothing to remove (allowed: with --keep=N or "
				 "--before=DATE)");
	store = history_open_store(args, HISTORY_WRITE);
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
