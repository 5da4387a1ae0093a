/* SPDX-License-Identifier: BSD-3-Clause */
#include "changes.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pattern/rng.h"

#define ORDERS      999
#define REACHED_MAX 9 /* (1 + 9) / (1 + 999) is the level of 1 % */

/*
 * The values of one part. Each is replaced by its rank in sorted order (equal values have their mean rank), which takes
 * the weight from outliers. All sums are then exact, so the order of adding does not matter.
 *
 * The sum of distances of a value to a growing set takes log(n) steps: a Fenwick tree has the number and sum of the
 * ranks of the set at or below each place in sorted order.
 */
struct part {
	size_t n;
	double *ranks;     /* of each place in sorted order */
	double *distances; /* of a place to all others */
	double all;        /* distances of all pairs */
	size_t *order;     /* places in the order of time; permutations shuffle it */
	size_t *counts;    /* Fenwick tree, from 1 */
	double *sums;
};

struct indexed {
	double value;
	size_t index;
};

static int
by_value(const void *a, const void *b)
{
	const struct indexed *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

/* Fills a part whose arrays have room. */
static void
part_fill(struct part *part, const double *values, size_t n, struct indexed *scratch)
{
	double sum = (double)n * (double)(n - 1) / 2, below = 0;

	for (size_t i = 0; i < n; i++)
		scratch[i] = (struct indexed){values[i], i};
	qsort(scratch, n, sizeof(*scratch), by_value);
	part->n = n;
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && scratch[end].value == scratch[i].value;)
			end++;
		for (size_t k = i; k < end; k++) {
			part->ranks[k] = (double)(i + end - 1) / 2;
			part->order[scratch[k].index] = k;
		}
	}
	part->all = 0;
	for (size_t i = 0; i < n; i++) {
		double x = part->ranks[i];

		below += x;
		part->distances[i] =
			x * (double)(i + 1) - below + (sum - below) - x * (double)(n - i - 1);
		part->all += part->distances[i] / 2;
	}
}

/* The largest energy statistic of a split of `order`, and the number of values before that split. */
static double
best_split(struct part *part, size_t *at)
{
	size_t n = part->n;
	double left_sum = 0, left = 0, right = part->all, best = -INFINITY;

	memset(part->counts, 0, (n + 1) * sizeof(*part->counts));
	memset(part->sums, 0, (n + 1) * sizeof(*part->sums));
	for (size_t t = 0; t < n; t++) {
		size_t place = part->order[t], below = 0;
		double x = part->ranks[place], below_sum = 0, to_left, m, k, energy;

		for (size_t i = place + 1; i; i &= i - 1) {
			below += part->counts[i];
			below_sum += part->sums[i];
		}
		to_left = x * (double)below - below_sum + (left_sum - below_sum) -
			  x * (double)(t - below);
		left += to_left;
		right -= part->distances[place] - to_left;
		left_sum += x;
		for (size_t i = place + 1; i <= n; i += i & -i) {
			part->counts[i]++;
			part->sums[i] += x;
		}
		if (t + 1 < CHANGES_PART_MIN || t + 1 + CHANGES_PART_MIN > n)
			continue;
		m = (double)(t + 1);
		k = (double)(n - t - 1);
		energy = 2 * (part->all - left - right) / (m * k) - 2 * left / (m * (m - 1)) -
			 2 * right / (k * (k - 1));
		energy *= m * k / (m + k);
		if (energy > best) {
			best = energy;
			*at = t + 1;
		}
	}
	return best;
}

static void
shuffle(struct part *part, struct rng *rng)
{
	for (size_t i = part->n; i > 1; i--) {
		size_t other = rng_below(rng, i), place = part->order[i - 1];

		part->order[i - 1] = part->order[other];
		part->order[other] = place;
	}
}

/* The number of values before the change, or 0. Stops as soon as too many orders reach the statistic. */
static size_t
split(struct part *part)
{
	size_t at = 0, other, reached = 0;
	struct rng rng;
	double found;

	if (part->n < 2 * (size_t)CHANGES_PART_MIN || part->ranks[0] == part->ranks[part->n - 1])
		return 0;
	found = best_split(part, &at);
	rng_seed(&rng, part->n, RNG_STREAM_SHARED);
	for (unsigned i = 0; i < ORDERS && reached <= REACHED_MAX; i++) {
		shuffle(part, &rng);
		reached += best_split(part, &other) >= found;
	}
	return found > 0 && reached <= REACHED_MAX ? at : 0;
}

static void
part_free(struct part *part)
{
	free(part->ranks);
	free(part->distances);
	free(part->order);
	free(part->counts);
	free(part->sums);
}

static int
by_index(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

size_t
changes_find(const double *values, size_t count, size_t *starts)
{
	struct part part = {
		.ranks = calloc(count + 1, sizeof(double)),
		.distances = calloc(count + 1, sizeof(double)),
		.order = calloc(count + 1, sizeof(size_t)),
		.counts = calloc(count + 1, sizeof(size_t)),
		.sums = calloc(count + 1, sizeof(double)),
	};
	struct indexed *scratch = calloc(count + 1, sizeof(*scratch));
	/* parts still to search: first value and end, as pairs */
	size_t *todo = calloc(2 * (count / CHANGES_PART_MIN + 2), sizeof(*todo));
	size_t found = 0, ntodo = 0;

	if (!part.ranks || !part.distances || !part.order || !part.counts || !part.sums ||
	    !scratch || !todo) {
		found = SIZE_MAX;
	} else if (count) {
		todo[ntodo++] = 0;
		todo[ntodo++] = count;
	}
	while (ntodo) {
		size_t end = todo[--ntodo], first = todo[--ntodo], at;

		part_fill(&part, values + first, end - first, scratch);
		at = split(&part);
		if (!at)
			continue;
		starts[found++] = first + at;
		todo[ntodo++] = first;
		todo[ntodo++] = first + at;
		todo[ntodo++] = first + at;
		todo[ntodo++] = end;
	}
	if (found != SIZE_MAX)
		qsort(starts, found, sizeof(*starts), by_index);
	part_free(&part);
	free(scratch);
	free(todo);
	return found;
}
