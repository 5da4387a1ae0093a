/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * stats_test.c -- rank tests against published examples, SciPy and the enumeration of all permutations; and the
 * corrections of p values. Comments name the SciPy 1.10 call that gave a number.
 */
#include "stats_support.h"

#include <time.h>

#include "study/stats.h"

static void
mann_whitney_gives_published_p(void **state)
{
	struct stats_test t = stats_mann_whitney(SAMPLE(at_term), SAMPLE(earlier));

	(void)state;
	/* mannwhitneyu(earlier, at_term, method='exact') */
	assert_near(t.statistic, 15);
	assert_near(t.p, 0.2544122544122544);
	assert_near(t.expected, 25);
	assert_true(t.is_exact);
}

static void
mann_whitney_of_20_against_20_is_exact(void **state)
{
	double a[20], b[20];
	struct stats_test t;

	(void)state;
	for (int i = 0; i < 20; i++) {
		a[i] = i * 3 % 41 + 0.5 * i;
		b[i] = i * 7 % 43 + 4.3 + 0.25 * i;
	}
	t = stats_mann_whitney(SAMPLE(a), SAMPLE(b));
	/* mannwhitneyu(b, a, method='exact') */
	assert_true(t.is_exact);
	assert_near(t.statistic, 260);
	assert_near(t.p, 0.1080770739135105);
}

static void
mann_whitney_with_ties_is_exact(void **state)
{
	double a[] = {1, 2, 2, 3, 5, 5}, b[] = {2, 4, 5, 5, 6, 7, 7};
	struct stats_test t = stats_mann_whitney(SAMPLE(a), SAMPLE(b));

	(void)state;
	/* permutation_test((b, a), U, permutation_type='independent', n_resamples=inf) */
	assert_true(t.is_exact);
	assert_near(t.statistic, 34);
	assert_near(t.p, 0.0675990675990676);
}

static void
mann_whitney_of_large_samples_is_normal(void **state)
{
	double a[60], b[65], c[50], d[60];
	struct stats_test plain, tied;

	(void)state;
	for (int i = 0; i < 65; i++) {
		a[i % 60] = i < 60 ? i * 37 % 101 : a[i % 60];
		b[i] = i * 53 % 103 + 8.25;
		c[i % 50] = i < 50 ? i * 37 % 7 : c[i % 50];
		d[i % 60] = i < 60 ? i * 5 % 8 : d[i % 60];
	}
	plain = stats_mann_whitney(SAMPLE(a), SAMPLE(b));
	tied = stats_mann_whitney(SAMPLE(c), SAMPLE(d));
	/* mannwhitneyu(b, a, method='asymptotic'), mannwhitneyu(d, c, method='asymptotic') */
	assert_false(plain.is_exact || tied.is_exact);
	assert_near(plain.statistic, 2264);
	assert_near(plain.p, 0.12133098877277217);
	assert_near(tied.statistic, 1708);
	assert_near(tied.p, 0.2090597288738958);
}

/* 2 * the smaller tail over all choices of the first sample, from the definition of U */
static double
enumerate_two_samples(const double *pooled, size_t m, size_t count)
{
	double observed = 0, below = 0, above = 0, all = 0;

	/* the first mask is the data: the lowest m bits */
	for (unsigned mask = (1U << m) - 1; mask < 1U << count; mask++) {
		double u = 0;

		if ((size_t)__builtin_popcount(mask) != m)
			continue;
		for (size_t i = 0; i < count; i++)
			for (size_t j = 0; j < count; j++)
				if ((mask >> i & 1) && !(mask >> j & 1))
					u += pooled[j] > pooled[i]    ? 1
					     : pooled[j] == pooled[i] ? 0.5
								      : 0;
		if (all == 0)
			observed = u;
		all++;
		below += u <= observed;
		above += u >= observed;
	}
	return fmin(1, 2 * fmin(below, above) / all);
}

