/* SPDX-License-Identifier: BSD-3-Clause */
#include "decide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/robust.h"

#define SERIES_MIN      6 /* values of stats_autocorrelation */
#define CORRELATION_MAX 0.99

const char *
decide_verdict_name(enum decide_verdict verdict)
{
	static const char *const names[] = {"same", "better", "worse", "inconclusive"};

	return names[verdict];
}

/* The values that the tests see: copies of the values, or of their logarithms; `differences` of pairs. */
struct scaled {
	struct stats_sample before, after;
	double *memory, *differences;
	bool is_log;
};

static bool
all_positive(struct stats_sample s)
{
	for (size_t i = 0; i < s.count; i++)
		if (!(s.values[i] > 0))
			return false;
	return true;
}

static int
scale_values(struct scaled *s, const struct decision *d)
{
	size_t m = d->before.count, n = d->after.count;
	double *values = calloc(2 * m + n + 1, sizeof(*values));

	if (!values)
		return -1;
	s->memory = values;
	s->before = (struct stats_sample){values, m};
	s->after = (struct stats_sample){values + m, n};
	s->differences = values + m + n;
	s->is_log = all_positive(d->before) && all_positive(d->after);
	for (size_t i = 0; i < m + n; i++) {
		double value = i < m ? d->before.values[i] : d->after.values[i - m];

		values[i] = s->is_log ? log(value) : value;
	}
	for (size_t i = 0; i < m && i < n; i++)
		s->differences[i] = values[m + i] - values[i];
	return 0;
}

/* An estimate from so many values, in two series, is at most so much too small. */
static double
correlation_above(double estimate, double values)
{
	return fmin(CORRELATION_MAX, fmax(0, estimate) + DECIDE_DEVIATES / sqrt(values));
}

static double
share_of(double correlation)
{
	return (1 - correlation) / (1 + correlation);
}

/* The upper bound of the correlation of both series; NAN: unknown. */
static double
bound_correlation(const struct scaled *s)
{
	const struct stats_sample *const sides[] = {&s->before, &s->after};
	double sum = 0, values = 0;

	for (int i = 0; i < 2; i++) {
		double r = stats_autocorrelation(sides[i]->values, sides[i]->count);

		if (sides[i]->count < SERIES_MIN)
			continue;
		/* NAN: values without noise */
		sum += (double)sides[i]->count * (isnan(r) ? 0 : r);
		values += (double)sides[i]->count;
	}
	if (values < SERIES_MIN)
		return NAN;
	return correlation_above(sum / values, values);
}

static double
pairs_delta(const struct scaled *s)
{
	double balance = 0;

	for (size_t i = 0; i < s->before.count; i++)
		balance += (s->differences[i] > 0) - (s->differences[i] < 0);
	return balance / (double)s->before.count;
}

/* The median of a sample; `scratch` has room for its values. */
static double
median_of(struct stats_sample s, double *scratch)
{
	memcpy(scratch, s.values, s.count * sizeof(*scratch));
	return robust_median(scratch, s.count);
}

/* Sets everything that depends on these two samples alone; *shift keeps the scale of the test. */
static int
look_at(struct decision *d, const struct decide_rules *rules, struct shift *shift)
{
	struct scaled s = {.memory = NULL};
	size_t m = d->before.count, n = d->after.count;
	double confidence = 1 - rules->level, share = 1, unit;
	double *scratch = calloc(m + n + 1, sizeof(*scratch));
	struct stats_test test;

	if (!scratch || scale_values(&s, d)) {
		free(scratch);
		return -1;
	}
	d->median_before = median_of(d->before, scratch);
	d->median_after = median_of(d->after, scratch);
	free(scratch);
	if (rules->kind == DECIDE_SERIES) {
		d->correlation = bound_correlation(&s);
		share = share_of(d->correlation);
		confidence =
			isnan(share) ? confidence : stats_widened_confidence(confidence, share);
	}
	if (rules->kind == DECIDE_PAIRS) {
		test = stats_signed_rank(s.differences, m);
		*shift = shift_of_pairs(s.differences, m, confidence);
		d->delta = pairs_delta(&s);
		d->least_p = stats_signed_rank_least_p(m);
	} else {
		test = stats_mann_whitney(s.before, s.after);
		*shift = shift_between(s.before, s.after, confidence);
		d->delta = stats_cliff_delta(s.before, s.after);
		d->least_p = stats_mann_whitney_least_p(m, n);
	}
	free(s.memory);
	if (isnan(test.p) || isnan(shift->estimate))
		return -1;
	d->is_exact = test.is_exact;
	d->p = isnan(share) ? 1 : stats_widened_p(test.p, share);
	d->least_p = isnan(share) ? 1 : stats_widened_p(d->least_p, share);
	if (isnan(share)) {
		shift->low = -INFINITY;
		shift->high = INFINITY;
		shift->error = NAN;
	}
	/* the error belongs to independent values; so many are needed more */
	shift->error /= sqrt(share);
	unit = d->median_before > 0 ? d->median_before : 1;
	d->is_plain = !s.is_log && !(d->median_before > 0);
	d->change = s.is_log ? expm1(shift->estimate) : shift->estimate / unit;
	d->low = !isfinite(shift->low) ? -INFINITY
		 : s.is_log            ? expm1(shift->low)
				       : shift->low / unit;
	d->high = !isfinite(shift->high) ? INFINITY
		  : s.is_log             ? expm1(shift->high)
					 : shift->high / unit;
	if (!s.is_log) {
		shift->estimate /= unit;
		shift->low /= unit;
		shift->high /= unit;
		shift->error /= unit;
	}
	return 0;
}

