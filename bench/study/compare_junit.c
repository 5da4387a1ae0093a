/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * compare_junit.c -- a comparison as JUnit XML: a suite for each job, a case for each metric. Worse is a failure,
 * inconclusive is skipped.
 */
#include "compare.h"
#include "compare_words.h"
#include "output/escape.h"
#include "output/junit.h"

static void
write_properties(const struct comparison *c, FILE *out)
{
	junit_property(out, "old", c->by ? c->before.value : compare_names(&c->before).text);
	junit_property(out, "new", c->by ? c->after.value : compare_names(&c->after).text);
	junit_property(out, "old build", compare_builds(&c->before).text);
	junit_property(out, "new build", compare_builds(&c->after).text);
	junit_property(out, "sample", compare_method(c).text);
	junit_properties_end(out);
}

static void
write_case(const struct comparison *c, size_t row, const char *suite, FILE *out)
{
	const struct compare_names sentence = compare_sentence(c, row);
	const struct metric_text name = metric_name(&c->rows[row].metric);
	enum decide_verdict verdict = c->decisions[row].verdict;

	junit_case(out, &(const struct junit_case){
				.name = name.text,
				.classname = suite,
				.state = verdict == DECIDE_WORSE          ? JUNIT_FAILED
					 : verdict == DECIDE_INCONCLUSIVE ? JUNIT_SKIPPED
									  : JUNIT_PASSED,
				.type = "worse",
				.message = sentence.text,
			});
}

static void
write_suite(const struct comparison *c, size_t subject, FILE *out)
{
	const struct compare_names name = compare_subject_name(&c->subjects[subject]);
	const struct result *after = &c->after.results[c->after.nresults - 1];
	struct junit_suite suite = {.name = name.text,
				    .hostname = after->host.hostname,
				    .started_at = after->started_at,
				    .id = subject};

	for (size_t i = 0; i < c->nrows; i++)
		if (c->rows[i].subject == subject) {
			suite.nfailures += c->decisions[i].verdict == DECIDE_WORSE;
			suite.nskipped += c->decisions[i].verdict == DECIDE_INCONCLUSIVE;
			suite.ntests++;
		}
	junit_suite_begin(out, &suite);
	write_properties(c, out);
	for (size_t i = 0; i < c->nrows; i++)
		if (c->rows[i].subject == subject)
			write_case(c, i, name.text, out);
	junit_output_begin(out);
	for (size_t i = 0; i < c->nrows; i++)
		if (c->rows[i].subject == subject) {
			escape_xml(out, compare_sentence(c, i).text);
			fputc('\n', out);
		}
	junit_errors_begin(out);
	for (size_t i = 0; i < c->ndifferences; i++) {
		fputs("unlike: ", out);
		escape_xml(out, compare_difference_text(&c->differences[i]).text);
		fputc('\n', out);
	}
	for (size_t i = 0; i < c->nnotes; i++) {
		escape_xml(out, c->notes[i]);
		fputc('\n', out);
	}
	junit_suite_end(out);
}

int
compare_write_junit(const struct comparison *c, FILE *out)
{
	junit_begin(out);
	for (size_t s = 0; s < c->nsubjects; s++)
		write_suite(c, s, out);
	junit_end(out);
	return fflush(out) || ferror(out) ? -1 : 0;
}
