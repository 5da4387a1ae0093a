/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * zipf_test.c -- pattern/zipf against the exact distribution.
 *
 * The sum of r^-theta over a range of ranks is computed term by term up to EXACT_MOST, and above it by the formula of
 * Euler and Maclaurin, in long double and with the functions of the C library: the test shares no code with
 * pattern/zipf. Significance: by chance a correct generator exceeds the chi-square limit for one seed in a million. The
 * seeds are fixed, so the result is always the same.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pattern/zipf.h"

#define DRAWS      1000000u
#define EXACT_MOST 10000u
#define CELLS_MAX  12000u
#define LEAST_IN   25.0   /* expected count of a cell: chi-square is an approximation */
#define ONE_IN_1E6 4.7534 /* standard deviations of a normal distribution, one side */

static const double thetas[] = {0.01, 0.5, 0.9, 0.99, 0.999999, 1, 1.000001, 1.2, 2, 5};

#define THETAS (sizeof(thetas) / sizeof(thetas[0]))

static long double
term(long double rank, long double theta)
{
	return powl(rank, -theta);
}

/* The integral of x^-theta from a to b. */
static long double
integral(long double a, long double b, long double theta)
{
	long double q = 1 - theta;

	return fabsl(q) < 1e-12L ? logl(b / a) : expm1l(q * logl(b / a)) / q * powl(a, q);
}

/* The sum over ranks first to last; the first rank is 1. */
static long double
weight(uint64_t first, uint64_t last, long double theta)
{
	long double sum = 0, a, b = (long double)last;

	for (; first <= last && first < EXACT_MOST; first++)
		sum += term((long double)first, theta);
	if (first > last)
		return sum;
	a = (long double)first;
	return sum + integral(a, b, theta) + (term(a, theta) + term(b, theta)) / 2 +
	       theta * (term(a, theta + 1) - term(b, theta + 1)) / 12;
}

static void
sums_agree_with_terms(void **state)
{
	(void)state;
	for (size_t t = 0; t < THETAS; t++) {
		long double sum = 0;

		for (unsigned rank = 1; rank <= 2 * EXACT_MOST; rank++)
			sum += term(rank, thetas[t]);
		assert_true(fabsl(weight(1, 2 * EXACT_MOST, thetas[t]) / sum - 1) < 1e-14L);
	}
}

/* cell i has the ranks above last[i - 1] up to last[i] */
struct cells {
	uint64_t last[CELLS_MAX];
	double expected[CELLS_MAX], seen[CELLS_MAX];
	unsigned count;
};

/* First single ranks, then widths that are a part of the rank; each cell is wide enough for LEAST_IN. */
static void
make_cells(struct cells *c, struct zipf of, unsigned singly, unsigned part)
{
	uint64_t n = (uint64_t)of.n;
	long double theta = of.theta, whole = weight(1, n, theta);
	uint64_t first = 1, last = 1;

	c->count = 0;
	while (first <= n) {
		double expected = (double)(weight(first, last, theta) / whole) * DRAWS;

		if (last < n && expected < LEAST_IN) {
			last += 1 + (last - first);
			last = last < n ? last : n;
			continue;
		}
		assert_true(c->count < CELLS_MAX);
		c->last[c->count] = last;
		c->seen[c->count] = 0;
		c->expected[c->count++] = expected;
		first = last + 1;
		last = first + (first > singly ? first / part : 0);
		last = last < n ? last : n;
	}
}

