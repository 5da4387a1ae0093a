/* SPDX-License-Identifier: BSD-3-Clause */
#include "shift.h"

#include "null_sums.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#define SAMPLES_MAX 1e6

static const struct shift unknown = {NAN, NAN, NAN, NAN, NAN, NAN, false};

/* Null distribution of the number of differences (or means of two) below the true shift, for values without ties. */
struct below {
	struct null_sums sums; /* memory NULL: normal */
	size_t least;          /* the sum that stands for 0 below */
	double mean, deviation;
};

/* Probability of less than `bound`. */
static double
below_less(const struct below *b, size_t bound)
{
	if (!bound)
		return 0;
	if (b->sums.memory)
		return null_sums_at_most(&b->sums, b->least + bound - 1);
	return gsl_cdf_ugaussian_P(((double)bound - 0.5 - b->mean) / b->deviation);
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts the differences. The bounds are the `bound`-th from either end; bound 0 is infinity. */
static struct shift
look(double *differences, size_t count, const struct below *b, double confidence)
{
	struct shift s = unknown;
	size_t bound = 0, past = count / 2 + 1, finite;
	double certain;

	qsort(differences, count, sizeof(*differences), ascending);
	s.estimate = differences[(count - 1) / 2] / 2 + differences[count / 2] / 2;
	/* the largest bound that leaves less than the allowed probability outside; 1e-12 for rounding */
	while (past - bound > 1) {
		size_t middle = bound + (past - bound) / 2;

		if (1 - 2 * below_less(b, middle) >= confidence - 1e-12)
			bound = middle;
		else
			past = middle;
	}
	s.low = bound ? differences[bound - 1] : -INFINITY;
	s.high = bound ? differences[count - bound] : INFINITY;
	s.confidence = 1 - 2 * below_less(b, bound);
	finite = bound ? bound : 1;
	certain = 1 - 2 * below_less(b, finite);
	if (certain > 0 && certain < 1)
		s.error = (differences[count - finite] - differences[finite - 1]) / 2 /
			  gsl_cdf_ugaussian_Pinv((1 + certain) / 2);
	return s;
}

struct shift
shift_between(struct stats_sample before, struct stats_sample after, double confidence)
{
	struct shift s = unknown;
	size_t m = before.count, n = after.count, fewer = m < n ? m : n;
	double pairs = (double)m * (double)n;
	struct below b = {.least = fewer * (fewer + 1) / 2, .mean = pairs / 2};
	double *differences;

	if (!m || !n || !stats_all_finite(before.values, m) || !stats_all_finite(after.values, n))
		return s;
	differences = reallocarray(NULL, m, n * sizeof(*differences));
	if (!differences)
		return s;
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j++)
			differences[i * n + j] = after.values[j] - before.values[i];
	b.deviation = sqrt(pairs * (double)(m + n + 1) / 12);
	if (stats_mann_whitney_is_exact(m, n))
		b.sums = null_sums_choose(NULL, m + n, fewer);
	if (b.sums.memory || !stats_mann_whitney_is_exact(m, n)) {
		s = look(differences, m * n, &b, confidence);
		s.size = 2 * pairs / (double)(m + n);
	}
	null_sums_free(&b.sums);
	free(differences);
	return s;
}

struct shift
shift_of_pairs(const double *differences, size_t count, double confidence)
{
	struct shift s = unknown;
	size_t used = 0;
	double n = (double)count;
	struct below b = {.mean = n * (n + 1) / 4,
			  .deviation = sqrt(n * (n + 1) * (2 * n + 1) / 24)};
	double *means;

	if (!count || !stats_all_finite(differences, count))
		return s;
	means = reallocarray(NULL, count, (count + 1) * sizeof(*means));
	if (!means)
		return s;
	for (size_t i = 0; i < count; i++)
		for (size_t j = i; j < count; j++)
			means[used++] = differences[i] / 2 + differences[j] / 2;
	if (count <= STATS_EXACT_PAIRS)
		b.sums = null_sums_signs(NULL, count);
	if (b.sums.memory || count > STATS_EXACT_PAIRS) {
		s = look(means, used, &b, confidence);
		s.size = n;
		s.of_pairs = true;
	}
	null_sums_free(&b.sums);
	free(means);
	return s;
}

size_t
shift_samples_needed(const struct shift *shift, double confidence, double threshold)
{
	double distance = fabs(shift->estimate), target = fmax(distance, threshold - distance);
	double deviates =
		gsl_cdf_ugaussian_Pinv((1 + confidence) / 2) + gsl_cdf_ugaussian_Pinv(0.8);
	double ratio = deviates * shift->error / target, needed = ceil(shift->size * ratio * ratio);
	size_t least = 1;

	if (!(target > 0) || !(needed <= SAMPLES_MAX))
		return 0;
	while ((shift->of_pairs ? stats_signed_rank_least_p(least)
				: stats_mann_whitney_least_p(least, least)) > 1 - confidence)
		least++;
	return needed > (double)least ? (size_t)needed : least;
}
