/* SPDX-License-Identifier: BSD-3-Clause */
/* report_study.c -- the question, the answer and the table of a sweep: which point is best, and by how much. */
#include <math.h>
#include <string.h>

#include "html.h"
#include "report_kind.h"
#include "report_tables.h"
#include "samples.h"
#include "study/ranking.h"

#define METRICS_MAX  16
#define UNTOLD_SHOWN 8 /* points that the answer names; the table marks all */

static const struct metric iops = {.kind = METRIC_IOPS, .op = METRIC_TOTAL};

static int
is_study(const struct result *result)
{
	return result->study.npoints > 0;
}

static const struct metric *
metric_of_page(const struct report_page *page)
{
	return page->report->metric ? page->report->metric : &iops;
}

/* The name of job number `job` of each point. */
static const char *
job_name(const struct result *result, size_t job)
{
	return result->jobs.jobs[job].name;
}

/* "read p99" */
static struct page_text
name_of(const struct metric *metric)
{
	const char *op = metric->op < OP_KINDS ? op_kind_name((enum op_kind)metric->op) : "";
	struct metric_text title = metric_title(metric);
	char *latency = strstr(title.text, " latency");

	if (latency)
		*latency = '\0';
	return page_text("%s%s%s", op, *op ? " " : "", title.text);
}

/* The point with the worst median. */
static size_t
find_worst(const struct ranking *ranking)
{
	int higher = metric_higher_is_better(&ranking->metric);
	size_t worst = ranking->found.best;

	for (size_t p = 0; p < ranking->npoints; p++) {
		double median = ranking->looks[p].median, record = ranking->looks[worst].median;

		if (higher ? median < record : median > record) /* false for NAN */
			worst = p;
	}
	return worst;
}

static struct page_text
question(const struct report_page *page)
{
	const struct result *result = page->file->result;
	struct page_text keys = {""};
	size_t used = 0, nkeys = result->study.nkeys;

	for (size_t k = 0; k < nkeys && used < sizeof(keys.text) / 2; k++)
		used += (size_t)snprintf(keys.text + used, sizeof(keys.text) - used, "%s%s",
					 !k               ? ""
					 : k + 1 == nkeys ? " and "
							  : ", ",
					 result->study.keys[k]);
	return page_text("Which %.200s %s best for %s?", keys.text, nkeys == 1 ? "is" : "are",
			 name_of(metric_of_page(page)).text);
}

static void
put_point(struct report_page *page, const char *name, const struct ranking *ranking, size_t point)
{
	const struct robust *look = &ranking->looks[point];
	struct page_text spread = {""};

	if (isfinite(look->mad_percent))
		spread = page_text("\xC2\xB1%s", human_percent(look->mad_percent).text);
	page_figure(
		page,
		page_text("%s: %s", name, result_point_name(page->file->result, point).text).text,
		metric_human(&ranking->metric, look->median), spread.text);
}

/* The points that the data can't tell from the best one. */
static void
put_untold(struct report_page *page, const struct ranking *ranking)
{
	size_t count = 0;

	for (size_t p = 0; p < ranking->npoints; p++)
		count += ranking->points[p].mark == BEST_UNTOLD;
	if (!count)
		return;
	html_print(page->out,
		   "<p>The data cannot tell %zu other point%s from the best one:</p>\n<ul>\n",
		   count, count == 1 ? "" : "s");
	for (size_t p = 0, shown = 0; p < ranking->npoints && shown < UNTOLD_SHOWN; p++) {
		if (ranking->points[p].mark != BEST_UNTOLD)
			continue;
		html_print(page->out, "<li>%s</li>\n",
			   result_point_name(page->file->result, p).text);
		shown++;
	}
	if (count > UNTOLD_SHOWN)
		html_print(page->out, "<li>and %zu more, marked ~ in the table</li>\n",
			   count - UNTOLD_SHOWN);
	html_print(page->out, "</ul>\n");
}

static void
put_job_answer(struct report_page *page, size_t job)
{
	struct ranking ranking;
	size_t best, worst;

	if (ranking_make(&ranking, page->file->result, job, metric_of_page(page))) {
		page->failed = 1;
		return;
	}
	best = ranking.found.best;
	if (best == SIZE_MAX) {
		html_print(page->out, "<p class=\"note\">%s.</p>\n", ranking_legend(&ranking).text);
		ranking_free(&ranking);
		return;
	}
	page_figures(page, "Best and worst point");
	put_point(page, "best", &ranking, best);
	worst = find_worst(&ranking);
	if (worst != best) {
		double ratio = ranking.looks[best].median / ranking.looks[worst].median;
		struct human times = {"-"};

		put_point(page, "worst", &ranking, worst);
		if (isfinite(ratio) && ratio > 0)
			snprintf(times.text, sizeof(times.text), "%.3g\xC3\x97",
				 ratio < 1 ? 1 / ratio : ratio);
		page_figure(page, "best to worst", times, NULL);
	}
	page_figures_end(page);
	put_untold(page, &ranking);
	ranking_free(&ranking);
}

