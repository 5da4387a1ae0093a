/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * zipf.c -- the table of columns, and its own log and exp.
 *
 * Rank r, here counted from 1, is a bar of width 1 and height h(r) = r^-theta. Columns of one area cover all bars; some
 * cover more, and a point of a column that is in no bar is rejected.
 *
 *	popular ranks, h(r) >= area	The bars are cut into columns one after the other. A column lies in one bar,
 *					or its lower part is the end of one bar and its upper part the start of the
 *					next. Nothing is rejected, except in the last column.
 *	all others			A column covers w = floor(area / h(first)) bars and is area / w high, which is
 *					at least h(first). A point is accepted if it is below the height of its bar.
 *					Below h(last) it always is, and from h(first) on it never is: h is computed
 *					only for points between them.
 *
 * The number of columns, and so the time to make them, does not depend on n. At most 8 percent of the points are
 * rejected, or 41 percent with about 1000 ranks of nearly equal height.
 *
 * Each rank gets its probability up to the error of the functions, about 1e-15 of it, and of the random numbers: it is
 * a multiple of 2^-64. The Makefile compiles this file without fused multiply and add.
 */
#include "zipf.h"

#include <assert.h>
#include <float.h>
#include <string.h>

#ifdef __FAST_MATH__
#error "sums in the order that they are written in: the same draws on any machine"
#endif
#if FLT_EVAL_METHOD != 0 || DBL_MANT_DIG != 53
#error "doubles of IEEE 754 and nothing wider: the same draws on any machine"
#endif

#define LN2      0x1.62e42fefa39efp-1
#define LN2_HIGH 0x1.62e42feep-1 /* ends in zeros: its product with an exponent is exact */
#define LN2_LOW  0x1.a39ef35793c76p-33
#define SQRT2    0x1.6a09e667f3bcdp+0
#define MANTISSA 52
#define BIAS     1023

static double
double_of_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

