/* SPDX-License-Identifier: BSD-3-Clause */
/* report_qualify.c -- a qualification: its limits and gates first, then its steps and the figures of each job. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "html.h"
#include "report_kind.h"
#include "report_tables.h"
#include "samples.h"

static int
is_qualification(const struct result *result)
{
	return result->qualification.profile != NULL;
}

static struct page_text
question(const struct report_page *page)
{
	const struct result *result = page->file->result;

	return page_text("Does %.100s pass the profile %.100s?", result->namespaces[0].spec,
			 result->qualification.profile);
}

static void
put_state(struct report_page *page, enum result_gate_state state, const char *if_red)
{
	static const char *const classes[] = {"valid", "invalid", "inconclusive"};

	html_print(page->out, "<td><span class=\"badge %s\">%s</span>%s%s</td>", classes[state],
		   result_gate_state_name(state), state == RESULT_GATE_FAIL ? " " : "",
		   state == RESULT_GATE_FAIL ? if_red : "");
}

/* How many of the gates or limits have a state. */
static size_t
count_gates(const struct result_qualification *q, enum result_gate_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < q->ngates; i++)
		count += q->gates[i].state == state;
	for (size_t i = 0; i < q->nlimits; i++)
		count += q->limits[i].state == state;
	return count;
}

static void
put_limits(struct report_page *page, const struct result_qualification *q)
{
	if (!q->nlimits)
		return;
	page_table(page, "Limits, and the worst figure of the good runs beside each");
	page_row(page);
	page_column_of_text(page, "subject");
	page_column_of_text(page, "limit");
	page_column_of_text(page, "state");
	page_column(page, "measured");
	page_column_of_text(page, "reason");
	page_row_end(page);
	for (size_t i = 0; i < q->nlimits; i++) {
		const struct result_bound *bound = &q->limits[i];

		page_row(page);
		page_row_heading(page, bound->subject);
		page_cell(page, bound->limit);
		put_state(page, bound->state, "");
		page_number(page, "", result_bound_figure(bound));
		page_cell(page, bound->reason);
		page_row_end(page);
	}
	page_table_end(page);
}

static void
put_gates(struct report_page *page, const struct result_qualification *q)
{
	page_table(page, "Gates, and the figures behind their states");
	page_row(page);
	page_column_of_text(page, "step");
	page_column_of_text(page, "gate");
	page_column_of_text(page, "state");
	page_column_of_text(page, "reason");
	page_row_end(page);
	for (size_t i = 0; i < q->ngates; i++) {
		const struct result_gate *gate = &q->gates[i];

		page_row(page);
		page_row_heading(page, gate->step);
		page_cell(page, gate->name);
		put_state(page, gate->state, result_if_red_name(gate->if_red));
		page_cell(page, gate->reason);
		page_row_end(page);
	}
	page_table_end(page);
}

static void
answer(struct report_page *page)
{
	const struct result_qualification *q = &page->file->result->qualification;

	html_print(page->out,
		   "<p>%zu gates and limits pass, %zu fail, %zu are not applicable.</p>\n",
		   count_gates(q, RESULT_GATE_PASS), count_gates(q, RESULT_GATE_FAIL),
		   count_gates(q, RESULT_GATE_NOT_APPLICABLE));
	put_limits(page, q);
	put_gates(page, q);
}

static void
put_steps(struct report_page *page, const struct result_qualification *q)
{
	page_table(page, "Steps");
	page_row(page);
	page_column_of_text(page, "step");
	page_column_of_text(page, "state");
	page_column(page, "visits");
	page_column(page, "planned");
	page_column(page, "took");
	page_column_of_text(page, "reason");
	page_row_end(page);
	for (size_t i = 0; i < q->nsteps; i++) {
		const struct result_step *step = &q->steps[i];

		page_row(page);
		page_row_heading(page, step->name);
		page_cell(page, result_step_state_name(step->state));
		page_count(page, step->nvisited);
		page_number(page, "", human_length(step->planned_s));
		page_number(page, "", human_length(step->took_s));
		page_cell(page, step->reason ? step->reason : "");
		page_row_end(page);
	}
	page_table_end(page);
}

static void
put_titles(struct report_page *page)
{
	page_row(page);
	page_column_of_text(page, "job");
	page_column(page, "IOPS");
	page_column(page, "bandwidth");
	page_column(page, "read p50");
	page_column(page, "read p99");
	page_column(page, "write p50");
	page_column(page, "write p99");
	page_column(page, "good runs");
	page_row_end(page);
}

/* A row of medians; a job without a good run has no figures. */
static void
put_figures(struct report_page *page, const struct samples *samples)
{
	static const struct metric metrics[] = {
		{METRIC_IOPS, METRIC_TOTAL, 0},    {METRIC_BW, METRIC_TOTAL, 0},
		{METRIC_PERCENTILE, OP_READ, 50},  {METRIC_PERCENTILE, OP_READ, 99},
		{METRIC_PERCENTILE, OP_WRITE, 50}, {METRIC_PERCENTILE, OP_WRITE, 99},
	};

	page_row(page);
	page_row_heading(page, samples->job->name);
	for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
		struct robust look = {.median = NAN, .mad_percent = NAN};

		if (samples->nbad < samples->nruns)
			look = samples_look(samples, &metrics[i]);
		page_spread(page, "", metric_human(&metrics[i], look.median), &look);
	}
	page_count(page, samples->nruns - samples->nbad);
	page_row_end(page);
}

static void
tables(struct report_page *page)
{
	const struct result *result = page->file->result;

	put_steps(page, &result->qualification);
	if (!result->nruns)
		return;
	page_table(page,
		   "Jobs: medians of the good runs, \xC2\xB1 their median absolute deviation");
	put_titles(page);
	for (size_t i = 0; i < result->jobs.count; i++) {
		struct samples samples;

		if (samples_take(&samples, result, &result->jobs.jobs[i])) {
			page->failed = 1;
			break;
		}
		if (samples.nruns)
			put_figures(page, &samples);
		samples_free(&samples);
	}
	page_table_end(page);
	table_steady(page);
	report_runs(page);
}

const struct report_kind report_kind_qualify = {
	.is = is_qualification,
	.question = question,
	.answer = answer,
	.tables = tables,
	.plots = {"percentiles"},
};
