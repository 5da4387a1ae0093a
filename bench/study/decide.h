/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * decide.h -- better, worse, same or inconclusive? The statistics of a comparison, from plain values.
 *
 * Each decision is about one metric with two samples. All decisions of a comparison are made together:
 *
 * 1. The difference is the shift of Hodges and Lehmann, of logarithms, so that it is a ratio. If a value is not above
 *    0, it is the shift of plain values, relative to the median before.
 * 2. p is that of the exact rank test, adjusted by Holm for the number of decisions: of equal samples, any verdict
 *    better or worse has a probability of at most `level`.
 * 3. same: the interval lies inside the threshold. This holds also if the difference is significant: it is then real
 *    but too small to matter, and `is_small` is set.
 * 4. better, worse: significant, and not same. The interval may reach into the threshold: the direction is proven, and
 *    only a proof that the difference is small excuses it. More samples narrow the interval.
 * 5. inconclusive: all others. Without a significant difference, nothing is proven by it.
 *
 * DECIDE_SERIES: values that follow each other in one process resemble their neighbours. The tests believe in
 * independent values, and estimates of the correlation r of a short series are bad: if 30 values a side are widened by
 * the estimate, 7 % of equal series differ. So an upper bound of r is used, `DECIDE_DEVIATES` standard errors
 * (1 / sqrt(values)) above its estimate. Without 6 values on a side, r is unknown, and every verdict is inconclusive.
 *
 * DECIDE_PAIRS: value i before and value i after are a pair. Its two values are measured in random order, so each sign
 * of a difference is equally likely if nothing differs, for any correlation from pair to pair: nothing is widened.
 */
#ifndef BENCH_DECIDE_H
#define BENCH_DECIDE_H

#include "shift.h"

#define DECIDE_DEVIATES 1.645

enum decide_kind { DECIDE_INDEPENDENT, DECIDE_SERIES, DECIDE_PAIRS };

enum decide_verdict { DECIDE_SAME, DECIDE_BETTER, DECIDE_WORSE, DECIDE_INCONCLUSIVE };

struct decide_rules {
	enum decide_kind kind;
	double level;     /* 0.05: of p after Holm; 1 - level is the confidence of the intervals */
	double threshold; /* 0.03: same means a ratio from 1 / 1.03 to 1.03 */
};

struct decision {
	struct stats_sample before, after; /* values are finite; pairs: equally many */
	bool higher;                       /* a higher value is better */

	/* set by decide() */
	double median_before, median_after; /* NAN without values */
	/* 0.05: 5 % more than before. change NAN: unknown; low, high -INFINITY, INFINITY: too few values */
	double change, low, high;
	bool is_plain; /* low, high and change are plain differences: the median before is 0 */
	double delta; /* Cliff's delta; of pairs: the share of higher ones minus the share of lower ones */
	double p, p_adjusted;
	double least_p;     /* that these numbers of values can have after Holm */
	bool is_exact;      /* p is exact, before it was widened */
	double correlation; /* the upper bound in use, DECIDE_SERIES; NAN: unknown, or another kind */
	enum decide_verdict verdict;
	bool is_small; /* same, although the difference is significant */
	size_t further; /* inconclusive: so many more values a side would probably settle it; 0: unknown */
};

/* Makes `count` decisions. 0, or -1 without memory. */
int decide(struct decision *decisions, size_t count, const struct decide_rules *rules);

/* The fewest values a side (or pairs) with which one of so many decisions can be better or worse, without correlation. */
size_t decide_least_samples(const struct decide_rules *rules, size_t decisions);

/* "same", "better", "worse" or "inconclusive" */
const char *decide_verdict_name(enum decide_verdict verdict);

#endif
