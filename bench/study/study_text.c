/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * study_text.c -- the table of a sweep. Each figure is the median over the rounds, with its spread: the median absolute
 * deviation in percent of the median. Runs that are not good are left out.
 */
#include "study_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"
#include "job/keys.h"
#include "output/table.h"
#include "output/text.h"
#include "ranking.h"

#define METRICS_MAX 16

struct study_page {
	const struct result *result;
	const struct study_view *view;
	struct metric metric;
	struct page page;
};

int
study_parse_pivot(struct study_view *view, const struct result *result, const char *text,
		  struct why *why)
{
	const struct result_study *study = &result->study;

	for (size_t a = 0; a < study->nkeys; a++)
		for (size_t b = 0; b < study->nkeys; b++) {
			size_t len = strlen(study->keys[a]);

			if (a != b && !strncmp(text, study->keys[a], len) && text[len] == ',' &&
			    !strcmp(text + len + 1, study->keys[b])) {
				view->pivot[0] = study->keys[a];
				view->pivot[1] = study->keys[b];
				return 0;
			}
		}
	if (study->nkeys < 2)
		return why_say(why, "not two swept keys (allowed: a sweep with two or more keys)");
	return why_say(why, "not two swept keys (allowed: two of the swept keys like %s,%s)",
		       study->keys[0], study->keys[1]);
}

/* A row of a table: the runs of one job at one point. */
struct row {
	const struct result *result;
	const struct job *job;
	char first[JOB_NAME_MAX + TABLE_CELL_MAX]; /* the first column; the table cuts it */
	const char *mark;
};

struct rows {
	const char *title; /* of the first column */
	struct row *rows;
	size_t count;
	const char *keys[TABLE_COLUMNS_MAX / 2]; /* columns with values of jobs */
	size_t nkeys;
	int has_marks;
};

/* The metrics of a table: all that some run has. */
static unsigned
choose_metrics(const struct rows *rows, struct metric *metrics)
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
count_runs(const struct row *row)
{
	size_t n = 0;

	for (size_t i = 0; i < row->result->nruns; i++)
		n += row->result->runs[i].job == row->job && result_is_good(&row->result->runs[i]);
	return n;
}

static void
add_figure(struct table *t, const struct row *row, const struct metric *metric, double *scratch)
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

static int
print_table(const struct rows *rows, const struct page *page)
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
		const struct row *row = &rows->rows[i];

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

/*
 * The two swept keys of a matrix. rows[p] and columns[p] are the first points with the same value of the key as point p:
 * a row or a column begins at a point that is its own first.
 */
struct matrix {
	size_t row, column;
	size_t *rows, *columns;
};

static size_t
first_with(const struct result *result, size_t point, size_t key)
{
	const char *value = result_point_value(result, point, key);
	size_t first = 0;

	while (strcmp(result_point_value(result, first, key), value) != 0)
		first++;
	return first;
}

/* 0, or -1 without memory; matrix_free in any case. */
static int
matrix_make(struct matrix *m, const struct result *result, const struct study_view *view)
{
	size_t npoints = result->study.npoints;

	*m = (struct matrix){
		.row = (size_t)result_study_key(result, view->pivot[0]),
		.column = (size_t)result_study_key(result, view->pivot[1]),
		.rows = calloc(npoints, sizeof(*m->rows)),
		.columns = calloc(npoints, sizeof(*m->columns)),
	};
	if (!m->rows || !m->columns)
		return -1;
	for (size_t p = 0; p < npoints; p++) {
		m->rows[p] = first_with(result, p, m->row);
		m->columns[p] = first_with(result, p, m->column);
	}
	return 0;
}

static void
matrix_free(struct matrix *m)
{
	free(m->rows);
	free(m->columns);
}

/* 1 if both points have the same values of all keys but two */
static int
is_same_rest(const struct result *result, const struct matrix *m, size_t a, size_t b)
{
	for (size_t k = 0; k < result->study.nkeys; k++)
		if (k != m->row && k != m->column &&
		    strcmp(result_point_value(result, a, k), result_point_value(result, b, k)) != 0)
			return 0;
	return 1;
}

static void
add_matrix_cell(struct table *t, const struct study_page *p, const struct ranking *best,
		size_t point)
{
	const struct robust *look = &best->looks[point];

	if (point == SIZE_MAX || !look->count)
		table_cell(t, "-");
	else
		table_cell(t, "%s%s", ranking_mark(best, point),
			   metric_human(&p->metric, look->median).text);
}

/* The matrix of the points that share the values of all other keys with point `like`. */
static int
print_matrix(const struct study_page *p, const struct ranking *best, const struct matrix *m,
	     size_t like)
{
	const struct result *result = p->result;
	size_t npoints = result->study.npoints, nomitted = 0;
	struct table t = {0};
	int err;

	table_column(&t, "%s \\ %s", p->view->pivot[0], p->view->pivot[1]);
	for (size_t b = 0; b < npoints; b++) {
		if (m->columns[b] != b)
			continue;
		if (t.ncolumns < TABLE_COLUMNS_MAX)
			table_column(&t, "%s", result_point_value(result, b, m->column));
		else
			nomitted++;
	}
	for (size_t a = 0; a < npoints; a++) {
		if (m->rows[a] != a)
			continue;
		table_cell(&t, "%s", result_point_value(result, a, m->row));
		for (size_t b = 0, n = 1; b < npoints && n < t.ncolumns; b++) {
			size_t point = 0;

			if (m->columns[b] != b)
				continue;
			while (point < npoints && (m->rows[point] != a || m->columns[point] != b ||
						   !is_same_rest(result, m, point, like)))
				point++;
			add_matrix_cell(&t, p, best, point < npoints ? point : SIZE_MAX);
			n++;
		}
	}
	err = table_print(&t, p->page.out, p->page.width);
	if (nomitted)
		wrap_print(&p->page, "", "%zu more columns are left out (allowed: %d)", nomitted,
			   TABLE_COLUMNS_MAX - 1);
	return err;
}

