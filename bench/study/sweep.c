/* SPDX-License-Identifier: BSD-3-Clause */
#include "sweep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "pattern/rng.h"
#include "run/monitor.h"
#include "resume.h"
#include "terminal.h"

#define SAVE_NS UINT64_C(10000000000) /* between two saves */

struct sweep {
	const struct sweep_options *options;
	struct result *result;
	struct session *session;
	struct why *why;
	size_t *order;                           /* of the points, in this round */
	unsigned char *is_done;                  /* rounds * points */
	uint64_t started_ns, saved_ns, shown_ns; /* on CLOCK_MONOTONIC */
	size_t ndone, ntodo;                     /* visits of this process */
};

/* Fisher and Yates. A round of its own stream: a sweep that goes on has the same order. */
static void
shuffle(struct sweep *s, unsigned round)
{
	size_t count = s->result->study.npoints;
	struct rng rng;

	rng_seed(&rng, s->result->study.seed, RNG_STREAM_SHARED + round);
	for (size_t i = 0; i < count; i++)
		s->order[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t k = rng_below(&rng, i), swapped = s->order[i - 1];

		s->order[i - 1] = s->order[k];
		s->order[k] = swapped;
	}
}

static void
show(struct sweep *s, size_t point, unsigned round)
{
	const struct sweep_options *options = s->options;
	const struct result_study *study = &s->result->study;
	uint64_t now = monitor_now_ns();
	double elapsed_s = (double)(now - s->started_ns) / 1e9;
	char line[512], left[48] = "";
	unsigned width;

	if (!options->progress ||
	    (!options->rewrite && s->shown_ns && now - s->shown_ns < options->status_interval_ns))
		return;
	s->shown_ns = now;
	if (s->ndone)
		snprintf(left, sizeof(left), ", %s left",
			 human_length(elapsed_s / (double)s->ndone * (double)(s->ntodo - s->ndone))
				 .text);
	snprintf(line, sizeof(line), "run %zu of %zu%s, round %u of %u, %s elapsed: %s",
		 s->ndone + 1, s->ntodo, left, round + 1, study->rounds,
		 human_length(elapsed_s).text, result_point_name(s->result, point).text);
	width = terminal_width(options->progress);
	if (options->rewrite)
		fprintf(options->progress, "\r\033[K%.*s", (int)width - 1, line);
	else
		fprintf(options->progress, "%s\n", line);
	fflush(options->progress);
}

static void
clear_line(const struct sweep *s)
{
	if (s->options->progress && s->options->rewrite && s->shown_ns) {
		fputs("\r\033[K", s->options->progress);
		fflush(s->options->progress);
	}
}

static int
save(struct sweep *s)
{
	s->saved_ns = monitor_now_ns();
	if (!s->options->save || !s->result->nruns)
		return 0;
	run_finish(s->session);
	return s->options->save(s->options->arg, s->result, s->why);
}

static int
visit(struct sweep *s, size_t point, unsigned round)
{
	show(s, point, round);
	if (run_point(s->session, point, round)) {
		clear_line(s);
		return why_prefix(s->why, result_point_name(s->result, point).text);
	}
	s->ndone++;
	return monitor_now_ns() - s->saved_ns < SAVE_NS ? 0 : save(s);
}

static int
measure(struct sweep *s)
{
	const struct result_study *study = &s->result->study;

	for (unsigned round = 0; round < study->rounds; round++) {
		shuffle(s, round);
		for (size_t i = 0; i < study->npoints; i++) {
			size_t point = s->order[i];

			if (run_signalled())
				return 0;
			if (!s->is_done[round * study->npoints + point] && visit(s, point, round))
				return -1;
		}
	}
	return 0;
}

/* Points are checked before any load, since an error must not come after hours. */
static int
check_points(struct sweep *s, struct points_left *left)
{
	struct result *result = s->result;

	for (size_t point = 0; point < result->study.npoints && !run_signalled();) {
		if (!run_check(s->session, point, NULL)) {
			point++;
			continue;
		}
		if (points_leave_out(result, point, left, s->why->text))
			return why_say(s->why, "out of memory");
	}
	/* the error names a single one */
	if (left->count > 1 || (left->count && s->options->skip_impossible))
		s->options->list_left(left);
	if (left->count == 1 && !s->options->skip_impossible)
		return why_say(s->why, "%s: %s; --skip-impossible leaves the point out",
			       left->points[0].name, left->points[0].why);
	if (left->count && !s->options->skip_impossible)
		return why_say(s->why,
			       "%zu of %zu points can't run (allowed: --skip-impossible leaves "
			       "them out)",
			       left->count, left->count + result->study.npoints);
	if (!result->study.npoints)
		return why_say(s->why, "no point can run");
	return 0;
}

/* Takes the runs of an earlier process; the layouts must still be those that they saw. */
static int
go_on(struct sweep *s)
{
	struct result *result = s->result, *old = s->options->old;

	if (resume_check(result, old, s->why))
		return why_prefix(s->why, s->options->old_name);
	for (size_t point = 0; point < result->study.npoints && !run_signalled(); point++) {
		struct result_layout layout = {0};

		if (run_check(s->session, point, &layout))
			return -1;
		if (resume_check_layout(old, point, &layout, s->why))
			return why_prefix(s->why, s->options->old_name);
	}
	resume_adopt(result, old);
	return 0;
}

/* A visit of several jobs is done when each has a run in this round. */
static int
note_done(struct sweep *s)
{
	const struct result *result = s->result;
	const struct result_study *study = &result->study;
	size_t njobs = result_point_jobs(result);

	s->is_done = calloc(study->rounds, study->npoints);
	s->order = calloc(study->npoints, sizeof(*s->order));
	if (!s->is_done || !s->order)
		return why_say(s->why, "sweep: %s", strerror(errno));
	s->ntodo = (size_t)study->rounds * study->npoints;
	for (size_t i = 0; i < result->nruns; i++) {
		const struct result_run *run = &result->runs[i];
		size_t visit = run->round * study->npoints + result_point(result, run->job);

		/* the last job of a point runs last, so its run stands for all */
		if ((size_t)(run->job - result->jobs.jobs) % njobs != njobs - 1 ||
		    run->round >= study->rounds || s->is_done[visit])
			continue;
		s->is_done[visit] = 1;
		s->ntodo--;
	}
	return 0;
}

int
sweep_run(const struct sweep_options *options, struct result *result, struct points_left *left,
	  struct why *why)
{
	struct sweep s = {.options = options, .result = result, .why = why};
	int err;

	s.session = run_open(&options->run, result, why);
	if (!s.session)
		return -1;
	err = check_points(&s, left) || (options->old && go_on(&s)) || note_done(&s) ? -1 : 0;
	if (!err) {
		if (!result->id[0])
			result_name(result);
		s.started_ns = s.saved_ns = monitor_now_ns();
		err = measure(&s);
		clear_line(&s);
	}
	if (result->nruns)
		run_finish(s.session);
	if (result->nruns && err) {
		result_lower(result, RESULT_INVALID);
		result_add_reason(result, "ended by an error before all points had run: %s",
				  why->text);
	}
	result->interrupted_by = run_signalled();
	run_close(s.session);
	free(s.order);
	free(s.is_done);
	return err;
}
