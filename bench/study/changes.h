/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * changes.h -- where does a series of values change? And does a new value belong to its last part?
 *
 * Pure functions over arrays of finite values in the order of time. Equal arguments always give equal results.
 *
 * Change points are found as e-divisive does (D. S. Matteson and N. A. James, Journal of the American Statistical
 * Association 109 (2014)). The energy statistic compares the values before a split with those after it: distances
 * between the parts against distances within them (G. J. Szekely and M. L. Rizzo, 2005). Distances are those of ranks,
 * so that outliers do not hide a step. The split with the largest statistic counts if random orders of the same
 * values reach that statistic in at most 1 % of 999 cases. Both parts are then searched in turn. A series whose values
 * are exchangeable is split with a probability of at most 1 %, for any law of noise, and so for single outliers.
 *
 * Drift is no exchangeable noise. It appears as several changes in one direction, at places that mean nothing.
 */
#ifndef BENCH_STUDY_CHANGES_H
#define BENCH_STUDY_CHANGES_H

#include <stddef.h>

#define CHANGES_PART_MIN \
	4 /* values on either side of a change; the newest change is seen after so many at the earliest */

/*
 * Writes the index of the first value of each part but the first one to `starts`, ascending. `starts` has room for
 * `count` / CHANGES_PART_MIN + 1 indexes. Returns their number, or SIZE_MAX without memory.
 */
size_t changes_find(const double *values, size_t count, size_t *starts);

#define EXPECT_VALUES_MIN 10 /* fewer values of a part allow no verdict */
#define EXPECT_LEVEL      0.05

/* The range of a new value that belongs to a part. */
struct expected {
	double low, high, center;
	size_t count; /* values that it comes from */
	size_t outliers; /* values that were left out: more than 8 scaled median absolute deviations away */
};

/*
 * The range for one of `tests` new values that are judged together: if all belong to their parts, one or more lies
 * outside with a probability of about EXPECT_LEVEL at most. It holds
 *  - the prediction interval of Student's t for logarithms (of values that are all positive), level / tests, with half
 *    the degrees of freedom;
 *  - every value of the part, outliers excepted;
 *  - `threshold` (0.03 for 3 %) of the centre on either side.
 * changes_test prints the rate of errors for several laws of noise. `count` is at least EXPECT_VALUES_MIN. 0, or -1
 * without memory.
 */
int changes_expect(struct expected *expected, const double *values, size_t count, size_t tests,
		   double threshold);

#endif
