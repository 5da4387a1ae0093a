/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * calibrate.c -- calibrate [TRIALS]: how often are the verdicts of `bttbench compare` wrong, in simulated comparisons?
 *
 * Prints a table in Markdown; exit 1 if a row misses its promise. Each row has a law of noise, a kind of samples, and their number.
 * Each trial makes two comparisons with the code of the command (study/decide.h):
 *
 *	A/A	both sides are equal, with noise of 10 %: `wrong` has a metric that is better or worse. At most 5 %.
 *	A/B	the new side is 5 % higher, under noise of 1 %: `found` counts the metrics that are worse. At least 95 %
 *		from 10 samples a side on; for repeats, which may be correlated, from 30 on.
 *	edge	the new side is 3 % higher, which is the threshold, under noise of 1 %: `same` is wrong there. At most 5 %.
 *
 * The noise of A/A is larger than the threshold, because `same` would hide its errors otherwise. The metrics of a
 * comparison have independent noise. The rows of AR(1) 0.95 have no promise: they show where the widening for correlated repeats
 * is not enough. The seed is fixed: the table is the same each time. A rate of 5 % can be estimated
 * as a little more; only a row that is two standard deviations above has failed.
 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "study/decide.h"

#define SAMPLES_MAX 40
#define METRICS_MAX 10
#define SEED        20261126
#define THRESHOLD   0.03

enum law { NORMAL, LOG_NORMAL, BIMODAL, CORRELATED, STRONGLY, OUTLIERS, DRIFTING };

static const char *const laws[] = {"normal",    "log-normal", "bimodal",   "AR(1) 0.5",
				   "AR(1) 0.8", "outliers",   "AR(1) 0.95"};
static const char *const kinds[] = {"files", "repeats", "rounds"};

struct row {
	enum law law;
	enum decide_kind kind;
	size_t samples, metrics;
	int must_find;
};

static const struct row rows[] = {
	{NORMAL, DECIDE_INDEPENDENT, 5, 1, 0},
	{NORMAL, DECIDE_INDEPENDENT, 5, 10, 0},
	{NORMAL, DECIDE_INDEPENDENT, 10, 1, 1},
	{NORMAL, DECIDE_INDEPENDENT, 10, 10, 1},
	{LOG_NORMAL, DECIDE_INDEPENDENT, 5, 10, 0},
	{LOG_NORMAL, DECIDE_INDEPENDENT, 10, 1, 1},
	{LOG_NORMAL, DECIDE_INDEPENDENT, 10, 10, 1},
	{BIMODAL, DECIDE_INDEPENDENT, 5, 10, 0},
	{BIMODAL, DECIDE_INDEPENDENT, 10, 1, 1},
	{BIMODAL, DECIDE_INDEPENDENT, 10, 10, 1},
	{OUTLIERS, DECIDE_INDEPENDENT, 5, 10, 0},
	{OUTLIERS, DECIDE_INDEPENDENT, 10, 1, 1},
	{OUTLIERS, DECIDE_INDEPENDENT, 10, 10, 1},
	{NORMAL, DECIDE_SERIES, 5, 10, 0},
	{NORMAL, DECIDE_SERIES, 10, 1, 0},
	{NORMAL, DECIDE_SERIES, 10, 10, 0},
	{NORMAL, DECIDE_SERIES, 30, 10, 1},
	{CORRELATED, DECIDE_SERIES, 5, 10, 0},
	{CORRELATED, DECIDE_SERIES, 10, 1, 0},
	{CORRELATED, DECIDE_SERIES, 10, 10, 0},
	{CORRELATED, DECIDE_SERIES, 30, 1, 0},
	{CORRELATED, DECIDE_SERIES, 30, 10, 0},
	{STRONGLY, DECIDE_SERIES, 10, 10, 0},
	{STRONGLY, DECIDE_SERIES, 30, 10, 0},
	{STRONGLY, DECIDE_SERIES, 40, 10, 0},
	{OUTLIERS, DECIDE_SERIES, 30, 10, 1},
	{NORMAL, DECIDE_PAIRS, 5, 1, 0},
	{NORMAL, DECIDE_PAIRS, 10, 1, 1},
	{NORMAL, DECIDE_PAIRS, 10, 10, 1},
	{CORRELATED, DECIDE_PAIRS, 10, 1, 1},
	{CORRELATED, DECIDE_PAIRS, 10, 10, 1},
	{CORRELATED, DECIDE_PAIRS, 30, 1, 1},
	{DRIFTING, DECIDE_SERIES, 10, 1, 0},
	{DRIFTING, DECIDE_SERIES, 30, 1, 0},
	{DRIFTING, DECIDE_SERIES, 40, 1, 0},
};

