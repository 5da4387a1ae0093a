/* SPDX-License-Identifier: BSD-3-Clause */
/* report_machine.c -- the environment: host, libpmem, clock, namespaces, layouts. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "html.h"
#include "report_kind.h"

#define LAYOUTS_SHOWN 4 /* more are folded */

static const char *
on_off(int flag)
{
	if (flag < 0)
		return NULL;
	return flag ? "on" : "off";
}

static void
put_host(struct report_page *page)
{
	const struct result_host *host = &page->file->result->host;

	page_heading(page, "Machine");
	page_facts(page);
	page_fact(page, "Host", host->hostname);
	page_fact(page, "CPU", host->cpu_model);
	page_fact(page, "Microcode", host->microcode);
	page_fact_value(page, "CPUs", human_index(host->cpus ? host->cpus : -1));
	page_fact_value(page, "NUMA nodes", human_index(host->nodes ? host->nodes : -1));
	page_fact(page, "Governor", host->governor);
	page_fact(page, "Turbo", on_off(host->turbo));
	page_fact(page, "SMT", on_off(host->smt));
	page_fact(page, "Huge pages", host->thp);
	page_fact(page, "Kernel", host->kernel);
	page_facts_end(page);
}

static void
put_libpmem(struct report_page *page)
{
	const struct result_host *host = &page->file->result->host;

	page_heading(page, "libpmem");
	page_facts(page);
	page_fact(page, "Version", host->libpmem_version);
	page_fact(page, "Flush", host->libpmem_flush);
	page_fact(page, "Store", host->libpmem_store);
	page_fact(page, "Write-combining workaround", host->libpmem_wc_workaround);
	page_facts_end(page);
}

static void
put_clock(struct report_page *page)
{
	const struct clock *clk = &page->file->result->clock;

	page_heading(page, "Clock");
	page_facts(page);
	page_fact(page, "Source", clock_source_name(clk->source));
	page_fact(page, "Instructions", clock_instructions(clk->source));
	page_fact_value(page, "Cost of one reading", human_time(clk->cost_ns));
	page_fact_value(page, "Step", human_time(clk->step_ns));
	page_fact(page, "Calibrated within",
		  isfinite(clk->calibration_error_pm)
			  ? page_text("%.3g ppm", clk->calibration_error_pm).text
			  : NULL);
	if (clk->why_not_tsc)
		page_fact(page, "Not the TSC", clk->why_not_tsc);
	page_facts_end(page);
}

static void
put_namespaces(struct report_page *page)
{
	const struct result *result = page->file->result;

	page_table(page, result->nnamespaces > 1 ? "Namespaces" : "Namespace");
	page_row(page);
	page_column_of_text(page, "namespace");
	page_column_of_text(page, "kind");
	page_column(page, "size");
	page_column(page, "node");
	page_column(page, "pages");
	page_column_of_text(page, "persisted by");
	page_column_of_text(page, "persistence domain");
	page_column_of_text(page, "health");
	page_column_of_text(page, "file system");
	page_column_of_text(page, "device");
	page_column_of_text(page, "MAP_SYNC");
	page_row_end(page);
	for (size_t i = 0; i < result->nnamespaces; i++) {
		const struct result_namespace *ns = &result->namespaces[i];

		page_row(page);
		page_row_heading(page, ns->spec);
		page_cell(page, ns->kind);
		page_number(page, "", human_size(ns->size_bytes));
		page_number(page, "", human_index(ns->node));
		page_number(page, "",
			    ns->page_bytes ? human_size(ns->page_bytes) : human_index(-1));
		page_cell(page, result_persisted_by(ns));
		page_cell(page, ns->persistence_domain);
		page_cell(page, ns->health);
		page_cell(page, ns->file_system);
		page_cell(page, ns->device);
		page_cell(page, on_off(ns->map_sync));
		page_row_end(page);
	}
	page_table_end(page);
}

static int
is_same_layout(const struct result_run *a, const struct result_run *b)
{
	const struct result_layout *x = &a->layout, *y = &b->layout;

	return x->valid == y->valid && a->ns == b->ns && !strcmp(x->flavour, y->flavour) &&
	       x->start_off == y->start_off && x->nlba == y->nlba && x->lbasize == y->lbasize &&
	       x->nfree == y->nfree && x->nlane == y->nlane && x->tracking == y->tracking &&
	       x->narenas == y->narenas && x->rotate == y->rotate;
}

/* 1 if no run before this one had its layout */
static int
is_new_layout(const struct result *result, size_t run)
{
	size_t before = 0;

	while (before < run && !is_same_layout(&result->runs[before], &result->runs[run]))
		before++;
	return result->runs[run].layout.valid && before == run;
}

static void
put_layout(struct report_page *page, const struct result_run *run)
{
	const struct result_layout *layout = &run->layout;

	page_row(page);
	page_row_heading(page, run->ns->spec);
	page_cell(page, layout->flavour);
	page_count(page, layout->nlba);
	page_count(page, layout->lbasize);
	page_count(page, layout->nfree);
	page_count(page, layout->narenas);
	page_count(page, layout->nlane);
	page_count(page, layout->rotate);
	page_cell(page, layout->tracking ? "tracked" : "not tracked");
	page_cell(page, result_age(layout) ? page_text("%s, %.4g%% adjacent", result_age(layout),
						       100 * layout->adjacent)
						     .text
					   : NULL);
	page_row_end(page);
}

static void
put_layouts(struct report_page *page)
{
	const struct result *result = page->file->result;
	size_t nlayouts = 0;

	for (size_t i = 0; i < result->nruns; i++)
		nlayouts += (size_t)is_new_layout(result, i);
	if (!nlayouts)
		return;
	if (nlayouts > LAYOUTS_SHOWN)
		page_fold(page, page_text("%zu layouts of the BTT", nlayouts).text);
	page_table(page, "Layout of the BTT");
	page_row(page);
	page_column_of_text(page, "namespace");
	page_column_of_text(page, "flavour");
	page_column(page, "sectors");
	page_column(page, "bytes each");
	page_column(page, "nfree");
	page_column(page, "arenas");
	page_column(page, "lanes");
	page_column(page, "free blocks a lane");
	page_column_of_text(page, "reads");
	page_column_of_text(page, "age");
	page_row_end(page);
	for (size_t i = 0; i < result->nruns; i++)
		if (is_new_layout(result, i))
			put_layout(page, &result->runs[i]);
	page_table_end(page);
	if (nlayouts > LAYOUTS_SHOWN)
		page_fold_end(page);
}

void
report_machine(struct report_page *page)
{
	page_section(page, "machine", "Environment");
	html_print(page->out, "<div class=\"columns\">\n<div>\n");
	put_host(page);
	html_print(page->out, "</div>\n<div>\n");
	put_libpmem(page);
	put_clock(page);
	html_print(page->out, "</div>\n</div>\n");
	page_heading(page, "Kernel options");
	html_print(page->out, "<p><code>%s</code></p>\n", page->file->result->host.cmdline);
	page_heading(page, "Memory");
	put_namespaces(page);
	put_layouts(page);
	page_section_end(page);
}
