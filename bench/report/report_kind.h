/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * report_kind.h -- the parts of a page that depend on the kind of result, and the sections that all kinds share.
 *
 * A new kind of result (a comparison) is one more struct report_kind in the list of report.c.
 */
#ifndef BENCH_REPORT_KIND_H
#define BENCH_REPORT_KIND_H

#include "page.h"

#define REPORT_PLOTS_MAX 8

struct report_kind {
	int (*is)(const struct result *result);
	/* The heading of the answer, a question: "How fast is job 'oltp' on dram:1G?" */
	struct page_text (*question)(const struct report_page *page);
	void (*answer)(struct report_page *page);
	void (*tables)(struct report_page *page);
	/* Kinds of plot, the first possible one is the main plot. The rest is NULL. */
	const char *plots[REPORT_PLOTS_MAX];
};

extern const struct report_kind report_kind_run, report_kind_study, report_kind_qualify;

/* Sections that all kinds share. */
void report_verdict(struct report_page *page);
void report_plots(struct report_page *page, const struct report_kind *kind);
void report_machine(struct report_page *page);
void report_jobs(struct report_page *page);
void report_document(struct report_page *page);

/* Parts of a table section: every run with its own verdict, folded. In report_runs.c. */
void report_runs(struct report_page *page);

/* "Valid", "Limit missed", ... */
const char *report_status_word(enum result_status status);

/* The same, or of a qualification "PASS", "FAIL", ... */
const char *report_verdict_word(const struct result *result);

/* "2026-11-26 06:34:24 UTC" */
struct page_text report_time(uint64_t seconds);

#endif