/* Noise in units of its standard deviation; *last is the noise before it. */
static double
draw(gsl_rng *rng, enum law law, double *last)
{
	double z = gsl_ran_ugaussian(rng);

	switch (law) {
	case LOG_NORMAL:
		return (exp(z) - exp(0.5)) / sqrt((exp(1) - 1) * exp(1));
	case BIMODAL:
		return (gsl_rng_uniform(rng) < 0.5 ? -1 : 1) + 0.1 * z;
	case CORRELATED:
		*last = 0.5 * *last + sqrt(0.75) * z;
		return *last;
	case STRONGLY:
		*last = 0.8 * *last + 0.6 * z;
		return *last;
	case DRIFTING:
		*last = 0.95 * *last + sqrt(1 - 0.95 * 0.95) * z;
		return *last;
	default:
		return z;
	}
}

/* Fills both sides of a metric. */
static void
fill(gsl_rng *rng, const struct row *row, double noise, double change, double sides[2][SAMPLES_MAX])
{
	double last = gsl_ran_ugaussian(rng);

	for (int side = 0; side < 2 && row->kind != DECIDE_PAIRS; side++) {
		size_t outlier = row->samples;

		if (row->law == OUTLIERS && gsl_rng_uniform(rng) < 0.5)
			outlier = gsl_rng_uniform_int(rng, row->samples);
		for (size_t i = 0; i < row->samples; i++)
			sides[side][i] =
				1 + noise * (draw(rng, row->law, &last) + (i == outlier ? 5 : 0));
		/* another process, later */
		last = gsl_ran_ugaussian(rng);
	}
	/* a round measures both sides one after the other, in random order */
	for (size_t i = 0; i < row->samples && row->kind == DECIDE_PAIRS; i++) {
		int first = gsl_rng_uniform(rng) < 0.5;

		sides[first][i] = 1 + noise * draw(rng, row->law, &last);
		sides[!first][i] = 1 + noise * draw(rng, row->law, &last);
	}
	for (size_t i = 0; i < row->samples; i++)
		sides[1][i] *= 1 + change;
}

/* Counts the verdicts of one comparison. */
static void
compare(gsl_rng *rng, const struct row *row, double noise, double change, size_t counts[4])
{
	static double values[METRICS_MAX][2][SAMPLES_MAX];
	struct decide_rules rules = {row->kind, 0.05, THRESHOLD};
	struct decision decisions[METRICS_MAX];

	for (size_t m = 0; m < row->metrics; m++) {
		fill(rng, row, noise, change, values[m]);
		decisions[m] = (struct decision){.before = {values[m][0], row->samples},
						 .after = {values[m][1], row->samples}};
	}
	if (decide(decisions, row->metrics, &rules)) {
		fputs("calibrate: out of memory\n", stderr);
		exit(1);
	}
	for (size_t m = 0; m < row->metrics; m++)
		counts[decisions[m].verdict]++;
}

static int
measure(const struct row *row, size_t trials, gsl_rng *rng)
{
	size_t wrong = 0, found[4] = {0}, edge[4] = {0};
	double share_wrong, share_found, share_same, all = (double)(trials * row->metrics);
	/* a rate of 5 %, and two standard deviations of its estimate */
	double most = 5 + 200 * sqrt(0.05 * 0.95 / (double)trials);
	int is_good;

	for (size_t t = 0; t < trials; t++) {
		size_t counts[4] = {0};

		compare(rng, row, 0.1, 0, counts);
		wrong += counts[DECIDE_BETTER] + counts[DECIDE_WORSE] > 0;
		compare(rng, row, 0.01, 0.05, found);
		compare(rng, row, 0.01, THRESHOLD, edge);
	}
	share_wrong = 100 * (double)wrong / (double)trials;
	share_found = 100 * (double)found[DECIDE_WORSE] / all;
	share_same = 100 * (double)edge[DECIDE_SAME] / all;
	is_good = row->law == DRIFTING || (share_wrong <= most && share_same <= most &&
					   (!row->must_find || share_found >= 95));
	printf("| %s | %s | %zu | %zu | %.1f %% | %.1f %%%s | %.1f %% |%s\n", laws[row->law],
	       kinds[row->kind], row->samples, row->metrics, share_wrong, share_found,
	       row->must_find ? "" : " (no promise)", share_same, is_good ? "" : " FAILED");
	fflush(stdout);
	return is_good;
}

int
main(int argc, char **argv)
{
	long trials = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	int failed = 0;

	if (trials < 1 || !rng) {
		fputs("calibrate: not a number of trials\n", stderr);
		return 2;
	}
	printf("%ld simulated comparisons in each row:\n\n"
	       "| noise | samples | a side | metrics | A/A: wrong | 5 %% worse: found | 3 %% "
	       "worse: "
	       "same |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n",
	       trials);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		gsl_rng_set(rng, SEED + i);
		failed += !measure(&rows[i], (size_t)trials, rng);
	}
	gsl_rng_free(rng);
	return failed ? 1 : 0;
}
