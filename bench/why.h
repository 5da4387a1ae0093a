/* SPDX-License-Identifier: BSD-3-Clause */
/* why.h -- the one line that says what is wrong, in the caller's buffer. */
#ifndef BENCH_JOB_WHY_H
#define BENCH_JOB_WHY_H

#include <stddef.h>

struct why {
	char *text;
	size_t size;
};

/* Writes the line; control characters in it become '?', so it stays one line. Always returns -1. */
int why_say(const struct why *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* puts what the line is about before it: "subject: ..."; always -1 */
int why_blame(const struct why *why, const char *subject);

#endif
