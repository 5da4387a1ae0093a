/* SPDX-License-Identifier: BSD-3-Clause */
#include "qualify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "pattern/rng.h"
#include "qualify_parts.h"
#include "resume.h"
#include "run/monitor.h"
#include "run/run.h"
#include "terminal.h"

struct course {
	const struct qualify_options *options;
	struct result *result;
	struct session *session;
	struct why *why;
	size_t *order;     /* of the jobs of a step, in this round */
	double planned_s;  /* of the visits that this process has done, */
	double took_s;     /* and their real length */
	uint64_t shown_ns; /* on CLOCK_MONOTONIC */
};

/* The planned lengths of the visits that are left, corrected by those that were done. */
static double
left_s(const struct course *c)
{
	const struct result_qualification *q = &c->result->qualification;
	double planned = 0, pace = c->planned_s > 0 ? c->took_s / c->planned_s : 1;

	for (size_t i = 0; i < q->nsteps; i++) {
		const struct result_step *step = &q->steps[i];

		if (step->state == RESULT_STEP_PENDING)
			planned += step->visits ? step->planned_s *
							  (double)(step->visits - step->nvisited) /
							  (double)step->visits
						: step->planned_s;
	}
	return planned * pace;
}

/* `subject` NULL: the step has no visits. */
static void
show(struct course *c, const struct result_step *step, const char *subject)
{
	const struct qualify_options *options = c->options;
	const struct result_qualification *q = &c->result->qualification;
	uint64_t now = monitor_now_ns();
	char line[512], visit[64] = "";

	if (!options->progress ||
	    (!options->rewrite && c->shown_ns && now - c->shown_ns < options->status_interval_ns))
		return;
	c->shown_ns = now;
	if (subject)
		snprintf(visit, sizeof(visit), " %llu of %llu",
			 (unsigned long long)step->nvisited + 1, (unsigned long long)step->visits);
	snprintf(line, sizeof(line), "step %td of %zu, %s%s, %s left%s%s", step - q->steps + 1,
		 q->nsteps, step->name, visit, human_length(left_s(c)).text, subject ? ": " : "",
		 subject ? subject : "");
	if (options->rewrite)
		fprintf(options->progress, "\r\033[K%.*s",
			(int)terminal_width(options->progress) - 1, line);
	else
		fprintf(options->progress, "%s\n", line);
	fflush(options->progress);
}

static void
clear_line(const struct course *c)
{
	if (c->options->progress && c->options->rewrite && c->shown_ns) {
		fputs("\r\033[K", c->options->progress);
		fflush(c->options->progress);
	}
}

static int
by_job(const void *a, const void *b)
{
	const struct result_run *x = a, *y = b;

	if (x->job != y->job)
		return x->job < y->job ? -1 : 1;
	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	return x->repeat < y->repeat ? -1 : x->repeat > y->repeat;
}

static int
steady_by_job(const void *a, const void *b)
{
	const struct result_steady *x = a, *y = b;

	if (x->job != y->job)
		return x->job < y->job ? -1 : 1;
	return x->round < y->round ? -1 : x->round > y->round;
}

/* A result has the runs job by job, and visits come in another order. */
static int
save(struct course *c)
{
	struct result *result = c->result;

	if (result->nruns)
		qsort(result->runs, result->nruns, sizeof(*result->runs), by_job);
	if (result->nsteady)
		qsort(result->steady, result->nsteady, sizeof(*result->steady), steady_by_job);
	if (qualify_judge(result, c->options->profile, c->why))
		return -1;
	run_finish(c->session);
	return c->options->save(c->options->arg, result, c->why);
}

static int
is_done(const struct result *result, const struct job *job, unsigned round)
{
	for (size_t i = 0; i < result->nruns; i++)
		if (result->runs[i].job == job && result->runs[i].round == round)
			return 1;
	return 0;
}

/* A series of rounds that a signal cut has no run, and is not done. */
static int
visit(struct course *c, struct result_step *step, const struct job *job, unsigned round)
{
	struct result *result = c->result;
	uint64_t from = monitor_now_ns();
	int err;

	show(c, step, job->name);
	if (!strcmp(step->name, "recovery"))
		err = qualify_recover(c->options, result, job, round, c->why);
	else
		err = run_point(c->session, (size_t)(job - result->jobs.jobs), round);
	if (err < 0) {
		clear_line(c);
		return -1;
	}
	if (err || (strcmp(step->name, "recovery") != 0 && !is_done(result, job, round)))
		return 0; /* a signal came */
	c->took_s += (double)(monitor_now_ns() - from) / 1e9;
	c->planned_s += qualify_visit_s(job, c->options->targets->targets[0].facts.size);
	step->took_s += (double)(monitor_now_ns() - from) / 1e9;
	step->nvisited++;
	if (step->nvisited == step->visits)
		step->state = RESULT_STEP_DONE;
	return save(c);
}

/* Fisher and Yates, from a stream of its own for each round. Returns the number of jobs. */
static size_t
shuffle(struct course *c, const struct result_step *step, unsigned round)
{
	const struct job_list *jobs = &c->result->jobs;
	size_t count = 0;
	struct rng rng;

	for (size_t i = 0; i < jobs->count; i++)
		if (profile_is_of_step(&jobs->jobs[i], step->name) &&
		    round < qualify_rounds(c->result, &jobs->jobs[i]))
			c->order[count++] = i;
	if (!count)
		return 0;
	rng_seed(&rng, jobs->jobs[c->order[0]].seed, RNG_STREAM_SHARED + round);
	for (size_t i = count; i > 1; i--) {
		size_t k = rng_below(&rng, i), swapped = c->order[i - 1];

		c->order[i - 1] = c->order[k];
		c->order[k] = swapped;
	}
	return count;
}

