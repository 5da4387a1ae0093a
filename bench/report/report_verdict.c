/* SPDX-License-Identifier: BSD-3-Clause */
/* report_verdict.c -- the verdict of a result: a word, a sign and a colour, and the reasons. */
#include <time.h>

#include "html.h"
#include "report_kind.h"

const char *
report_status_word(enum result_status status)
{
	static const char *const words[] = {[RESULT_VALID] = "Valid",
					    [RESULT_INTERRUPTED] = "Interrupted",
					    [RESULT_MISSED] = "Limit missed",
					    [RESULT_INCONCLUSIVE] = "Inconclusive",
					    [RESULT_INVALID] = "Invalid"};

	return words[status];
}

const char *
report_verdict_word(const struct result *result)
{
	return result->qualification.profile ? result_verdict_name(result)
					     : report_status_word(result->status);
}

struct page_text
report_time(uint64_t seconds)
{
	struct page_text t = {"-"};
	time_t time = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&time, &tm))
		strftime(t.text, sizeof(t.text), "%Y-%m-%d %H:%M:%S UTC", &tm);
	return t;
}

void
report_verdict(struct report_page *page)
{
	static const char *const meanings[] = {
		[RESULT_VALID] = "The numbers can be trusted.",
		[RESULT_INTERRUPTED] =
			"A signal ended the measurement early. Its numbers are valid.",
		[RESULT_MISSED] = "A limit of the job was missed. The numbers can be trusted.",
		[RESULT_INCONCLUSIVE] = "The data does not decide the question.",
		[RESULT_INVALID] = "Do not use the numbers."};
	static const char *const marks[] = {[RESULT_VALID] = "\xE2\x9C\x93",
					    [RESULT_INTERRUPTED] = "!",
					    [RESULT_MISSED] = "\xE2\x9C\x95",
					    [RESULT_INCONCLUSIVE] = "?",
					    [RESULT_INVALID] = "\xE2\x9C\x95"};
	static const char *const qualified[] = {
		[RESULT_VALID] = "Every gate and limit that is applicable passes.",
		[RESULT_INTERRUPTED] = "Some steps are pending.",
		[RESULT_MISSED] = "The machine does not pass the profile.",
		[RESULT_INCONCLUSIVE] = "The data does not decide if the machine passes.",
		[RESULT_INVALID] = "The measurement can not be trusted."};
	const struct result *result = page->file->result;
	const char *meaning = result->qualification.profile ? qualified[result->status]
							    : meanings[result->status];

	html_print(page->out,
		   "<section class=\"verdict %s\" aria-labelledby=\"r%zu-verdict\">\n"
		   "<h%zu id=\"r%zu-verdict\"><span class=\"mark\" aria-hidden=\"true\">%s</span>"
		   "<span class=\"label\">Verdict:</span> %s</h%zu>\n<p>%s%s</p>\n",
		   result_status_name(result->status), page->number, (size_t)page->level,
		   page->number, marks[result->status], report_verdict_word(result),
		   (size_t)page->level, meaning,
		   !result->nreasons                ? ""
		   : result->status == RESULT_VALID ? " Notes:"
						    : " Reasons and notes:");
	if (result->nreasons)
		html_print(page->out, "<ul class=\"reasons\">\n");
	for (size_t i = 0; i < result->nreasons; i++)
		html_print(page->out, "<li>%s</li>\n", result->reasons[i]);
	if (result->nreasons)
		html_print(page->out, "</ul>\n");
	html_print(page->out, "</section>\n");
}
