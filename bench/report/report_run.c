/* SPDX-License-Identifier: BSD-3-Clause */
/* report_run.c -- the question, the answer and the tables of a result without a sweep: rates and latencies of its jobs. */
#include <inttypes.h>
#include <math.h>

#include "html.h"
#include "job/job_key.h"
#include "report_kind.h"
#include "report_tables.h"
#include "samples.h"

#define JOBS_WITH_FIGURES 4 /* of more jobs, the tables have the figures */

static int
is_any(const struct result *result)
{
	return result != NULL;
}

static struct page_text
question(const struct report_page *page)
{
	const struct result *result = page->file->result;

	if (result->jobs.count == 1)
		return page_text("How fast is job \xE2\x80\x98%s\xE2\x80\x99 on %s?",
				 result->jobs.jobs[0].name, result->namespaces[0].spec);
	return page_text("How fast are these %zu jobs on %s?", result->jobs.count,
			 result->nnamespaces == 1 ? result->namespaces[0].spec
						  : "their namespaces");
}

static const char *
spread_text(const struct robust *look, struct page_text *room)
{
	if (!isfinite(look->mad_percent))
		return NULL;
	*room = page_text("\xC2\xB1%s", human_percent(look->mad_percent).text);
	return room->text;
}

static void
put_figure(struct report_page *page, const struct samples *samples, const struct metric *metric,
	   const char *name)
{
	struct robust look = samples_look(samples, metric);
	struct page_text spread;

	page_figure(page, name, metric_human(metric, look.median), spread_text(&look, &spread));
}

static void
put_figures(struct report_page *page, const struct samples *samples)
{
	struct metric metric = {.kind = METRIC_IOPS, .op = METRIC_TOTAL};

	page_figures(page, "Main figures");
	put_figure(page, samples, &metric, "IOPS");
	metric.kind = METRIC_BW;
	put_figure(page, samples, &metric, "bandwidth");
	for (metric.op = 0; metric.op < OP_KINDS; metric.op++) {
		static const double percentiles[] = {50, 99};

		metric.kind = METRIC_PERCENTILE;
		for (unsigned i = 0; i < 2 && samples_have(samples, metric.op); i++) {
			metric.percentile = percentiles[i];
			put_figure(page, samples, &metric,
				   page_text("%s %sp%.10g", op_kind_name((enum op_kind)metric.op),
					     samples->runs[0]->pace.valid ? "response " : "",
					     metric.percentile)
					   .text);
		}
	}
	page_figures_end(page);
}

static void
put_job_answer(struct report_page *page, const struct job *job)
{
	const struct result *result = page->file->result;
	struct samples samples;

	if (samples_take(&samples, result, job)) {
		page->failed = 1;
		return;
	}
	if (result->jobs.count > 1)
		page_heading(page, page_text("Job %s", job->name).text);
	if (samples.ngood) {
		const struct result_run *run = samples.runs[0];

		html_print(page->out, "<p>Engine <code>%s</code>, <code>%s</code>, ",
			   job_key_text(job, "engine").text, job_key_text(job, "rw").text);
		html_print(page->out, "%zu thread%s, %s", run->nworkers,
			   run->nworkers == 1 ? "" : "s", human_time(run->elapsed_s * 1e9).text);
		if (samples.ngood > 1)
			html_print(page->out,
				   " for each of %zu %s; medians, \xC2\xB1 is the median "
				   "absolute deviation",
				   samples.ngood, job->steady.rounds ? "rounds" : "repeats");
		html_print(page->out, ".</p>\n");
		put_figures(page, &samples);
	} else {
		html_print(page->out, "<p class=\"note\">No run of this job was measured.</p>\n");
	}
	samples_free(&samples);
}

static void
answer(struct report_page *page)
{
	const struct result *result = page->file->result;

	if (result->jobs.count > JOBS_WITH_FIGURES)
		html_print(page->out, "<p>The tables have the figures of each job.</p>\n");
	for (size_t i = 0; i < result->jobs.count && result->jobs.count <= JOBS_WITH_FIGURES; i++)
		put_job_answer(page, &result->jobs.jobs[i]);
}

static void
tables(struct report_page *page)
{
	const struct result *result = page->file->result;

	for (size_t i = 0; i < result->jobs.count; i++) {
		struct samples samples;

		if (samples_take(&samples, result, &result->jobs.jobs[i])) {
			page->failed = 1;
			return;
		}
		if (result->jobs.count > 1)
			page_heading(page, page_text("Job %s", samples.job->name).text);
		if (samples.nruns) {
			table_ops(page, &samples);
			table_errors(page, &samples);
			table_verify(page, &samples);
			table_counters(page, &samples);
			table_phases(page, &samples);
			if (samples.nruns == 1)
				table_workers(page, samples.runs[0]);
		}
		samples_free(&samples);
	}
	table_steady(page);
	table_hosts(page);
	if (result->nruns > 1)
		report_runs(page);
}

const struct report_kind report_kind_run = {
	.is = is_any,
	.question = question,
	.answer = answer,
	.tables = tables,
	.plots = {"percentiles", "series", "histogram", "tax", "nodes"},
};
