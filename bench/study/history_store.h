/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * history_store.h -- results of many runs in one SQLite file.
 *
 * The store keeps each whole result, compressed, and its figures in columns beside it. history_sql.c has the text of
 * every statement. A function that fails returns -1 with "STORE: reason" in `why`.
 *
 * 1. One transaction adds all results of a call: all of them or none. SQLite's write-ahead log keeps readers apart
 *    from the one writer; other writers wait up to a minute.
 * 2. A new store is made under another name, with its tables, and then linked to its path. So nobody sees half a store.
 * 3. A file is only opened by SQLite if its first bytes say that it is a store, of this version or an earlier one. An
 *    older store is brought to this version by the steps that also make a new one. SQLite checks the whole file
 *    before the first change.
 */
#ifndef BENCH_STUDY_HISTORY_STORE_H
#define BENCH_STUDY_HISTORY_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "why.h"

/* The parts that tell series apart, each a text. */
enum history_part {
	HISTORY_MACHINE,
	HISTORY_JOB,
	HISTORY_POINT,
	HISTORY_LAYOUT,
	HISTORY_ENGINE,
	HISTORY_OP,
	HISTORY_PARTS
};

/* "machine", "job", ... */
const char *history_part_name(enum history_part part);

struct history_series {
	int64_t number; /* in the store, from 1; 0: not stored */
	char *parts[HISTORY_PARTS];
};

#define HISTORY_METRIC_MAX 32

struct history_value {
	int64_t series, result; /* numbers */
	char metric[HISTORY_METRIC_MAX];
	uint64_t started_at; /* of the result */
	double value;
};

struct history_result {
	int64_t number;      /* in the store, from 1, never used again; 0: not stored */
	char *id;            /* result.id */
	uint64_t started_at; /* seconds since the epoch */
	int is_used;         /* 0: the figures count nowhere, as the result is not valid */
	char *status;        /* of the verdict */
	char *host, *version, *commit;
	char *labels;            /* "branch=main ci=17", sorted by name */
	uint64_t document_bytes; /* of the JSON */
};

/* A result to add. */
struct history_record {
	struct history_result result; /* without number and labels */
	char *document;               /* JSON */
	struct history_series *series;
	size_t nseries;
	struct history_value *values; /* series: index + 1 in series[] */
	size_t nvalues;
};

struct history_label {
	const char *name, *value;
};

/* All that the store holds, except the documents. Values are sorted by series, metric and time. */
struct history {
	struct history_result *results; /* by number */
	size_t nresults;
	struct history_series *series; /* by number */
	size_t nseries;
	struct history_value *values; /* of used results */
	size_t nvalues;
};

enum history_access {
	HISTORY_READ,  /* the store must exist */
	HISTORY_WRITE, /* as above; may be changed */
	HISTORY_CREATE /* as above; made if it is missing */
};

struct history_store;

int history_store_open(struct history_store **store, const char *path, enum history_access access,
		       struct why *why);
void history_store_close(struct history_store *store);

/* Adds the records with these labels, all or none. A result that the store has already is an error. */
int history_store_add(struct history_store *store, const struct history_record *records,
		      size_t nrecords, const struct history_label *labels, size_t nlabels,
		      struct why *why);

/* Loads the history; `metric` limits the values to one, NULL does not. The caller calls history_free after 0. */
int history_store_load(struct history_store *store, const char *metric, struct history *history,
		       struct why *why);

/* The JSON of one result, by its number in the store; the caller frees *document. */
int history_store_document(struct history_store *store, int64_t result, char **document,
			   size_t *bytes, struct why *why);

/* Removes results, and series that have no other one, in one transaction. */
int history_store_remove(struct history_store *store, const int64_t *results, size_t nresults,
			 struct why *why);

void history_free(struct history *history);
void history_record_free(struct history_record *record);
void history_result_free(struct history_result *result);
void history_series_free(struct history_series *series);

#endif
