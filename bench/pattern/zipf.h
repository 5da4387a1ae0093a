/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * zipf.h -- draws ranks from a Zipf distribution: the probability of rank r, 0 <= r < n, is proportional to
 * 1 / (r + 1)^theta.
 *
 * Rejection inversion (W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from
 * monotone discrete distributions", ACM TOMACS 6(3), 1996): invert the integral of x^-theta at a random
 * height and take the nearest integer as candidate. Few candidates are rejected. There is no table and no
 * sum over the ranks, so the cost of zipf_init does not depend on n.
 *
 * The draws are the same on any machine. zipf.c has its own log and exp, made of IEEE 754 additions,
 * multiplications and divisions in a fixed order. Those of C libraries may differ in the last bit.
 * A draw costs about one log and two exps, about 100 ns. A worker draws between the measured ops. The cost
 * of the harness in every result is measured with the pattern of the job.
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
	double low, span;   /* heights are in (low, low + span]; see zipf.c */
	double sure; /* candidates at most this far above the drawn point are always accepted */
};

/* 1 <= n <= ZIPF_N_MAX, ZIPF_THETA_MIN <= theta <= ZIPF_THETA_MAX; 1.0 is allowed. */
void zipf_init(struct zipf *z, uint64_t n, double theta);

/* Returns a rank below n. */
uint64_t zipf_next(const struct zipf *z, struct rng *rng);

#endif
