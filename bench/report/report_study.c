/* SPDX-License-Identifier: BSD-3-Clause */
/* report_study.c -- the question, the answer and the table of a sweep: which point is best, and by how much. */
#include <math.h>
#include <string.h>

#include "html.h"
#include "report_kind.h"
#include "report_tables.h"
#include "samples.h"

#define NO_POINT    SIZE_MAX
#define METRICS_MAX 16

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

/* The job number `job` of a point. */
static const struct job *
job_at(const struct result *result, size_t point, size_t job)
{
	return &result->jobs.jobs[point * result_point_jobs(result) + job];
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

/* Median and spread of a figure at a point. */
static struct robust
look_at(struct report_page *page, size_t point, size_t job, const struct metric *metric)
{
	const struct result *result = page->file->result;
	struct robust look = {.median = NAN, .mad = NAN, .mad_percent = NAN};
	struct samples samples;

	if (samples_take(&samples, result, job_at(result, point, job))) {
		page->failed = 1;
		return look;
	}
	if (samples.nbad < samples.nruns) /* a point without a good run has no figures */
		look = samples_look(&samples, metric);
	samples_free(&samples);
	return look;
}

/* The point with the best median; `worst` 1: with the worst one. NO_POINT: no point has this figure. */
static size_t
find_point(struct report_page *page, size_t job, const struct metric *metric, int worst)
{
	int higher = metric_higher_is_better(metric) != worst;
	size_t found = NO_POINT;
	double record = NAN;

	for (size_t p = 0; p < page->file->result->study.npoints; p++) {
		double median = look_at(page, p, job, metric).median;

		if (!isfinite(median) ||
		    (isfinite(record) && (higher ? median <= record : median >= record)))
			continue;
		record = median;
		found = p;
	}
	return found;
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
put_point(struct report_page *page, const char *name, size_t point, size_t job)
{
	const struct metric *metric = metric_of_page(page);
	struct robust look = look_at(page, point, job, metric);
	struct page_text spread = {""};

	if (isfinite(look.mad_percent))
		spread = page_text("\xC2\xB1%s", human_percent(look.mad_percent).text);
	report_figure(
		page,
		page_text("%s: %s", name, result_point_name(page->file->result, point).text).text,
		metric_human(metric, look.median), spread.text);
}

static void
put_job_answer(struct report_page *page, size_t job)
{
	const struct metric *metric = metric_of_page(page);
	size_t best = find_point(page, job, metric, 0), worst = find_point(page, job, metric, 1);

	if (best == NO_POINT) {
		html_print(page->out, "<p class=\"note\">No point has this figure.</p>\n");
		return;
	}
	report_figures(page, "Best and worst point");
	put_point(page, "best", best, job);
	if (worst != best) {
		double ratio = look_at(page, best, job, metric).median /
			       look_at(page, worst, job, metric).median;
		struct human times = {"-"};

		put_point(page, "worst", worst, job);
		if (isfinite(ratio))
			snprintf(times.text, sizeof(times.text), "%.3gx",
				 ratio < 1 ? 1 / ratio : ratio);
		report_figure(page, "best to worst", times, NULL);
	}
	report_figures_end(page);
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
			page_heading(page, page_text("Job %s", job_at(result, 0, job)->name).text);
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
			has_op = !strcmp(result->runs[i].job->name, job_at(result, 0, job)->name) &&
				 result->runs[i].ops[op].count;
		for (unsigned i = 0; i < 3 && has_op; i++)
			count = add_metric(metrics, count,
					   (struct metric){METRIC_PERCENTILE, op, percentiles[i]});
	}
	count = add_metric(metrics, count, (struct metric){METRIC_FENCES, METRIC_TOTAL, 0});
	return add_metric(metrics, count, (struct metric){METRIC_LINES, METRIC_TOTAL, 0});
}

static void
put_row(struct report_page *page, const struct samples *samples, const struct metric *metrics,
	size_t nmetrics)
{
	const struct result *result = page->file->result;

	for (size_t k = 1; k < result->study.nkeys; k++)
		page_cell(page, result_point_value(result, result_point(result, samples->job), k));
	for (size_t i = 0; i < nmetrics; i++) {
		struct robust look = {.median = NAN, .mad_percent = NAN};

		if (samples->nbad < samples->nruns)
			look = samples_look(samples, &metrics[i]);
		page_spread(page, "", metric_human(&metrics[i], look.median), &look);
	}
	if (samples->nbad)
		html_print(page->out, "<td class=\"n\">%zu of %zu</td>",
			   samples->nruns - samples->nbad, samples->nruns);
	else
		page_count(page, samples->nruns);
}

/*
 * The table of one job of the sweep: one row a point, its settings first, then medians with their spread. The best point
 * is marked.
 */
static void
table_study(struct report_page *page, size_t job)
{
	const struct result *result = page->file->result;
	struct metric metrics[METRICS_MAX];
	size_t nmetrics = choose_metrics(page, job, metrics);
	size_t best = find_point(page, job, metric_of_page(page), 0);

	page_table(page,
		   "Points: medians over the rounds, \xC2\xB1 their median absolute deviation");
	page_row(page);
	for (size_t k = 0; k < result->study.nkeys; k++)
		page_column_of_text(page, result->study.keys[k]);
	for (size_t i = 0; i < nmetrics; i++)
		page_column(page, name_of(&metrics[i]).text);
	page_column(page, "good runs");
	page_row_end(page);
	for (size_t p = 0; p < result->study.npoints; p++) {
		struct samples samples;

		if (samples_take(&samples, result, job_at(result, p, job))) {
			page->failed = 1;
			break;
		}
		html_print(page->out, p == best ? "<tr class=\"best\">" : "<tr>");
		html_print(page->out, "<th scope=\"row\">%s%s</th>",
			   result_point_value(result, p, 0), p == best ? " (best)" : "");
		put_row(page, &samples, metrics, nmetrics);
		page_row_end(page);
		samples_free(&samples);
	}
	page_table_end(page);
}

static void
tables(struct report_page *page)
{
	const struct result *result = page->file->result;
	size_t njobs = result_point_jobs(result);

	for (size_t job = 0; job < njobs; job++) {
		if (njobs > 1)
			page_heading(page, page_text("Job %s", job_at(result, 0, job)->name).text);
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
