/* SPDX-License-Identifier: BSD-3-Clause */
#include "history_store.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "history_sql.h"

#define WAIT_MS            60000
#define HEADER_BYTES       100
#define HEADER_MAGIC       "SQLite format 3"
#define HEADER_VERSION     60 /* place of user_version, big-endian */
#define HEADER_OF_WHOM     68 /* of application_id */
#define DOCUMENT_BYTES_MAX (INT64_C(1) << 30)

static const char *const part_names[] = {"machine", "job", "point", "layout", "engine", "op"};

const char *
history_part_name(enum history_part part)
{
	return part_names[part];
}

static uint32_t
header_number(const unsigned char *header, size_t at)
{
	uint32_t number;

	memcpy(&number, header + at, sizeof(number));
	return be32toh(number);
}

/* 0: a store; 1: no such file; -1 with the reason */
static int
check_header(const char *path, struct why *why)
{
	unsigned char header[HEADER_BYTES];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0 && errno == ENOENT)
		return 1;
	if (fd < 0)
		return why_say(why, "%s: %s", path, strerror(errno));
	got = read(fd, header, sizeof(header));
	if (got < 0)
		why_say(why, "%s: %s", path, strerror(errno));
	close(fd);
	if (got < 0)
		return -1;
	if (got < HEADER_BYTES || memcmp(header, HEADER_MAGIC, sizeof(HEADER_MAGIC)) != 0 ||
	    header_number(header, HEADER_OF_WHOM) != HISTORY_SQL_APPLICATION)
		return why_say(why,
			       "%s: no store of bttbench history (allowed: a store, or for "
			       "'add' a path where no file is)",
			       path);
	if (header_number(header, HEADER_VERSION) > HISTORY_SQL_VERSION)
		return why_say(why,
			       "%s: version %u of the store, from a newer bttbench (allowed: up "
			       "to %u)",
			       path, header_number(header, HEADER_VERSION), HISTORY_SQL_VERSION);
	return 0;
}

static int
connect(struct history_store *store, const char *path, int flags, struct why *why)
{
	int code = sqlite3_open_v2(path, &store->db, flags, NULL);

	if (!code)
		code = sqlite3_busy_timeout(store->db, WAIT_MS);
	if (!code)
		code = history_sql_run(store->db, SQL_SET_SYNC, NULL);
	if (!code)
		code = history_sql_run(store->db, SQL_SET_FOREIGN_KEYS, NULL);
	return code ? history_sql_error(store, why) : 0;
}

/* Makes a complete store under a name beside `path`, then gives it that name unless another process was faster. */
static int
create(struct history_store *store, const char *path, struct why *why)
{
	char *temp = NULL;
	int code, err, fd;
	mode_t mask;

	if (asprintf(&temp, "%s.XXXXXX", path) < 0)
		return why_say(why, "%s: out of memory", path);
	fd = mkstemp(temp);
	if (fd < 0) {
		why_say(why, "%s: %s", path, strerror(errno));
		free(temp);
		return -1;
	}
	/* as other new files: mkstemp lets only the owner read */
	mask = umask(077);
	umask(mask);
	fchmod(fd, 0666 & ~mask);
	close(fd);
	err = connect(store, temp, SQLITE_OPEN_READWRITE, why);
	if (!err) {
		code = history_sql_run(store->db, SQL_SET_APPLICATION, NULL);
		if (!code)
			code = history_sql_migrate(store->db, 0);
		if (!code)
			code = history_sql_run(store->db, SQL_SET_WAL, NULL);
		err = code ? history_sql_error(store, why) : 0;
	}
	sqlite3_close(store->db);
	store->db = NULL;
	if (!err && link(temp, path) && errno != EEXIST)
		err = why_say(why, "%s: %s", path, strerror(errno));
	unlink(temp);
	free(temp);
	return err;
}

