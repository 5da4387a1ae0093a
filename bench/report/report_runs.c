/* SPDX-License-Identifier: BSD-3-Clause */
/* report_runs.c -- the list of all runs: each with its own verdict and reasons. */
#include <inttypes.h>

#include "html.h"
#include "report_kind.h"

static void
put_run(struct report_page *page, const struct result_run *run)
{
	const struct metric iops = {.kind = METRIC_IOPS, .op = METRIC_TOTAL};
	const struct result *result = page->file->result;
	size_t npoints = result->study.npoints;

	page_row(page);
	page_row_heading(page, run->job->name);
	for (size_t k = 0; k < result->study.nkeys && npoints; k++)
		page_cell(page, result_point_value(result, result_point(result, run->job), k));
	if (npoints)
		page_count(page, run->round + 1);
	page_count(page, result_repeat(run));
	page_cell(page, report_time(run->started_at).text);
	page_number(page, "", human_time(run->elapsed_s * 1e9));
	page_number(page, "", human_count(metric_of(run, &iops)));
	html_print(page->out, "<td><span class=\"badge %s\">%s</span>%s",
		   result_status_name(run->status), report_status_word(run->status),
		   run->settling ? " settling" : "");
	for (unsigned i = 0; i < run->nreasons; i++)
		html_print(page->out, "<br>%s", run->reasons[i]);
	html_print(page->out, "</td>");
	page_row_end(page);
}

void
report_runs(struct report_page *page)
{
	const struct result *result = page->file->result;

	page_fold(page, page_text("%zu runs, each with its verdict", result->nruns).text);
	page_table(page, "Runs in the order in which they were measured");
	page_row(page);
	page_column_of_text(page, "job");
	for (size_t k = 0; k < result->study.nkeys; k++)
		page_column_of_text(page, result->study.keys[k]);
	if (result->study.npoints)
		page_column(page, "round");
	page_column(page, "repeat");
	page_column_of_text(page, "started");
	page_column(page, "length");
	page_column(page, "IOPS");
	page_column_of_text(page, "verdict");
	page_row_end(page);
	for (size_t i = 0; i < result->nruns; i++)
		put_run(page, &result->runs[i]);
	page_table_end(page);
	page_fold_end(page);
}
