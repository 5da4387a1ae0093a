/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * null_sums.h -- ranks, and the exact distribution of their sums when nothing but chance chooses them.
 *
 * Rank tests compare an observed sum of ranks with all sums that chance could give. The counts of all sums come from
 * dynamic programming over the ranks, so ties need no tables: each rank adds its own size, in doubled units.
 */
#ifndef BENCH_NULL_SUMS_H
#define BENCH_NULL_SUMS_H

#include <stddef.h>

/*
 * Doubled midranks: the smallest value has 2, the next 4; equal values share the mean of their ranks, a whole number
 * when doubled. Returns 0, or -1 without memory. Values must be finite.
 */
int null_sums_rank(const double *values, size_t count, size_t *ranks);

struct null_sums {
	double *memory; /* NULL after a failure */
	double *ways;   /* ways[s]: number of choices of ranks that add up to s */
	size_t count;   /* of ways */
	double total;   /* all choices */
};

/* Every choice of `chosen` out of `count` ranks is equally likely: two samples. `ranks` NULL: 1, 2, ... count. */
struct null_sums null_sums_choose(const size_t *ranks, size_t count, size_t chosen);

/* Every rank is in the sum or not, with even chances: signs of differences. `ranks` NULL: 1, 2, ... count. */
struct null_sums null_sums_signs(const size_t *ranks, size_t count);

void null_sums_free(struct null_sums *sums);

/* Probability of a sum of at most `sum`. */
double null_sums_at_most(const struct null_sums *sums, size_t sum);

/* Two-sided p value of an observed sum: twice the smaller tail, at most 1. */
double null_sums_two_sided(const struct null_sums *sums, size_t sum);

#endif
