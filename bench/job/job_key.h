/* SPDX-License-Identifier: BSD-3-Clause */
/* job_key.h -- single settings of a job: the value as text, its origin, error lines about it. */
#ifndef BENCH_JOB_KEY_H
#define BENCH_JOB_KEY_H

#include <stddef.h>

#include "job.h"
#include "why.h"

#define JOB_KEY_TEXT_MAX 256 /* bytes, with NUL */

struct job_key_text {
	char text[JOB_KEY_TEXT_MAX];
};

/* The effective value as job-file text. "" if no key has this name. A long list of CPUs is cut: "0,7,12,...". */
struct job_key_text job_key_text(const struct job *job, const char *key);

/* 1 if the job file or --set gave this key, 0 if it has its default. The key must exist. */
int job_key_given(const struct job *job, const char *key);

/*
 * The start of a message about a key: "job 'oltp', line 7: bs=5000", "--set bs=5000", or for a default
 * "job 'oltp': bs=sector". The key must exist.
 */
struct job_key_where {
	char text[3 * JOB_KEY_TEXT_MAX];
};
struct job_key_where job_key_where(const struct job *job, const char *key);

/* Writes "job 'oltp', line 7: bs=5000: WRONG". Always returns -1. */
int job_key_error(const struct job *job, const char *key, struct why *why, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Calls `each` for every key with its effective value as job-file text, and once for every limit. A job
 * file with these lines gives the same job.
 */
void job_each_key(const struct job *job,
		  void (*each)(void *arg, const char *key, const char *value), void *arg);

/* The text between key and value: "", if the value starts with <= or >= like a limit, else "=". */
const char *job_key_sign(const char *value);

#endif