static unsigned
find_cell(const struct cells *c, uint64_t rank)
{
	unsigned low = 0, high = c->count - 1;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (c->last[middle] < rank)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
merge_last_cell(struct cells *c)
{
	unsigned last = c->count - 1;

	if (last == 0 || c->expected[last] >= LEAST_IN)
		return;
	c->expected[last - 1] += c->expected[last];
	c->seen[last - 1] += c->seen[last];
	c->count--;
}

/* Wilson and Hilferty's approximation of the chi-square that is exceeded once in a million times. */
static double
chi_square_limit(double freedom)
{
	double part = 2 / (9 * freedom);

	return freedom * pow(1 - part + ONE_IN_1E6 * sqrt(part), 3);
}

static void
check(struct cells *c, const struct zipf *z)
{
	double sum = 0, limit;

	merge_last_cell(c);
	for (unsigned i = 0; i < c->count; i++)
		sum += (c->seen[i] - c->expected[i]) * (c->seen[i] - c->expected[i]) /
		       c->expected[i];
	limit = chi_square_limit(c->count - 1);
	print_message("n %.0f theta %.8g: chi-square %.1f, %u cells, limit %.1f\n", z->n, z->theta,
		      sum, c->count, limit);
	assert_true(c->count >= 3);
	assert_true(sum < limit);
}

/* Many cells show a single wrong rank; few cells show a bend of the whole distribution. */
static void
assert_distributed(uint64_t n, double theta, unsigned singly)
{
	static struct cells fine, coarse;
	struct zipf z;
	struct rng rng;

	zipf_init(&z, n, theta);
	make_cells(&fine, z, singly, 16);
	make_cells(&coarse, z, 1, 1);
	rng_seed(&rng, 7, 0);
	for (unsigned i = 0; i < DRAWS; i++) {
		uint64_t rank = zipf_next(&z, &rng);

		assert_true(rank < n);
		fine.seen[find_cell(&fine, rank + 1)]++;
		coarse.seen[find_cell(&coarse, rank + 1)]++;
	}
	check(&fine, &z);
	check(&coarse, &z);
}

static void
ten_thousand_ranks_have_their_expected_counts(void **state)
{
	(void)state;
	for (size_t t = 0; t < THETAS; t++)
		assert_distributed(10000, thetas[t], 10000);
}

/* The first ranks singly, the others in cells whose width grows with the rank. */
static void
a_billion_ranks_have_their_expected_counts(void **state)
{
	(void)state;
	for (size_t t = 0; t < THETAS; t++)
		assert_distributed(1000000000, thetas[t], 1000);
}

/* Finds the share of each of the first `count` ranks from the columns alone: no draws, so no chance. */
static void
add_up(const struct zipf *z, double *share, uint64_t count)
{
	double sum = 0;

	memset(share, 0, count * sizeof(share[0]));
	for (unsigned i = 0; i < z->ncolumns; i++) {
		const struct zipf_column *c = &z->columns[i];
		double sure = (double)c->sure * 0x1p-64, rest = 1 - sure;

		if (c->width == 1) {
			int is_shared = c->possible == UINT64_MAX && c->sure < UINT64_MAX;

			sum += is_shared ? 1 : sure;
			if (c->first < count)
				share[c->first] += sure;
			if (is_shared && c->first + 1 < count)
				share[c->first + 1] += rest;
			continue;
		}
		for (uint64_t rank = c->first; rank < c->first + c->width && rank < count; rank++)
			share[rank] += pow((double)rank + 1, -z->theta) / z->area;
		sum += (double)(weight(c->first + 1, c->first + c->width, z->theta) / z->area);
	}
	for (uint64_t rank = 0; rank < count; rank++)
		share[rank] /= sum;
}

/* Also around theta = 1, where 1 - theta passes through 0. */
static void
columns_give_every_rank_its_exact_share(void **state)
{
	static const uint64_t ns[] = {1, 2, 3, 7, 100, 1000, 5000, 1000000000};
	static double share[5000];
	static struct zipf z;

	(void)state;
	for (size_t t = 0; t < THETAS; t++)
		for (size_t i = 0; i < sizeof(ns) / sizeof(ns[0]); i++) {
			uint64_t count = ns[i] < 5000 ? ns[i] : 5000;
			long double whole = weight(1, ns[i], thetas[t]);

			zipf_init(&z, ns[i], thetas[t]);
			add_up(&z, share, count);
			for (uint64_t rank = 1; rank <= count; rank++) {
				double exact = (double)(term((long double)rank, thetas[t]) / whole);

				if (fabs(share[rank - 1] / exact - 1) > 2e-13)
					fail_msg("n %ju theta %.8g: rank %ju has %.17g of %.17g",
						 (uintmax_t)ns[i], thetas[t], (uintmax_t)rank,
						 share[rank - 1], exact);
			}
		}
}

/* Each rank is in a column, none is higher than its column, and the quick answers for a point are true. */
static void
columns_cover_all_ranks_and_their_bounds_hold(void **state)
{
	static const uint64_t ns[] = {1, 2, 1000, 1100, 1000000000, ZIPF_N_MAX};
	static struct zipf z;

	(void)state;
	for (size_t t = 0; t < THETAS; t++)
		for (size_t i = 0; i < sizeof(ns) / sizeof(ns[0]); i++) {
			uint64_t next = 0;

			zipf_init(&z, ns[i], thetas[t]);
			assert_in_range(z.ncolumns, 1, ZIPF_COLUMNS);
			for (unsigned k = 0; k < z.ncolumns; k++) {
				const struct zipf_column *c = &z.columns[k];
				double part = (double)c->width / z.area;
				double low = pow((double)(c->first + c->width), -z.theta) * part;
				double high = pow((double)(c->first + 1), -z.theta) * part;

				assert_true(c->first == next || c->first + 1 == next);
				next = c->first + c->width;
				if (c->width == 1 && high >= 1)
					continue; /* popular */
				assert_true(high < 1 + 1e-12);
				assert_true((double)c->sure * 0x1p-64 < low + 1e-12);
				assert_true((double)c->possible * 0x1p-64 > high - 1e-12);
			}
			assert_int_equal(next, ns[i]);
		}
}

/* A point that is in no bar costs one more draw. Columns fit worst on about as many ranks of nearly equal height. */
static void
few_points_are_rejected(void **state)
{
	static const uint64_t ns[] = {1, 2, 1000, 1041, 1100, 261625, 1000000000};
	static struct zipf z;

	(void)state;
	for (size_t t = 0; t < THETAS; t++)
		for (size_t i = 0; i < sizeof(ns) / sizeof(ns[0]); i++) {
			double bars = (double)weight(1, ns[i], thetas[t]);

			zipf_init(&z, ns[i], thetas[t]);
			assert_true(bars / (z.area * (double)z.ncolumns) >
				    (ns[i] > 100000 ? 0.9 : 0.55));
		}
}

static void
smallest_and_largest_numbers_of_ranks_work(void **state)
{
	static const uint64_t ns[] = {1, 2, 3, (UINT64_C(1) << 32) + 1, ZIPF_N_MAX};

	(void)state;
	for (size_t t = 0; t < THETAS; t++)
		for (size_t i = 0; i < sizeof(ns) / sizeof(ns[0]); i++) {
			struct rng rng;
			struct zipf z;

			zipf_init(&z, ns[i], thetas[t]);
			rng_seed(&rng, 7, 0);
			for (int k = 0; k < 20000; k++)
				assert_true(zipf_next(&z, &rng) < ns[i]);
		}
}

/*
 * This second word of the state makes a draw of 64 ones, the other one a draw of 0. The last column may
 * reject its highest point, so this test fills it.
 */
static void
smallest_and_largest_draws_are_the_first_and_the_last_rank(void **state)
{
	(void)state;
	for (size_t t = 0; t < THETAS; t++) {
		struct rng ones = {{1, UINT64_C(0x4fc71c71c71c71c7), 3, 4}}, zero = {{1, 0, 3, 4}};
		struct zipf z;

		zipf_init(&z, 10000, thetas[t]);
		z.columns[z.ncolumns - 1].sure = UINT64_MAX;
		assert_int_equal(zipf_next(&z, &ones), 9999);
		assert_int_equal(zipf_next(&z, &zero), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_agree_with_terms),
		cmocka_unit_test(ten_thousand_ranks_have_their_expected_counts),
		cmocka_unit_test(a_billion_ranks_have_their_expected_counts),
		cmocka_unit_test(columns_give_every_rank_its_exact_share),
		cmocka_unit_test(columns_cover_all_ranks_and_their_bounds_hold),
		cmocka_unit_test(few_points_are_rejected),
		cmocka_unit_test(smallest_and_largest_numbers_of_ranks_work),
		cmocka_unit_test(smallest_and_largest_draws_are_the_first_and_the_last_rank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
