/* SPDX-License-Identifier: BSD-3-Clause */
/* study_text.c -- the pages of a sweep: the keys of each job, its table, its matrices and the verdict. */
#include "study_text.h"

#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"
#include "output/text.h"
#include "ranking.h"
#include "study_matrix.h"
#include "study_rows.h"

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
	struct study_rows rows = {.title = "point",
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
		struct study_row *row = &rows.rows[i];

		row->result = result;
		row->job = &result->jobs.jobs[i * result_point_jobs(result) + number];
		row->mark = ranking_mark(&best, i);
		snprintf(row->first, sizeof(row->first), "%zu", i + 1);
	}
	fputc('\n', p->page.out);
	print_job(p, &result->jobs.jobs[number]);
	err = study_rows_print(&rows, &p->page);
	fputc('\n', p->page.out);
	wrap_print(&p->page, "best", "%s", ranking_legend(&best).text);
	if (!err && p->view->pivot[0])
		err = study_print_matrices(p, &best);
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
