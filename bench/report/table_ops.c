/* SPDX-License-Identifier: BSD-3-Clause */
/* table_ops.c -- rates and latencies of each kind of op. An open loop has a second row with the response times. */
#include <inttypes.h>
#include <math.h>

#include "html.h"
#include "report_tables.h"

enum times { SERVICE, RESPONSE };

static const char *
bound_of(const struct samples *samples, const struct metric *metric)
{
	double percentile = metric->kind == METRIC_MAX ? 100 : metric->percentile;
	int is_bound = 0;

	for (size_t i = 0; i < samples->ngood; i++) {
		const struct result_run *run = samples->runs[i];

		/* NAN: no bound */
		is_bound |= percentile >= result_lower_bound_from(run, &run->ops[metric->op]);
	}
	return is_bound ? ">=" : "";
}

static void
put_latency(struct report_page *page, const struct samples *samples, const struct metric *metric,
	    enum times times)
{
	const struct robust look = times == RESPONSE ? samples_look(samples, metric)
						     : samples_look_service(samples, metric);
	const char *bound =
		times == RESPONSE && metric->kind != METRIC_MEAN ? bound_of(samples, metric) : "";

	page_spread(page, isfinite(look.median) ? bound : "", metric_human(metric, look.median),
		    &look);
}

static void
put_latencies(struct report_page *page, const struct samples *samples, unsigned op,
	      enum times times)
{
	struct metric metric = {.kind = METRIC_MEAN, .op = op};

	put_latency(page, samples, &metric, times);
	metric.kind = METRIC_PERCENTILE;
	for (unsigned i = 0; i < samples->job->npercentiles; i++) {
		metric.percentile = samples->job->percentiles[i];
		put_latency(page, samples, &metric, times);
	}
	metric.kind = METRIC_MAX;
	put_latency(page, samples, &metric, times);
}

static void
put_rates(struct report_page *page, const struct samples *samples, unsigned op)
{
	struct metric metric = {.kind = METRIC_IOPS, .op = op};
	uint64_t count = 0;
	struct robust look;

	for (size_t i = 0; i < samples->ngood; i++)
		count += op == METRIC_TOTAL ? result_run_ops(samples->runs[i])
					    : samples->runs[i]->ops[op].count;
	page_count(page, count);
	look = samples_look(samples, &metric);
	page_spread(page, "", metric_human(&metric, look.median), &look);
	metric.kind = METRIC_BW;
	look = samples_look(samples, &metric);
	page_spread(page, "", metric_human(&metric, look.median), &look);
}

static void
put_empty(struct report_page *page, size_t cells)
{
	for (size_t i = 0; i < cells; i++)
		html_print(page->out, "<td></td>");
}

static void
put_op(struct report_page *page, const struct samples *samples, unsigned op)
{
	page_row(page);
	page_row_heading(page, op_kind_name((enum op_kind)op));
	put_rates(page, samples, op);
	put_latencies(page, samples, op, SERVICE);
	page_row_end(page);
	if (!samples->runs[0]->pace.valid)
		return;
	page_row(page);
	page_row_heading(page, page_text("%s, response", op_kind_name((enum op_kind)op)).text);
	put_empty(page, 3);
	put_latencies(page, samples, op, RESPONSE);
	page_row_end(page);
}

static struct page_text
caption(const struct samples *samples)
{
	struct page_text without = {""};

	if (samples->nbad && samples->ngood < samples->nruns)
		without = page_text(", without %zu invalid", samples->nbad);
	if (samples->ngood < 2)
		return page_text("Operations and their latencies%s", without.text);
	return page_text("Operations and their latencies: medians of %zu %s%s; \xC2\xB1 is the "
			 "median absolute deviation, ops are sums",
			 samples->ngood, samples->job->steady.rounds ? "rounds" : "repeats",
			 without.text);
}

void
table_ops(struct report_page *page, const struct samples *samples)
{
	unsigned kinds = 0;

	page_table(page, caption(samples).text);
	page_row(page);
	page_column_of_text(page, "op");
	page_column(page, "ops");
	page_column(page, "IOPS");
	page_column(page, "bandwidth");
	page_column(page, "mean");
	for (unsigned i = 0; i < samples->job->npercentiles; i++)
		page_column(page, page_text("p%.10g", samples->job->percentiles[i]).text);
	page_column(page, "max");
	page_row_end(page);
	for (unsigned op = 0; op < OP_KINDS; op++) {
		if (!samples_have(samples, op))
			continue;
		kinds++;
		put_op(page, samples, op);
	}
	if (kinds > 1) { /* percentiles of a mix would describe no op */
		html_print(page->out, "<tr class=\"total\">");
		page_row_heading(page, "total");
		put_rates(page, samples, METRIC_TOTAL);
		put_empty(page, samples->job->npercentiles + 2);
		page_row_end(page);
	}
	page_table_end(page);
}
