/* SPDX-License-Identifier: BSD-3-Clause */
#include "history_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/robust.h"

/* The values of one metric: of all new results, and of the old results in the last part. */
struct look {
	const char *name;
	double *fresh;
	struct history_value *old; /* in the order of time */
	size_t count;
	bool is_judged;
};

static bool
is_same_series(const struct history_series *a, const struct history_series *b)
{
	for (int part = 0; part < HISTORY_PARTS; part++)
		if (strcmp(a->parts[part], b->parts[part]) != 0)
			return false;
	return true;
}

/* The value of a metric of a series in a result, or NULL. */
static const struct history_value *
find_value(const struct history_record *record, const struct history_series *series,
	   const char *metric)
{
	for (size_t i = 0; i < record->nvalues; i++) {
		const struct history_value *v = &record->values[i];

		if (!strcmp(v->metric, metric) &&
		    is_same_series(&record->series[v->series - 1], series))
			return v;
	}
	return NULL;
}

static bool
is_new(const struct history_result *result, const struct history_record *records, size_t nrecords)
{
	for (size_t i = 0; i < nrecords; i++)
		if (!strcmp(records[i].result.id, result->id))
			return true;
	return false;
}

/* Takes the values of all results but the new ones, then leaves only the last part. -1 without memory. */
static int
take_old(struct look *look, const struct history *history, const struct history_check *check,
	 const struct history_record *records, size_t nrecords)
{
	struct history_run run = {.metric = check->metric};
	struct history_parts parts;
	int64_t number = 0;
	size_t start;

	for (size_t i = 0; i < history->nseries && !number; i++)
		if (is_same_series(&history->series[i], check->series))
			number = history->series[i].number;
	look->old = calloc(history->nvalues + 1, sizeof(*look->old));
	if (!look->old)
		return -1;
	for (size_t i = 0; i < history->nvalues; i++) {
		const struct history_value *v = &history->values[i];

		if (number && v->series == number && !strcmp(v->metric, look->name) &&
		    !is_new(history_result_of(history, v), records, nrecords))
			look->old[look->count++] = *v;
	}
	run.values = look->old;
	run.count = look->count;
	if (history_find_parts(&run, &parts))
		return -1;
	start = parts.count ? parts.starts[parts.count - 1] : 0;
	free(parts.starts);
	look->count -= start;
	memmove(look->old, look->old + start, look->count * sizeof(*look->old));
	return 0;
}

/* Keeps the results that all judged metrics have; returns their number. */
static size_t
keep_common(struct look *looks, size_t count, unsigned *seen, const struct history *history)
{
	size_t judged = 0, common = 0;

	memset(seen, 0, history->nresults * sizeof(*seen));
	for (size_t m = 0; m < count; m++) {
		judged += looks[m].is_judged;
		for (size_t i = 0; i < looks[m].count && looks[m].is_judged; i++)
			seen[history_result_of(history, &looks[m].old[i]) - history->results]++;
	}
	for (size_t m = 0; m < count; m++) {
		struct look *look = &looks[m];

		if (!look->is_judged)
			continue;
		common = 0;
		for (size_t i = 0; i < look->count; i++)
			if (seen[history_result_of(history, &look->old[i]) - history->results] ==
			    judged)
				look->old[common++] = look->old[i];
		look->count = common;
	}
	return common;
}

/* Judges all metrics that have enough old results. -1 without memory. */
static int
judge(struct history_checks *checks, const struct look *looks, size_t old, double threshold)
{
	static const enum history_verdict verdicts[] = {
		[FITS] = HISTORY_FITS,
		[FITS_BETTER] = HISTORY_BETTER,
		[FITS_WORSE] = HISTORY_WORSE,
		[FITS_UNCLEAR] = HISTORY_UNCLEAR,
	};
	size_t count = checks->count, judged = 0;
	struct fits_metric *metrics = calloc(count + 1, sizeof(*metrics));
	double *values = calloc(count * old + 1, sizeof(*values));
	int err = metrics && values ? 0 : -1;

	for (size_t m = 0; m < count && !err; m++) {
		double *at = values + judged * old;

		if (!looks[m].is_judged)
			continue;
		for (size_t i = 0; i < old; i++)
			at[i] = looks[m].old[i].value;
		metrics[judged++] = (struct fits_metric){
			.old = at,
			.fresh = looks[m].fresh,
			.higher = metric_higher_is_better(&checks->checks[m].metric),
		};
	}
	if (judged && !err)
		err = fits_judge(metrics, judged, old, checks->fresh, threshold);
	for (size_t m = 0, k = 0; m < count && !err; m++) {
		struct history_check *check = &checks->checks[m];

		if (!looks[m].is_judged)
			continue;
		check->is = metrics[k++];
		check->is.old = check->is.fresh = NULL;
		check->verdict = verdicts[check->is.verdict];
	}
	free(metrics);
	free(values);
	return err;
}

