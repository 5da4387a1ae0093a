/* SPDX-License-Identifier: BSD-3-Clause */
/* judge_study.c -- the verdict on a sweep, which has many runs and so can do without a few. */
#include "judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* the runs of one job at one point */
struct tally {
	size_t nruns, nbad;
	const struct result_run *first_bad;
	size_t nvisits;      /* rounds that ran it; each has several runs with steady_state */
	unsigned last_round; /* of the runs so far, from 1 */
};

/* "nfree=64, round 3: invalid: worker 0 was kept off its CPU for ..."; with the job if points have several */
struct bad_text {
	char text[1024];
};

static struct bad_text
bad_text(const struct result *result, const struct result_run *run)
{
	int is_one = result_point_jobs(result) == 1;
	struct bad_text t;

	snprintf(t.text, sizeof(t.text), "%s%s%s, round %u: %s: %.500s",
		 result_point_name(result, result_point(result, run->job)).text,
		 is_one ? "" : ", job ", is_one ? "" : run->job->name, run->round + 1,
		 result_status_name(run->status),
		 run->nreasons ? run->reasons[0] : "no reason was kept");
	return t;
}

static void
check_points(struct result *result, const struct tally *tallies)
{
	const struct tally *worst = NULL, *first = NULL;
	size_t nbad = 0, nworse = 0, njobs = result_point_jobs(result), counted = SIZE_MAX;

	for (size_t i = 0; i < result->jobs.count; i++) {
		const struct tally *t = &tallies[i];

		nbad += t->nbad;
		if (t->nbad && !first)
			first = t;
		if (2 * t->nbad <= t->nruns)
			continue;
		nworse += counted != i / njobs;
		counted = i / njobs;
		if (!worst || t->nbad > worst->nbad)
			worst = t;
	}
	if (worst) {
		result_lower(result, RESULT_INVALID);
		result_add_reason(
			result,
			"%zu of %zu points have fewer good runs than bad ones; %zu of %zu "
			"are bad at %s",
			nworse, result->study.npoints, worst->nbad, worst->nruns,
			bad_text(result, worst->first_bad).text);
	} else if (first) {
		result_add_reason(result, "%zu of %zu runs are left out; the first, %s", nbad,
				  result->nruns, bad_text(result, first->first_bad).text);
	}
}

static void
check_complete(struct result *result, const struct tally *tallies)
{
	size_t asked = (size_t)result->study.rounds * result->jobs.count, nruns = 0;

	for (size_t i = 0; i < result->jobs.count; i++)
		nruns += tallies[i].nvisits;
	if (nruns >= asked)
		return;
	result_lower(result, RESULT_INTERRUPTED);
	result_add_reason(result,
			  "not complete: %zu of %zu runs were measured "
			  "(sweep --resume measures the others)",
			  nruns, asked);
}

/*
 * A lane stores all its log entries to one line. The page of this line can change the speed of writes by half
 * (docs/measuring.md), and nfree decides which page it is.
 */
static void
note_log_pages(struct result *result)
{
	int has_btt = 0;

	for (size_t i = 0; i < result->nruns; i++)
		has_btt |= result->runs[i].btt.valid && result->runs[i].job->percent[OP_READ] < 100;
	if (has_btt && result_study_key(result, "nfree") >= 0)
		result_add_reason(result,
				  "each nfree puts the log on other pages, which alone can change "
				  "the speed of writes: compare several invocations");
}

void
judge_study(struct result *result, size_t nreasons)
{
	struct tally *tallies = calloc(result->jobs.count, sizeof(*tallies));

	while (result->nreasons > nreasons)
		free(result->reasons[--result->nreasons]);
	result->status = RESULT_VALID;
	result->status_reason = 0;
	for (size_t i = 0; i < result->jobs.count; i++)
		judge_limits(result, &result->jobs.jobs[i]);
	for (size_t i = 0; i < result->nruns && tallies; i++) {
		const struct result_run *run = &result->runs[i];
		struct tally *t = &tallies[run->job - result->jobs.jobs];
		int is_bad = !result_is_good(run) && !run->settling;

		t->nvisits += run->round + 1 != t->last_round;
		t->last_round = run->round + 1;
		t->nruns += !run->settling;
		t->nbad += (size_t)is_bad;
		if (is_bad && !t->first_bad)
			t->first_bad = run;
	}
	if (tallies) {
		check_points(result, tallies);
		check_complete(result, tallies);
	}
	judge_notes(result);
	note_log_pages(result);
	free(tallies);
}
