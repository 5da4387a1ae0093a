/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * compare_junit.c -- a comparison as JUnit XML: a suite for each job, a case for each metric. Worse is a failure,
 * inconclusive is skipped. Every attribute and element that readers of this format demand is there.
 */
#include <string.h>
#include <time.h>

#include "compare.h"
#include "compare_words.h"
#include "output/escape.h"

static void
attribute(FILE *out, const char *name, const char *text)
{
	fprintf(out, " %s=\"", name);
	escape_xml(out, text);
	fputc('"', out);
}

static void
property(FILE *out, const char *name, const char *value)
{
	fputs("      <property", out);
	attribute(out, "name", name);
	attribute(out, "value", value);
	fputs("/>\n", out);
}

static void
write_properties(const struct comparison *c, FILE *out)
{
	fputs("    <properties>\n", out);
	property(out, "old", c->by ? c->before.value : compare_names(&c->before).text);
	property(out, "new", c->by ? c->after.value : compare_names(&c->after).text);
	property(out, "old build", compare_builds(&c->before).text);
	property(out, "new build", compare_builds(&c->after).text);
	property(out, "sample", compare_method(c).text);
	fputs("    </properties>\n", out);
}

static void
write_case(const struct comparison *c, size_t row, const char *suite, FILE *out)
{
	const struct compare_names sentence = compare_sentence(c, row);
	enum decide_verdict verdict = c->decisions[row].verdict;

	fputs("    <testcase", out);
	attribute(out, "name", metric_name(&c->rows[row].metric).text);
	attribute(out, "classname", suite);
	fputs(" time=\"0\"", out);
	if (verdict != DECIDE_WORSE && verdict != DECIDE_INCONCLUSIVE) {
		fputs("/>\n", out);
		return;
	}
	fputs(verdict == DECIDE_WORSE ? ">\n      <failure type=\"worse\"" : ">\n      <skipped",
	      out);
	attribute(out, "message", sentence.text);
	fputs("/>\n    </testcase>\n", out);
}

static void
write_suite(const struct comparison *c, size_t subject, FILE *out)
{
	const struct compare_names name = compare_subject_name(&c->subjects[subject]);
	const struct result *after = &c->after.results[c->after.nresults - 1];
	time_t started_at = (time_t)after->started_at;
	size_t counts[4] = {0}, rows = 0;
	char when[32] = "1970-01-01T00:00:00";
	struct tm tm;

	for (size_t i = 0; i < c->nrows; i++)
		if (c->rows[i].subject == subject) {
			counts[c->decisions[i].verdict]++;
			rows++;
		}
	if (gmtime_r(&started_at, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	fputs("  <testsuite", out);
	attribute(out, "name", name.text);
	attribute(out, "hostname", after->host.hostname ? after->host.hostname : "localhost");
	fprintf(out,
		" package=\"bttbench\" id=\"%zu\" timestamp=\"%s\" tests=\"%zu\" failures=\"%zu\" "
		"errors=\"0\" skipped=\"%zu\" time=\"0\">\n",
		subject, when, rows, counts[DECIDE_WORSE], counts[DECIDE_INCONCLUSIVE]);
	write_properties(c, out);
	for (size_t i = 0; i < c->nrows; i++)
		if (c->rows[i].subject == subject)
			write_case(c, i, name.text, out);
	fputs("    <system-out>", out);
	for (size_t i = 0; i < c->nrows; i++)
		if (c->rows[i].subject == subject) {
			escape_xml(out, compare_sentence(c, i).text);
			fputc('\n', out);
		}
	fputs("</system-out>\n    <system-err>", out);
	for (size_t i = 0; i < c->ndifferences; i++) {
		fputs("unlike: ", out);
		escape_xml(out, compare_difference_text(&c->differences[i]).text);
		fputc('\n', out);
	}
	for (size_t i = 0; i < c->nnotes; i++) {
		escape_xml(out, c->notes[i]);
		fputc('\n', out);
	}
	fputs("</system-err>\n  </testsuite>\n", out);
}

int
compare_write_junit(const struct comparison *c, FILE *out)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
	for (size_t s = 0; s < c->nsubjects; s++)
		write_suite(c, s, out);
	fputs("</testsuites>\n", out);
	return fflush(out) || ferror(out) ? -1 : 0;
}
