/* SPDX-License-Identifier: BSD-3-Clause */
#include "report.h"

#include <errno.h>
#include <string.h>

#include "html.h"
#include "page.h"
#include "report_kind.h"

/* The last one is for every result. */
static const struct report_kind *const kinds[] = {&report_kind_qualify, &report_kind_study,
						  &report_kind_run};

static const struct report_kind *
kind_of(const struct result *result)
{
	size_t i = 0;

	while (!kinds[i]->is(result))
		i++;
	return kinds[i];
}

/* host, time and program, below the title */
static void
put_origin(struct report_page *page)
{
	const struct result *result = page->file->result;

	html_print(page->out, "<p class=\"origin\"><span>%s</span> <span>%s</span> ",
		   result->host.hostname, report_time(result->started_at).text);
	html_print(page->out, "<span>bttbench %s</span> <span>commit %s</span></p>\n",
		   result_version(result), result_commit(result));
}

static void
put_answer(struct report_page *page, const struct report_kind *kind)
{
	page_section(page, "answer", kind->question(page).text);
	kind->answer(page);
	page_section_end(page);
}

static void
put_file(struct report_page *page)
{
	const struct report_kind *kind = kind_of(page->file->result);

	report_verdict(page);
	put_answer(page, kind);
	report_plots(page, kind);
	page_section(page, "tables", "Results");
	kind->tables(page);
	page_section_end(page);
	report_machine(page);
	report_jobs(page);
	report_document(page);
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* The result that section calls are about from now on. */
static void
select_file(struct report_page *page, size_t i)
{
	page->file = &page->report->files[i];
	page->number = i + 1;
}

static void
put_contents(struct report_page *page)
{
	html_print(page->out,
		   "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ol>\n");
	for (size_t i = 0; i < page->report->nfiles; i++) {
		const struct result *result = page->report->files[i].result;

		select_file(page, i);
		html_print(page->out, "<li><a href=\"#r%zu\">%s</a> ", i + 1,
			   base_name(page->file->name));
		html_print(page->out, "<span class=\"badge %s\">%s</span> <span>%s</span></li>\n",
			   result_status_name(result->status), report_verdict_word(result),
			   kind_of(result)->question(page).text);
	}
	html_print(page->out, "</ol>\n</nav>\n");
}

static struct page_text
title_of(const struct report *report)
{
	const struct result *result = report->files[0].result;

	if (report->nfiles > 1)
		return page_text("%zu results of bttbench", report->nfiles);
	if (result->qualification.profile)
		return page_text("Qualification of %s", result->namespaces[0].spec);
	if (result->study.npoints)
		return page_text("Study on %s", result->namespaces[0].spec);
	if (result->jobs.count > 1)
		return page_text("%zu jobs on %s", result->jobs.count, result->namespaces[0].spec);
	return page_text("Job %s on %s", result->jobs.jobs[0].name, result->namespaces[0].spec);
}

int
report_write(const struct report *report, FILE *out, struct why *no_plots)
{
	struct report_page page = {.out = out,
				   .report = report,
				   .level = report->nfiles > 1 ? 3 : 2,
				   .no_plots = no_plots};
	struct page_text made = title_of(report);
	const char *title = report->title ? report->title : made.text;

	no_plots->text[0] = '\0';
	select_file(&page, 0);
	page_begin(&page, title);
	html_print(out, "<header>\n<h1>%s</h1>\n", title);
	if (report->nfiles == 1)
		put_origin(&page);
	else
		put_contents(&page);
	html_print(out, "</header>\n<main>\n");
	for (size_t i = 0; i < report->nfiles; i++) {
		select_file(&page, i);
		if (report->nfiles == 1) {
			put_file(&page);
			continue;
		}
		html_print(out, "<article id=\"r%zu\" aria-labelledby=\"r%zu-name\">\n", i + 1,
			   i + 1);
		html_print(out, "<h2 id=\"r%zu-name\">%s</h2>\n", i + 1,
			   base_name(page.file->name));
		put_origin(&page);
		put_file(&page);
		html_print(out, "</article>\n");
	}
	html_print(out, "</main>\n<footer><p>Made by bttbench %s (commit %s).</p></footer>\n",
		   bttbench_version, bttbench_commit);
	page_end(&page);
	if (page.failed)
		errno = ENOMEM;
	return page.failed || fflush(out) || ferror(out) ? -1 : 0;
}
