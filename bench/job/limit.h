/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * limit.h -- limit.OP.METRIC: what a result must hold.
 *
 * In a job file "limit.randwrite.p99 <= 4us". What reaches the table of keys is the row
 * "limit.OP.METRIC" with the value "randwrite.p99<=4us".
 */
#ifndef BENCH_JOB_LIMIT_H
#define BENCH_JOB_LIMIT_H

#include "key_type.h"

#define LIMIT_PREFIX "limit."
#define LIMIT_KEY    "limit.OP.METRIC"

/*
 * name and value around the first "=" of a setting whose name starts with LIMIT_PREFIX, as the value
 * of LIMIT_KEY: ("limit.a.b <", "4us") and ("limit.a.b", "<=4us") become "a.b<=4us". 0, or -1 with a
 * reason.
 */
int limit_join(const char *name, const char *value, char *text, size_t size, struct why *why);

/* where the job has a limit of the same OP.METRIC: its line, else 0 */
int limit_line(const struct job *job, const char *text);

/* parts of a limit as text: "p99.9", "limit.write.p99.9", "4us"; a value of NAN is "none" */
struct job_limit_text {
	char text[64];
};
struct job_limit_text job_limit_metric_name(const struct job_limit *limit);
struct job_limit_text job_limit_key(const struct job_limit *limit);
struct job_limit_text job_limit_value(const struct job_limit *limit, double value);

extern const struct key_type key_type_limit;

#endif