static void
mann_whitney_equals_the_enumeration_of_all_choices(void **state)
{
	struct rng rng;
	double pooled[10];

	(void)state;
	rng_seed(&rng, 1, 0);
	for (size_t trial = 0; trial < 200; trial++) {
		size_t m = 1 + rng_below(&rng, 5), n = 1 + rng_below(&rng, 5);

		draw_tied(&rng, pooled, m + n, trial % 2 ? 4 : 1000);
		assert_near(stats_mann_whitney((struct stats_sample){pooled, m},
					       (struct stats_sample){pooled + m, n})
				    .p,
			    enumerate_two_samples(pooled, m, m + n));
	}
}

static void
mann_whitney_depends_only_on_the_order(void **state)
{
	struct rng rng;
	double a[7], b[12], a2[7], b2[12];

	(void)state;
	rng_seed(&rng, 2, 0);
	for (int trial = 0; trial < 20; trial++) {
		struct stats_test one, moved, swapped;

		draw_tied(&rng, a, 7, 9);
		draw_tied(&rng, b, 12, 11);
		for (int i = 0; i < 12; i++) {
			a2[i % 7] = exp(a[i % 7] / 3) - 5;
			b2[i] = exp(b[i] / 3) - 5;
		}
		one = stats_mann_whitney(SAMPLE(a), SAMPLE(b));
		moved = stats_mann_whitney(SAMPLE(a2), SAMPLE(b2));
		swapped = stats_mann_whitney(SAMPLE(b), SAMPLE(a));
		assert_near(moved.p, one.p);
		assert_near(swapped.p, one.p);
		assert_near(moved.statistic, one.statistic);
		assert_near(swapped.statistic, 7 * 12 - one.statistic);
	}
}

static void
exact_and_normal_agree_at_the_limit(void **state)
{
	struct rng rng;
	double a[40], b[41];
	struct stats_test exact, normal;

	(void)state;
	rng_seed(&rng, 3, 0);
	draw_tied(&rng, a, 40, 30);
	draw_tied(&rng, b, 40, 36);
	b[40] = 15; /* hardly moves the test */
	exact = stats_mann_whitney(SAMPLE(a), (struct stats_sample){b, 40});
	normal = stats_mann_whitney(SAMPLE(a), SAMPLE(b));
	assert_true(exact.is_exact && !normal.is_exact);
	assert_close(normal.p, exact.p, 0.15);
}

static void
a_test_of_20_against_20_with_ties_takes_less_than_50_ms(void **state)
{
	struct rng rng;
	double a[20], b[20], least = INFINITY;

	(void)state;
	rng_seed(&rng, 4, 0);
	draw_tied(&rng, a, 20, 8);
	draw_tied(&rng, b, 20, 8);
	for (int trial = 0; trial < 5; trial++) {
		struct timespec from, to;

		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
		assert_true(stats_mann_whitney(SAMPLE(a), SAMPLE(b)).p <= 1);
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
		least = fmin(least, (double)(to.tv_sec - from.tv_sec) +
					    1e-9 * (double)(to.tv_nsec - from.tv_nsec));
	}
	assert_true(least < 0.05);
}

static void
signed_rank_gives_published_p(void **state)
{
	struct stats_test t = stats_signed_rank(therapy, LENGTH(therapy));

	(void)state;
	/* wilcoxon(therapy, mode='exact') */
	assert_near(t.statistic, 5);
	assert_near(t.p, 0.0390625);
	assert_near(t.expected, 22.5);
	assert_true(t.is_exact);
}

static void
signed_rank_of_50_pairs_is_exact(void **state)
{
	double d[50];
	struct stats_test t;

	(void)state;
	for (int i = 0; i < 50; i++)
		d[i] = i * 29 % 53 - 20 + 0.01 * i;
	t = stats_signed_rank(d, LENGTH(d));
	/* wilcoxon(d, mode='exact') */
	assert_true(t.is_exact);
	assert_near(t.statistic, 892);
	assert_near(t.p, 0.01330480151673541);
}

static void
signed_rank_of_many_pairs_is_normal(void **state)
{
	double d[80];
	struct stats_test t;

	(void)state;
	for (int i = 0; i < 80; i++)
		d[i] = i * 37 % 23 - 9; /* ties, and zeros */
	t = stats_signed_rank(d, LENGTH(d));
	/* wilcoxon(d, correction=True, mode='approx', zero_method='wilcox') */
	assert_false(t.is_exact);
	assert_near(t.statistic, 1937);
	assert_near(t.p, 0.027063972472957155);
}

