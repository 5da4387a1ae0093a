/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * histogram.h -- log-linear histogram of durations in nanoseconds.
 *
 * Values below 256 have a bucket each; above, every octave is cut into 128 buckets, so that a
 * bucket is never wider than 1/128 (0.79 %) of its values. The last bucket ends at 2^43 - 1 ns (2.4
 * hours); what is longer is counted in `over` and in the sum and max, never dropped.
 *
 * One writer per histogram. histogram_merge may read one while its writer runs, for a live view:
 * each number is then that of some moment, not all of the same. 0 <= value < 2^63.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_SUB_BITS 7
#define HISTOGRAM_TOP_BIT  42
#define HISTOGRAM_BUCKETS  ((HISTOGRAM_TOP_BIT - HISTOGRAM_SUB_BITS + 2) << HISTOGRAM_SUB_BITS)

struct histogram {
	uint64_t sum_ns; /* of every value recorded */
	uint64_t min_ns; /* UINT64_MAX while empty */
	uint64_t max_ns;
	uint64_t over; /* values beyond the last bucket */
	uint64_t bucket[HISTOGRAM_BUCKETS];
};

/* the bucket of a value; HISTOGRAM_BUCKETS or more when it lies beyond the last one */
static inline unsigned
histogram_index(uint64_t value_ns)
{
	unsigned top = 63u - (unsigned)__builtin_clzll(value_ns | 1);
	unsigned shift = top > HISTOGRAM_SUB_BITS ? top - HISTOGRAM_SUB_BITS : 0;

	return (shift << HISTOGRAM_SUB_BITS) + (unsigned)(value_ns >> shift);
}

/* plain loads and stores to the processor, but another thread may look while the writer runs */
static inline void
histogram_add(uint64_t *counter, uint64_t n)
{
	__atomic_store_n(counter, __atomic_load_n(counter, __ATOMIC_RELAXED) + n, __ATOMIC_RELAXED);
}

/* hot path: a shift, an increment, an add and two well predicted branches */
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

void histogram_init(struct histogram *h);

/* adds every value of `from` to `into`; exact: merging is the same as recording into one */
void histogram_merge(struct histogram *into, const struct histogram *from);

/* number of values recorded, those in `over` included */
uint64_t histogram_count(const struct histogram *h);

/* smallest and largest value that bucket `index` holds; index < HISTOGRAM_BUCKETS */
uint64_t histogram_bucket_low_ns(unsigned index);
uint64_t histogram_bucket_high_ns(unsigned index);

/*
 * The upper bound of the bucket in which the value at `percent` (0 < percent <= 100) lies, but
 * never more than the exact maximum; the maximum when it lies in `over`. 0 when empty.
 */
uint64_t histogram_percentile_ns(const struct histogram *h, double percent);

/*
 * The mean is exact. The deviation is taken from bucket middles (each within 0.4 %), and from the
 * maximum for what lies in `over`. 0 when empty.
 */
double histogram_mean_ns(const struct histogram *h);
double histogram_stddev_ns(const struct histogram *h);

#endif
