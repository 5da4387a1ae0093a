/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * text.c -- the result as text: machine, namespaces, runs, verdict.
 *
 * No line is wider than the terminal. There is no colour and no control character, so the text is the same on a terminal
 * of 80 columns and in a pipe.
 */
#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
#include "output.h"
#include "qualification.h"
#include "terminal.h"
#include "wrap.h"

static void
add_percent(FILE *text, double percent)
{
	if (isfinite(percent))
		fprintf(text, "%.3g%%", percent);
	else
		fputc('-', text);
}

static int
print_steady(const struct result_steady *steady, const struct page *page)
{
	char *figures = NULL;
	size_t size;
	FILE *text = open_memstream(&figures, &size);
	int err;

	if (!text)
		return -1;
	fprintf(text, "range ");
	add_percent(text, steady->range_percent);
	fprintf(text, " and slope ");
	add_percent(text, steady->slope_percent);
	fprintf(text, " of the mean IOPS; IOPS of each round:");
	for (size_t i = 0; i < steady->nrounds; i++)
		fprintf(text, " %s", human_count(steady->iops[i]).text);
	err = fclose(text);
	if (!err) {
		fputc('\n', page->out);
		wrap_print(page, "steady", "job '%s': %s after %zu rounds; over the last %u: %s",
			   steady->job->name, steady->reached ? "reached" : "not reached",
			   steady->nrounds, steady->job->steady.rounds, figures);
	}
	free(figures);
	return err ? -1 : 0;
}

void
text_verdict(const struct result *result, const struct page *page)
{
	fputc('\n', page->out);
	wrap_print(page, "verdict", "%s", result_verdict_name(result));
	for (size_t i = 0; i < result->nreasons; i++)
		wrap_print(page, "", "%s", result->reasons[i]);
}

/* A job with one run has a block for it. A job with several runs has a block of medians, and all blocks if verbose. */
static int
print_job(const struct result *result, const struct job *job, const struct text_options *options,
	  const struct page *page)
{
	size_t nruns = 0;
	int err = 0;

	for (size_t i = 0; i < result->nruns; i++)
		nruns += result->runs[i].job == job && !result->runs[i].settling;
	for (size_t i = 0; i < result->nruns && (nruns == 1 || options->is_verbose); i++)
		if (result->runs[i].job == job && !result->runs[i].settling)
			err |= text_run(result, &result->runs[i], page);
	if (nruns > 1)
		err |= text_repeats(result, job, page);
	return err;
}

int
output_text_with(const struct result *result, const struct text_options *options, FILE *out)
{
	const struct page page = {
		.out = out, .width = options->width, .is_verbose = options->is_verbose};
	int err = 0;

	if (result->qualification.profile && !options->is_verbose)
		return output_qualification_text(result, options->width, out);
	text_context(result, &page);
	for (size_t i = 0; i < result->jobs.count; i++)
		err |= print_job(result, &result->jobs.jobs[i], options, &page);
	for (size_t i = 0; i < result->nsteady; i++)
		err |= print_steady(&result->steady[i], &page);
	err |= text_hosts(result, &page);
	text_verdict(result, &page);
	return err || fflush(out) || ferror(out) ? -1 : 0;
}

int
output_text(const struct result *result, FILE *out)
{
	const struct text_options options = {.width = terminal_width(out)};

	return output_text_with(result, &options, out);
}

int
output_text_hosts(const struct result *result, FILE *out)
{
	const struct page page = {.out = out, .width = terminal_width(out)};
	int err = text_hosts(result, &page);

	text_verdict(result, &page);
	return err || fflush(out) || ferror(out) ? -1 : 0;
}
