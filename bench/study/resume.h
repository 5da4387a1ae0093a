/* SPDX-License-Identifier: BSD-3-Clause */
/* resume.h -- goes on with a sweep whose file lacks some runs. */
#ifndef BENCH_STUDY_RESUME_H
#define BENCH_STUDY_RESUME_H

#include "result/result.h"
#include "why.h"

/*
 * May this process go on with `old`? `result` has its jobs, study, machine and namespaces. 0, or -1 with a line in `why`
 * that names the first difference: another machine, build, libpmem, clock, namespace, key or point.
 */
int resume_check(const struct result *result, const struct result *old, struct why *why);

/* The same for the layout that the first job has at a point now; after resume_check. */
int resume_check_layout(const struct result *old, size_t point, const struct result_layout *now,
			struct why *why);

/* Moves the runs of `old` into `result`, which takes over its name and start. After resume_check. */
void resume_adopt(struct result *result, struct result *old);

#endif
