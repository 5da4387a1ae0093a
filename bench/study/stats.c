/* SPDX-License-Identifier: BSD-3-Clause */
#include "stats.h"

#include "null_sums.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

bool
stats_all_finite(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!isfinite(values[i]))
			return false;
	return true;
}

/* Two-sided, for a statistic that has steps of 1. Without variance, nothing can differ. */
static double
normal_p(double statistic, double mean, double variance)
{
	double distance = fmax(0, fabs(statistic - mean) - 0.5);

	return variance > 0 ? fmin(1, 2 * gsl_cdf_ugaussian_Q(distance / sqrt(variance))) : 1;
}

bool
stats_mann_whitney_is_exact(size_t a, size_t b)
{
	return (double)(a + b) * (double)(a < b ? a : b) <= STATS_EXACT_WORK;
}

struct stats_test
stats_mann_whitney(struct stats_sample before, struct stats_sample after)
{
	struct stats_test test = {.p = NAN, .statistic = NAN, .expected = NAN};
	size_t count = before.count + after.count, sum_before = 0, sum_after = 0;
	double m = (double)before.count, n = (double)after.count, squares = 0;
	double *pooled = calloc(count + 1, sizeof(*pooled));
	size_t *ranks = calloc(count + 1, sizeof(*ranks));

	if (!pooled || !ranks || !before.count || !after.count)
		goto out;
	for (size_t i = 0; i < count; i++)
		pooled[i] = i < before.count ? before.values[i] : after.values[i - before.count];
	if (!stats_all_finite(pooled, count) || null_sums_rank(pooled, count, ranks))
		goto out;
	for (size_t i = 0; i < count; i++) {
		*(i < before.count ? &sum_before : &sum_after) += ranks[i];
		squares += pow((double)ranks[i] / 2 - (m + n + 1) / 2, 2);
	}
	test.statistic = (double)sum_after / 2 - n * (n + 1) / 2;
	test.expected = m * n / 2;
	test.is_exact = stats_mann_whitney_is_exact(before.count, after.count);
	if (!test.is_exact) {
		test.p = normal_p(test.statistic, m * n / 2,
				  m * n / ((m + n) * (m + n - 1)) * squares);
	} else {
		bool fewer_before = before.count < after.count;
		struct null_sums sums =
			null_sums_choose(ranks, count, fewer_before ? before.count : after.count);

		if (sums.memory)
			test.p = null_sums_two_sided(&sums, fewer_before ? sum_before : sum_after);
		null_sums_free(&sums);
	}
out:
	free(pooled);
	free(ranks);
	return test;
}

struct stats_test
stats_signed_rank(const double *differences, size_t count)
{
	struct stats_test test = {.p = NAN, .statistic = NAN, .expected = NAN};
	size_t used = 0, positive = 0;
	double squares = 0, n;
	double *sizes = calloc(count + 1, sizeof(*sizes));
	size_t *ranks = calloc(count + 1, sizeof(*ranks));

	if (!sizes || !ranks || !count || !stats_all_finite(differences, count))
		goto out;
	for (size_t i = 0; i < count; i++)
		if (differences[i] != 0)
			sizes[used++] = fabs(differences[i]);
	if (null_sums_rank(sizes, used, ranks))
		goto out;
	for (size_t i = 0, rank = 0; i < count; i++) {
		if (differences[i] > 0)
			positive += ranks[rank];
		rank += differences[i] != 0;
	}
	for (size_t i = 0; i < used; i++)
		squares += pow((double)ranks[i] / 2, 2);
	n = (double)used;
	test.statistic = (double)positive / 2;
	test.expected = n * (n + 1) / 4;
	test.is_exact = used <= STATS_EXACT_PAIRS;
	if (!test.is_exact) {
		test.p = normal_p(test.statistic, test.expected, squares / 4);
	} else {
		struct null_sums sums = null_sums_signs(ranks, used);

		if (sums.memory)
			test.p = null_sums_two_sided(&sums, positive);
		null_sums_free(&sums);
	}
out:
	free(sizes);
	free(ranks);
	return test;
}

double
stats_mann_whitney_least_p(size_t a, size_t b)
{
	double p = 2;

	/* 2 / (a + b choose a) */
	for (size_t i = 1; i <= a; i++)
		p *= (double)i / (double)(b + i);
	return fmin(1, p);
}

double
stats_signed_rank_least_p(size_t pairs)
{
	return fmin(1, ldexp(2, pairs < 1000 ? -(int)pairs : -1000));
}

double
stats_cliff_delta(struct stats_sample before, struct stats_sample after)
{
	double balance = 0;

	for (size_t i = 0; i < before.count; i++)
		for (size_t j = 0; j < after.count; j++)
			balance += (after.values[j] > before.values[i]) -
				   (after.values[j] < before.values[i]);
	return balance / ((double)before.count * (double)after.count);
}

void
stats_holm(const double *p, double *adjusted, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t not_smaller = 0;

		for (size_t j = 0; j < count; j++)
			not_smaller += p[j] >= p[i];
		adjusted[i] = isnan(p[i]) ? NAN : fmin(1, p[i] * (double)not_smaller);
	}
	/* At least as large as that of a smaller p. It does not matter if the other one was raised already. */
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			if (p[j] <= p[i])
				adjusted[i] = fmax(adjusted[i], adjusted[j]);
}

double
stats_autocorrelation(const double *values, size_t count)
{
	double mean = 0, products = 0, squares = 0, n = (double)count;
	bool are_equal = true;

	for (size_t i = 0; i < count; i++) {
		mean += values[i] / n;
		are_equal = are_equal && values[i] == values[0];
	}
	if (count < 6 || are_equal || !stats_all_finite(values, count))
		return NAN;
	for (size_t i = 0; i < count; i++) {
		squares += (values[i] - mean) * (values[i] - mean);
		if (i > 0)
			products += (values[i] - mean) * (values[i - 1] - mean);
	}
	return fmax(-1, fmin(1, (n * products / squares + 1) / (n - 4)));
}

double
stats_effective_size(double count, double autocorrelation)
{
	double r = autocorrelation > 0 ? fmin(1, autocorrelation) : 0;

	return fmax(fmin(1, count), count * (1 - r) / (1 + r));
}

double
stats_widened_p(double p, double share)
{
	if (isnan(p) || isnan(share))
		return NAN;
	return fmin(1, 2 * gsl_cdf_ugaussian_Q(gsl_cdf_ugaussian_Qinv(p / 2) * sqrt(share)));
}

double
stats_widened_confidence(double confidence, double share)
{
	double deviate = gsl_cdf_ugaussian_Qinv((1 - confidence) / 2) / sqrt(share);

	if (isnan(confidence) || isnan(share))
		return NAN;
	return 1 - 2 * gsl_cdf_ugaussian_Q(deviate);
}
