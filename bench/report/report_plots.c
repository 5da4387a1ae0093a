/* SPDX-License-Identifier: BSD-3-Clause */
/* report_plots.c -- the plots of a result. Each kind of plot that the result can give is drawn; the first one is the main one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "plot.h"
#include "report_kind.h"
#include "svg.h"

/* How to read a plot, in the order of names. */
static const struct {
	const char *kind, *heading, *reading;
} texts[] = {
	{"percentiles", "Latency by percentile",
	 "The share of ops on the horizontal axis took at most the time on the vertical axis."},
	{"histogram", "Distribution of latencies", "Higher: more ops took about this long."},
	{"series", "Over time", "A steady measurement is flat. Stalls are marked."},
	{"heatmap", "Swept keys", "Each cell is the median over the rounds."},
	{"scaling", "Scaling", "Points on the dashed line scale perfectly."},
	{"tax", "Cost of the engines", "Each engine relative to the first one."},
	{"nodes", "Nodes", "Node of the workers by node of the memory."},
};

static size_t
text_of(const char *kind)
{
	size_t i = 0;

	while (i + 1 < sizeof(texts) / sizeof(texts[0]) && strcmp(texts[i].kind, kind) != 0)
		i++;
	return i;
}

/* 1 if the result can give this plot */
static int
is_possible(const struct plot *plot)
{
	struct why why;
	char *data = NULL;
	size_t size;
	FILE *out = open_memstream(&data, &size);
	int possible = out && !plot_data(plot, out, &why);

	if (out)
		fclose(out);
	free(data);
	return possible;
}

/* Draws the plot into the page. -1 with a reason in `why` when that failed. */
static int
draw(struct report_page *page, const struct plot *plot, struct why *why)
{
	char *svg = NULL, *inlined = NULL;
	size_t size;
	FILE *picture = open_memstream(&svg, &size), *figure = NULL;
	int err = picture ? plot_draw(plot, "svg", picture, why) : why_say(why, "out of memory");
	size_t text = text_of(plot->kind);

	if (picture && fclose(picture) && !err)
		err = why_say(why, "out of memory");
	if (!err) {
		figure = open_memstream(&inlined, &size);
		err = figure ? svg_inline(svg, page_text("plot-%zu", page->nplots + 1).text,
					  page_text("Plot: %s. %s The tables have the numbers.",
						    texts[text].heading, texts[text].reading)
						  .text,
					  figure, why)
			     : why_say(why, "out of memory");
	}
	if (figure && fclose(figure) && !err)
		err = why_say(why, "out of memory");
	if (!err) {
		html_print(page->out,
			   "<figure>\n<figcaption><strong>%s.</strong> %s</figcaption>\n",
			   texts[text].heading, texts[text].reading);
		html_print(page->out,
			   "<div class=\"paper scroll\" role=\"region\" tabindex=\"0\" "
			   "aria-label=\"%s\">\n",
			   texts[text].heading);
		fwrite(inlined, 1, size, page->out);
		html_print(page->out, "\n</div>\n</figure>\n");
		page->nplots++;
	}
	free(svg);
	free(inlined);
	return err;
}

void
report_plots(struct report_page *page, const struct report_kind *kind)
{
	const char *name = page->file->name;
	struct why why = {""};
	size_t ndrawn = 0;

	if (!page->report->has_plots)
		return;
	page_section(page, "plots", "Plots");
	for (size_t i = 0; i < REPORT_PLOTS_MAX && kind->plots[i] && !why.text[0]; i++) {
		struct plot plot = {.kind = kind->plots[i],
				    .results = page->file->result,
				    .nresults = 1,
				    .names = &name,
				    .op = METRIC_TOTAL,
				    .metric = page->report->metric};
		if (!is_possible(&plot))
			continue;
		if (draw(page, &plot, &why))
			memcpy(page->no_plots, &why, sizeof(why));
		else
			ndrawn++;
	}
	if (why.text[0])
		html_print(page->out, "<p class=\"note\">Plots are missing: %s</p>\n", why.text);
	else if (!ndrawn)
		html_print(page->out, "<p class=\"note\">This result has nothing to plot.</p>\n");
	page_section_end(page);
}
