/* SPDX-License-Identifier: BSD-3-Clause */
/* compare_markdown.c -- a comparison for a pull request or a report: the verdict first, then a table for each job. */
#include <math.h>

#include "compare.h"
#include "compare_words.h"
#include "output/escape.h"

/* "label: text" as an item of a list */
static void
item(FILE *out, const char *label, const char *text)
{
	fprintf(out, "- %s%s", label, *label ? ": " : "");
	escape_markdown(out, text);
	fputc('\n', out);
}

static void
print_table(const struct comparison *c, size_t subject, FILE *out)
{
	fputs("\n### ", out);
	escape_markdown(out, compare_subject_name(&c->subjects[subject]).text);
	fputs("\n\n| metric | old | new | change | 95 % interval | delta | p | verdict |\n"
	      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n",
	      out);
	for (size_t i = 0; i < c->nrows; i++) {
		const struct decision *d = &c->decisions[i];
		const struct metric *metric = &c->rows[i].metric;
		const char *mark =
			d->verdict == DECIDE_WORSE || d->verdict == DECIDE_BETTER ? "**" : "";

		if (c->rows[i].subject != subject)
			continue;
		fprintf(out, "| %s | %s | %s | %s | %s to %s | ", metric_name(metric).text,
			metric_human(metric, d->median_before).text,
			metric_human(metric, d->median_after).text,
			compare_percent(d, d->change).text, compare_percent(d, d->low).text,
			compare_percent(d, d->high).text);
		if (isnan(d->p))
			fputs("- | - | ", out);
		else
			fprintf(out, "%+.2f | %.3g | ", d->delta, d->p_adjusted);
		fprintf(out, "%s%s%s%s%s |\n", mark, decide_verdict_name(d->verdict), mark,
			*compare_reason(c, i).text ? ": " : "", compare_reason(c, i).text);
	}
}

int
compare_write_markdown(const struct comparison *c, FILE *out)
{
	fputs("## bttbench compare: ", out);
	escape_markdown(out, compare_verdict(c).text);
	fputs("\n\n", out);
	for (size_t i = 0; i < c->nrows; i++)
		if (c->decisions[i].verdict == DECIDE_WORSE)
			item(out, "", compare_sentence(c, i).text);
	item(out, "old", c->by ? c->before.value : compare_names(&c->before).text);
	item(out, "old build", compare_builds(&c->before).text);
	item(out, "new", c->by ? c->after.value : compare_names(&c->after).text);
	item(out, "new build", compare_builds(&c->after).text);
	if (c->by)
		item(out, "study", c->before.names[0]);
	item(out, "sample", compare_method(c).text);
	for (size_t i = 0; i < c->ndifferences; i++)
		item(out, "unlike", compare_difference_text(&c->differences[i]).text);
	for (size_t i = 0; i < c->nnotes; i++)
		item(out, "note", c->notes[i]);
	for (size_t s = 0; s < c->nsubjects; s++)
		print_table(c, s, out);
	return fflush(out) || ferror(out) ? -1 : 0;
}
