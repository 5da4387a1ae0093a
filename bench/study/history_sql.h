/* SPDX-License-Identifier: BSD-3-Clause */
/* history_sql.h -- the statements of the store: their text, and short calls that prepare, bind and step them. */
#ifndef BENCH_STUDY_HISTORY_SQL_H
#define BENCH_STUDY_HISTORY_SQL_H

#include <sqlite3.h>
#include <stdint.h>

#include "why.h"

#define HISTORY_SQL_APPLICATION 0x62747448 /* "bttH", in the header of the file */
#define HISTORY_SQL_VERSION     1          /* of the tables; user_version in the header */

enum history_sql {
	SQL_BEGIN_READ,
	SQL_BEGIN_WRITE,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_SET_APPLICATION,
	SQL_SET_WAL,
	SQL_SET_SYNC,
	SQL_SET_FOREIGN_KEYS,
	SQL_GET_VERSION,
	SQL_CHECK_FILE,
	SQL_ADD_RESULT,
	SQL_ADD_LABEL,
	SQL_ADD_SERIES,
	SQL_FIND_SERIES,
	SQL_ADD_VALUE,
	SQL_GET_RESULTS,
	SQL_GET_SERIES,
	SQL_GET_VALUES,
	SQL_GET_DOCUMENT,
	SQL_REMOVE_RESULT,
	SQL_REMOVE_SERIES,
};

struct history_store {
	sqlite3 *db;
	char *path;
};

/* Writes the reason of the last failure of SQLite. Always returns -1. */
int history_sql_error(const struct history_store *store, struct why *why);

/* All return a code of SQLite. A statement that history_sql_prepare gave is ended with sqlite3_finalize. */
int history_sql_prepare(sqlite3 *db, enum history_sql sql, sqlite3_stmt **statement);

/* Prepares, steps and ends a statement without parameters; *number (if not NULL) gets the first column. */
int history_sql_run(sqlite3 *db, enum history_sql sql, int64_t *number);

/* Runs the steps from `version` (0: no tables) to HISTORY_SQL_VERSION; each also sets user_version. */
int history_sql_migrate(sqlite3 *db, int version);

#endif