/* Reads the version again: the header of the file does not have changes that are still in the log. */
static int
check_tables(struct history_store *store, enum history_access access, struct why *why)
{
	int64_t version = 0, is_whole = 1;
	int code = history_sql_run(store->db, SQL_GET_VERSION, &version);

	if (!code && access != HISTORY_READ)
		code = history_sql_run(store->db, SQL_CHECK_FILE, &is_whole);
	if (code)
		return history_sql_error(store, why);
	if (!is_whole)
		return why_say(why, "%s: the store is damaged", store->path);
	if (version > HISTORY_SQL_VERSION)
		return why_say(why, "%s: version %lld of the store, from a newer bttbench",
			       store->path, (long long)version);
	if (version == HISTORY_SQL_VERSION)
		return 0;
	code = history_sql_run(store->db, SQL_BEGIN_WRITE, NULL);
	if (!code)
		code = history_sql_run(store->db, SQL_GET_VERSION, &version);
	if (!code)
		code = history_sql_migrate(store->db, (int)version);
	if (!code)
		code = history_sql_run(store->db, SQL_COMMIT, NULL);
	return code ? history_sql_error(store, why) : 0;
}

int
history_store_open(struct history_store **store, const char *path, enum history_access access,
		   struct why *why)
{
	struct history_store *s = calloc(1, sizeof(*s));
	int err;

	if (!s || !(s->path = strdup(path))) {
		free(s);
		return why_say(why, "%s: out of memory", path);
	}
	err = check_header(path, why);
	if (err == 1)
		err = access == HISTORY_CREATE
			      ? create(s, path, why)
			      : why_say(why, "%s: no such store ('bttbench history add' makes it)",
					path);
	if (!err)
		err = connect(s, path, SQLITE_OPEN_READWRITE, why);
	if (!err)
		err = check_tables(s, access, why);
	if (err) {
		history_store_close(s);
		return -1;
	}
	*store = s;
	return 0;
}

void
history_store_close(struct history_store *store)
{
	sqlite3_close(store->db);
	free(store->path);
	free(store);
}

static int
bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	return sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

