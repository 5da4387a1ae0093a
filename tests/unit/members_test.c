/* SPDX-License-Identifier: BSD-3-Clause */
/* The hosts of a merged result, compared with each other. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pattern/rng.h"
#include "result/members.h"

#define HOSTS_MAX 64
#define FIGURES   7
#define GROUPS    4000

struct group {
	struct result result;
	struct result_member hosts[HOSTS_MAX];
	struct result_figure figures[HOSTS_MAX][FIGURES];
};

static struct group *
make_group(size_t nhosts, size_t nfigures)
{
	struct group *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	g->result.hosts = g->hosts;
	g->result.nhosts = nhosts;
	for (size_t i = 0; i < nhosts; i++) {
		g->hosts[i].figures = g->figures[i];
		g->hosts[i].nfigures = nfigures;
	}
	return g;
}

/* Deviations of one figure with these values. */
static struct group *
compare(const double *values, size_t nhosts)
{
	struct group *g = make_group(nhosts, 1);

	for (size_t i = 0; i < nhosts; i++)
		g->figures[i][0].value = values[i];
	assert_int_equal(members_compare(&g->result), 0);
	return g;
}

static void
deviation_is_in_scaled_mads(void **state)
{
	const double values[] = {100, 110, 90, 100, 200};
	struct group *g = compare(values, 5); /* median 100, deviations 0 10 10 0 100: MAD 10 */

	(void)state;
	assert_true(fabs(g->figures[4][0].deviation - 100 / 14.826) < 1e-9);
	assert_true(fabs(g->figures[2][0].deviation + 10 / 14.826) < 1e-9);
	assert_true(members_is_apart(&g->figures[4][0]));
	assert_false(members_is_apart(&g->figures[1][0]));
	assert_true(members_median(&g->result, 0) == 100);
	free(g);
}

static void
hosts_within_a_percent_are_alike(void **state)
{
	const double values[] = {100, 100, 100, 100, 99.01, 98.99};
	struct group *g = compare(values, 6);

	(void)state;
	assert_false(members_is_apart(&g->figures[4][0]));
	assert_true(members_is_apart(&g->figures[5][0]));
	free(g);
}

static void
two_known_values_have_no_deviation(void **state)
{
	const double values[] = {100, NAN, 5, NAN};
	struct group *g = compare(values, 4);

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_true(isnan(g->figures[i][0].deviation));
	assert_true(isnan(members_median(&g->result, 0)));
	free(g);
}

static void
a_median_of_zero_has_no_deviation(void **state)
{
	const double values[] = {0, 0, 0, 7};
	struct group *g = compare(values, 4);

	(void)state;
	assert_true(isnan(g->figures[3][0].deviation));
	free(g);
}

/* Box and Muller */
static double
normal(struct rng *rng)
{
	double u = ((double)(rng_next(rng) >> 11) + 1) / 9007199254740993.0;
	double v = (double)(rng_next(rng) >> 11) / 9007199254740992.0;

	return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

/* The share of groups of equal hosts whose largest deviation is beyond members_chance. */
static double
share_beyond(size_t nhosts)
{
	struct group *g = make_group(nhosts, FIGURES);
	unsigned beyond = 0;
	struct rng rng;

	rng_seed(&rng, nhosts, 0);
	for (int i = 0; i < GROUPS; i++) {
		double most = 0;

		for (size_t h = 0; h < nhosts; h++)
			for (size_t k = 0; k < FIGURES; k++)
				g->figures[h][k].value = 1000 * (1 + 0.02 * normal(&rng));
		assert_int_equal(members_compare(&g->result), 0);
		for (size_t h = 0; h < nhosts; h++)
			for (size_t k = 0; k < FIGURES; k++)
				most = fmax(most, fabs(g->figures[h][k].deviation));
		beyond += most > members_chance(nhosts);
	}
	free(g);
	return (double)beyond / GROUPS;
}

static void
chance_reaches_its_distance_in_a_percent_of_groups(void **state)
{
	static const size_t sizes[] = {3, 4, 6, 8, 16, 32, 64};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		double share = share_beyond(sizes[i]);

		print_message("%zu hosts: beyond %.1f in %.2f %%\n", sizes[i],
			      members_chance(sizes[i]), 100 * share);
		assert_true(share > 0.004 && share < 0.02);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deviation_is_in_scaled_mads),
		cmocka_unit_test(hosts_within_a_percent_are_alike),
		cmocka_unit_test(two_known_values_have_no_deviation),
		cmocka_unit_test(a_median_of_zero_has_no_deviation),
		cmocka_unit_test(chance_reaches_its_distance_in_a_percent_of_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
