/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * zipf.h -- ranks drawn from a Zipf distribution: rank r of 0 .. n-1 has a chance in proportion to
 * 1 / (r + 1)^theta.
 *
 * Rejection inversion (W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from
 * monotone discrete distributions", ACM TOMACS 6(3), 1996): the integral of x^-theta is inverted at
 * a random height, the nearest whole number is the candidate, and few candidates are rejected. No
 * table, no sum over the ranks: to set up takes the same few operations for any n.
 *
 * The same draws on any machine: log and exp are zipf.c's own, made of IEEE 754 additions,
 * multiplications and divisions in a fixed order; those of a C library may differ in the last bit.
 * A draw costs about one log and two exps, some 100 ns; a worker draws between the ops that it
 * measures, and the cost of the harness in every result is measured with the job's own pattern.
 */
#ifndef BENCH_ZIPF_H
#define BENCH_ZIPF_H

#include <stdint.h>

#include "rng.h"

#define ZIPF_THETA_MIN 0.01
#define ZIPF_THETA_MAX 5.0
#define ZIPF_N_MAX     (UINT64_C(1) << 52)

struct zipf {
	double n, theta, q; /* q = 1 - theta */
	double low, span;   /* heights are drawn from (low, low + span]; see zipf.c */
	double sure;        /* a candidate at most this far above the point drawn is taken */
};

/* n from 1 to ZIPF_N_MAX, theta from ZIPF_THETA_MIN to ZIPF_THETA_MAX; 1.0 is nothing special */
void zipf_init(struct zipf *z, uint64_t n, double theta);

/* a rank below n */
uint64_t zipf_next(const struct zipf *z, struct rng *rng);

#endif
