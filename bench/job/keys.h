/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * keys.h -- the one table of keys. Parser, error texts, help, effective job and man page come from
 * it.
 */
#ifndef BENCH_JOB_KEYS_H
#define BENCH_JOB_KEYS_H

#include "job.h"
#include "key_type.h"
#include "why.h"

/* a key by its place in the table: NULL behind the last */
const struct key *keys_at(unsigned index);

/* a key by name: NULL when there is none */
const struct key *keys_find(const char *name);

/* 1: its values are 0 and 1 */
int key_is_flag(const struct key *key);

unsigned keys_index(const struct key *key);

/* job.key_line of a key that exists */
int keys_line(const struct job *job, const char *name);

/* the line of a message about a name that is no key, with the nearest one; always -1 */
int keys_error_name(const char *name, struct why *why);

/* every key at its default, none given */
void keys_set_defaults(struct job *job);

/* Parses a value given on `line` (JOB_LINE_SET for --set); 0, or -1 with "what is wrong (...)". */
int keys_set(const struct key *key, struct job *job, const char *value, int line, struct why *why);

#endif
