/* SPDX-License-Identifier: BSD-3-Clause */
#include "histogram.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void
histogram_init(struct histogram *h, uint64_t unit_ns)
{
	memset(h, 0, sizeof *h);
	h->unit_ns = unit_ns;
	h->min_ns = UINT64_MAX;
}

/* The writer may still run. */
static uint64_t
load_relaxed(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

void
histogram_merge(struct histogram *into, const struct histogram *from)
{
	uint64_t min_ns = load_relaxed(&from->min_ns), max_ns = load_relaxed(&from->max_ns);

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		into->bucket[i] += load_relaxed(&from->bucket[i]);
	into->over += load_relaxed(&from->over);
	into->sum_ns += load_relaxed(&from->sum_ns);
	if (min_ns < into->min_ns)
		into->min_ns = min_ns;
	if (max_ns > into->max_ns)
		into->max_ns = max_ns;
}

uint64_t
histogram_count(const struct histogram *h)
{
	uint64_t count = h->over;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		count += h->bucket[i];
	return count;
}

/* log2 of the width of a bucket */
static unsigned
bucket_shift(unsigned index)
{
	unsigned octave = index >> HISTOGRAM_SUB_BITS;

	return octave > 1 ? octave - 1 : 0;
}

static uint64_t
bucket_start_ns(unsigned index)
{
	unsigned shift = bucket_shift(index);

	assert(index < HISTOGRAM_BUCKETS);
	return (uint64_t)(index - (shift << HISTOGRAM_SUB_BITS)) << shift;
}

static uint64_t
unit_of(const struct histogram *h)
{
	return h->unit_ns ? h->unit_ns : 1;
}

uint64_t
histogram_bucket_low_ns(const struct histogram *h, unsigned index)
{
	return (bucket_start_ns(index) + unit_of(h) - 1) / unit_of(h) * unit_of(h);
}

uint64_t
histogram_bucket_high_ns(const struct histogram *h, unsigned index)
{
	uint64_t last = bucket_start_ns(index) + (UINT64_C(1) << bucket_shift(index)) - 1;

	return last / unit_of(h) * unit_of(h);
}

/*
 * Number of values, out of `count`, at or below a percentile; at least 1. In binary, 1.1 % of 3000 is a little
 * more than 33. The slack of 1e-12 keeps ceil from returning 34.
 */
static uint64_t
percentile_rank(uint64_t count, double percent)
{
	double rank = (double)count * percent / 100.0;
	uint64_t whole = (uint64_t)ceil(rank - rank * 1e-12);

	if (whole < 1)
		return 1;
	return whole < count ? whole : count;
}

uint64_t
histogram_percentile_ns(const struct histogram *h, double percent)
{
	uint64_t count = histogram_count(h);
	uint64_t rank = percentile_rank(count, percent);
	uint64_t seen = 0;

	if (count == 0)
		return 0;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= rank) {
			uint64_t high = histogram_bucket_high_ns(h, i);

			return high < h->max_ns ? high : h->max_ns;
		}
	}
	return h->max_ns;
}

double
histogram_mean_ns(const struct histogram *h)
{
	uint64_t count = histogram_count(h);

	return count ? (double)h->sum_ns / (double)count : 0;
}

double
histogram_stddev_ns(const struct histogram *h)
{
	uint64_t count = histogram_count(h);
	double mean = histogram_mean_ns(h);
	double off = (double)h->max_ns - mean;
	double squares = (double)h->over * off * off;

	/* equal values: the middle of their bucket is not their mean */
	if (count == 0 || h->min_ns == h->max_ns)
		return 0;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		double low = (double)histogram_bucket_low_ns(h, i);
		double high = (double)histogram_bucket_high_ns(h, i);

		off = (low + high) / 2 - mean;
		squares += (double)h->bucket[i] * off * off;
	}
	return sqrt(squares / (double)count);
}
