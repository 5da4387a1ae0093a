/* SPDX-License-Identifier: BSD-3-Clause */
#include "compare_words.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "human.h"

#define NAMES_MAX 4 /* of files in a text */

static void add(struct compare_names *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
add(struct compare_names *t, const char *format, ...)
{
	size_t used = strlen(t->text);
	va_list args;

	va_start(args, format);
	vsnprintf(t->text + used, sizeof(t->text) - used, format, args);
	va_end(args);
}

struct compare_names
compare_names(const struct compare_side *side)
{
	struct compare_names t = {""};

	if (side->nresults > 1)
		add(&t, "%zu files: ", side->nresults);
	for (size_t i = 0; i < side->nresults && i < NAMES_MAX; i++)
		add(&t, "%s%.200s", i ? ", " : "", side->names[i]);
	if (side->nresults > NAMES_MAX)
		add(&t, ", ...");
	return t;
}

struct compare_names
compare_builds(const struct compare_side *side)
{
	struct compare_names t = {""};

	for (size_t i = 0; i < side->nresults; i++) {
		const struct result *a = &side->results[i];
		size_t same = 0;

		while (strcmp(result_version(&side->results[same]), result_version(a)) != 0 ||
		       strcmp(result_commit(&side->results[same]), result_commit(a)) != 0)
			same++;
		if (same == i)
			add(&t, "%s%.40s (commit %.80s)", i ? ", " : "", result_version(a),
			    result_commit(a));
	}
	return t;
}

struct compare_names
compare_method(const struct comparison *c)
{
	static const char *const samples[] = {"one file, the median of its good repeats",
					      "one repeat of the only file of its side",
					      "one round; both values of a round are a pair"};
	struct compare_names t = {""};
	size_t most[2] = {0, 0};

	for (size_t i = 0; i < c->nrows; i++) {
		const struct decision *d = &c->decisions[i];

		most[0] = d->before.count > most[0] ? d->before.count : most[0];
		most[1] = d->after.count > most[1] ? d->after.count : most[1];
	}
	add(&t, "%s; ", samples[c->sample]);
	if (c->sample == COMPARE_ROUNDS)
		add(&t, "%zu pairs; Wilcoxon's signed-rank test", most[0]);
	else
		add(&t, "%zu old, %zu new; Mann-Whitney test", most[0], most[1]);
	add(&t, ", p after Holm for %zu metric%s; same: the interval is inside %s", c->nrows,
	    c->nrows == 1 ? "" : "s", human_percent(100 * c->rules.threshold).text);
	return t;
}

struct compare_names
compare_difference_text(const struct compare_difference *d)
{
	struct compare_names t = {""};

	add(&t, "%.400s", d->file);
	if (d->nfiles > 1)
		add(&t, " and %zu more", d->nfiles - 1);
	add(&t, ": %s: %s, not %s", d->subject, d->after, d->before);
	return t;
}

struct compare_names
compare_subject_name(const struct compare_subject *subject)
{
	struct compare_names t = {""};

	add(&t, "'%s'%s%s", subject->before->name, subject->point_name[0] ? ", " : "",
	    subject->point_name);
	return t;
}

struct compare_names
compare_verdict(const struct comparison *c)
{
	struct compare_names t = {""};

	add(&t, "%s: of %zu metric%s, %zu worse, %zu better, %zu same, %zu inconclusive",
	    decide_verdict_name(c->verdict), c->nrows, c->nrows == 1 ? "" : "s",
	    c->counts[DECIDE_WORSE], c->counts[DECIDE_BETTER], c->counts[DECIDE_SAME],
	    c->counts[DECIDE_INCONCLUSIVE]);
	return t;
}

struct compare_text
compare_percent(const struct decision *d, double change)
{
	struct compare_text t = {"-"};

	if (isinf(change))
		strcpy(t.text, change < 0 ? "-inf" : "+inf");
	else if (d->is_plain && !isnan(change))
		snprintf(t.text, sizeof(t.text), "%+.3g", change);
	else if (!isnan(change))
		snprintf(t.text, sizeof(t.text), "%s%s", change < 0 ? "-" : "+",
			 human_percent(100 * fabs(change)).text);
	return t;
}

struct compare_names
compare_sentence(const struct comparison *c, size_t row)
{
	const struct decision *d = &c->decisions[row];
	const struct compare_text reason = compare_reason(c, row);
	struct compare_names t = {""};

	add(&t, "%s: %s is %s: %s", compare_subject_name(&c->subjects[c->rows[row].subject]).text,
	    metric_name(&c->rows[row].metric).text, decide_verdict_name(d->verdict),
	    compare_change(d).text);
	if (!isnan(d->change))
		add(&t, " (%s to %s)", compare_percent(d, d->low).text,
		    compare_percent(d, d->high).text);
	if (reason.text[0])
		add(&t, "; %s", reason.text);
	return t;
}