static uint64_t
bits_of_double(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

/*
 * c[0] + c[1] x + ... + c[15] x^15 in pairs, pairs of pairs and so on. This is a chain of five dependent
 * steps; Horner's rule would have fifteen. This latency dominates the cost of a draw.
 */
#define TERMS 16

static inline double
sum_series(const double c[TERMS], double x)
{
	const double x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
	const double c0 = (c[0] + c[1] * x) + (c[2] + c[3] * x) * x2;
	const double c4 = (c[4] + c[5] * x) + (c[6] + c[7] * x) * x2;
	const double c8 = (c[8] + c[9] * x) + (c[10] + c[11] * x) * x2;
	const double c12 = (c[12] + c[13] * x) + (c[14] + c[15] * x) * x2;

	return (c0 + c4 * x4) + (c8 + c12 * x4) * x8;
}

/* log(1 + x) / x for 1 + x from 1/sqrt 2 to sqrt 2: 2 artanh(s) / x, s = x / (2 + x) */
static double
log1p_over_x_near_0(double x)
{
	/* a series in s^2 <= 0.03: the next term is below 1e-20 */
	static const double c[TERMS] = {1,        1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,
					1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19,
					1.0 / 21, 1.0 / 23, 1.0 / 25};
	double r = 1 / (2 + x), s = x * r;

	return 2 * r * sum_series(c, s * s);
}

/* x must be a normal number above 0. */
static double
log_of(double x)
{
	uint64_t bits = bits_of_double(x), fraction = bits & ((UINT64_C(1) << MANTISSA) - 1);
	int exponent = (int)(bits >> MANTISSA) - BIAS;
	double m = double_of_bits(fraction | (uint64_t)BIAS << MANTISSA);

	if (m > SQRT2) {
		m *= 0.5;
		exponent++;
	}
	return exponent * LN2_HIGH + ((m - 1) * log1p_over_x_near_0(m - 1) + exponent * LN2_LOW);
}

/* (exp x - 1) / x for |x| <= ln 2 / 2 */
static double
expm1_over_x_near_0(double x)
{
	/* 1 / (i + 1)!: the next term is below 1e-18 */
	static const double c[TERMS] = {1,
					1.0 / 2,
					1.0 / 6,
					1.0 / 24,
					1.0 / 120,
					1.0 / 720,
					1.0 / 5040,
					1.0 / 40320,
					1.0 / 362880,
					1.0 / 3628800,
					1.0 / 39916800,
					1.0 / 479001600,
					1.0 / 6227020800,
					1.0 / 87178291200};

	return sum_series(c, x);
}

/* |x| <= 700, so the result is a normal number. */
static double
exp_of(double x)
{
	int exponent = (int)(x * (1 / LN2) + (x < 0 ? -0.5 : 0.5));
	double rest = x - exponent * LN2_HIGH - exponent * LN2_LOW;
	double scale = double_of_bits((uint64_t)(exponent + BIAS) << MANTISSA);

	return (1 + rest * expm1_over_x_near_0(rest)) * scale;
}

static double
expm1_over_x(double x)
{
	if (x > -LN2 / 2 && x < LN2 / 2)
		return expm1_over_x_near_0(x);
	return (exp_of(x) - 1) / x;
}

/* The integral of x^-theta from 1 to x. */
static double
integral(double theta, double x)
{
	double log_x = log_of(x);

	return expm1_over_x((1 - theta) * log_x) * log_x;
}

/* h(rank) */
static double
height_of(double theta, double rank)
{
	return exp_of(-theta * log_of(rank));
}

/* A part of a column in units of 2^-64. */
static uint64_t
units_of(double part)
{
	return part < 1 ? (uint64_t)(part * 0x1p64) : UINT64_MAX;
}

/* Appends a column; `first` is counted from 1. Returns 0 if there is no room for it. */
static int
add_column(struct zipf *z, double first, double width, double sure, double possible)
{
	if (z->ncolumns == ZIPF_COLUMNS)
		return 0;
	z->columns[z->ncolumns++] = (struct zipf_column){.first = (uint64_t)first - 1,
							 .width = (uint64_t)width,
							 .sure = units_of(sure),
							 .possible = units_of(possible)};
	return 1;
}

/* Makes the columns of z->area. Returns 0 if they are too many. */
static int
make_columns(struct zipf *z)
{
	double rank, height, width, room = 0;

	z->ncolumns = 0;
	for (rank = 1; rank <= z->n && (height = height_of(z->theta, rank)) >= z->area; rank++) {
		double left = height / z->area - room; /* columns */

		if (z->ncolumns) /* its rest is this bar's */
			z->columns[z->ncolumns - 1].possible = UINT64_MAX;
		for (; left > 0; left--)
			if (!add_column(z, rank, 1, left, left))
				return 0;
		room = -left;
	}
	for (; rank <= z->n; rank += width) {
		height = height_of(z->theta, rank);
		width = z->area / height;
		width = width < z->n - rank + 1 ? (double)(uint64_t)width : z->n - rank + 1;
		if (!add_column(z, rank, width,
				height_of(z->theta, rank + width - 1) * width / z->area,
				height * width / z->area))
			return 0;
	}
	return 1;
}

void
zipf_init(struct zipf *z, uint64_t n, double theta)
{
	assert(n >= 1 && n <= ZIPF_N_MAX);
	assert(theta >= ZIPF_THETA_MIN && theta <= ZIPF_THETA_MAX);
	z->n = (double)n;
	z->theta = theta;
	/* about the area of all bars, in nearly as many columns as there may be */
	z->area = (1 + integral(theta, z->n + 0.5) - integral(theta, 1.5)) / (ZIPF_COLUMNS * 0.95);
	while (!make_columns(z))
		z->area *= 1.05;
}

uint64_t
zipf_check_point(const struct zipf *z, const struct zipf_column *column, uint64_t rank,
		 uint64_t height)
{
	if (height >= column->possible)
		return ZIPF_REJECTED;
	if (column->width == 1) /* two popular ranks share it */
		return column->first + 1;
	if (height <
	    units_of(height_of(z->theta, (double)(rank + 1)) * (double)column->width / z->area))
		return rank;
	return ZIPF_REJECTED;
}
