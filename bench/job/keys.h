/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * keys.h -- access to the table of keys. Parser, error texts, help, the effective job and the man page
 * all come from this table.
 */
#ifndef BENCH_JOB_KEYS_H
#define BENCH_JOB_KEYS_H

#include "job.h"
#include "key_type.h"
#include "why.h"

/* The key with this index in the table, NULL after the last one. */
const struct key *keys_at(unsigned index);

/* The key with this name, or NULL. Every "limit.*" finds LIMIT_KEY. */
const struct key *keys_find(const char *name);

/* 1 if the values of the key are 0 and 1, else 0. */
int key_is_flag(const struct key *key);

/* The index of a key in the table and in job.key_line. */
unsigned keys_index(const struct key *key);

/* The entry of job.key_line for this key, which must exist. */
int keys_line(const struct job *job, const char *name);

/* Writes an error about an unknown key and suggests fio's equivalent or the most similar one. Always returns -1. */
int keys_error_name(const char *name, struct why *why);

/* Sets every key to its default and marks all keys as not given. */
void keys_set_defaults(struct job *job);

/*
 * Parses a value that was given on `line` (JOB_LINE_SET for --set). Returns 0, or -1 with
 * "wrong (allowed: ...)" in `why` and an unchanged job.
 */
int keys_set(const struct key *key, struct job *job, const char *value, int line, struct why *why);

#endif
