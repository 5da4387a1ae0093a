/* SPDX-License-Identifier: BSD-3-Clause */
/* text_phase.c -- the measured phase as text: its length, the disturbance of its workers, the schedule of an open loop. */
#include <inttypes.h>
#include <math.h>

#include "human.h"
#include "text.h"
#include "wrap.h"

/* Adds a number to a sum of those that are known. */
static void
add_known(double *sum, double number)
{
	if (isfinite(number))
		*sum = (isfinite(*sum) ? *sum : 0) + number;
}

/* The measured phases of one run, or of several runs of a job: their length, and the disturbance of the workers. */
void
text_phase(const struct result_run *const *runs, size_t nruns, const struct page *page)
{
	double elapsed_s = 0, asked_s = NAN, share = NAN, steal_s = NAN, throttled_s = NAN;
	uint64_t voluntary = 0, involuntary = 0, strays = 0;
	char asked[48] = "until the ops were done";

	for (size_t i = 0; i < nruns; i++) {
		const struct result_crew crew = result_crew_of(runs[i]);

		elapsed_s += runs[i]->elapsed_s;
		add_known(&asked_s, result_asked_s(runs[i]));
		share = fmin(share, crew.cpu_share); /* NAN is no number here */
		add_known(&steal_s, runs[i]->disturbance.steal_s);
		add_known(&throttled_s, runs[i]->disturbance.throttled_s);
		voluntary += crew.usage.voluntary_switches;
		involuntary += crew.usage.involuntary_switches;
		strays += crew.strays;
	}
	if (isfinite(asked_s))
		snprintf(asked, sizeof(asked), "of %s asked", human_time(asked_s * 1e9).text);
	wrap_print(page, "phase",
		   "%s %s, CPU share at least %s, context switches %" PRIu64 " voluntary %" PRIu64
		   " involuntary, strays %" PRIu64 ", steal %s, throttled %s",
		   human_time(elapsed_s * 1e9).text, asked, human_percent(100 * share).text,
		   voluntary, involuntary, strays, human_time(steal_s * 1e9).text,
		   human_time(throttled_s * 1e9).text);
}

/* the schedule of an open loop, and how well the workers kept it */
void
text_pace(const struct result_pace *pace, double lower_bound_from, const struct page *page)
{
	char bound[80] = "";

	if (!pace->valid)
		return;
	if (lower_bound_from < 100) /* not NAN, and not the maximum alone */
		snprintf(bound, sizeof(bound), "; response times from p%.10g on are lower bounds",
			 lower_bound_from);
	wrap_print(page, "pace",
		   "%s ops/s asked, %s started, worst worker %.3g%% off its schedule, at most %s "
		   "behind, %" PRIu64 " due and not started%s",
		   human_count(pace->target_iops).text, human_count(pace->achieved_iops).text,
		   100 * pace->error, human_time((double)pace->behind_ns_max).text, pace->unstarted,
		   bound);
}

const char *
text_bound(const struct result_run *run, const struct result_op *op, double percentile)
{
	return percentile >= result_lower_bound_from(run, op) ? ">=" : ""; /* NAN: no bound */
}
