/* SPDX-License-Identifier: BSD-3-Clause */
/* text_findings.c -- failed ops and wrong data of a run as text. */
#include <inttypes.h>
#include <string.h>

#include "human.h"
#include "table.h"
#include "text.h"
#include "wrap.h"

static void
add_errno(struct table *t, enum op_kind kind, const struct result_errno *e)
{
	const char *name = strerrorname_np(e->err);

	table_cell(t, "%s", op_kind_name(kind));
	if (name)
		table_cell(t, "%s", name);
	else
		table_cell(t, "errno %d", e->err);
	table_cell(t, "%" PRIu64, e->count);
	table_cell(t, "%" PRIu64, e->first_lba);
	table_cell(t, "%s", human_time((double)e->first_ns).text);
}

/* the errors that had no room in errnos[] */
static void
add_unnamed(struct table *t, enum op_kind kind, const struct result_op *op)
{
	uint64_t rest = op->errors;

	for (unsigned i = 0; i < op->nerrnos; i++)
		rest -= op->errnos[i].count;
	if (!rest)
		return;
	table_cell(t, "%s", op_kind_name(kind));
	table_cell(t, "others");
	table_cell(t, "%" PRIu64, rest);
	table_cell(t, "-");
	table_cell(t, "-");
}

int
text_errors(const struct result_run *run, const struct page *page)
{
	struct table t = {0};

	table_column(&t, "failed op");
	table_column(&t, "errno");
	table_column(&t, "count");
	table_column(&t, "first lba");
	table_column(&t, "first after");
	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		const struct result_op *op = &run->ops[kind];

		for (unsigned i = 0; i < op->nerrnos; i++)
			add_errno(&t, (enum op_kind)kind, &op->errnos[i]);
		add_unnamed(&t, (enum op_kind)kind, op);
	}
	return table_print(&t, page->out, page->width);
}

void
text_verify(const struct result_verify *verify, const struct page *page)
{
	static const char *const layout[] = {"not checked", "NOT consistent", "consistent"};
	char by_stamp[64] = "", unknown[160] = "";

	if (!verify->valid)
		return;
	fputc('\n', page->out);
	if (verify->by_stamp)
		snprintf(by_stamp, sizeof(by_stamp), ", %" PRIu64 " of them by the stamp alone",
			 verify->by_stamp);
	if (verify->unchecked || verify->unknown)
		snprintf(unknown, sizeof(unknown),
			 "; not checked, as their content is unknown: %" PRIu64
			 " of those read, %" PRIu64 " others in the sweep",
			 verify->unchecked, verify->unknown);
	wrap_print(page, "verify",
		   "%" PRIu64 " findings in %" PRIu64 " blocks read and %" PRIu64
		   " swept%s%s; layout %s; %s of state",
		   result_verify_findings(verify), verify->read, verify->swept, by_stamp, unknown,
		   layout[verify->layout + 1], human_size(verify->state_bytes).text);
	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		if (verify->counts[kind])
			wrap_print(page, "", "%s: %" PRIu64,
				   result_finding_name((enum result_finding_kind)kind),
				   verify->counts[kind]);
	for (unsigned i = 0; i < verify->nfirst; i++) {
		const struct result_finding *f = &verify->first[i];

		wrap_print(page, "", "%s: lba %" PRIu64 ", %s lane %u: expected %s; found %s",
			   result_finding_name(f->kind), f->lba,
			   f->in_sweep ? "the sweep on" : "read by", f->lane, f->expected,
			   f->found);
	}
	if (verify->layout_first[0])
		wrap_print(page, "", "layout: %s", verify->layout_first);
}
