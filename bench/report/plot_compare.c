/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * plot_compare.c -- compare: a row for each metric of a comparison, with each sample of both sides, both medians, and the
 * change with its interval. All are in percent of the old median.
 */
#include <math.h>
#include <string.h>

#include "human.h"
#include "plot_kinds.h"
#include "plot_text.h"
#include "study/compare.h"
#include "study/compare_words.h"

/* The column `mark`. plots/compare.gp draws a mark for each. */
enum mark { OLD_SAMPLE, NEW_SAMPLE, OLD_MEDIAN, NEW_MEDIAN, CHANGE };

static void
put_row(FILE *out, size_t row, const char *name, enum mark mark, const double values[3],
	const char *text)
{
	fprintf(out, "%zu", row);
	plot_add_text(out, name);
	fprintf(out, "\t%d", mark);
	/* an interval without an end is drawn up to the edge */
	for (int i = 0; i < 3; i++)
		plot_add_number(out, isfinite(values[i]) ? 100 * values[i] : NAN);
	plot_add_text(out, text);
	fputc('\n', out);
}

/* All marks of one metric. A metric with the old median 0 has no percent, and only its verdict. */
static void
put_metric(const struct comparison *c, size_t row, const char *name, FILE *out)
{
	const struct decision *d = &c->decisions[row];
	const struct stats_sample *const sides[] = {&d->before, &d->after};
	const struct metric *metric = &c->rows[row].metric;
	double whole = d->median_before > 0 ? d->median_before : NAN;
	char text[PLOT_NAME_MAX];

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < sides[side]->count; i++) {
			double value = sides[side]->values[i], place = value / whole - 1;

			put_row(out, row, name, side ? NEW_SAMPLE : OLD_SAMPLE,
				(double[]){place, place, place}, metric_human(metric, value).text);
		}
	for (int side = 0; side < 2; side++) {
		double value = side ? d->median_after : d->median_before, place = value / whole - 1;

		if (sides[side]->count)
			put_row(out, row, name, side ? NEW_MEDIAN : OLD_MEDIAN,
				(double[]){place, place, place}, metric_human(metric, value).text);
	}
	snprintf(text, sizeof(text), "%s to %s: %s", metric_human(metric, d->median_before).text,
		 metric_human(metric, d->median_after).text, decide_verdict_name(d->verdict));
	put_row(out, row, name, CHANGE,
		(double[]){d->is_plain ? NAN : d->change, d->is_plain ? NAN : d->low,
			   d->is_plain ? NAN : d->high},
		text);
}

static void
put_footer(FILE *out, const struct plot *plot, const struct comparison *c)
{
	const struct result_host *host = &c->before.results->host;
	const struct compare_side *const sides[] = {&c->before, &c->after};
	struct compare_names sample = compare_method(c);
	char items[5][PLOT_NAME_MAX];
	const char *const lines[] = {items[0], items[1], items[2], items[3], items[4], NULL};

	snprintf(items[0], sizeof(items[0]), "machine %.100s | namespace %.100s",
		 host->hostname ? host->hostname : "unknown", c->before.results->runs[0].ns->spec);
	for (int side = 0; side < 2; side++)
		snprintf(items[1 + side], sizeof(items[0]), "%s (%s): %.200s, bttbench %.150s",
			 side ? "new" : "old", side ? "dot" : "ring",
			 c->by ? sides[side]->value : compare_names(sides[side]).text,
			 compare_builds(sides[side]).text);
	snprintf(items[3], sizeof(items[3]),
		 "upright line: median; bar: change with 95 %% interval; grey: inside %s",
		 human_percent(100 * c->rules.threshold).text);
	sample.text[strcspn(sample.text, ";")] = '\0';
	snprintf(items[4], sizeof(items[4]), "a sample is %.200s", sample.text);
	plot_put_footer(out, plot, lines);
}

int
plot_compare(const struct plot *plot, const struct plot_sets *sets, FILE *out, struct why *why)
{
	const struct comparison *c = plot->comparison;
	char text[64];

	(void)sets;
	(void)why;
	plot_put_note(out, "title", plot->title ? plot->title : compare_verdict(c).text);
	plot_put_note(out, "x", "difference from the old median [%]");
	snprintf(text, sizeof(text), "%.7g", 100 * c->rules.threshold);
	plot_put_note(out, "threshold", text);
	put_footer(out, plot, c);
	fputs("row\tname\tmark\tpercent\tlow_percent\thigh_percent\ttext\n", out);
	for (size_t i = 0; i < c->nrows; i++) {
		const struct compare_subject *subject = &c->subjects[c->rows[i].subject];
		char name[PLOT_NAME_MAX];

		snprintf(name, sizeof(name), "%.400s%s%s",
			 c->nsubjects > 1 ? compare_subject_name(subject).text : "",
			 c->nsubjects > 1 ? " " : "", metric_name(&c->rows[i].metric).text);
		put_metric(c, i, name, out);
	}
	return 0;
}
