/* SPDX-License-Identifier: BSD-3-Clause */
/* table_findings.c -- failed ops and wrong data, of all runs of a job together. */
#include <inttypes.h>
#include <string.h>

#include "html.h"
#include "report_tables.h"

static void
put_error(struct report_page *page, const char *op, const struct result_run *run,
	  const struct result_errno *e)
{
	const char *name = strerrorname_np(e->err);

	page_row(page);
	page_row_heading(page, op);
	page_cell(page, name ? name : page_text("errno %d", e->err).text);
	page_count(page, result_repeat(run));
	page_count(page, e->count);
	page_count(page, e->first_lba);
	page_number(page, "", human_time((double)e->first_ns));
	page_row_end(page);
}

void
table_errors(struct report_page *page, const struct samples *samples)
{
	size_t nerrnos = 0;

	for (size_t i = 0; i < samples->nruns; i++)
		for (unsigned op = 0; op < OP_KINDS; op++)
			nerrnos += samples->runs[i]->ops[op].nerrnos;
	if (!nerrnos)
		return;
	page_table(page, "Failed operations");
	page_row(page);
	page_column_of_text(page, "op");
	page_column_of_text(page, "errno");
	page_column(page, "repeat");
	page_column(page, "count");
	page_column(page, "first block");
	page_column(page, "first after");
	page_row_end(page);
	for (size_t i = 0; i < samples->nruns; i++)
		for (unsigned op = 0; op < OP_KINDS; op++)
			for (unsigned k = 0; k < samples->runs[i]->ops[op].nerrnos; k++)
				put_error(page, op_kind_name((enum op_kind)op), samples->runs[i],
					  &samples->runs[i]->ops[op].errnos[k]);
	page_table_end(page);
}

static void
put_findings(struct report_page *page, const struct result_verify *verify)
{
	page_table(page, "First findings");
	page_row(page);
	page_column_of_text(page, "kind");
	page_column(page, "block");
	page_column_of_text(page, "found by");
	page_column(page, "lane");
	page_column_of_text(page, "expected");
	page_column_of_text(page, "found");
	page_row_end(page);
	for (unsigned i = 0; i < verify->nfirst; i++) {
		const struct result_finding *f = &verify->first[i];

		page_row(page);
		page_row_heading(page, result_finding_name(f->kind));
		page_count(page, f->lba);
		page_cell(page, f->in_sweep ? "sweep" : "read");
		page_count(page, f->lane);
		page_cell(page, f->expected);
		page_cell(page, f->found);
		page_row_end(page);
	}
	page_table_end(page);
}

void
table_verify(struct report_page *page, const struct samples *samples)
{
	static const char *const layout[] = {"not checked", "NOT consistent", "consistent"};
	struct result_verify sum = {0};

	for (size_t i = 0; i < samples->nruns; i++)
		result_verify_add(&sum, &samples->runs[i]->verify);
	if (!sum.valid)
		return;
	page_heading(page, "Verification of the data");
	page_facts(page);
	page_fact(page, "Findings", page_text("%" PRIu64, result_verify_findings(&sum)).text);
	for (unsigned kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		if (sum.counts[kind])
			page_fact(page, result_finding_name((enum result_finding_kind)kind),
				  page_text("%" PRIu64, sum.counts[kind]).text);
	page_fact(page, "Blocks read and checked", page_text("%" PRIu64, sum.read).text);
	page_fact(page, "Blocks checked by the sweep", page_text("%" PRIu64, sum.swept).text);
	page_fact(page, "Blocks of unknown content",
		  page_text("%" PRIu64, sum.unknown + sum.unchecked).text);
	page_fact(page, "Layout", layout[sum.layout + 1]);
	if (sum.layout_first[0])
		page_fact(page, "First finding in the layout", sum.layout_first);
	page_facts_end(page);
	if (sum.nfirst)
		put_findings(page, &sum);
}
