/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * history_check.h -- do new results fit to the last parts of their series?
 *
 * The last part of a series is behind its last change. A metric with fewer results there than fits_least_old() asks
 * for is short. All others are judged together by fits.h, from the results that are in the last part of each of them.
 */
#ifndef BENCH_STUDY_HISTORY_CHECK_H
#define BENCH_STUDY_HISTORY_CHECK_H

#include "fits.h"
#include "history.h"
#include "why.h"

enum history_verdict {
	HISTORY_FITS,
	HISTORY_BETTER,
	HISTORY_WORSE,
	HISTORY_UNCLEAR, /* far on the bad side, but no further than outliers of the part */
	HISTORY_SHORT    /* too few results in the last part */
};

struct history_check {
	struct metric metric;
	const struct history_series *series; /* of the new results */
	enum history_verdict verdict;
	double now;            /* the median of the new results */
	struct fits_metric is; /* not if SHORT; `old` and `fresh` are NULL */
	size_t have, needed;   /* old results that are judged with, or that there are; the fewest */
	int64_t since;         /* number of the first of them; 0: none */
};

struct history_checks {
	struct history_check *checks;
	size_t count, fresh; /* new results */
};

/*
 * Judges each main metric of new results, or only `metric`. New results that are in the history are not compared with
 * themselves. `names` are for messages. 0, or -1 with `why`: a metric that not all new results have, one result given
 * twice, or no memory. The caller frees checks->checks.
 */
int history_check(const struct history *history, const struct history_record *records,
		  const char *const *names, struct history_checks *checks, const char *metric,
		  double threshold, struct why *why);

#endif
