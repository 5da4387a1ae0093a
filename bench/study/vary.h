/* SPDX-License-Identifier: BSD-3-Clause */
/* vary.h -- the values of a swept key, from text like "nfree=16,64,256". */
#ifndef BENCH_STUDY_VARY_H
#define BENCH_STUDY_VARY_H

#include <stddef.h>

#include "why.h"

#define VARY_VALUES_MAX 10000 /* of one key, and points of a sweep */

/* A swept key and its values, each as a job file has it and each once. */
struct vary {
	char *key;
	char **values;
	size_t count;
};

/*
 * Parses KEY=LIST. LIST is one of
 *	V,V,...		values of the key; with ';' instead of ',' if a value has a comma
 *	A:B		every number from A to B; not of sizes and times
 *	A:B:+STEP	from A to B in equal steps
 *	A:B:*FACTOR	from A to B, each FACTOR times the one before
 * A text that is one value of the key is that value. Returns 0, and the caller frees `vary`; or -1 with a line in `why`
 * that starts with the setting.
 */
int vary_parse(struct vary *vary, const char *setting, struct why *why);
void vary_free(struct vary *vary);

#endif
