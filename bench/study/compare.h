/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * compare.h -- did anything become better or worse? Compares results, or two values of a swept key. Pure data: the
 * writers are compare_text.c, compare_json.c, compare_markdown.c and compare_junit.c.
 */
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

#include <stdio.h>

#include "decide.h"
#include "result/metric.h"
#include "result/result.h"
#include "why.h"

#define COMPARE_SCHEMA "bttbench.compare/1"
#define COMPARE_LEVEL  0.05

/* A sample is ... */
enum compare_sample {
	COMPARE_FILES,   /* a file: the median of its good repeats. Several files on a side */
	COMPARE_REPEATS, /* a good repeat. One file on each side */
	COMPARE_ROUNDS,  /* a round of a sweep; the two values are a pair */
};

struct compare_side {
	const struct result *results; /* of COMPARE_ROUNDS: the one result, on both sides */
	const char *const *names;     /* the files */
	size_t nresults;
	const char *value; /* of the key; NULL: not COMPARE_ROUNDS */
	size_t runs, bad_runs,
		bad_results; /* bad: left out, see measured.h; bad_runs count among runs */
};

struct compare_options {
	const struct metric *
		metrics; /* of each job; nmetrics 0: IOPS, and p50, p99, p99.9 of each kind of op */
	size_t nmetrics;
	double threshold; /* 0.03 */
	int force;        /* 1: compares unlike results, and lists the differences */
	const char *by; /* the swept key, and its two values; NULL: the only two, in their order */
	const char *by_before, *by_after;
};

/* A job whose metrics are compared. */
struct compare_subject {
	const struct job *before, *after; /* the jobs of the first results of both sides */
	size_t point;                     /* of `before` */
	char point_name
		[256]; /* "nfree=64", without the key of COMPARE_ROUNDS; "" without a sweep */
};

struct compare_row {
	size_t subject; /* index in subjects; rows of one subject stand together */
	struct metric metric;
	double *values; /* of both sides; decision.before and .after point to them */
};

struct compare_difference {
	char subject[160];
	char before[160], after[160]; /* longer ones are cut */
	const char *file;             /* the first file with the value `after` */
	size_t nfiles;                /* that have it */
};

struct comparison {
	struct compare_side before, after;
	enum compare_sample sample;
	const char *by; /* the key of COMPARE_ROUNDS */
	struct decide_rules rules;
	struct compare_subject *subjects;
	size_t nsubjects;
	struct compare_row *rows;
	struct decision *decisions; /* of each row */
	size_t nrows;
	size_t counts[4]; /* of each enum decide_verdict */
	enum decide_verdict
		verdict; /* worse, if a row is; else inconclusive, if one is; else better; else same */
	int forced;
	struct compare_difference *differences; /* with `force` */
	size_t ndifferences;
	char **notes; /* sentences about doubts */
	size_t nnotes;
};

/*
 * Compares the files of two sides. The results, names and options must stay until comparison_free, which also frees
 * after an error. 0, or -1 with `why`: the results are unlike, or a side has no good run.
 */
int compare_results(struct comparison *c, const struct compare_side *before,
		    const struct compare_side *after, const struct compare_options *options,
		    struct why *why);

/* Compares the points of a sweep that differ in options->by alone. */
int compare_points(struct comparison *c, const struct result *study, const char *const *name,
		   const struct compare_options *options, struct why *why);

void comparison_free(struct comparison *c);

/* "file", "repeat" or "round" */
const char *compare_sample_name(enum compare_sample sample);

/* "5.1% lower (4.2% to 6%)": the change of a row. */
struct compare_text {
	char text[128];
};
struct compare_text compare_change(const struct decision *d);

/* "needs 12 more samples a side", "real but small", ... : the reason for the verdict of a row; "" without one. */
struct compare_text compare_reason(const struct comparison *c, size_t row);

/* Writers. 0, or -1/errno. */
int compare_write_text(const struct comparison *c, FILE *out);
int compare_write_json(const struct comparison *c, FILE *out);
int compare_write_markdown(const struct comparison *c, FILE *out);
int compare_write_junit(const struct comparison *c, FILE *out);

#endif