static void
answer(struct report_page *page)
{
	const struct result *result = page->file->result;
	size_t njobs = result_point_jobs(result);

	html_print(page->out, "<p>%zu points on <code>%s</code>, ", result->study.npoints,
		   result->namespaces[0].spec);
	html_print(page->out,
		   "%zu round%s. Each round visits every point once, in a new order. Figures are "
		   "medians over the rounds; \xC2\xB1 is the median absolute deviation.</p>\n",
		   (size_t)result->study.rounds, result->study.rounds == 1 ? "" : "s");
	for (size_t job = 0; job < njobs; job++) {
		if (njobs > 1)
			page_heading(page, page_text("Job %s", job_name(result, job)).text);
		put_job_answer(page, job);
	}
}

static size_t
add_metric(struct metric *metrics, size_t count, struct metric metric)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(metric_name(&metrics[i]).text, metric_name(&metric).text))
			return count;
	if (count < METRICS_MAX)
		metrics[count++] = metric;
	return count;
}

/* The columns of the table: the metric of the question first. Returns their number. */
static size_t
choose_metrics(const struct report_page *page, size_t job, struct metric metrics[METRICS_MAX])
{
	static const double percentiles[] = {50, 99, 99.9};
	const struct result *result = page->file->result;
	size_t count = add_metric(metrics, 0, *metric_of_page(page));

	count = add_metric(metrics, count, iops);
	count = add_metric(metrics, count, (struct metric){METRIC_BW, METRIC_TOTAL, 0});
	for (unsigned op = 0; op < OP_KINDS; op++) {
		int has_op = 0;

		for (size_t i = 0; i < result->nruns && !has_op; i++)
			has_op = !strcmp(result->runs[i].job->name, job_name(result, job)) &&
				 result->runs[i].ops[op].count;
		for (unsigned i = 0; i < 3 && has_op; i++)
			count = add_metric(metrics, count,
					   (struct metric){METRIC_PERCENTILE, op, percentiles[i]});
	}
	count = add_metric(metrics, count, (struct metric){METRIC_FENCES, METRIC_TOTAL, 0});
	return add_metric(metrics, count, (struct metric){METRIC_LINES, METRIC_TOTAL, 0});
}

/* The figures of a point: that of the question first, with the mark. */
static void
put_row(struct report_page *page, const struct ranking *best, const struct samples *samples,
	const struct metric *metrics, size_t nmetrics)
{
	const struct result *result = page->file->result;
	size_t point = result_point(result, samples->job);

	html_print(page->out, point == best->found.best ? "<tr class=\"best\">" : "<tr>");
	html_print(page->out, "<th scope=\"row\">%s</th>", result_point_value(result, point, 0));
	for (size_t k = 1; k < result->study.nkeys; k++)
		page_cell(page, result_point_value(result, point, k));
	page_spread(page, "", metric_human(&best->metric, best->looks[point].median),
		    &best->looks[point]);
	page_cell(page, ranking_mark(best, point));
	for (size_t i = 1; i < nmetrics; i++) {
		struct robust look = {.median = NAN, .mad_percent = NAN};

		if (samples->nbad < samples->nruns) /* a point without a good run has no figures */
			look = samples_look(samples, &metrics[i]);
		page_spread(page, "", metric_human(&metrics[i], look.median), &look);
	}
	page_count(page, samples->nruns - samples->nbad);
	page_row_end(page);
}

static void
put_titles(struct report_page *page, const struct metric *metrics, size_t nmetrics)
{
	const struct result *result = page->file->result;

	page_row(page);
	for (size_t k = 0; k < result->study.nkeys; k++)
		page_column_of_text(page, result->study.keys[k]);
	for (size_t i = 0; i < nmetrics; i++) {
		page_column(page, name_of(&metrics[i]).text);
		if (!i)
			page_column_of_text(page, "mark");
	}
	page_column(page, "good runs");
	page_row_end(page);
}

/*
 * The table of one job of the sweep: one row a point, its settings first, then medians with their spread. Marks name the
 * best point, and those that the data cannot tell from it.
 */
static void
table_study(struct report_page *page, size_t job)
{
	const struct result *result = page->file->result;
	struct metric metrics[METRICS_MAX];
	size_t nmetrics = choose_metrics(page, job, metrics);
	struct ranking best;

	if (ranking_make(&best, result, job, metric_of_page(page))) {
		page->failed = 1;
		return;
	}
	page_table(page,
		   page_text("Points: medians over the rounds, \xC2\xB1 their median absolute "
			     "deviation. Marks: %s.",
			     ranking_legend(&best).text)
			   .text);
	put_titles(page, metrics, nmetrics);
	for (size_t p = 0; p < result->study.npoints; p++) {
		struct samples samples;

		if (samples_take(&samples, result,
				 &result->jobs.jobs[p * result_point_jobs(result) + job])) {
			page->failed = 1;
			break;
		}
		put_row(page, &best, &samples, metrics, nmetrics);
		samples_free(&samples);
	}
	page_table_end(page);
	ranking_free(&best);
}

static void
tables(struct report_page *page)
{
	const struct result *result = page->file->result;
	size_t njobs = result_point_jobs(result);

	for (size_t job = 0; job < njobs; job++) {
		if (njobs > 1)
			page_heading(page, page_text("Job %s", job_name(result, job)).text);
		table_study(page, job);
	}
	table_steady(page);
	report_runs(page);
}

const struct report_kind report_kind_study = {
	.is = is_study,
	.question = question,
	.answer = answer,
	.tables = tables,
	.plots = {"heatmap", "scaling", "tax", "nodes", "percentiles"},
};
