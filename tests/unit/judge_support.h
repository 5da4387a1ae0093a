/* SPDX-License-Identifier: BSD-3-Clause */
/* judge_support.h -- for tests of judge_run that look at the result alone. */
#ifndef TESTS_UNIT_JUDGE_SUPPORT_H
#define TESTS_UNIT_JUDGE_SUPPORT_H

#include <stdlib.h>

#include "run/judge.h"

/* judge_run. Frees the reasons of the run itself, which no result owns here. */
static inline void
judge(struct result *result, struct result_run *run)
{
	judge_run(result, run);
	for (unsigned i = 0; i < run->nreasons; i++)
		free(run->reasons[i]);
	run->nreasons = 0;
}

#endif
