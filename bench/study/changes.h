/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * changes.h -- where does a series of values change?
 *
 * A pure function over arrays of finite values in the order of time. Equal arguments always give equal results.
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

#endif
