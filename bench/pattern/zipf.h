/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * zipf.h -- draws ranks from a Zipf distribution: the probability of rank r, 0 <= r < n, is proportional to
 * 1 / (r + 1)^theta.
 *
 * A table of columns covers the distribution; zipf.c describes it. All columns have the same area. A draw takes one
 * random number: its first part selects a column, its second part a point in the column. Nearly every point is
 * accepted with one comparison. zipf_init makes at most ZIPF_COLUMNS columns, 32 KiB, in a time that does not depend
 * on n. Each worker has its own table.
 *
 * The draws are the same on any machine. zipf.c has its own log and exp, made of IEEE 754 additions,
 * multiplications and divisions in a fixed order. Those of C libraries may differ in the last bit.
 */
#ifndef BENCH_ZIPF_H
#define BENCH_ZIPF_H

#include <stdint.h>

#include "rng.h"

#define ZIPF_THETA_MIN 0.01
#define ZIPF_THETA_MAX 5.0
#define ZIPF_N_MAX     (UINT64_C(1) << 52)
#define ZIPF_COLUMNS   1024
#define ZIPF_REJECTED  UINT64_MAX

/* Heights are parts of the height of the column, in units of 2^-64. */
struct zipf_column {
	uint64_t first, width; /* ranks */
	uint64_t sure;         /* points below this height are accepted */
	uint64_t possible;     /* points from this height on are rejected */
};

struct zipf {
	double n, theta;
	double area;       /* of a column; rank 0 has the area 1 */
	uint64_t ncolumns; /* in use */
	struct zipf_column columns[ZIPF_COLUMNS];
};

/* 1 <= n <= ZIPF_N_MAX, ZIPF_THETA_MIN <= theta <= ZIPF_THETA_MAX; 1.0 is allowed. */
void zipf_init(struct zipf *z, uint64_t n, double theta);

/* For zipf_next. Returns the rank of a point that is not surely accepted, or ZIPF_REJECTED. */
uint64_t zipf_check_point(const struct zipf *z, const struct zipf_column *column, uint64_t rank,
			  uint64_t height);

/* Returns a rank below n. */
static inline uint64_t
zipf_next(const struct zipf *z, struct rng *rng)
{
	for (;;) {
		unsigned __int128 place = (unsigned __int128)rng_next(rng) * z->ncolumns;
		const struct zipf_column *column = &z->columns[(uint64_t)(place >> 64)];
		unsigned __int128 point = (unsigned __int128)(uint64_t)place * column->width;
		uint64_t rank = column->first + (uint64_t)(point >> 64);
		uint64_t height = (uint64_t)point;

		if (__builtin_expect(height < column->sure, 1))
			return rank;
		rank = zipf_check_point(z, column, rank, height);
		if (rank != ZIPF_REJECTED)
			return rank;
	}
}

#endif