/* 2 * the smaller tail over all signs, with midranks from their definition; zeros dropped */
static double
enumerate_signs(const double *d, size_t count)
{
	double ranks[16], below = 0, above = 0, observed = 0;
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		double rank = 0.5;

		for (size_t j = 0; j < count; j++)
			if (d[j] != 0)
				rank += fabs(d[j]) < fabs(d[i])    ? 1
					: fabs(d[j]) == fabs(d[i]) ? 0.5
								   : 0;
		observed += d[i] > 0 ? rank : 0;
		if (d[i] != 0)
			ranks[used++] = rank;
	}
	for (unsigned mask = 0; mask < 1U << used; mask++) {
		double sum = 0;

		for (size_t i = 0; i < used; i++)
			sum += mask >> i & 1 ? ranks[i] : 0;
		below += sum <= observed;
		above += sum >= observed;
	}
	return fmin(1, 2 * fmin(below, above) / (double)(1U << used));
}

static void
signed_rank_equals_the_enumeration_of_all_signs(void **state)
{
	double w[] = {3, -1, 4, 1, -1, 5, 2, 6, -2, 5}, d[11];
	struct rng rng;

	(void)state;
	/* permutation_test((w,), T, permutation_type='samples', n_resamples=inf) */
	assert_near(stats_signed_rank(w, LENGTH(w)).p, 0.056640625);
	rng_seed(&rng, 5, 0);
	for (size_t trial = 0; trial < 200; trial++) {
		size_t n = 1 + rng_below(&rng, 11);

		draw_tied(&rng, d, n, trial % 2 ? 7 : 1001);
		for (size_t i = 0; i < n; i++)
			d[i] -= trial % 2 ? 2 : 400;
		assert_near(stats_signed_rank(d, n).p, enumerate_signs(d, n));
	}
}

static void
signed_rank_drops_zeros_and_ignores_scale(void **state)
{
	double d[] = {3, -1, 4, 2, 6}, with_zeros[] = {0, 300, -100, 0, 400, 200, 600, 0};
	double negative[] = {-3, 1, -4, -2, -6}, zeros[] = {0, 0};
	struct stats_test t = stats_signed_rank(d, LENGTH(d));

	(void)state;
	assert_near(stats_signed_rank(with_zeros, LENGTH(with_zeros)).p, t.p);
	assert_near(stats_signed_rank(negative, LENGTH(negative)).p, t.p);
	assert_near(stats_signed_rank(negative, LENGTH(negative)).statistic, 15 - t.statistic);
	assert_near(stats_signed_rank(zeros, LENGTH(zeros)).p, 1);
}

static void
samples_without_a_test_have_no_p(void **state)
{
	double good[] = {1, 2, 3}, bad[] = {1, NAN, 3}, endless[] = {1, INFINITY};

	(void)state;
	assert_true(isnan(stats_mann_whitney(SAMPLE(good), (struct stats_sample){good, 0}).p));
	assert_true(isnan(stats_mann_whitney((struct stats_sample){good, 0}, SAMPLE(good)).p));
	assert_true(isnan(stats_mann_whitney(SAMPLE(good), SAMPLE(bad)).p));
	assert_true(isnan(stats_mann_whitney(SAMPLE(endless), SAMPLE(good)).p));
	assert_true(isnan(stats_signed_rank(good, 0).p));
	assert_true(isnan(stats_signed_rank(bad, LENGTH(bad)).p));
	assert_true(isnan(stats_cliff_delta(SAMPLE(good), (struct stats_sample){good, 0})));
}

static void
equal_values_are_no_evidence(void **state)
{
	double few[] = {7, 7, 7}, many[100];

	(void)state;
	for (size_t i = 0; i < LENGTH(many); i++)
		many[i] = 7;
	assert_near(stats_mann_whitney(SAMPLE(few), SAMPLE(few)).p, 1);
	assert_near(stats_mann_whitney(SAMPLE(many), SAMPLE(many)).p, 1);
	assert_true(stats_cliff_delta(SAMPLE(few), SAMPLE(many)) == 0);
}

