/* SPDX-License-Identifier: BSD-3-Clause */
#include "best.h"

#include "pattern/rng.h"
#include "stats.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEALS        999
#define SEED         UINT64_C(0x62657374)
#define ROUNDS_MIN   3
#define UNPAIRED_MAX 5 /* rounds; with more, two points are tested by pairs */

/* A value and the scale of the distances: in both, more is better. */
struct cell {
	double value, scaled;
};

/* The points that remain. */
struct field {
	size_t points, rounds;
	double grain;  /* squared differences below are rounding */
	size_t *names; /* of the points in the study */
	struct cell *cells,
		*dealt;  /* cells[round * points + point]; dealt: the same with other points */
	double *scratch; /* the arrays below follow it */
	double *means, *variances, *distances; /* see measure_distances */
	double *observed, *gaps;               /* distances and means of the data */
	size_t *reached; /* deals that have a distance as large as the observed one */
};

static void
field_free(struct field *f)
{
	free(f->names);
	free(f->reached);
	free(f->cells);
	free(f->dealt);
	free(f->scratch);
}

static bool
field_alloc(struct field *f, size_t points, size_t rounds)
{
	size_t longer = points > rounds ? points : rounds;

	f->names = calloc(points + 1, sizeof(*f->names));
	f->reached = calloc(points + 1, sizeof(*f->reached));
	f->cells = calloc(points * rounds + 1, sizeof(*f->cells));
	f->dealt = calloc(points * rounds + 1, sizeof(*f->dealt));
	f->scratch = calloc(2 * longer + 5 * points + 1, sizeof(*f->scratch));
	if (!f->names || !f->reached || !f->cells || !f->dealt || !f->scratch)
		return false;
	f->means = f->scratch + 2 * longer;
	f->variances = f->means + points;
	f->distances = f->variances + points;
	f->observed = f->distances + points;
	f->gaps = f->observed + points;
	return true;
}

static size_t
find_highest_median(const struct field *f, const struct cell *cells)
{
	double highest = -INFINITY;
	size_t best = 0;

	for (size_t i = 0; i < f->points; i++) {
		double median;

		for (size_t round = 0; round < f->rounds; round++)
			f->scratch[round] = cells[round * f->points + i].value;
		median = gsl_stats_median(f->scratch, 1, f->rounds);
		if (median > highest) {
			highest = median;
			best = i;
		}
	}
	return best;
}

/*
 * Fills, for each point, the mean and the variance (times rounds) of the differences from the best point, and the
 * distance of rule 3 in best.h, 0 if not worse. Returns the largest distance.
 */
static double
measure_distances(const struct field *f, const struct cell *cells)
{
	size_t best = find_highest_median(f, cells), others = 0;
	double rounds = (double)f->rounds, common, largest = 0;

	memset(f->means, 0, f->points * sizeof(*f->means));
	memset(f->variances, 0, f->points * sizeof(*f->variances));
	for (size_t round = 0; round < f->rounds; round++) {
		const struct cell *row = cells + round * f->points;

		for (size_t i = 0; i < f->points; i++)
			f->means[i] += (row[best].scaled - row[i].scaled) / rounds;
	}
	for (size_t round = 0; round < f->rounds; round++) {
		const struct cell *row = cells + round * f->points;

		for (size_t i = 0; i < f->points; i++) {
			double off = row[best].scaled - row[i].scaled - f->means[i];

			f->variances[i] += off * off;
		}
	}
	for (size_t i = 0; i < f->points; i++)
		if (i != best)
			f->scratch[others++] = f->variances[i];
	common = gsl_stats_select(f->scratch, 1, others, 3 * others / 4) + f->grain;
	for (size_t i = 0; i < f->points; i++) {
		double variance = f->variances[i] + fmax(f->variances[i], common);

		f->distances[i] = f->means[i] > 0 ? f->means[i] / sqrt(variance) : 0;
		largest = fmax(largest, f->distances[i]);
	}
	return largest;
}

/* Deals the values of each round to the points. */
static void
deal(const struct field *f, struct rng *rng)
{
	for (size_t round = 0; round < f->rounds; round++) {
		struct cell *row = f->dealt + round * f->points;

		for (size_t i = f->points; i > 1; i--) {
			size_t other = rng_below(rng, i);
			struct cell moved = row[other];

			row[other] = row[i - 1];
			row[i - 1] = moved;
		}
	}
}

