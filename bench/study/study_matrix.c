/* SPDX-License-Identifier: BSD-3-Clause */
#include "study_matrix.h"

#include <stdlib.h>
#include <string.h>

#include "output/table.h"

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

int
study_print_matrices(const struct study_page *p, const struct ranking *best)
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