/* Fills the checks and the values of the new results. */
static int
take_fresh(struct history_checks *checks, struct look *looks, const struct history_record *records,
	   const char *const *names, const char *metric, struct why *why)
{
	double *scratch = calloc(checks->fresh, sizeof(*scratch));
	int err = scratch ? 0 : why_say(why, "history: out of memory");

	for (size_t i = 0; i < records->nvalues && !err; i++) {
		const struct history_value *v = &records->values[i];
		struct history_check *check = &checks->checks[checks->count];
		struct look *look = &looks[checks->count];
		struct why unused;

		if (metric ? strcmp(metric, v->metric) != 0 : !history_is_main(v->metric))
			continue;
		checks->count++;
		*check = (struct history_check){.series = &records->series[v->series - 1],
						.verdict = HISTORY_SHORT,
						.needed = fits_least_old(checks->fresh)};
		metric_parse(&check->metric, v->metric, &unused);
		look->name = v->metric;
		look->fresh = calloc(checks->fresh, sizeof(*look->fresh));
		if (!look->fresh)
			err = why_say(why, "history: out of memory");
		for (size_t r = 0; r < checks->fresh && !err; r++) {
			const struct history_value *of =
				find_value(&records[r], check->series, v->metric);

			if (of)
				scratch[r] = look->fresh[r] = of->value;
			else
				err = why_say(why,
					      "%s: no %s of the series of %s (allowed: results of "
					      "one job on one machine)",
					      names[r], v->metric, names[0]);
		}
		if (!err)
			check->now = robust_median(scratch, checks->fresh);
	}
	free(scratch);
	return err;
}

static int
check_twice(const struct history_record *records, size_t count, const char *const *names,
	    struct why *why)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(records[i].result.id, records[k].result.id))
				return why_say(why, "%s: the same result as %s", names[i],
					       names[k]);
	return 0;
}

int
history_check(const struct history *history, const struct history_record *records,
	      const char *const *names, struct history_checks *checks, const char *metric,
	      double threshold, struct why *why)
{
	struct look *looks = calloc(records->nvalues + 1, sizeof(*looks));
	unsigned *seen = calloc(history->nresults + 1, sizeof(*seen));
	size_t common = 0, needed = fits_least_old(checks->fresh);
	int err = -1;

	checks->count = 0;
	checks->checks = calloc(records->nvalues + 1, sizeof(*checks->checks));
	if (!checks->checks || !looks || !seen) {
		why_say(why, "history: out of memory");
		goto out;
	}
	if (check_twice(records, checks->fresh, names, why) ||
	    take_fresh(checks, looks, records, names, metric, why))
		goto out;
	for (size_t m = 0; m < checks->count; m++) {
		if (take_old(&looks[m], history, &checks->checks[m], records, checks->fresh)) {
			why_say(why, "history: out of memory");
			goto out;
		}
		looks[m].is_judged = looks[m].count >= needed;
		checks->checks[m].have = looks[m].count;
		checks->checks[m].since = looks[m].count ? looks[m].old->result : 0;
	}
	/* only results without some percentiles make the common ones fewer than those of each */
	common = keep_common(looks, checks->count, seen, history);
	for (size_t m = 0; m < checks->count; m++)
		if (looks[m].is_judged) {
			looks[m].is_judged = common >= needed;
			checks->checks[m].have = common;
			checks->checks[m].since = common ? looks[m].old->result : 0;
		}
	err = judge(checks, looks, common, threshold);
	if (err)
		why_say(why, "history: out of memory");
out:
	for (size_t m = 0; looks && m < records->nvalues; m++) {
		free(looks[m].fresh);
		free(looks[m].old);
	}
	free(looks);
	free(seen);
	if (err)
		free(checks->checks);
	return err;
}
