/* SPDX-License-Identifier: BSD-3-Clause */
#include "null_sums.h"

#include <math.h>
#include <stdlib.h>

struct place {
	double value;
	size_t index;
};

static int
ascending(const void *a, const void *b)
{
	double x = ((const struct place *)a)->value, y = ((const struct place *)b)->value;

	return (x > y) - (x < y);
}

int
null_sums_rank(const double *values, size_t count, size_t *ranks)
{
	struct place *sorted = calloc(count + 1, sizeof(*sorted));

	if (!sorted)
		return -1;
	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct place){values[i], i};
	qsort(sorted, count, sizeof(*sorted), ascending);
	for (size_t first = 0, after; first < count; first = after) {
		after = first + 1;
		while (after < count && sorted[after].value == sorted[first].value)
			after++;
		/* ranks first + 1 to after */
		for (size_t i = first; i < after; i++)
			ranks[sorted[i].index] = first + 1 + after;
	}
	free(sorted);
	return 0;
}

static size_t
rank_at(const size_t *ranks, size_t i)
{
	return ranks ? ranks[i] : i + 1;
}

struct null_sums
null_sums_choose(const size_t *ranks, size_t count, size_t chosen)
{
	struct null_sums s = {0};
	size_t largest = 0, width, reached = 0;

	for (size_t i = 0; i < count; i++)
		largest = rank_at(ranks, i) > largest ? rank_at(ranks, i) : largest;
	width = chosen * largest + 1;
	s.memory = calloc((chosen + 1) * width, sizeof(*s.memory));
	if (!s.memory)
		return s;
	/* row k, column s: choices of k of the ranks so far that add up to s */
	s.memory[0] = 1;
	for (size_t i = 0; i < count; i++) {
		size_t rank = rank_at(ranks, i), most = i + 1 < chosen ? i + 1 : chosen;

		reached += i < chosen ? largest : 0;
		/* downwards, so that no choice takes a rank twice */
		for (size_t k = most; k > 0; k--) {
			double *with = s.memory + k * width, *without = with - width;

			for (size_t sum = rank; sum <= reached; sum++)
				with[sum] += without[sum - rank];
		}
	}
	s.ways = s.memory + chosen * width;
	s.count = width;
	for (size_t sum = 0; sum < width; sum++)
		s.total += s.ways[sum];
	return s;
}

struct null_sums
null_sums_signs(const size_t *ranks, size_t count)
{
	struct null_sums s = {0};
	size_t reached = 0;

	s.count = 1;
	for (size_t i = 0; i < count; i++)
		s.count += rank_at(ranks, i);
	s.memory = calloc(s.count, sizeof(*s.memory));
	if (!s.memory)
		return s;
	s.ways = s.memory;
	s.ways[0] = 1;
	for (size_t i = 0; i < count; i++) {
		size_t rank = rank_at(ranks, i);

		for (size_t sum = reached + 1; sum-- > 0;)
			s.ways[sum + rank] += s.ways[sum];
		reached += rank;
	}
	s.total = ldexp(1, (int)count);
	return s;
}

void
null_sums_free(struct null_sums *sums)
{
	free(sums->memory);
	*sums = (struct null_sums){0};
}

double
null_sums_at_most(const struct null_sums *sums, size_t sum)
{
	double ways = 0;

	for (size_t i = 0; i <= sum && i < sums->count; i++)
		ways += sums->ways[i];
	return ways / sums->total;
}

double
null_sums_two_sided(const struct null_sums *sums, size_t sum)
{
	double below = null_sums_at_most(sums, sum), above = 0;

	/* not 1 - P(less): a small tail must not drown in rounding */
	for (size_t i = sum; i < sums->count; i++)
		above += sums->ways[i];
	return fmin(1, 2 * fmin(below, above / sums->total));
}
