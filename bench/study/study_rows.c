/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * study_rows.c -- each figure is the median over the runs, with its spread: the median absolute deviation in percent of
 * the median. Runs that are not good are left out.
 */
#include "study_rows.h"

#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"
#include "job/keys.h"
#include "measure/robust.h"
#include "result/metric.h"
#include "study_text.h"

#define METRICS_MAX 16

/* The metrics of a table: all that some run has. */
static unsigned
choose_metrics(const struct study_rows *rows, struct metric *metrics)
{
	static const double percentiles[] = {50, 99, 99.9};
	int has_op[OP_KINDS] = {0}, has_btt = 0;
	unsigned n = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct result *result = rows->rows[i].result;

		for (size_t r = 0; r < result->nruns; r++) {
			const struct result_run *run = &result->runs[r];

			if (run->job != rows->rows[i].job)
				continue;
			has_btt |= run->btt.valid;
			for (int op = 0; op < OP_KINDS; op++)
				has_op[op] |= run->ops[op].count > 0;
		}
	}
	metrics[n++] = (struct metric){METRIC_IOPS, METRIC_TOTAL, 0};
	metrics[n++] = (struct metric){METRIC_BW, METRIC_TOTAL, 0};
	for (unsigned op = 0; op < OP_KINDS; op++)
		for (size_t i = 0; i < 3 && has_op[op]; i++)
			metrics[n++] = (struct metric){METRIC_PERCENTILE, op, percentiles[i]};
	if (has_btt) {
		metrics[n++] = (struct metric){METRIC_FENCES, METRIC_TOTAL, 0};
		metrics[n++] = (struct metric){METRIC_LINES, METRIC_TOTAL, 0};
	}
	return n;
}

static const char *
short_title(const struct metric *metric, struct metric_text *text)
{
	switch (metric->kind) {
	case METRIC_IOPS:
		return "IOPS";
	case METRIC_BW:
		return "bandwidth";
	case METRIC_FENCES:
		return "fences";
	case METRIC_LINES:
		return "lines";
	default:
		*text = metric_name(metric);
		for (char *c = text->text; *c; c++)
			if (*c == '.' && c[1] == 'p')
				*c = ' ';
		return text->text;
	}
}

/* The good runs of a row. */
static size_t
count_runs(const struct study_row *row)
{
	size_t n = 0;

	for (size_t i = 0; i < row->result->nruns; i++)
		n += row->result->runs[i].job == row->job && result_is_good(&row->result->runs[i]);
	return n;
}

static void
add_figure(struct table *t, const struct study_row *row, const struct metric *metric,
	   double *scratch)
{
	struct robust look;
	size_t n = 0;

	for (size_t i = 0; i < row->result->nruns; i++)
		if (row->result->runs[i].job == row->job && result_is_good(&row->result->runs[i]))
			scratch[n++] = metric_of(&row->result->runs[i], metric);
	look = robust_look(scratch, n);
	if (!look.count)
		table_cell(t, "-");
	else if (look.count == 1)
		table_cell(t, "%s      -", metric_human(metric, look.median).text);
	else
		table_cell(t, "%s %6s", metric_human(metric, look.median).text,
			   human_percent(look.mad_percent).text);
}

int
study_rows_print(const struct study_rows *rows, const struct page *page)
{
	struct metric metrics[METRICS_MAX];
	unsigned nmetrics = choose_metrics(rows, metrics);
	struct metric_text text;
	struct table t = {0};
	double *scratch;
	size_t most = 0;

	for (size_t i = 0; i < rows->count; i++)
		if (rows->rows[i].result->nruns > most)
			most = rows->rows[i].result->nruns;
	scratch = calloc(most + 1, sizeof(*scratch));
	if (!scratch)
		return -1;
	table_column(&t, "%s", rows->title);
	for (size_t k = 0; k < rows->nkeys; k++)
		table_column(&t, "%s", rows->keys[k]);
	table_column(&t, "runs");
	if (rows->has_marks)
		table_column(&t, "best");
	for (unsigned m = 0; m < nmetrics; m++)
		table_column(&t, "%s %6s", short_title(&metrics[m], &text), "spread");
	for (size_t i = 0; i < rows->count; i++) {
		const struct study_row *row = &rows->rows[i];

		table_cell(&t, "%s", row->first);
		for (size_t k = 0; k < rows->nkeys; k++)
			table_cell(&t, "%s", job_key_text(row->job, rows->keys[k]).text);
		table_cell(&t, "%zu", count_runs(row));
		if (rows->has_marks)
			table_cell(&t, "%s", row->mark);
		for (unsigned m = 0; m < nmetrics; m++)
			add_figure(&t, row, &metrics[m], scratch);
	}
	free(scratch);
	return table_print(&t, page->out, page->width);
}

/* Adds a column for each key that does not have the same value in all rows. */
static void
choose_keys(struct study_rows *rows)
{
	const struct key *key;

	for (unsigned i = 0; (key = keys_at(i)) && rows->nkeys < TABLE_COLUMNS_MAX / 2; i++) {
		const struct job_key_text first = job_key_text(rows->rows[0].job, key->name);
		size_t r = 1;

		while (r < rows->count &&
		       !strcmp(job_key_text(rows->rows[r].job, key->name).text, first.text))
			r++;
		if (r < rows->count)
			rows->keys[rows->nkeys++] = key->name;
	}
}

int
study_print_results(const struct result *results, const char *const *names, size_t count,
		    const struct page *page)
{
	struct study_rows rows = {.title = "result", .rows = NULL};
	size_t njobs = 0;
	int err;

	for (size_t i = 0; i < count; i++)
		njobs += results[i].jobs.count;
	rows.rows = calloc(njobs, sizeof(*rows.rows));
	if (!rows.rows)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct result *result = &results[i];

		wrap_print(page, i ? "" : "results", "%zu: %s: %s, %s", i + 1, names[i],
			   result->host.hostname ? result->host.hostname : "-",
			   result_status_name(result->status));
		for (size_t k = 0; k < result->jobs.count; k++) {
			struct study_row *row = &rows.rows[rows.count++];

			row->result = result;
			row->job = &result->jobs.jobs[k];
			snprintf(row->first, sizeof(row->first), "%zu %s", i + 1, row->job->name);
		}
	}
	choose_keys(&rows);
	err = study_rows_print(&rows, page);
	free(rows.rows);
	return err || fflush(page->out) || ferror(page->out) ? -1 : 0;
}
