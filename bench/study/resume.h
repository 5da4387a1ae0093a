/* SPDX-License-Identifier: BSD-3-Clause */
/* resume.h -- goes on with a sweep whose file lacks some runs. */
#ifndef BENCH_STUDY_RESUME_H
#define BENCH_STUDY_RESUME_H

#include "result/result.h"
#include "why.h"

/*
 * Moves the runs of `old` into `result`, which has the jobs, the study, the machine and the namespaces of this process,
 * and takes over its name and start. Refuses with a line in `why` that names the first difference: another machine,
 * build, libpmem, clock, namespace, key or point. `old` keeps its other members. Returns 0 or -1; after -1 nothing was
 * moved.
 */
int resume_adopt(struct result *result, struct result *old, struct why *why);

/* 1 when the layout of a namespace is not the one that the runs in `old` have seen; `why` then says how. */
int resume_layout_differs(const struct result *result, const struct result_layout *now,
			  size_t point, struct why *why);

#endif