static int
print_pivot(const struct study_page *p, const struct ranking *best)
{
	const struct result *result = p->result;
	struct matrix m;
	int err = matrix_make(&m, result, p->view);

	fputc('\n', p->page.out);
	wrap_print(&p->page, "matrix", "medians of %s (%s)", metric_title(&p->metric).text,
		   metric_unit(&p->metric));
	for (size_t point = 0; point < result->study.npoints && !err; point++) {
		size_t like = 0;

		while (!is_same_rest(result, &m, like, point))
			like++;
		if (like != point)
			continue;
		for (size_t k = 0; k < result->study.nkeys; k++)
			if (k != m.row && k != m.column)
				wrap_print(&p->page, "", "%s=%s", result->study.keys[k],
					   result_point_value(result, point, k));
		err = print_matrix(p, best, &m, point);
	}
	matrix_free(&m);
	return err;
}

/* The keys that decide most, if they have one value at all points. */
static void
print_job(const struct study_page *p, const struct job *job)
{
	static const char *const keys[] = {"engine",  "rw",       "rwmix",   "bs",
					   "threads", "commit",   "pattern", "precondition",
					   "runtime", "ramp_time"};
	char text[512] = "";
	size_t used = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (result_study_key(p->result, keys[i]) >= 0 || used >= sizeof(text) ||
		    (!strcmp(keys[i], "rwmix") && job->rw != JOB_RW && job->rw != JOB_RANDRW))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, " %s=%s", keys[i],
					 job_key_text(job, keys[i]).text);
	}
	wrap_print(&p->page, "job", "'%s':%s", job->name, text);
}

static int
print_job_table(const struct study_page *p, size_t number)
{
	const struct result *result = p->result;
	const struct result_study *study = &result->study;
	struct rows rows = {.title = "point",
			    .rows = calloc(study->npoints, sizeof(*rows.rows)),
			    .count = study->npoints,
			    .nkeys = study->nkeys,
			    .has_marks = 1};
	struct ranking best;
	int err = rows.rows ? ranking_make(&best, result, number, &p->metric) : -1;

	if (err) {
		free(rows.rows);
		return -1;
	}
	for (size_t k = 0; k < study->nkeys; k++)
		rows.keys[k] = study->keys[k];
	for (size_t i = 0; i < study->npoints; i++) {
		struct row *row = &rows.rows[i];

		row->result = result;
		row->job = &result->jobs.jobs[i * result_point_jobs(result) + number];
		row->mark = ranking_mark(&best, i);
		snprintf(row->first, sizeof(row->first), "%zu", i + 1);
	}
	fputc('\n', p->page.out);
	print_job(p, &result->jobs.jobs[number]);
	err = print_table(&rows, &p->page);
	fputc('\n', p->page.out);
	wrap_print(&p->page, "best", "%s", ranking_legend(&best).text);
	if (!err && p->view->pivot[0])
		err = print_pivot(p, &best);
	ranking_free(&best);
	free(rows.rows);
	return err;
}

int
study_print(const struct result *result, const struct study_view *view, FILE *out)
{
	const struct result_study *study = &result->study;
	struct study_page p = {
		.result = result,
		.view = view,
		.metric = view->metric ? *view->metric
				       : (struct metric){METRIC_IOPS, METRIC_TOTAL, 0},
		.page = {.out = out, .width = view->width},
	};
	char keys[256] = "";
	size_t used = 0;
	int err = 0;

	for (size_t k = 0; k < study->nkeys && used < sizeof(keys); k++)
		used += (size_t)snprintf(keys + used, sizeof(keys) - used, "%s%s", k ? ", " : "",
					 study->keys[k]);
	text_context(result, &p.page);
	wrap_print(&p.page, "study",
		   "%zu points of %s in %u rounds, each round in another order (seed %llu); "
		   "a figure is the median over the rounds, with its median deviation",
		   study->npoints, keys, study->rounds, (unsigned long long)study->seed);
	for (size_t i = 0; i < result_point_jobs(result) && !err; i++)
		err = print_job_table(&p, i);
	text_verdict(result, &p.page);
	return err || fflush(out) || ferror(out) ? -1 : 0;
}

/* Adds a column for each key that does not have the same value in all rows. */
static void
choose_keys(struct rows *rows)
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
	struct rows rows = {.title = "result", .rows = NULL};
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
			struct row *row = &rows.rows[rows.count++];

			row->result = result;
			row->job = &result->jobs.jobs[k];
			snprintf(row->first, sizeof(row->first), "%zu %s", i + 1, row->job->name);
		}
	}
	choose_keys(&rows);
	err = print_table(&rows, page);
	free(rows.rows);
	return err || fflush(page->out) || ferror(page->out) ? -1 : 0;
}
