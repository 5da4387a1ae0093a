/* SPDX-License-Identifier: BSD-3-Clause */
#include "page.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "embedded.h"
#include "html.h"

#define MARK_BODY "@BODY@"

static const struct embedded *
find(const char *name)
{
	const struct embedded *file = embedded_files;

	while (strcmp(file->name, name) != 0)
		file++;
	return file;
}

/* Writes a part of the frame. Marks in it stand for the title, the style and the script. */
static void
put_frame(FILE *out, const char *text, const char *end, const char *title)
{
	static const char *const marks[][2] = {
		{"@STYLE@", "page.css"}, {"@SCRIPT@", "page.js"}, {"@TITLE@", NULL}};

	while (text < end) {
		size_t len = strcspn(text, "@"), skip = 0;

		if (len > (size_t)(end - text))
			len = (size_t)(end - text);
		fwrite(text, 1, len, out);
		text += len;
		for (size_t i = 0; i < 3 && text < end && !skip; i++) {
			if (strncmp(text, marks[i][0], strlen(marks[i][0])) != 0)
				continue;
			skip = strlen(marks[i][0]);
			if (marks[i][1])
				fputs(find(marks[i][1])->text, out);
			else
				html_text(out, title);
		}
		if (text < end && !skip)
			fputc(*text, out);
		text += text < end && !skip ? 1 : skip;
	}
}

void
page_begin(struct report_page *page, const char *title)
{
	const char *frame = find("page.html")->text;

	put_frame(page->out, frame, strstr(frame, MARK_BODY), title);
}

void
page_end(struct report_page *page)
{
	const struct embedded *frame = find("page.html");

	put_frame(page->out, strstr(frame->text, MARK_BODY) + strlen(MARK_BODY),
		  frame->text + frame->size, "");
}

void
page_section(struct report_page *page, const char *id, const char *heading)
{
	html_print(page->out, "<section class=\"%s\" aria-labelledby=\"r%zu-%s\">\n", id,
		   page->number, id);
	html_print(page->out, "<h%zu id=\"r%zu-%s\">%s</h%zu>\n", (size_t)page->level, page->number,
		   id, heading, (size_t)page->level);
}

void
page_section_end(struct report_page *page)
{
	html_print(page->out, "</section>\n");
}

void
page_heading(struct report_page *page, const char *heading)
{
	size_t level = page->level + 1;

	html_print(page->out, "<h%zu>%s</h%zu>\n", level, heading, level);
}

void
page_table(struct report_page *page, const char *caption)
{
	size_t id = ++page->ncaptions;

	html_print(
		page->out,
		"<div class=\"scroll\" role=\"region\" aria-labelledby=\"caption-%zu\" "
		"tabindex=\"0\">\n<table>\n<caption id=\"caption-%zu\"><span>%s</span></caption>\n",
		id, id, caption);
}

void
page_table_end(struct report_page *page)
{
	html_print(page->out, "</table>\n</div>\n");
}

void
page_row(struct report_page *page)
{
	html_print(page->out, "<tr>");
}

void
page_row_end(struct report_page *page)
{
	html_print(page->out, "</tr>\n");
}

void
page_column(struct report_page *page, const char *title)
{
	html_print(page->out, "<th scope=\"col\" class=\"n\">%s</th>", title);
}

void
page_column_of_text(struct report_page *page, const char *title)
{
	html_print(page->out, "<th scope=\"col\">%s</th>", title);
}

void
page_row_heading(struct report_page *page, const char *heading)
{
	html_print(page->out, "<th scope=\"row\">%s</th>", heading);
}

void
page_cell(struct report_page *page, const char *text)
{
	html_print(page->out, "<td>%s</td>", text);
}

/* "1.23us" is 1.23 and the unit µs; an unknown value is a dash. */
void
page_value(struct report_page *page, struct human number)
{
	size_t len = strspn(number.text, "+-.0123456789");
	const char *unit = number.text + len;

	if (!strcmp(number.text, "-")) {
		html_text(page->out, NULL);
		return;
	}
	if (unit[0] == 'e') { /* an exponent */
		len = strlen(number.text);
		unit = "";
	}
	if (!strcmp(unit, "us"))
		unit = "\xC2\xB5s";
	fwrite(number.text, 1, len, page->out);
	if (*unit)
		html_print(page->out, "<span class=\"unit\">%s</span>", unit);
}

void
page_number(struct report_page *page, const char *bound, struct human number)
{
	html_print(page->out, "<td class=\"n\">%s", *bound ? "\xE2\x89\xA5" : "");
	page_value(page, number);
	html_print(page->out, "</td>");
}

void
page_count(struct report_page *page, uint64_t count)
{
	html_print(page->out, "<td class=\"n\">%s</td>", page_text("%" PRIu64, count).text);
}

void
page_spread(struct report_page *page, const char *bound, struct human median,
	    const struct robust *look)
{
	html_print(page->out, "<td class=\"n\">%s", *bound ? "\xE2\x89\xA5" : "");
	page_value(page, median);
	if (isfinite(look->mad_percent))
		html_print(page->out, "<small>\xC2\xB1%s</small>",
			   human_percent(look->mad_percent).text);
	html_print(page->out, "</td>");
}

void
page_facts(struct report_page *page)
{
	html_print(page->out, "<dl class=\"facts\">\n");
}

void
page_fact(struct report_page *page, const char *term, const char *value)
{
	html_print(page->out, "<div><dt>%s</dt><dd>%s</dd></div>\n", term, value);
}

void
page_fact_value(struct report_page *page, const char *term, struct human value)
{
	html_print(page->out, "<div><dt>%s</dt><dd>", term);
	page_value(page, value);
	html_print(page->out, "</dd></div>\n");
}

void
page_facts_end(struct report_page *page)
{
	html_print(page->out, "</dl>\n");
}

void
page_figures(struct report_page *page, const char *label)
{
	html_print(page->out, "<dl class=\"figures\" aria-label=\"%s\">\n", label);
}

void
page_figure(struct report_page *page, const char *name, struct human value, const char *remark)
{
	html_print(page->out, "<div><dt>%s</dt><dd>", name);
	page_value(page, value);
	if (remark)
		html_print(page->out, " <small>%s</small>", remark);
	html_print(page->out, "</dd></div>\n");
}

void
page_figures_end(struct report_page *page)
{
	html_print(page->out, "</dl>\n");
}

void
page_fold(struct report_page *page, const char *summary)
{
	html_print(page->out, "<details>\n<summary>%s</summary>\n", summary);
}

void
page_fold_end(struct report_page *page)
{
	html_print(page->out, "</details>\n");
}

struct page_text
page_text(const char *format, ...)
{
	struct page_text t;
	va_list args;

	va_start(args, format);
	vsnprintf(t.text, sizeof(t.text), format, args);
	va_end(args);
	return t;
}
