/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * zipf.c -- rejection inversion, with its own log and exp.
 *
 *	h(x) = x^-theta
 *	H(x) = (x^q - 1) / q, or log x if q = 0: an integral of h
 *
 * Draw a height u, uniform between H(3/2) - h(1) and H(n + 1/2). Compute x = H^-1(u) and the nearest
 * integer k. The interval of heights that lead to k is at least h(k) long, because h is convex. Accept the
 * upper part of this interval with the length h(k): u >= H(k + 1/2) - h(k). If k - x <= sure, this always
 * holds and need not be computed. `sure` is the exact bound for k = 2 (s in the paper). It is valid for all
 * k: the bound grows with k, and k = 1 is always accepted.
 *
 * Near q = 0 the plain formulas lose digits. Therefore H and its inverse use (exp x - 1) / x and
 * log(1 + x) / x, which are sums without cancellation there.
 *
 * Numerical error: a few units in the last place of each function, about 1e-15 of a probability.
 * The Makefile compiles this file without fused multiply and add.
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
log1p_over_x(double x)
{
	if (x > 1 / SQRT2 - 1 && x < SQRT2 - 1)
		return log1p_over_x_near_0(x);
	return log_of(1 + x) / x;
}

static double
expm1_over_x(double x)
{
	if (x > -LN2 / 2 && x < LN2 / 2)
		return expm1_over_x_near_0(x);
	return (exp_of(x) - 1) / x;
}

/* integral is H(x), density is h(x); both take log x. */
static double
integral(const struct zipf *z, double log_x)
{
	return expm1_over_x(z->q * log_x) * log_x;
}

static double
density(const struct zipf *z, double log_x)
{
	return exp_of(-z->theta * log_x);
}

/* H^-1(u). If rounding put u at the limit of H, the result is 2n: zipf_next limits it to n. */
static double
inverse(const struct zipf *z, double u)
{
	double t = z->q * u;

	return 1 + t < DBL_EPSILON ? 2 * z->n : exp_of(log1p_over_x(t) * u);
}

void
zipf_init(struct zipf *z, uint64_t n, double theta)
{
	double high;

	assert(n >= 1 && n <= ZIPF_N_MAX);
	assert(theta >= ZIPF_THETA_MIN && theta <= ZIPF_THETA_MAX);
	z->n = (double)n;
	z->theta = theta;
	z->q = 1 - theta;
	high = integral(z, log_of(z->n + 0.5));
	z->low = integral(z, log_of(1.5)) - 1;
	z->span = high - z->low;
	z->sure = 2 - inverse(z, integral(z, log_of(2.5)) - density(z, log_of(2)));
}

uint64_t
zipf_next(const struct zipf *z, struct rng *rng)
{
	for (;;) {
		double unit = (double)((rng_next(rng) >> 11) + 1) * 0x1p-53; /* in (0, 1] */
		double u = z->low + unit * z->span;
		double x = inverse(z, u);
		double k = x < 1 ? 1 : x < z->n ? (double)(uint64_t)(x + 0.5) : z->n;

		if (k - x <= z->sure || u >= integral(z, log_of(k + 0.5)) - density(z, log_of(k)))
			return (uint64_t)k - 1;
	}
}