static void
no_test_is_below_its_least_p(void **state)
{
	double values[20];

	(void)state;
	for (size_t i = 0; i < LENGTH(values); i++)
		values[i] = (double)i + 1;
	for (size_t m = 1; m <= 10; m++) {
		for (size_t n = 1; n <= 10; n++)
			assert_near(stats_mann_whitney((struct stats_sample){values, m},
						       (struct stats_sample){values + m, n})
					    .p,
				    stats_mann_whitney_least_p(m, n));
		assert_near(stats_signed_rank(values, m).p, stats_signed_rank_least_p(m));
	}
	assert_near(stats_mann_whitney_least_p(3, 3), 0.1);
	assert_near(stats_mann_whitney_least_p(5, 5), 2 / 252.0);
	assert_near(stats_signed_rank_least_p(5), 0.0625);
	assert_near(stats_mann_whitney_least_p(0, 5), 1);
	assert_near(stats_signed_rank_least_p(0), 1);
}

static void
cliff_delta_counts_larger_minus_smaller(void **state)
{
	double a[] = {1, 2, 3, 4}, b[] = {3, 4, 5};

	(void)state;
	/* of 12 pairs 9 larger, 2 equal, 1 smaller */
	assert_near(stats_cliff_delta(SAMPLE(a), SAMPLE(b)), 8.0 / 12);
	assert_near(stats_cliff_delta(SAMPLE(b), SAMPLE(a)), -8.0 / 12);
	assert_near(stats_cliff_delta(SAMPLE(earlier), SAMPLE(at_term)), 2 * 35 / 50.0 - 1);
}

static void
holm_multiplies_by_the_hypotheses_that_remain(void **state)
{
	double p[] = {0.01, 0.04, NAN, 0.03, 0.005, 0.6, 0.03}, adjusted[7];
	/* sorted: 0.005 * 6, 0.01 * 5, 0.03 * 4 twice, then not below that: 0.04 * 2; 0.6 */
	double want[] = {0.05, 0.12, NAN, 0.12, 0.03, 0.6, 0.12};
	double large[] = {0.6, 0.7};

	(void)state;
	stats_holm(p, adjusted, 7);
	for (size_t i = 0; i < 7; i++) {
		if (isnan(want[i]))
			assert_true(isnan(adjusted[i]));
		else
			assert_near(adjusted[i], want[i]);
	}
	stats_holm(large, adjusted, 2);
	assert_near(adjusted[0], 1);
	assert_near(adjusted[1], 1);
}

