/* SPDX-License-Identifier: BSD-3-Clause */
/* report_jobs.c -- the effective jobs: the keys that the user gave, and folded those that have their default. */
#include <string.h>

#include "html.h"
#include "job/job_key.h"
#include "report_kind.h"

struct keys {
	struct report_page *page;
	const struct job *job;
	int given;    /* 1: puts keys that were given, 0: the others */
	size_t count; /* of those */
	int is_silent;
};

/* All values of a swept key, each once, in the order of the points. */
static void
put_swept(struct report_page *page, size_t key)
{
	const struct result *result = page->file->result;

	html_print(page->out, "<span class=\"badge\">swept</span>");
	for (size_t p = 0; p < result->study.npoints; p++) {
		const char *value = result_point_value(result, p, key);
		size_t before = 0;

		while (before < p && strcmp(result_point_value(result, before, key), value) != 0)
			before++;
		if (before == p)
			html_print(page->out, " <code>%s</code>", value);
	}
}

static void
put_key(void *arg, const char *name, const char *value)
{
	struct keys *keys = arg;
	const int swept = result_study_key(keys->page->file->result, name);
	int given = swept >= 0 || job_key_given(keys->job, name);

	if (given != keys->given)
		return;
	keys->count++;
	if (keys->is_silent)
		return;
	html_print(keys->page->out, "<div><dt><code>%s</code></dt><dd>", name);
	if (swept >= 0)
		put_swept(keys->page, (size_t)swept);
	else
		html_print(keys->page->out, "<code>%s</code>", *value ? value : "\xE2\x80\x93");
	html_print(keys->page->out, "</dd></div>\n");
}

static size_t
count_keys(struct report_page *page, const struct job *job, int given)
{
	struct keys keys = {.page = page, .job = job, .given = given, .is_silent = 1};

	job_each_key(job, put_key, &keys);
	return keys.count;
}

static void
put_keys(struct report_page *page, const struct job *job, int given)
{
	struct keys keys = {.page = page, .job = job, .given = given};

	html_print(page->out, "<dl class=\"keys\">\n");
	job_each_key(job, put_key, &keys);
	html_print(page->out, "</dl>\n");
}

void
report_jobs(struct report_page *page)
{
	const struct result *result = page->file->result;
	size_t njobs = result_point_jobs(result);

	page_section(page, "jobs", njobs > 1 ? "Effective jobs" : "Effective job");
	html_print(page->out, "<p>From %s%s. A job file with these keys gives the same job.</p>\n",
		   result->job_path ? "job file " : "the built-in job",
		   result->job_path ? result->job_path : "");
	for (size_t i = 0; i < njobs; i++) {
		const struct job *job = &result->jobs.jobs[i];

		page_heading(page, page_text("[%s]", job->name).text);
		if (count_keys(page, job, 1))
			put_keys(page, job, 1);
		else
			html_print(page->out, "<p>Every key has its default.</p>\n");
		page_fold(page,
			  page_text("%zu keys with their defaults", count_keys(page, job, 0)).text);
		put_keys(page, job, 0);
		page_fold_end(page);
	}
	page_section_end(page);
}
