/* SPDX-License-Identifier: BSD-3-Clause */
/* history_load.c -- reads the rows of a store, and frees them. */
#include <stdlib.h>
#include <string.h>

#include "history_sql.h"
#include "history_store.h"

/* A copy of a column, "" for NULL. Returns NULL without memory. */
static char *
column_text(sqlite3_stmt *st, int at)
{
	const char *text = (const char *)sqlite3_column_text(st, at);

	return strdup(text ? text : "");
}

static int
take_result(struct history_result *r, sqlite3_stmt *st)
{
	r->number = sqlite3_column_int64(st, 0);
	r->id = column_text(st, 1);
	r->started_at = (uint64_t)sqlite3_column_int64(st, 2);
	r->is_used = sqlite3_column_int(st, 3);
	r->status = column_text(st, 4);
	r->host = column_text(st, 5);
	r->version = column_text(st, 6);
	r->commit = column_text(st, 7);
	r->labels = column_text(st, 8);
	r->document_bytes = (uint64_t)sqlite3_column_int64(st, 9);
	return r->id && r->status && r->host && r->version && r->commit && r->labels ? 0 : -1;
}

static int
take_series(struct history_series *series, sqlite3_stmt *st)
{
	int err = 0;

	series->number = sqlite3_column_int64(st, 0);
	for (int i = 0; i < HISTORY_PARTS; i++) {
		series->parts[i] = column_text(st, i + 1);
		err |= !series->parts[i];
	}
	return err ? -1 : 0;
}

static int
take_value(struct history_value *value, sqlite3_stmt *st)
{
	const char *metric = (const char *)sqlite3_column_text(st, 2);

	value->series = sqlite3_column_int64(st, 0);
	value->result = sqlite3_column_int64(st, 1);
	if (metric)
		strncpy(value->metric, metric, sizeof(value->metric) - 1);
	value->started_at = (uint64_t)sqlite3_column_int64(st, 3);
	value->value = sqlite3_column_double(st, 4);
	return 0;
}

/* Room for one more element of `size` bytes, set to zero. */
static void *
grow(void **array, size_t count, size_t size)
{
	char *grown = *array;

	if (!(count & (count - 1))) { /* 0, 1, 2, 4, 8 ... are full */
		grown = reallocarray(*array, count ? 2 * count : 1, size);
		if (!grown)
			return NULL;
		*array = grown;
	}
	return memset(grown + count * size, 0, size);
}

static int
load_rows(struct history_store *store, enum history_sql sql, const char *metric,
	  struct history *history, struct why *why)
{
	sqlite3_stmt *st;
	int code = history_sql_prepare(store->db, sql, &st), err = 0;

	if (!code && sql == SQL_GET_VALUES)
		code = sqlite3_bind_text(st, 1, metric, -1, SQLITE_STATIC);
	if (code)
		return history_sql_error(store, why);
	while (!err && (code = sqlite3_step(st)) == SQLITE_ROW) {
		void *at;

		if (sql == SQL_GET_RESULTS) {
			at = grow((void **)&history->results, history->nresults,
				  sizeof(*history->results));
			err = !at || take_result(at, st);
			history->nresults += at != NULL;
		} else if (sql == SQL_GET_SERIES) {
			at = grow((void **)&history->series, history->nseries,
				  sizeof(*history->series));
			err = !at || take_series(at, st);
			history->nseries += at != NULL;
		} else {
			at = grow((void **)&history->values, history->nvalues,
				  sizeof(*history->values));
			err = !at || take_value(at, st);
			history->nvalues += at != NULL;
		}
	}
	if (err)
		why_say(why, "%s: out of memory", store->path);
	else if (code != SQLITE_DONE)
		err = history_sql_error(store, why);
	sqlite3_finalize(st);
	return err ? -1 : 0;
}

/* One transaction, so that all rows are of one moment. */
int
history_store_load(struct history_store *store, const char *metric, struct history *history,
		   struct why *why)
{
	int err;

	*history = (struct history){0};
	if (history_sql_run(store->db, SQL_BEGIN_READ, NULL))
		return history_sql_error(store, why);
	err = load_rows(store, SQL_GET_RESULTS, NULL, history, why) ||
	      load_rows(store, SQL_GET_SERIES, NULL, history, why) ||
	      load_rows(store, SQL_GET_VALUES, metric, history, why);
	history_sql_run(store->db, SQL_COMMIT, NULL);
	if (err)
		history_free(history);
	return err ? -1 : 0;
}

void
history_result_free(struct history_result *r)
{
	free(r->id);
	free(r->status);
	free(r->host);
	free(r->version);
	free(r->commit);
	free(r->labels);
	*r = (struct history_result){0};
}

void
history_series_free(struct history_series *series)
{
	for (int i = 0; i < HISTORY_PARTS; i++)
		free(series->parts[i]);
	*series = (struct history_series){0};
}

void
history_free(struct history *history)
{
	for (size_t i = 0; i < history->nresults; i++)
		history_result_free(&history->results[i]);
	for (size_t i = 0; i < history->nseries; i++)
		history_series_free(&history->series[i]);
	free(history->results);
	free(history->series);
	free(history->values);
	*history = (struct history){0};
}

void
history_record_free(struct history_record *record)
{
	history_result_free(&record->result);
	for (size_t i = 0; i < record->nseries; i++)
		history_series_free(&record->series[i]);
	free(record->series);
	free(record->values);
	free(record->document);
	*record = (struct history_record){0};
}
