/* SPDX-License-Identifier: BSD-3-Clause */
/* compare_words.h -- the words that all writers of a comparison share. Long texts are cut. */
#ifndef BENCH_COMPARE_WORDS_H
#define BENCH_COMPARE_WORDS_H

#include "compare.h"

struct compare_names {
	char text[1024];
};

/* "3 files: a.json, b.json, c.json" */
struct compare_names compare_names(const struct compare_side *side);

/* "0.1.0 (commit 0c335801cc79)", each different one */
struct compare_names compare_builds(const struct compare_side *side);

/* "one file, the median of its good repeats; 10 old, 10 new. Mann-Whitney ...; threshold 3%" */
struct compare_names compare_method(const struct comparison *c);

/* "strict.json and 5 more: key commit: strict, not two-fence" */
struct compare_names compare_difference_text(const struct compare_difference *d);

/* "'oltp', nfree=64" */
struct compare_names compare_subject_name(const struct compare_subject *subject);

/* "worse: 1 of 10 metrics is worse, 2 better, 3 same, 4 inconclusive" */
struct compare_names compare_verdict(const struct comparison *c);

/* "'oltp': read.p99 is worse: 5.1% higher (interval +4.2% to +6%)" */
struct compare_names compare_sentence(const struct comparison *c, size_t row);

/* "+5.1%" of change, low or high; "-inf", "+inf" without a bound */
struct compare_text compare_percent(const struct decision *d, double change);

#endif
