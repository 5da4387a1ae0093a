/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * limit.h -- limit.OP.METRIC: limits that every result must keep.
 *
 * A job file says "limit.randwrite.p99 <= 4us". The table of keys has one row for all limits, LIMIT_KEY.
 * Its parser gets the value "randwrite.p99<=4us".
 */
#ifndef BENCH_JOB_LIMIT_H
#define BENCH_JOB_LIMIT_H

#include "key_type.h"

#define LIMIT_PREFIX "limit."
#define LIMIT_KEY    "limit.OP.METRIC"

/*
 * Builds a value of LIMIT_KEY from name and value, the texts before and after the first "=" of a setting.
 * The name must start with LIMIT_PREFIX. ("limit.a.b <", "4us") and ("limit.a.b", "<=4us") both give
 * "a.b<=4us". Returns 0, or -1 with a reason in `why`.
 */
int limit_join(const char *name, const char *value, char *text, size_t size, struct why *why);

/* The limit of the job with the OP.METRIC of `limit`, or NULL. */
const struct job_limit *limit_find(const struct job *job, const struct job_limit *limit);

/* The line of the job's limit with the OP.METRIC in `text`, a value of LIMIT_KEY. 0 if there is none. */
int limit_line(const struct job *job, const char *text);

/* Parts of a limit as text: "p99.9", "limit.write.p99.9", "4us". The value NAN gives "none". */
struct job_limit_text {
	char text[64];
};
struct job_limit_text job_limit_metric_name(const struct job_limit *limit);
struct job_limit_text job_limit_key(const struct job_limit *limit);
struct job_limit_text job_limit_value(const struct job_limit *limit, double value);

extern const struct key_type key_type_limit;

#endif