static void
autocorrelation_is_corrected_for_short_series(void **state)
{
	double x[] = {1, 2, 3, 4, 5, 4, 3, 2, 1, 2}, y[] = {5, 1, 5, 2, 4, 5, 3, 2},
	       same[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
	double moved[8];

	(void)state;
	/* uncorrected 0.6155; (10 * 0.6155 + 1) / 6 is more than 1 */
	assert_near(stats_autocorrelation(x, LENGTH(x)), 1);
	/* mean 3.375; products -9.890625, squares 17.875 */
	assert_near(stats_autocorrelation(y, LENGTH(y)), (8 * -9.890625 / 17.875 + 1) / 4);
	for (size_t i = 0; i < 8; i++)
		moved[i] = 1000 - 3 * y[i];
	assert_near(stats_autocorrelation(moved, 8), stats_autocorrelation(y, 8));
	assert_true(isnan(stats_autocorrelation(same, LENGTH(same))));
	assert_true(isnan(stats_autocorrelation(x, 5)));
}

/* x[i] = r * x[i - 1] + noise, started in its stationary law */
static void
draw_ar1(struct rng *rng, double r, double *values, size_t count)
{
	double x = draw_normal(rng) / sqrt(1 - r * r);

	for (size_t i = 0; i < count; i++) {
		values[i] = x;
		x = r * x + draw_normal(rng);
	}
}

static void
autocorrelation_of_a_simulated_series_is_found(void **state)
{
	struct rng rng;
	double series[20], few = 0, values[20000];

	(void)state;
	rng_seed(&rng, 6, 0);
	for (int i = 0; i < 4000; i++) {
		draw_ar1(&rng, 0.3, series, 20);
		few += stats_autocorrelation(series, 20) / 4000;
	}
	assert_close(few, 0.3, 0.1); /* without the correction 0.19 */
	draw_ar1(&rng, 0.5, values, LENGTH(values));
	assert_close(stats_autocorrelation(values, LENGTH(values)), 0.5, 0.06);
}

static void
effective_size_shrinks_with_correlation_only(void **state)
{
	(void)state;
	assert_near(stats_effective_size(30, 0.5), 10);
	assert_near(stats_effective_size(30, -0.5), 30);
	assert_near(stats_effective_size(30, NAN), 30);
	assert_near(stats_effective_size(30, 1), 1);
	assert_near(stats_effective_size(1, 0.5), 1);
}

static void
widening_shrinks_the_normal_deviate(void **state)
{
	(void)state;
	/* 2 * norm.sf(norm.isf(0.005) * sqrt(0.5)); 1 - 2 * norm.sf(norm.isf(0.025) / sqrt(0.5)) */
	assert_near(stats_widened_p(0.01, 0.5), 0.06854814593650276);
	assert_near(stats_widened_confidence(0.95, 0.5), 0.9944254033192156);
	assert_near(stats_widened_p(0.01, 1), 0.01);
	assert_near(stats_widened_confidence(0.95, 1), 0.95);
	assert_near(stats_widened_p(1, 0.3), 1);
	assert_true(isnan(stats_widened_p(NAN, 0.5)));
	assert_true(isnan(stats_widened_confidence(NAN, 0.5)));
}

static void
widened_tests_of_correlated_samples_keep_their_error_rate(void **state)
{
	struct rng rng;
	double a[30], b[30];
	int plain = 0, widened = 0, trials = 2000;

	(void)state;
	rng_seed(&rng, 7, 0);
	for (int trial = 0; trial < trials; trial++) {
		double r, p;

		draw_ar1(&rng, 0.5, a, 30);
		draw_ar1(&rng, 0.5, b, 30);
		r = (stats_autocorrelation(a, 30) + stats_autocorrelation(b, 30)) / 2;
		p = stats_mann_whitney(SAMPLE(a), SAMPLE(b)).p;
		plain += p <= 0.05;
		widened += stats_widened_p(p, stats_effective_size(30, r) / 30) <= 0.05;
	}
	print_message("errors of 30 a side with correlation 0.5: %.1f%%, widened %.1f%%\n",
		      100.0 * plain / trials, 100.0 * widened / trials);
	assert_true(plain > trials * 0.15);
	assert_true(widened < trials * 0.08);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mann_whitney_gives_published_p),
		cmocka_unit_test(mann_whitney_of_20_against_20_is_exact),
		cmocka_unit_test(mann_whitney_with_ties_is_exact),
		cmocka_unit_test(mann_whitney_of_large_samples_is_normal),
		cmocka_unit_test(mann_whitney_equals_the_enumeration_of_all_choices),
		cmocka_unit_test(mann_whitney_depends_only_on_the_order),
		cmocka_unit_test(exact_and_normal_agree_at_the_limit),
		cmocka_unit_test(a_test_of_20_against_20_with_ties_takes_less_than_50_ms),
		cmocka_unit_test(signed_rank_gives_published_p),
		cmocka_unit_test(signed_rank_of_50_pairs_is_exact),
		cmocka_unit_test(signed_rank_of_many_pairs_is_normal),
		cmocka_unit_test(signed_rank_equals_the_enumeration_of_all_signs),
		cmocka_unit_test(signed_rank_drops_zeros_and_ignores_scale),
		cmocka_unit_test(samples_without_a_test_have_no_p),
		cmocka_unit_test(equal_values_are_no_evidence),
		cmocka_unit_test(no_test_is_below_its_least_p),
		cmocka_unit_test(cliff_delta_counts_larger_minus_smaller),
		cmocka_unit_test(holm_multiplies_by_the_hypotheses_that_remain),
		cmocka_unit_test(autocorrelation_is_corrected_for_short_series),
		cmocka_unit_test(autocorrelation_of_a_simulated_series_is_found),
		cmocka_unit_test(effective_size_shrinks_with_correlation_only),
		cmocka_unit_test(widening_shrinks_the_normal_deviate),
		cmocka_unit_test(widened_tests_of_correlated_samples_keep_their_error_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