/* Sets p of each remaining point, at least `least`, and leaves out the best. Stops early without a worse point. */
static void
test_deals(struct field *f, double level, double least, struct best_point *points)
{
	size_t best = find_highest_median(f, f->cells), deals = 0, fewest = 0;
	double largest;
	struct rng rng;

	largest = measure_distances(f, f->cells);
	memcpy(f->observed, f->distances, f->points * sizeof(*f->observed));
	memcpy(f->gaps, f->means, f->points * sizeof(*f->gaps));
	memcpy(f->dealt, f->cells, f->points * f->rounds * sizeof(*f->dealt));
	memset(f->reached, 0, f->points * sizeof(*f->reached));
	rng_seed(&rng, SEED, f->points);
	while (deals < DEALS && (double)(fewest + 1) <= level * (DEALS + 1)) {
		double dealt;

		deal(f, &rng);
		/* 1e-9: the same distance can be rounded differently */
		dealt = measure_distances(f, f->dealt) * (1 + 1e-9);
		for (size_t i = 0; i < f->points; i++)
			f->reached[i] += dealt >= f->observed[i];
		fewest += dealt >= largest;
		deals++;
	}
	for (size_t i = 0; i < f->points; i++) {
		double p = (double)(f->reached[i] + 1) / (double)(deals + 1);

		points[f->names[i]].p = i == best ? NAN : fmax(least, p);
	}
}

/* Two points remain. -1 without memory. */
static int
test_pair(struct field *f, double least, struct best_point *points)
{
	size_t best = find_highest_median(f, f->cells), rounds = f->rounds;
	double *first = f->scratch, *second = f->scratch + rounds;
	struct stats_test test;

	for (size_t round = 0; round < rounds; round++) {
		first[round] = f->cells[2 * round + best].scaled;
		second[round] = f->cells[2 * round + !best].scaled;
	}
	if (rounds <= UNPAIRED_MAX) {
		test = stats_mann_whitney((struct stats_sample){first, rounds},
					  (struct stats_sample){second, rounds});
	} else {
		for (size_t round = 0; round < rounds; round++)
			second[round] -= first[round];
		test = stats_signed_rank(second, rounds);
	}
	if (isnan(test.p))
		return -1;
	/* drift can give the higher median to the point that is lower in most rounds */
	if (test.statistic > test.expected)
		test.p = 1;
	f->gaps[best] = 0;
	f->gaps[!best] = 1;
	points[f->names[best]].p = NAN;
	points[f->names[!best]].p = fmax(least, test.p);
	return 0;
}

/* Removes worse points, rule 4 of best.h. Returns the largest p of a removed point, or `least`. */
static double
remove_worse(struct field *f, double level, double least, struct best_point *points)
{
	size_t kept = 0, cell = 0, before = f->points;
	double furthest = 0;

	for (size_t i = 0; i < before; i++)
		if (points[f->names[i]].p <= level)
			furthest = fmax(furthest, f->gaps[i]);
	for (size_t i = 0; i < before; i++) {
		struct best_point *point = &points[f->names[i]];

		if (point->p <= level && f->gaps[i] >= furthest / 2) {
			point->mark = BEST_WORSE;
			least = fmax(least, point->p);
		}
	}
	for (size_t i = 0; i < before * f->rounds; i++)
		if (points[f->names[i % before]].mark == BEST_UNTOLD)
			f->cells[cell++] = f->cells[i];
	for (size_t i = 0; i < before; i++)
		if (points[f->names[i]].mark == BEST_UNTOLD)
			f->names[kept++] = f->names[i];
	f->points = kept;
	return least;
}

static bool
round_is_complete(const struct best_study *study, const struct best_point *points, size_t round)
{
	for (size_t i = 0; i < study->points; i++)
		if (points[i].mark == BEST_UNTOLD &&
		    !isfinite(study->values[i * study->rounds + round]))
			return false;
	return true;
}

/* Copies the tested points and the complete rounds, on a scale where more is better. */
static void
fill_field(struct field *f, const struct best_study *study, const struct best_point *points)
{
	double sign = study->higher ? 1 : -1, lowest = INFINITY, highest = -INFINITY;
	bool positive = true;
	size_t used = 0;

	for (size_t i = 0; i < study->points; i++)
		if (points[i].mark == BEST_UNTOLD)
			f->names[f->points++] = i;
	for (size_t round = 0; round < study->rounds; round++) {
		if (!round_is_complete(study, points, round))
			continue;
		for (size_t i = 0; i < f->points; i++) {
			double value = study->values[f->names[i] * study->rounds + round];

			f->cells[used++].value = sign * value;
			positive = positive && value > 0;
		}
		f->rounds++;
	}
	for (size_t i = 0; i < used; i++) {
		struct cell *cell = &f->cells[i];

		cell->scaled = positive ? sign * log(sign * cell->value) : cell->value;
		lowest = fmin(lowest, cell->scaled);
		highest = fmax(highest, cell->scaled);
	}
	f->grain = used ? pow(1e-9 * (highest - lowest), 2) : 0;
}

