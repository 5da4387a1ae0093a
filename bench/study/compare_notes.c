/* SPDX-License-Identifier: BSD-3-Clause */
/* compare_notes.c -- the sentences of a comparison: doubts about all of it, and the reason for the verdict of a row. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "human.h"

const char *
compare_sample_name(enum compare_sample sample)
{
	static const char *const names[] = {"file", "repeat", "round"};

	return names[sample];
}

static int add_note(struct comparison *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int
add_note(struct comparison *c, const char *format, ...)
{
	char **grown = reallocarray(c->notes, c->nnotes + 1, sizeof(*grown));
	va_list args;
	int length;

	if (!grown)
		return -1;
	c->notes = grown;
	va_start(args, format);
	length = vasprintf(&grown[c->nnotes], format, args);
	va_end(args);
	c->nnotes += length >= 0;
	return length < 0 ? -1 : 0;
}

static int
note_left_out(struct comparison *c, const struct compare_side *side, const char *which)
{
	if (side->bad_runs &&
	    add_note(c, "%s: %zu of %zu runs are invalid or incomplete, and left out", which,
		     side->bad_runs, side->runs))
		return -1;
	if (side->bad_results && add_note(c, "%s: %zu of %zu results are invalid, and left out",
					  which, side->bad_results, side->nresults))
		return -1;
	return 0;
}

static uint64_t
first_start(const struct compare_side *side, int last)
{
	uint64_t start = side->results[0].started_at;

	for (size_t i = 1; i < side->nresults; i++) {
		uint64_t other = side->results[i].started_at;

		start = (last ? other > start : other < start) ? other : start;
	}
	return start;
}

/* 1 if no row can be better or worse with its number of samples. */
static int
are_too_few(const struct comparison *c)
{
	for (size_t i = 0; i < c->nrows; i++)
		if (c->decisions[i].least_p <= c->rules.level)
			return 0;
	return 1;
}

static int
note_correlation(struct comparison *c)
{
	double largest = 0;
	int unknown = 0;

	for (size_t i = 0; i < c->nrows; i++) {
		if (isnan(c->decisions[i].correlation))
			unknown = 1;
		else
			largest = fmax(largest, c->decisions[i].correlation);
	}
	if (add_note(c,
		     "one file a side: drift between invocations was not measured (several files a "
		     "side, measured by turns, include it)"))
		return -1;
	if (largest > 0)
		return add_note(c,
				"repeats of one process resemble their neighbours: intervals and p "
				"allow for a correlation up to %.2g; a drift within a process is "
				"more than that",
				largest);
	return unknown ? add_note(c,
				  "with so few repeats, their correlation is unknown: nothing is "
				  "better, worse or same")
		       : 0;
}

int
compare_add_notes(struct comparison *c)
{
	const struct compare_side *a = &c->before, *b = &c->after;

	if (note_left_out(c, a, c->by ? a->value : "OLD") ||
	    note_left_out(c, b, c->by ? b->value : "NEW"))
		return -1;
	if (c->sample == COMPARE_REPEATS && note_correlation(c))
		return -1;
	if (c->sample == COMPARE_FILES && a->nresults > 1 && b->nresults > 1 &&
	    (first_start(a, 1) < first_start(b, 0) || first_start(b, 1) < first_start(a, 0)) &&
	    add_note(c, "all results of one side are older than those of the other: a drift of the "
			"machine looks like a difference (measure both by turns)"))
		return -1;
	if (are_too_few(c))
		return add_note(
			c,
			"too few samples: no difference of %zu metric%s can be significant with "
			"less than %zu samples a side",
			c->nrows, c->nrows > 1 ? "s together" : "",
			decide_least_samples(&c->rules, c->nrows));
	return 0;
}

struct compare_text
compare_change(const struct decision *d)
{
	struct compare_text t = {""};

	if (isnan(d->change))
		strcpy(t.text, "unknown");
	else if (d->is_plain)
		snprintf(t.text, sizeof(t.text), "%+.3g (from 0)", d->change);
	else if (d->change == 0)
		strcpy(t.text, "equal");
	else
		snprintf(t.text, sizeof(t.text), "%s %s", human_percent(100 * fabs(d->change)).text,
			 d->change > 0 ? "higher" : "lower");
	return t;
}

struct compare_text
compare_reason(const struct comparison *c, size_t row)
{
	const struct decision *d = &c->decisions[row];
	struct compare_text t = {""};

	if (d->is_small)
		strcpy(t.text, "real but small");
	if (d->verdict != DECIDE_INCONCLUSIVE)
		return t;
	if (isnan(d->p))
		snprintf(t.text, sizeof(t.text), "no value in %s",
			 d->before.count  ? c->by ? c->after.value : "NEW"
			 : d->after.count ? c->by ? c->before.value : "OLD"
					  : "either side");
	else if (d->further)
		snprintf(t.text, sizeof(t.text), "about %zu more %ss a side would settle it",
			 d->further, compare_sample_name(c->sample));
	else
		snprintf(t.text, sizeof(t.text), "no estimate how many %ss would settle it",
			 compare_sample_name(c->sample));
	return t;
}