/* The verdict, after p_adjusted is known; `tests` is the number of decisions with a p. */
static void
conclude(struct decision *d, const struct decide_rules *rules, const struct shift *shift,
	 double tests)
{
	double threshold = d->is_plain ? 0 : log1p(rules->threshold);
	bool is_inside = shift->low >= -threshold && shift->high <= threshold;
	bool is_significant = d->p_adjusted <= rules->level;

	if (is_inside) {
		d->verdict = DECIDE_SAME;
		d->is_small = is_significant;
	} else if (is_significant) {
		d->verdict = (shift->estimate > 0) == d->higher ? DECIDE_BETTER : DECIDE_WORSE;
	} else {
		double samples =
			(double)(rules->kind == DECIDE_PAIRS || d->before.count < d->after.count
					 ? d->before.count
					 : d->after.count);
		double needed =
			(double)shift_samples_needed(shift, 1 - rules->level / tests, threshold);

		d->further = needed > 0 ? (size_t)fmax(1, needed - samples) : 0;
	}
}

int
decide(struct decision *decisions, size_t count, const struct decide_rules *rules)
{
	struct shift *shifts = calloc(count + 1, sizeof(*shifts));
	double *p = calloc(2 * count + 1, sizeof(*p)), tests = 0;
	int err = shifts && p ? 0 : -1;

	for (size_t i = 0; i < count && !err; i++) {
		struct decision *d = &decisions[i];

		*d = (struct decision){.before = d->before,
				       .after = d->after,
				       .higher = d->higher,
				       .median_before = NAN,
				       .median_after = NAN,
				       .change = NAN,
				       .low = -INFINITY,
				       .high = INFINITY,
				       .delta = NAN,
				       .p = NAN,
				       .p_adjusted = NAN,
				       .least_p = NAN,
				       .correlation = NAN,
				       .verdict = DECIDE_INCONCLUSIVE};
		if (d->before.count && d->after.count)
			err = look_at(d, rules, &shifts[i]);
		p[i] = d->p;
		tests += !isnan(d->p);
	}
	if (!err)
		stats_holm(p, p + count, count);
	for (size_t i = 0; i < count && !err; i++) {
		if (isnan(p[i]))
			continue;
		decisions[i].p_adjusted = p[count + i];
		decisions[i].least_p = fmin(1, decisions[i].least_p * tests);
		conclude(&decisions[i], rules, &shifts[i], tests);
	}
	free(shifts);
	free(p);
	return err;
}

size_t
decide_least_samples(const struct decide_rules *rules, size_t decisions)
{
	size_t n = rules->kind == DECIDE_SERIES ? SERIES_MIN : 1;

	for (;; n++) {
		double p = rules->kind == DECIDE_PAIRS ? stats_signed_rank_least_p(n)
						       : stats_mann_whitney_least_p(n, n);

		if (rules->kind == DECIDE_SERIES)
			p = stats_widened_p(p, share_of(correlation_above(0, 2 * (double)n)));
		if (p * (double)decisions <= rules->level)
			return n;
	}
}
