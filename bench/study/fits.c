/* SPDX-License-Identifier: BSD-3-Clause */
#include "fits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/robust.h"
#include "pattern/rng.h"

#define CHOICES_MAX 10000
#define DRAWS       9999
#define MAD_SCALE   1.4826 /* of the standard deviation of a normal law */
#define ROUNDING    1e-9

/* The places of all results, the old ones first: places[metric * all + result], and room for others. */
struct places {
	size_t metrics, all, fresh;
	double *places, *scratch;
};

/* The number of choices of `fresh` results out of all; more than CHOICES_MAX is INFINITY. */
static double
count_choices(size_t all, size_t fresh)
{
	double choices = 1;

	for (size_t i = 1; i <= fresh && choices <= CHOICES_MAX; i++)
		choices *= (double)(all - fresh + i) / (double)i;
	return choices > CHOICES_MAX + 0.5 ? INFINITY : round(choices);
}

size_t
fits_least_old(size_t fresh)
{
	size_t old = FITS_OLD_MIN;

	while (1 / count_choices(old + fresh, fresh) > FITS_LEVEL + ROUNDING)
		old++;
	return old;
}

/* Fills the places of one metric. Positive is better. */
static void
place_values(const struct places *p, size_t number, const struct fits_metric *metric,
	     double threshold)
{
	double *at = p->places + number * p->all, center, scale, mean = 0;
	size_t old = p->all - p->fresh;
	bool is_log = true;

	memcpy(at, metric->old, old * sizeof(*at));
	memcpy(at + old, metric->fresh, p->fresh * sizeof(*at));
	for (size_t i = 0; i < p->all; i++)
		is_log = is_log && at[i] > 0;
	for (size_t i = 0; i < p->all; i++)
		p->scratch[i] = at[i] = is_log ? log(at[i]) : at[i];
	center = robust_median(p->scratch, p->all);
	for (size_t i = 0; i < p->all; i++) {
		at[i] -= center;
		p->scratch[i] = fabs(at[i]);
		mean += fabs(at[i]) / (double)p->all;
	}
	scale = fmax(MAD_SCALE * robust_median(p->scratch, p->all),
		     (is_log ? log1p(threshold) : threshold * fabs(center)) / 3);
	/* more than half of the values are equal, and there is no threshold */
	if (!(scale > 0))
		scale = mean > 0 ? mean : 1;
	for (size_t i = 0; i < p->all; i++) {
		double place = at[i] / (metric->higher ? scale : -scale);

		at[i] = fmax(-FITS_FAR, fmin(FITS_FAR, place));
	}
}

/* The mean distance of a choice on one side: 1 is better, -1 is worse. */
static double
far_in(const double *places, const size_t *choice, size_t fresh, int side)
{
	double sum = 0;

	for (size_t i = 0; i < fresh; i++)
		sum += places[choice[i]];
	return side * sum / (double)fresh;
}

/* The largest distance of a choice in any metric. */
static double
far_in_any(const struct places *p, const size_t *choice, int side)
{
	double far = -INFINITY;

	for (size_t m = 0; m < p->metrics; m++)
		far = fmax(far, far_in(p->places + m * p->all, choice, p->fresh, side));
	return far;
}

/* The next choice in order, as ascending indexes; false behind the last one. */
static bool
next_choice(size_t *choice, size_t fresh, size_t all)
{
	size_t i = fresh;

	while (i > 0 && choice[i - 1] == all - fresh + i - 1)
		i--;
	if (!i)
		return false;
	choice[i - 1]++;
	for (; i < fresh; i++)
		choice[i] = choice[i - 1] + 1;
	return true;
}

/* A random choice: the first elements of a shuffle of `all` indexes. */
static void
draw_choice(struct rng *rng, size_t *indexes, size_t fresh, size_t all)
{
	for (size_t i = 0; i < fresh; i++) {
		size_t other = i + rng_below(rng, all - i), index = indexes[i];

		indexes[i] = indexes[other];
		indexes[other] = index;
	}
}

/* One of these results is old, and an outlier on this side in some metric. */
static bool
has_outlier(const struct places *p, const size_t *choice, int side)
{
	for (size_t m = 0; m < p->metrics; m++)
		for (size_t i = 0; i < p->fresh; i++)
			if (choice[i] < p->all - p->fresh &&
			    side * p->places[m * p->all + choice[i]] >= FITS_FAR - ROUNDING)
				return true;
	return false;
}

