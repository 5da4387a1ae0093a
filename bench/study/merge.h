/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * merge.h -- adds up the results of one job from many hosts.
 *
 * Histograms, counters and IOPS of the hosts add. A figure that is no sum is that of the worst host: the length of the
 * measured phase, the delay behind a schedule, lost time. So is the verdict. hosts[] keeps the verdict, the environment
 * and the main figures of each host.
 */
#ifndef BENCH_STUDY_MERGE_H
#define BENCH_STUDY_MERGE_H

#include <stddef.h>

#include "result/result.h"
#include "why.h"

/*
 * Merges `count` >= 1 results, which may be merged ones themselves, into *into, which the caller frees with result_free.
 * `names` stand for them in messages. Returns 0; then the parts can only be freed, as some of their memory is part of *into
 * now. Returns -1 with a line in `why` when they can't be merged, or when memory runs out; *into is then empty. Refused
 * are sweeps, one result given twice, and the first difference in build, clock, jobs, limits, kind and size of the
 * namespaces, layouts and number of runs. Names of namespaces may differ.
 */
int merge_results(struct result *into, struct result *parts, const char *const *names, size_t count,
		  struct why *why);

#endif
