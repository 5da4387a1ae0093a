/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * page.h -- the parts of the page that every section uses: frame, sections, tables, lists of facts.
 *
 * page.html is the frame, page.css the style, page.js the script. Formats are those of html_print: %s is escaped.
 */
#ifndef BENCH_REPORT_PAGE_H
#define BENCH_REPORT_PAGE_H

#include <stdio.h>

#include "human.h"
#include "measure/robust.h"
#include "report.h"

struct report_page {
	FILE *out;
	const struct report *report;
	const struct report_file *file; /* that the section is about */
	size_t number;                  /* of this file, from 1 */
	unsigned level;                 /* of the heading of a section: 2 or 3 */
	size_t ncaptions, nplots;       /* so far; they number ids */
	struct why *no_plots;
	int failed; /* 1: memory ran out */
};

/* Writes page.html up to the mark @BODY@, and the rest of it. */
void page_begin(struct report_page *page, const char *title);
void page_end(struct report_page *page);

/* A section with its heading; `id` is unique within the file. */
void page_section(struct report_page *page, const char *id, const char *heading);
void page_section_end(struct report_page *page);

/* A heading within a section. */
void page_heading(struct report_page *page, const char *heading);

/* A table in a box that scrolls when the page is too narrow. Rows and cells come between the two calls. */
void page_table(struct report_page *page, const char *caption);
void page_table_end(struct report_page *page);

/* The titles of the columns, and rows. The first column of a row is its heading. */
void page_row(struct report_page *page);
void page_row_end(struct report_page *page);
void page_column(struct report_page *page, const char *title); /* of numbers */
void page_column_of_text(struct report_page *page,
			 const char *title); /* of texts, also the first one */
void page_row_heading(struct report_page *page, const char *heading);
void page_cell(struct report_page *page, const char *text);

/* A number with its unit, aligned right. A spread: median, and the MAD in percent if there are repeats. */
void page_number(struct report_page *page, const char *bound, struct human number);
void page_count(struct report_page *page, uint64_t count);
void page_spread(struct report_page *page, const char *bound, struct human median,
		 const struct robust *look);

/* A number and its unit within a text. */
void page_value(struct report_page *page, struct human number);

/* A list of facts: a term and a value each. */
void page_facts(struct report_page *page);
void page_fact(struct report_page *page, const char *term, const char *value);
void page_fact_value(struct report_page *page, const char *term, struct human value);
void page_facts_end(struct report_page *page);

/* Figures in large type, each with its name and a remark or NULL. */
void page_figures(struct report_page *page, const char *label);
void page_figure(struct report_page *page, const char *name, struct human value,
		 const char *remark);
void page_figures_end(struct report_page *page);

/* A part that the reader unfolds. */
void page_fold(struct report_page *page, const char *summary);
void page_fold_end(struct report_page *page);

/* printf into a text that is returned by value; a long text is cut. */
struct page_text {
	char text[512];
};
struct page_text page_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
