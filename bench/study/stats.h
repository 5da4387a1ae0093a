/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * stats.h -- rank tests, and the corrections that their p values need.
 *
 * All functions are pure: they change no argument but a result array, keep no state and copy before they sort.
 * Values must be finite; a test of others, of an empty sample or without memory has p NAN. Tests are two-sided. A
 * test that does not depend on the shape of the noise needs ranks: latencies are neither normal nor symmetric.
 */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stdbool.h>
#include <stddef.h>

struct stats_sample {
	const double *values;
	size_t count;
};

struct stats_test {
	double p;         /* NAN: not computed, see above */
	double statistic; /* see the test */
	double expected; /* statistic without a difference; a larger one tells that values (differences) are larger */
	bool is_exact; /* from all permutations; else from the normal approximation */
};

/* false if a value is infinite or NAN */
bool stats_all_finite(const double *values, size_t count);

/* Mann-Whitney is exact while (sum of sizes) * (smaller size) is not above this: 40 against 40, 3 against 1000. */
#define STATS_EXACT_WORK 3200
/* The signed-rank test is exact for up to so many differences that are not 0. */
#define STATS_EXACT_PAIRS 50

bool stats_mann_whitney_is_exact(size_t a, size_t b);

/*
 * Is one sample larger than the other? The statistic U counts the pairs in which the value of `after` is larger; an
 * equal pair counts half. Assumes values that are exchangeable between the samples if there is no difference.
 *
 * Exact p: all ways to deal the pooled midranks to two samples of these sizes, so ties need no correction. Otherwise
 * normal, with corrections for ties and continuity. p is twice the smaller tail, at most 1. H. B. Mann and D. R.
 * Whitney, Annals of Mathematical Statistics 18 (1947); for ties E. L. Lehmann, Nonparametrics (1975), chapter 1.
 */
struct stats_test stats_mann_whitney(struct stats_sample before, struct stats_sample after);

/*
 * Are the differences of pairs above or below 0? The statistic is the sum of the ranks of |difference| of all
 * positive differences. Differences of 0 are dropped before the ranking, which is Wilcoxon's rule: the test stays
 * exact, given the number of differences that remain. Without any, p is 1. Assumes differences that are symmetric
 * around 0 if there is no effect, for example because both values of a pair have equal distributions.
 *
 * Exact p: all signs of the midranks. Otherwise normal, with corrections for ties and continuity. F. Wilcoxon,
 * Biometrics Bulletin 1 (1945); Lehmann, chapter 3.
 */
struct stats_test stats_signed_rank(const double *differences, size_t count);

/* The smallest p value that the exact test can have: if it is above 5 %, no such samples can be significant. */
double stats_mann_whitney_least_p(size_t a, size_t b);
double stats_signed_rank_least_p(size_t pairs);

/*
 * Cliff's delta: how much more often a value of `after` is larger than a value of `before` than smaller, from -1 to
 * 1. NAN for an empty sample. N. Cliff, Psychological Bulletin 114 (1993).
 */
double stats_cliff_delta(struct stats_sample before, struct stats_sample after);

/*
 * Adjusts p values for their number: if each adjusted value up to 5 % counts as significant, the probability of any
 * wrong one is at most 5 %, even for dependent tests. Adjusted values are in the order of the p values and at most
 * 1. NAN stays NAN and does not count. `adjusted` must not overlap `p`. S. Holm, Scandinavian Journal of Statistics
 * 6 (1979).
 */
void stats_holm(const double *p, double *adjusted, size_t count);

/*
 * Correlation of each value with the next, corrected for the bias of short series: r is about (1 + 4 r) / n too
 * small (M. G. Kendall, Biometrika 41 (1954)). From -1 to 1. NAN for less than 6 values or if all are equal.
 */
double stats_autocorrelation(const double *values, size_t count);

/*
 * Independent values that tell as much about the mean as `count` values with this autocorrelation, for noise that
 * fades by the same factor with each value (AR(1)): count * (1 - r) / (1 + r). From 1 to count: a negative or NAN
 * correlation gives `count`. G. V. Bayley and J. M. Hammersley, Supplement to the JRSS 8 (1946).
 */
double stats_effective_size(double count, double autocorrelation);

/*
 * The tests and intervals believe that values are independent. `share` = effective size / count, in (0, 1], widens
 * them: the normal deviate behind p shrinks by sqrt(share); the deviate behind a confidence grows as much. An
 * interval that is asked for with the widened confidence covers with the plain confidence. An approximation: with
 * r = 0.5 and 30 values a side, Mann-Whitney errs in 26 % of tests without it, in 7 % with it at a level of 5 %.
 */
double stats_widened_p(double p, double share);
double stats_widened_confidence(double confidence, double share);

#endif
