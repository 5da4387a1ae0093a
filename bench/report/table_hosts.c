/* SPDX-License-Identifier: BSD-3-Clause */
/* table_hosts.c -- the hosts of a merged result: a table of their main figures for each job. */
#include <math.h>

#include "html.h"
#include "report_kind.h"
#include "report_tables.h"
#include "result/members.h"

#define HOSTS_SHOWN 16 /* more are folded */

/* The figures of a job are those from `first` up to `end`. */
static void
put_host(struct report_page *page, const struct result_member *host, size_t first, size_t end)
{
	page_row(page);
	page_row_heading(page, host->name);
	page_cell(page, report_status_word(host->status));
	page_cell(page, report_time(host->started_at).text);
	for (size_t i = first; i < end; i++) {
		const struct result_figure *figure = &host->figures[i];
		struct metric metric;
		struct why why;

		if (metric_parse(&metric, figure->metric, &why))
			continue;
		page_number(page, members_is_apart(figure) ? "! " : "",
			    metric_human(&metric, figure->value));
	}
	page_row_end(page);
}

static void
put_table(struct report_page *page, size_t first, size_t end)
{
	const struct result *result = page->file->result;

	page_table(page,
		   "Hosts: medians over the repeats of each; ! marks a figure that is more than "
		   "3.5 scaled median absolute deviations from the median of all hosts");
	page_row(page);
	page_column_of_text(page, "host");
	page_column_of_text(page, "verdict");
	page_column_of_text(page, "started");
	for (size_t i = first; i < end; i++)
		page_column(page, result->hosts[0].figures[i].metric);
	page_row_end(page);
	for (size_t i = 0; i < result->nhosts; i++)
		put_host(page, &result->hosts[i], first, end);
	page_table_end(page);
}

void
table_hosts(struct report_page *page)
{
	const struct result *result = page->file->result;
	int is_folded = result->nhosts > HOSTS_SHOWN;

	if (!result->nhosts)
		return;
	if (is_folded)
		page_fold(page, page_text("%zu hosts", result->nhosts).text);
	for (size_t first = 0, end; first < result->hosts[0].nfigures; first = end) {
		const struct result_figure *figures = result->hosts[0].figures;

		for (end = first + 1; end < result->hosts[0].nfigures; end++)
			if (figures[end].job != figures[first].job)
				break;
		if (result->jobs.count > 1)
			page_heading(page,
				     page_text("Hosts, job %s", figures[first].job->name).text);
		put_table(page, first, end);
	}
	if (is_folded)
		page_fold_end(page);
}
