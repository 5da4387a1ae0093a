/* SPDX-License-Identifier: BSD-3-Clause */
/* compare_text.c -- a comparison as text: a table for each job, notes, and the verdict. */
#include <math.h>
#include <string.h>

#include "compare.h"
#include "compare_words.h"
#include "output/table.h"
#include "output/wrap.h"
#include "terminal.h"

static void
print_side(const struct page *page, const struct comparison *c, int is_after)
{
	const struct compare_side *side = is_after ? &c->after : &c->before;
	struct compare_names names = compare_names(side);

	if (c->by)
		wrap_print(page, is_after ? "new" : "old", "%s=%s", c->by, side->value);
	else
		wrap_print(page, is_after ? "new" : "old", "%s: bttbench %s", names.text,
			   compare_builds(side).text);
}

static const char *
short_p(double p, char *text, size_t size)
{
	if (isnan(p))
		return "-";
	snprintf(text, size, p < 0.0001 ? "<0.0001" : "%.4f", p);
	return text;
}

static int
print_rows(const struct page *page, const struct comparison *c, size_t subject)
{
	struct table t = {0};
	char p[16], delta[16];

	table_column(&t, "metric");
	table_column(&t, "old");
	table_column(&t, "new");
	table_column(&t, "change");
	table_column(&t, "95%% interval");
	table_column(&t, "delta");
	table_dispensable(&t, 1);
	table_column(&t, "p");
	table_dispensable(&t, 2);
	table_column(&t, "verdict");
	if (c->counts[DECIDE_INCONCLUSIVE])
		table_column(&t, "more %ss", compare_sample_name(c->sample));
	for (size_t i = 0; i < c->nrows; i++) {
		const struct decision *d = &c->decisions[i];

		if (c->rows[i].subject != subject)
			continue;
		snprintf(delta, sizeof(delta), "%+.2f", d->delta);
		table_cell(&t, "%s", metric_name(&c->rows[i].metric).text);
		table_cell(&t, "%s", metric_human(&c->rows[i].metric, d->median_before).text);
		table_cell(&t, "%s", metric_human(&c->rows[i].metric, d->median_after).text);
		table_cell(&t, "%s", compare_percent(d, d->change).text);
		table_cell(&t, "%s to %s", compare_percent(d, d->low).text,
			   compare_percent(d, d->high).text);
		table_cell(&t, "%s", isnan(d->delta) ? "-" : delta);
		table_cell(&t, "%s", short_p(d->p_adjusted, p, sizeof(p)));
		table_cell(&t, "%s%s", decide_verdict_name(d->verdict),
			   d->is_small ? " (small)" : "");
		if (d->further)
			table_cell(&t, "%zu", d->further);
		else
			table_end_row(&t);
	}
	return table_print(&t, page->out, page->width);
}

int
compare_write_text(const struct comparison *c, FILE *out)
{
	const struct page page = {.out = out, .width = terminal_width(out)};
	int err = 0;

	if (c->by)
		wrap_print(&page, "study", "%s: bttbench %s", c->before.names[0],
			   compare_builds(&c->before).text);
	print_side(&page, c, 0);
	print_side(&page, c, 1);
	wrap_print(&page, "sample", "%s", compare_method(c).text);
	for (size_t i = 0; i < c->ndifferences; i++)
		wrap_print(&page, i ? "" : "unlike", "%s",
			   compare_difference_text(&c->differences[i]).text);
	for (size_t s = 0; s < c->nsubjects && !err; s++) {
		fputc('\n', out);
		wrap_print(&page, "job", "%s", compare_subject_name(&c->subjects[s]).text);
		err = print_rows(&page, c, s);
	}
	fputc('\n', out);
	for (size_t i = 0; i < c->nnotes; i++)
		wrap_print(&page, i ? "" : "note", "%s", c->notes[i]);
	wrap_print(&page, "verdict", "%s", compare_verdict(c).text);
	for (size_t i = 0; i < c->nrows; i++) {
		enum decide_verdict verdict = c->decisions[i].verdict;

		if (verdict == DECIDE_WORSE || verdict == DECIDE_BETTER)
			wrap_print(&page, "", "%s", compare_sentence(c, i).text);
	}
	return err || fflush(out) || ferror(out) ? -1 : 0;
}