/* The kills of an earlier process have left no runs; their number tells them. */
static int
was_killed(const struct result_step *step, unsigned round)
{
	return !strcmp(step->name, "recovery") && round < step->nvisited;
}

static int
measure_step(struct course *c, struct result_step *step)
{
	size_t count;

	for (unsigned round = 0; (count = shuffle(c, step, round)) > 0; round++)
		for (size_t i = 0; i < count; i++) {
			const struct job *job = &c->result->jobs.jobs[c->order[i]];

			if (run_signalled())
				return 0;
			if (!is_done(c->result, job, round) && !was_killed(step, round) &&
			    visit(c, step, job, round))
				return -1;
		}
	return 0;
}

/* preflight and post-check */
static int
look(struct course *c, const char *name,
     int (*check)(const struct qualify_options *, struct result *, struct why *))
{
	struct result_step *step = qualification_step(&c->result->qualification, name);
	uint64_t from = monitor_now_ns();

	show(c, step, NULL);
	if (check(c->options, c->result, c->why))
		return -1;
	step->took_s += (double)(monitor_now_ns() - from) / 1e9;
	step->state = RESULT_STEP_DONE;
	return save(c);
}

static int
has_red_gate(const struct result *result, const char *step)
{
	const struct result_qualification *q = &result->qualification;

	for (size_t i = 0; i < q->ngates; i++)
		if (!strcmp(q->gates[i].step, step) && q->gates[i].state == RESULT_GATE_FAIL)
			return 1;
	return 0;
}

static int
skip_all(struct course *c)
{
	struct result_qualification *q = &c->result->qualification;

	for (size_t i = 0; i < q->nsteps; i++) {
		struct result_step *step = &q->steps[i];

		if (step->state != RESULT_STEP_PENDING)
			continue;
		step->state = RESULT_STEP_SKIPPED;
		step->reason = strdup("a gate of the preflight is red");
		if (!step->reason)
			return why_say(c->why, "qualify: %s", strerror(errno));
	}
	return save(c);
}

/* The post-check compares with the modules of the first preflight. */
static void
swap_modules(struct result_namespace *a, struct result_namespace *b)
{
	struct device_dimm *modules = a->modules;
	size_t nmodules = a->nmodules;

	a->modules = b->modules;
	a->nmodules = b->nmodules;
	b->modules = modules;
	b->nmodules = nmodules;
}

/* Takes over the runs, the modules and the gates of the earlier process, and the time that it took. */
static int
go_on(struct course *c)
{
	struct result *result = c->result, *old = c->options->old;
	struct result_qualification *q = &result->qualification, *from = &old->qualification;

	if (resume_check(result, old, c->why))
		return why_prefix(c->why, c->options->old_name);
	resume_adopt(result, old);
	q->gates = from->gates;
	q->ngates = from->ngates;
	swap_modules(&result->namespaces[0], &old->namespaces[0]);
	q->bad_blocks = from->bad_blocks;
	from->gates = NULL;
	from->ngates = 0;
	for (size_t i = 0; i < q->nsteps; i++) {
		struct result_step *step = &q->steps[i];
		const struct result_step *before = qualification_step(from, step->name);

		if (!before)
			continue;
		step->took_s = before->took_s;
		step->nvisited = before->nvisited;
		if (step->visits && step->nvisited >= step->visits)
			step->state = RESULT_STEP_DONE;
	}
	return 0;
}

/* Before anything is measured, since an error must not come after hours. */
static int
check_jobs(struct course *c)
{
	for (size_t i = 0; i < c->result->jobs.count; i++)
		if (run_check(c->session, i, NULL))
			return why_prefix(c->why, c->result->jobs.jobs[i].name);
	return 0;
}

static int
measure(struct course *c)
{
	struct result_qualification *q = &c->result->qualification;

	if (look(c, "preflight", qualify_preflight))
		return -1;
	if (has_red_gate(c->result, "preflight") && !c->options->keep_going)
		return skip_all(c);
	if (check_jobs(c))
		return -1;
	for (size_t i = 0; i < q->nsteps; i++)
		if (q->steps[i].visits && measure_step(c, &q->steps[i]))
			return -1;
	return run_signalled() ? save(c) : look(c, "post-check", qualify_postcheck);
}

int
qualify_run(const struct qualify_options *options, struct result *result, struct why *why)
{
	const struct run_options run = {.targets = options->targets};
	struct course c = {.options = options, .result = result, .why = why};
	int err;

	c.order = calloc(result->jobs.count, sizeof(*c.order));
	if (!c.order)
		return why_say(why, "qualify: %s", strerror(errno));
	c.session = run_open(&run, result, why);
	if (!c.session) {
		free(c.order);
		return -1;
	}
	err = (options->old && go_on(&c)) || measure(&c) ? -1 : 0;
	clear_line(&c);
	result->interrupted_by = run_signalled();
	run_close(c.session);
	free(c.order);
	return err;
}
