/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * history_sql.c -- every SQL text of the project.
 *
 * results   one row for each result; `document` is its JSON, compressed by zlib
 * labels    the labels that were given when a result was added
 * series    the six texts that tell series apart
 * samples   the value of a metric of a series in a result; not for results with used = 0
 */
#include "history_sql.h"

#include <stddef.h>

static const char *const texts[] = {
	[SQL_BEGIN_READ] = "BEGIN",
	[SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_SET_APPLICATION] = "PRAGMA application_id = 0x62747448",
	[SQL_SET_WAL] = "PRAGMA journal_mode = WAL",
	[SQL_SET_SYNC] = "PRAGMA synchronous = FULL",
	[SQL_SET_FOREIGN_KEYS] = "PRAGMA foreign_keys = ON",
	[SQL_GET_VERSION] = "PRAGMA user_version",
	[SQL_CHECK_FILE] = "SELECT quick_check = 'ok' FROM pragma_quick_check(1)",
	[SQL_ADD_RESULT] =
		"INSERT INTO results (run, started_at, used, status, host, version, "
		"commit_id, document_bytes, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[SQL_ADD_LABEL] = "INSERT OR REPLACE INTO labels (result, name, value) VALUES (?, ?, ?)",
	[SQL_ADD_SERIES] = "INSERT OR IGNORE INTO series (machine, job, point, layout, engine, op) "
			   "VALUES (?, ?, ?, ?, ?, ?)",
	[SQL_FIND_SERIES] = "SELECT number FROM series WHERE machine = ? AND job = ? AND point = ? "
			    "AND layout = ? AND engine = ? AND op = ?",
	[SQL_ADD_VALUE] = "INSERT INTO samples (series, metric, result, value) VALUES (?, ?, ?, ?)",
	[SQL_GET_RESULTS] =
		"SELECT number, run, started_at, used, status, host, version, commit_id, "
		"(SELECT group_concat(name || '=' || value, ' ') FROM "
		"(SELECT name, value FROM labels WHERE result = number ORDER BY name)), "
		"document_bytes FROM results ORDER BY number",
	[SQL_GET_SERIES] = "SELECT number, machine, job, point, layout, engine, op FROM series "
			   "ORDER BY number",
	[SQL_GET_VALUES] = "SELECT series, result, metric, started_at, value FROM samples JOIN "
			   "results ON result = number WHERE ?1 IS NULL OR metric = ?1 "
			   "ORDER BY series, metric, started_at, number",
	[SQL_GET_DOCUMENT] = "SELECT document, document_bytes FROM results WHERE number = ?",
	[SQL_REMOVE_RESULT] = "DELETE FROM results WHERE number = ?",
	[SQL_REMOVE_SERIES] = "DELETE FROM series WHERE number NOT IN (SELECT series FROM samples)",
};

/* Step i brings the tables from version i to version i + 1. A released step never changes; new ones come behind it. */
static const char *const steps[HISTORY_SQL_VERSION] = {
	"CREATE TABLE results (number INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL UNIQUE, "
	"started_at INTEGER NOT NULL, used INTEGER NOT NULL, status TEXT NOT NULL, host TEXT, "
	"version TEXT, commit_id TEXT, document_bytes INTEGER NOT NULL, document BLOB NOT NULL) "
	"STRICT;"
	"CREATE TABLE labels (result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE, "
	"name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (result, name)) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE series (number INTEGER PRIMARY KEY AUTOINCREMENT, machine TEXT NOT NULL, "
	"job TEXT NOT NULL, point TEXT NOT NULL, layout TEXT NOT NULL, engine TEXT NOT NULL, "
	"op TEXT NOT NULL, UNIQUE (machine, job, point, layout, engine, op)) STRICT;"
	"CREATE TABLE samples (series INTEGER NOT NULL REFERENCES series, metric TEXT NOT NULL, "
	"result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE, value REAL NOT NULL, "
	"PRIMARY KEY (series, metric, result)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX samples_of_result ON samples (result);"
	"PRAGMA user_version = 1;",
};

int
history_sql_error(const struct history_store *store, struct why *why)
{
	return why_say(why, "%s: %s", store->path, sqlite3_errmsg(store->db));
}

int
history_sql_prepare(sqlite3 *db, enum history_sql sql, sqlite3_stmt **statement)
{
	return sqlite3_prepare_v2(db, texts[sql], -1, statement, NULL);
}

int
history_sql_run(sqlite3 *db, enum history_sql sql, int64_t *number)
{
	sqlite3_stmt *statement;
	int code = history_sql_prepare(db, sql, &statement);

	if (code)
		return code;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW && number)
		*number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

int
history_sql_migrate(sqlite3 *db, int version)
{
	for (int i = version; i < HISTORY_SQL_VERSION; i++)
		for (const char *text = steps[i]; *text;) {
			sqlite3_stmt *statement;
			int code = sqlite3_prepare_v2(db, text, -1, &statement, &text);

			if (!code)
				code = sqlite3_step(statement);
			sqlite3_finalize(statement);
			if (code != SQLITE_ROW && code != SQLITE_DONE)
				return code;
		}
	return SQLITE_OK;
}
