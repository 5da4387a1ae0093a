/* SPDX-License-Identifier: BSD-3-Clause */
/* text_hosts.c -- the hosts of a merged result as text: a table of their main figures for each job. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "measure/robust.h"
#include "result/members.h"
#include "table.h"
#include "text.h"

#define HOSTS_SHOWN 16 /* of more, only those that stand out or are not valid */

/* The figures of one job: those from `first` on, `count` of them. */
struct columns {
	const struct result *result;
	size_t first, count;
};

static struct human
figure_text(const struct result_figure *figure, double value)
{
	struct metric metric;
	struct why why;

	return metric_parse(&metric, figure->metric, &why) ? human_count(value)
							   : metric_human(&metric, value);
}

static int
is_special(const struct columns *c, const struct result_member *host)
{
	for (size_t i = c->first; i < c->first + c->count; i++)
		if (members_is_apart(&host->figures[i]))
			return 1;
	return host->status != RESULT_VALID;
}

static void
add_host(struct table *t, const struct columns *c, const struct result_member *host)
{
	table_cell(t, "%s", host->name);
	table_cell(t, "%s", result_status_name(host->status));
	for (size_t i = c->first; i < c->first + c->count; i++) {
		const struct result_figure *figure = &host->figures[i];

		table_cell(t, "%s%s", members_is_apart(figure) ? "!" : "",
			   figure_text(figure, figure->value).text);
	}
}

/* The least, the middle and the largest value of each figure. */
static int
add_spread(struct table *t, const struct columns *c)
{
	static const char *const names[] = {"least", "median", "most"};
	double *values = calloc(c->result->nhosts, sizeof(*values));

	for (int row = 0; row < 3 && values; row++) {
		table_cell(t, "%s", names[row]);
		table_cell(t, "%s", "");
		for (size_t i = c->first; i < c->first + c->count; i++) {
			size_t known = 0;
			double median;

			for (size_t h = 0; h < c->result->nhosts; h++)
				if (isfinite(c->result->hosts[h].figures[i].value))
					values[known++] = c->result->hosts[h].figures[i].value;
			median = robust_median(values, known); /* sorts them */
			table_cell(t, "%s",
				   figure_text(&c->result->hosts[0].figures[i],
					       !known     ? NAN
					       : row == 0 ? values[0]
					       : row == 1 ? median
							  : values[known - 1])
					   .text);
		}
	}
	free(values);
	return values ? 0 : -1;
}

static int
print_job_hosts(const struct columns *c, const struct page *page)
{
	const struct result *result = c->result;
	int is_all = result->nhosts <= HOSTS_SHOWN || page->is_verbose, err = 0;
	struct table t = {0};

	table_column(&t, "%zu hosts", result->nhosts);
	table_column(&t, "status");
	for (size_t i = c->first; i < c->first + c->count; i++) {
		char title[32];
		char *dot;

		snprintf(title, sizeof(title), "%s", result->hosts[0].figures[i].metric);
		dot = strchr(title, '.');
		if (dot && title[0] != 'p')
			*dot = ' ';
		table_column(&t, "%s", strcmp(title, "iops") != 0 ? title : "IOPS");
	}
	if (!is_all)
		err = add_spread(&t, c);
	for (size_t i = 0; i < result->nhosts; i++)
		if (is_all || is_special(c, &result->hosts[i]))
			add_host(&t, c, &result->hosts[i]);
	return table_print(&t, page->out, page->width) || err ? -1 : 0;
}

int
text_hosts(const struct result *result, const struct page *page)
{
	const struct result_member *host = result->hosts;
	int err = 0;

	for (size_t i = 0; result->nhosts && i < host->nfigures;) {
		struct columns columns = {result, i, 0};

		while (i < host->nfigures &&
		       host->figures[i].job == host->figures[columns.first].job)
			i++;
		columns.count = i - columns.first;
		if (result->jobs.count > 1) {
			fputc('\n', page->out);
			wrap_print(page, "hosts", "job '%s'",
				   host->figures[columns.first].job->name);
		}
		err |= print_job_hosts(&columns, page);
	}
	return err;
}