/*
 * Sets shares[metric] to p of one side, clear[metric] to the part of p that has no outlier among the old results, and
 * scratch[metric] to the distance of the new results; `indexes` has room for all results.
 */
static void
count_as_far(const struct places *p, int side, double *shares, double *clear, size_t *indexes)
{
	double *own = p->scratch;
	double choices = count_choices(p->all, p->fresh);
	bool are_all = isfinite(choices);
	struct rng rng;

	for (size_t i = 0; i < p->fresh; i++)
		indexes[i] = p->all - p->fresh + i;
	for (size_t m = 0; m < p->metrics; m++) {
		own[m] = far_in(p->places + m * p->all, indexes, p->fresh, side);
		/* the new results count, but need not be among random choices */
		clear[m] = shares[m] = are_all ? 0 : 1;
	}
	for (size_t i = 0; i < p->all; i++)
		indexes[i] = i;
	rng_seed(&rng, p->all, RNG_STREAM_SHARED);
	for (size_t draw = 0; are_all || draw < DRAWS; draw++) {
		double far;
		bool is_clear;

		if (!are_all)
			draw_choice(&rng, indexes, p->fresh, p->all);
		far = far_in_any(p, indexes, side);
		is_clear = !has_outlier(p, indexes, side);
		for (size_t m = 0; m < p->metrics; m++) {
			shares[m] += far >= own[m] - ROUNDING;
			clear[m] += is_clear && far >= own[m] - ROUNDING;
		}
		if (are_all && !next_choice(indexes, p->fresh, p->all))
			break;
	}
	for (size_t m = 0; m < p->metrics; m++) {
		shares[m] /= are_all ? choices : DRAWS + 1;
		clear[m] /= are_all ? choices : DRAWS + 1;
	}
}

/* Sets the medians and the verdict. A median is of `scratch`, a copy. */
static void
conclude(const struct places *p, struct fits_metric *m, double threshold)
{
	size_t old = p->all - p->fresh;
	double ratio;

	memcpy(p->scratch, m->fresh, p->fresh * sizeof(*p->scratch));
	m->now = robust_median(p->scratch, p->fresh);
	memcpy(p->scratch, m->old, old * sizeof(*p->scratch));
	m->median = robust_median(p->scratch, old);
	m->low = INFINITY;
	m->high = -INFINITY;
	for (size_t i = 0; i < old; i++) {
		m->low = fmin(m->low, m->old[i]);
		m->high = fmax(m->high, m->old[i]);
	}
	m->change = m->now / m->median - 1;
	ratio = m->now / m->median;
	m->verdict = FITS;
	/* a change from 0 has no ratio, and is never inside the threshold */
	if (isfinite(ratio) && ratio > 0 && fabs(log(ratio)) <= log1p(threshold))
		return;
	if (m->p_worse <= FITS_LEVEL + ROUNDING)
		m->verdict = FITS_WORSE;
	else if (m->p_better <= FITS_LEVEL + ROUNDING)
		m->verdict = FITS_BETTER;
	else if (m->far >= FITS_FAR - ROUNDING || m->p_clear <= FITS_LEVEL + ROUNDING)
		m->verdict = FITS_UNCLEAR;
}

int
fits_judge(struct fits_metric *metrics, size_t count, size_t old, size_t fresh, double threshold)
{
	size_t all = old + fresh, room = all > count ? all : count;
	struct places p = {.metrics = count, .all = all, .fresh = fresh};
	double *shares = calloc(count + 1, sizeof(*shares));
	double *clear = calloc(count + 1, sizeof(*clear));
	size_t *indexes = calloc(all + 1, sizeof(*indexes));
	int err = -1;

	p.places = calloc(count * all + room + 1, sizeof(*p.places));
	if (!p.places || !shares || !clear || !indexes)
		goto out;
	p.scratch = p.places + count * all;
	for (size_t m = 0; m < count; m++)
		place_values(&p, m, &metrics[m], threshold);
	count_as_far(&p, -1, shares, clear, indexes);
	for (size_t m = 0; m < count; m++) {
		metrics[m].p_worse = shares[m];
		metrics[m].p_clear = clear[m];
		metrics[m].far = p.scratch[m];
	}
	count_as_far(&p, 1, shares, clear, indexes);
	for (size_t m = 0; m < count; m++)
		metrics[m].p_better = shares[m];
	for (size_t m = 0; m < count; m++)
		conclude(&p, &metrics[m], threshold);
	err = 0;
out:
	free(p.places);
	free(shares);
	free(clear);
	free(indexes);
	return err;
}