/* Copies the values of a point; returns their number. */
static size_t
copy_values(const struct best_study *study, size_t point, double *copy)
{
	size_t count = 0;

	for (size_t round = 0; round < study->rounds; round++)
		if (isfinite(study->values[point * study->rounds + round]))
			copy[count++] = study->values[point * study->rounds + round];
	return count;
}

/* BEST_UNPAIRED. -1 without memory. */
static int
test_unpaired(const struct best_study *study, struct best_point *points, struct best_found *found)
{
	double *values = calloc(2 * study->rounds, sizeof(*values)), *best = values + study->rounds;
	double highest = -INFINITY, tested = 0, pairs;
	size_t best_count;
	int err = 0;

	if (!values)
		return -1;
	for (size_t i = 0; i < study->points; i++) {
		double median;

		if (points[i].mark != BEST_UNTOLD)
			continue;
		tested++;
		median = gsl_stats_median(values, 1, copy_values(study, i, values));
		median = study->higher ? median : -median;
		if (median > highest) {
			highest = median;
			found->best = i;
		}
	}
	best_count = copy_values(study, found->best, best);
	pairs = tested * (tested - 1) / 2;
	for (size_t i = 0; i < study->points; i++) {
		size_t count = copy_values(study, i, values);
		double least_p = stats_mann_whitney_least_p(count, best_count);
		struct stats_test test;

		if (points[i].mark != BEST_UNTOLD || i == found->best)
			continue;
		test = stats_mann_whitney((struct stats_sample){values, count},
					  (struct stats_sample){best, best_count});
		if (isnan(test.p))
			err = -1;
		points[i].p = fmin(1, test.p * pairs);
		points[i].mark = points[i].p <= study->level ? BEST_WORSE : BEST_UNTOLD;
		found->least_pair_p = fmin(found->least_pair_p, least_p);
		found->least_p = fmin(found->least_p, least_p * pairs);
	}
	free(values);
	return err;
}

static int
test_by_rounds(struct field *f, double level, struct best_point *points, struct best_found *found)
{
	double least = 0, deals = 1;
	size_t before;

	for (size_t i = 2; i <= f->points; i++)
		deals *= pow((double)i, (double)f->rounds - 1);
	found->rounds = f->rounds;
	found->best = f->names[find_highest_median(f, f->cells)];
	found->least_pair_p = f->rounds <= UNPAIRED_MAX
				      ? stats_mann_whitney_least_p(f->rounds, f->rounds)
				      : stats_signed_rank_least_p(f->rounds);
	found->least_p = f->points > 2 ? fmax(1 / deals, 1.0 / (DEALS + 1)) : found->least_pair_p;
	do {
		before = f->points;
		if (f->points > 2)
			test_deals(f, level, least, points);
		else if (test_pair(f, least, points))
			return -1;
		least = remove_worse(f, level, least, points);
	} while (f->points > 1 && f->points < before);
	return 0;
}

int
best_find(const struct best_study *study, struct best_point *points, struct best_found *found)
{
	struct field f = {0};
	double *scratch = calloc(study->rounds + 1, sizeof(*scratch));
	size_t most = 0, tested = 0;
	int err = -1;

	*found = (struct best_found){.best = SIZE_MAX, .least_p = 1, .least_pair_p = 1};
	if (!scratch || !field_alloc(&f, study->points, study->rounds))
		goto out;
	for (size_t i = 0; i < study->points; i++) {
		size_t count = copy_values(study, i, scratch);

		most = count > most ? count : most;
	}
	for (size_t i = 0; i < study->points; i++) {
		size_t count = copy_values(study, i, scratch);

		points[i] = (struct best_point){!count             ? BEST_WITHOUT_DATA
						: 2 * count < most ? BEST_FEW
								   : BEST_UNTOLD,
						NAN};
		tested += points[i].mark == BEST_UNTOLD;
	}
	fill_field(&f, study, points);
	err = 0;
	if (tested > 1 && f.rounds >= ROUNDS_MIN) {
		found->method = BEST_BY_ROUNDS;
		err = test_by_rounds(&f, study->level, points, found);
	} else if (tested) {
		found->method = tested > 1 ? BEST_UNPAIRED : BEST_UNTESTED;
		err = test_unpaired(study, points, found);
	}
	if (!err && tested)
		points[found->best].mark = BEST_ITSELF;
out:
	free(scratch);
	field_free(&f);
	return err;
}
