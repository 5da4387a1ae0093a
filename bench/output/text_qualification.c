/* SPDX-License-Identifier: BSD-3-Clause */
/* text_qualification.c -- a qualification as text: the verdict first, then figures, limits, gates, steps and machine. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "measure/robust.h"
#include "qualification.h"
#include "result/metric.h"
#include "text.h"

#define NAME_ROOM 40 /* columns; a longer name has a line of its own */

static const struct metric figures[] = {
	{METRIC_IOPS, METRIC_TOTAL, 0},    {METRIC_PERCENTILE, OP_READ, 50},
	{METRIC_PERCENTILE, OP_READ, 99},  {METRIC_PERCENTILE, OP_WRITE, 50},
	{METRIC_PERCENTILE, OP_WRITE, 99},
};

#define NFIGURES (sizeof(figures) / sizeof(figures[0]))

/* Prints the medians over the good runs of a job. Returns 0, or -1 without memory. */
static int
print_figures(const struct result *result, const struct job *job, FILE *out)
{
	double *values = calloc(result->nruns + 1, sizeof(*values));
	size_t ngood = 0, nruns = 0;

	if (!values)
		return -1;
	fprintf(out, "%-*s", NAME_ROOM, job->name);
	if (strlen(job->name) > NAME_ROOM)
		fprintf(out, "\n%-*s", NAME_ROOM, "");
	for (size_t k = 0; k < NFIGURES; k++) {
		size_t count = 0;

		ngood = nruns = 0;
		for (size_t i = 0; i < result->nruns; i++) {
			const struct result_run *run = &result->runs[i];

			if (run->job != job || run->settling)
				continue;
			nruns++;
			if (!result_is_good(run))
				continue;
			ngood++;
			values[count] = metric_of(run, &figures[k]);
			count += values[count] == values[count]; /* not NAN */
		}
		fprintf(out, " %7s",
			count ? metric_human(&figures[k], robust_median(values, count)).text : "-");
	}
	if (ngood < nruns)
		fprintf(out, "  (%zu of %zu runs are bad)", nruns - ngood, nruns);
	fputc('\n', out);
	free(values);
	return 0;
}

static int
print_table(const struct result *result, FILE *out)
{
	int err = 0;

	if (!result->nruns)
		return 0;
	fprintf(out, "\n%-*s %7s %7s %7s %7s %7s\n", NAME_ROOM, "job (medians)", "IOPS", "rd p50",
		"rd p99", "wr p50", "wr p99");
	for (size_t i = 0; i < result->jobs.count; i++) {
		const struct job *job = &result->jobs.jobs[i];
		size_t nruns = 0;

		for (size_t k = 0; k < result->nruns; k++)
			nruns += result->runs[k].job == job;
		if (nruns)
			err |= print_figures(result, job, out);
	}
	return err;
}

/* The label of a line: a failure stands out. */
static const char *
label_of(enum result_gate_state state)
{
	static const char *const labels[] = {"pass", "FAIL", "n/a"};

	return labels[state];
}

static void
print_limits(const struct result_qualification *q, const struct page *page)
{
	if (q->nlimits)
		fputs("\nlimits\n", page->out);
	for (size_t i = 0; i < q->nlimits; i++) {
		const struct result_bound *bound = &q->limits[i];

		wrap_print(page, label_of(bound->state), "%s: %s: %s measured; %s", bound->subject,
			   bound->limit, result_bound_figure(bound).text, bound->reason);
	}
}

static void
print_gates(const struct result_qualification *q, const struct page *page)
{
	fputs("\ngates\n", page->out);
	for (size_t i = 0; i < q->ngates; i++) {
		const struct result_gate *gate = &q->gates[i];

		wrap_print(page, label_of(gate->state), "%s, %s: %s", gate->step, gate->name,
			   gate->reason);
	}
}

static void
print_steps(const struct result_qualification *q, const struct page *page)
{
	fputs("\nsteps\n", page->out);
	for (size_t i = 0; i < q->nsteps; i++) {
		const struct result_step *step = &q->steps[i];

		if (step->state == RESULT_STEP_SKIPPED)
			wrap_print(page, "skipped", "%s: %s", step->name, step->reason);
		else if (step->visits)
			wrap_print(page, result_step_state_name(step->state),
				   "%s: %s, %" PRIu64 " of %" PRIu64 " visits", step->name,
				   human_length(step->took_s).text, step->nvisited, step->visits);
		else
			wrap_print(page, result_step_state_name(step->state), "%s: %s", step->name,
				   human_length(step->took_s).text);
	}
}

int
output_qualification_text(const struct result *result, unsigned width, FILE *out)
{
	const struct result_qualification *q = &result->qualification;
	const struct page page = {.out = out, .width = width};
	int err;

	wrap_print(&page, "verdict", "%s: %s, profile %s", result_verdict_name(result),
		   result->namespaces[0].spec, q->profile);
	for (size_t i = 0; i < result->nreasons; i++)
		wrap_print(&page, "", "%s", result->reasons[i]);
	err = print_table(result, out);
	print_limits(q, &page);
	print_gates(q, &page);
	print_steps(q, &page);
	fputc('\n', out);
	text_context(result, &page);
	return err || fflush(out) || ferror(out) ? -1 : 0;
}