/* Steps a statement that returns nothing, and ends it. */
static int
finish(sqlite3_stmt *statement, int code)
{
	if (!code)
		code = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int
add_result(sqlite3 *db, const struct history_record *record)
{
	const struct history_result *r = &record->result;
	uLongf bytes = compressBound((uLong)r->document_bytes);
	Bytef *packed = malloc(bytes);
	sqlite3_stmt *st;
	int code;

	if (!packed || compress2(packed, &bytes, (const Bytef *)record->document,
				 (uLong)r->document_bytes, Z_DEFAULT_COMPRESSION)) {
		free(packed);
		return SQLITE_NOMEM;
	}
	code = history_sql_prepare(db, SQL_ADD_RESULT, &st);
	if (!code)
		code = bind_text(st, 1, r->id) ||
		       sqlite3_bind_int64(st, 2, (int64_t)r->started_at) ||
		       sqlite3_bind_int(st, 3, r->is_used) || bind_text(st, 4, r->status) ||
		       bind_text(st, 5, r->host) || bind_text(st, 6, r->version) ||
		       bind_text(st, 7, r->commit) ||
		       sqlite3_bind_int64(st, 8, (int64_t)r->document_bytes) ||
		       sqlite3_bind_blob64(st, 9, packed, bytes, SQLITE_STATIC);
	code = finish(st, code);
	free(packed);
	return code;
}

static int
add_label(sqlite3 *db, int64_t result, const struct history_label *label)
{
	sqlite3_stmt *st;
	int code = history_sql_prepare(db, SQL_ADD_LABEL, &st);

	if (!code)
		code = sqlite3_bind_int64(st, 1, result) || bind_text(st, 2, label->name) ||
		       bind_text(st, 3, label->value);
	return finish(st, code);
}

/* Finds the number of a series, or gives it one. */
static int
add_series(sqlite3 *db, const struct history_series *series, int64_t *number)
{
	int code = SQLITE_OK;

	for (int find = 0; find < 2 && !code; find++) {
		sqlite3_stmt *st;

		code = history_sql_prepare(db, find ? SQL_FIND_SERIES : SQL_ADD_SERIES, &st);
		for (int i = 0; i < HISTORY_PARTS && !code; i++)
			code = bind_text(st, i + 1, series->parts[i]);
		if (!find) {
			code = finish(st, code);
			continue;
		}
		if (!code)
			code = sqlite3_step(st);
		if (code == SQLITE_ROW)
			*number = sqlite3_column_int64(st, 0);
		sqlite3_finalize(st);
		code = code == SQLITE_ROW ? SQLITE_OK : code;
	}
	return code;
}

static int
add_values(sqlite3 *db, const struct history_record *record, int64_t result, const int64_t *numbers)
{
	sqlite3_stmt *st;
	int code = history_sql_prepare(db, SQL_ADD_VALUE, &st);

	for (size_t i = 0; i < record->nvalues && !code; i++) {
		const struct history_value *v = &record->values[i];

		code = sqlite3_bind_int64(st, 1, numbers[v->series - 1]) ||
		       bind_text(st, 2, v->metric) || sqlite3_bind_int64(st, 3, result) ||
		       sqlite3_bind_double(st, 4, v->value);
		if (!code && sqlite3_step(st) != SQLITE_DONE)
			code = SQLITE_ERROR;
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	return code;
}

static int
add_record(struct history_store *store, const struct history_record *record,
	   const struct history_label *labels, size_t nlabels, struct why *why)
{
	int64_t *numbers = calloc(record->nseries + 1, sizeof(*numbers)), result;
	int code = numbers ? add_result(store->db, record) : SQLITE_NOMEM;

	if (code == SQLITE_CONSTRAINT) {
		free(numbers);
		return why_say(why, "%s: result %s is in the store already", store->path,
			       record->result.id);
	}
	result = sqlite3_last_insert_rowid(store->db);
	for (size_t i = 0; i < nlabels && !code; i++)
		code = add_label(store->db, result, &labels[i]);
	for (size_t i = 0; i < record->nseries && record->result.is_used && !code; i++)
		code = add_series(store->db, &record->series[i], &numbers[i]);
	if (!code && record->result.is_used)
		code = add_values(store->db, record, result, numbers);
	free(numbers);
	return code == SQLITE_NOMEM ? why_say(why, "%s: out of memory", store->path)
	       : code               ? history_sql_error(store, why)
				    : 0;
}

int
history_store_add(struct history_store *store, const struct history_record *records,
		  size_t nrecords, const struct history_label *labels, size_t nlabels,
		  struct why *why)
{
	int err = 0;

	if (history_sql_run(store->db, SQL_BEGIN_WRITE, NULL))
		return history_sql_error(store, why);
	for (size_t i = 0; i < nrecords && !err; i++)
		err = add_record(store, &records[i], labels, nlabels, why);
	if (!err && history_sql_run(store->db, SQL_COMMIT, NULL))
		err = history_sql_error(store, why);
	if (err)
		history_sql_run(store->db, SQL_ROLLBACK, NULL);
	return err;
}

int
history_store_remove(struct history_store *store, const int64_t *results, size_t nresults,
		     struct why *why)
{
	int code = history_sql_run(store->db, SQL_BEGIN_WRITE, NULL);

	if (code)
		return history_sql_error(store, why);
	for (size_t i = 0; i < nresults && !code; i++) {
		sqlite3_stmt *st;

		code = history_sql_prepare(store->db, SQL_REMOVE_RESULT, &st);
		if (!code)
			code = sqlite3_bind_int64(st, 1, results[i]);
		code = finish(st, code);
	}
	if (!code)
		code = history_sql_run(store->db, SQL_REMOVE_SERIES, NULL);
	if (!code)
		code = history_sql_run(store->db, SQL_COMMIT, NULL);
	if (!code)
		return 0;
	history_sql_error(store, why);
	history_sql_run(store->db, SQL_ROLLBACK, NULL);
	return -1;
}

int
history_store_document(struct history_store *store, int64_t result, char **document, size_t *bytes,
		       struct why *why)
{
	sqlite3_stmt *st;
	int64_t size;
	uLongf got;
	int code = history_sql_prepare(store->db, SQL_GET_DOCUMENT, &st);

	if (!code)
		code = sqlite3_bind_int64(st, 1, result);
	if (!code)
		code = sqlite3_step(st);
	if (code != SQLITE_ROW) {
		int err = code == SQLITE_DONE
				  ? why_say(why, "%s: no result %lld (see 'bttbench history list')",
					    store->path, (long long)result)
				  : history_sql_error(store, why);

		sqlite3_finalize(st);
		return err;
	}
	size = sqlite3_column_int64(st, 1);
	*document = size > 0 && size < DOCUMENT_BYTES_MAX ? malloc((size_t)size) : NULL;
	got = (uLongf)size;
	code = !*document || uncompress((Bytef *)*document, &got, sqlite3_column_blob(st, 0),
					(uLong)sqlite3_column_bytes(st, 0));
	sqlite3_finalize(st);
	if (!code && got == (uLongf)size) {
		*bytes = (size_t)size;
		return 0;
	}
	free(*document);
	return why_say(why, "%s: the text of result %lld is damaged", store->path,
		       (long long)result);
}
