/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * histogram.h -- log-linear histogram of durations in nanoseconds.
 *
 * Each value below 256 has its own bucket. Above, every octave has 128 buckets, so a bucket is never wider
 * than 1/128 (0.79 %) of its values. The last bucket ends at 2^43 - 1 ns (2.4 hours). Longer values count in
 * `over`, in the sum and in the maximum. 0 <= value < 2^63.
 *
 * A histogram has one writer. histogram_merge may read it while the writer runs, for a live view; then the
 * numbers come from slightly different moments. All other readers wait until the writer has stopped.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_SUB_BITS 7
#define HISTOGRAM_TOP_BIT  42
#define HISTOGRAM_BUCKETS  ((HISTOGRAM_TOP_BIT - HISTOGRAM_SUB_BITS + 2) << HISTOGRAM_SUB_BITS)

struct histogram {
	uint64_t unit_ns; /* all values are multiples of it; 0 or 1: any values */
	uint64_t sum_ns;  /* of all values, also those in `over` */
	uint64_t min_ns;  /* UINT64_MAX while empty */
	uint64_t max_ns;
	uint64_t over; /* number of values beyond the last bucket */
	uint64_t bucket[HISTOGRAM_BUCKETS];
};

/* The bucket of a value. HISTOGRAM_BUCKETS or more if the value is beyond the last bucket. */
static inline unsigned
histogram_index(uint64_t value_ns)
{
	unsigned top = 63u - (unsigned)__builtin_clzll(value_ns | 1);
	unsigned shift = top > HISTOGRAM_SUB_BITS ? top - HISTOGRAM_SUB_BITS : 0;

	return (shift << HISTOGRAM_SUB_BITS) + (unsigned)(value_ns >> shift);
}

/* Relaxed, because another thread may read. Only one thread writes, so no locked instruction is needed. */
static inline void
histogram_add(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, __atomic_load_n(counter, __ATOMIC_RELAXED) + n, __ATOMIC_RELAXED);
}

/* Hot path: one shift, one increment, one addition and two well predicted branches. */
static inline void
histogram_record(struct histogram *h, uint64_t value_ns)
{
	unsigned index = histogram_index(value_ns);

	if (__builtin_expect(index < HISTOGRAM_BUCKETS, 1))
		histogram_add(&h->bucket[index], 1);
	else
		histogram_add(&h->over, 1);
	histogram_add(&h->sum_ns, value_ns);
	if (value_ns < h->min_ns)
		__atomic_store_n(&h->min_ns, value_ns, __ATOMIC_RELAXED);
	if (value_ns > h->max_ns)
		__atomic_store_n(&h->max_ns, value_ns, __ATOMIC_RELAXED);
}

/* unit_ns: of the clock, so that no figure shows more digits than the clock has. */
void histogram_init(struct histogram *h, uint64_t unit_ns);

/*
 * Adds all values of `from` to `into`, which has the same unit. The result is exact: the same as recording all into
 * one histogram.
 */
void histogram_merge(struct histogram *into, const struct histogram *from);

/* Number of recorded values, including those in `over`. */
uint64_t histogram_count(const struct histogram *h);

/* Smallest and largest multiple of the unit in a bucket that has values. index < HISTOGRAM_BUCKETS. */
uint64_t histogram_bucket_low_ns(const struct histogram *h, unsigned index);
uint64_t histogram_bucket_high_ns(const struct histogram *h, unsigned index);

/*
 * The value at `percent`, 0 < percent <= 100: the largest value of its bucket, but never more than the exact
 * maximum. The maximum if the value is in `over`. 0 for an empty histogram.
 */
uint64_t histogram_percentile_ns(const struct histogram *h, double percent);

/*
 * The mean is exact. The standard deviation uses the middle of each bucket (within 0.4 % of its values), and
 * the maximum for values in `over`; it is 0 when all values are equal. Both are 0 for an empty histogram.
 */
double histogram_mean_ns(const struct histogram *h);
double histogram_stddev_ns(const struct histogram *h);

#endif
