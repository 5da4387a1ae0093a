/* SPDX-License-Identifier: BSD-3-Clause */
/* stats_support.h -- samples for the tests of statistics: published data, and random ones with ties or without. */
#ifndef TESTS_STATS_SUPPORT_H
#define TESTS_STATS_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "pattern/rng.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define SAMPLE(a) ((struct stats_sample){(a), LENGTH(a)})

static inline void
assert_close(double value, double want, double tolerance)
{
	if (value != want && !(fabs(value - want) <= tolerance * fabs(want)))
		fail_msg("%.17g instead of %.17g", value, want);
}

static inline void
assert_near(double value, double want)
{
	assert_close(value, want, 1e-9);
}

/* Uniform in (0, 1). */
static inline double
draw_uniform(struct rng *rng)
{
	return ((double)(rng_next(rng) >> 11) + 0.5) / 9007199254740992.0;
}

/* Standard normal. */
static inline double
draw_normal(struct rng *rng)
{
	double radius = sqrt(-2 * log(draw_uniform(rng)));

	return radius * cos(6.283185307179586 * draw_uniform(rng));
}

/* Whole numbers from 0 to kinds - 1: with few kinds, many ties. */
static inline void
draw_tied(struct rng *rng, double *values, size_t count, uint64_t kinds)
{
	for (size_t i = 0; i < count; i++)
		values[i] = (double)rng_below(rng, kinds);
}

/* Hamilton depression scale factors of 9 patients, before and after a therapy; Hollander, Wolfe and Chicken, chapter 3. */
static const double therapy[9] = {0.878 - 1.83, 0.647 - 0.50, 0.598 - 1.62,
				  2.05 - 2.48,  1.06 - 1.68,  1.29 - 1.88,
				  1.06 - 1.55,  3.14 - 3.06,  1.29 - 1.30};

/* Permeability of membranes at term and before; the same book, chapter 4. */
static const double at_term[10] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
static const double earlier[5] = {1.15, 0.88, 0.90, 0.74, 1.21};

#endif
