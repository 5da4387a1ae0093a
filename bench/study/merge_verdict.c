/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * merge_verdict.c -- the verdict of a merged result: the worst one of its hosts, whose names come first. Then hosts that
 * stand out, doubts about the sum, differences of the machines, and the reasons of the hosts with their names.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "merge_parts.h"
#include "result/members.h"
#include "same.h"

#define TOGETHER_S   2   /* starts have a resolution of a second */
#define LENGTH_RATIO 1.1 /* of the measured phases of two hosts */
#define NAMES_SHOWN  8

/* Reasons are collected first: when there are too many, the last one says so. */
struct notes {
	char **texts;
	size_t count;
	int failed; /* 1: out of memory */
};

static __attribute__((format(printf, 2, 3))) void
add_reason(struct notes *notes, const char *format, ...)
{
	char **grown = reallocarray(notes->texts, notes->count + 1, sizeof(*grown));
	va_list args;

	if (!grown) {
		notes->failed = 1;
		return;
	}
	notes->texts = grown;
	va_start(args, format);
	if (vasprintf(&grown[notes->count], format, args) < 0)
		notes->failed = 1;
	else
		notes->count++;
	va_end(args);
}

/* "vm/1, vm/3 and 5 more", "all 4 hosts"; NULL: no memory. `has` says which hosts. */
static char *
list_names(const struct result *into, int (*has)(const struct result_member *host, const void *arg),
	   const void *arg)
{
	char *text = NULL;
	size_t size, count = 0, shown = 0;
	FILE *out = open_memstream(&text, &size);
	int is_all;

	if (!out)
		return NULL;
	for (size_t i = 0; i < into->nhosts; i++)
		count += has(&into->hosts[i], arg) ? 1 : 0;
	is_all = count == into->nhosts && count > 1;
	if (is_all)
		fprintf(out, "all %zu hosts", count);
	for (size_t i = 0; i < into->nhosts && !is_all && shown < NAMES_SHOWN; i++)
		if (has(&into->hosts[i], arg))
			fprintf(out, "%s%s", shown++ ? ", " : "", into->hosts[i].name);
	if (!is_all && shown < count)
		fprintf(out, " and %zu more", count - shown);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

static int
has_status(const struct result_member *host, const void *arg)
{
	return host->status == *(const enum result_status *)arg;
}

/* 1 when two reasons differ in their numbers at most. */
static int
is_alike(const char *a, const char *b)
{
	static const char digits[] = "0123456789.";

	while (*a && *b) {
		size_t skip_a = strspn(a, digits), skip_b = strspn(b, digits);

		if (!skip_a != !skip_b || (!skip_a && *a != *b))
			return 0;
		a += skip_a ? skip_a : 1;
		b += skip_b ? skip_b : 1;
	}
	return *a == *b;
}

static int
has_reason(const struct result_member *host, const void *arg)
{
	for (size_t i = 0; i < host->nreasons; i++)
		if (is_alike(host->reasons[i], arg))
			return 1;
	return 0;
}

static void
note_status(struct notes *notes, struct result *into)
{
	enum result_status worst = RESULT_VALID;
	char *names;

	for (size_t i = 0; i < into->nhosts; i++)
		if (into->hosts[i].status > worst)
			worst = into->hosts[i].status;
	if (worst == RESULT_VALID)
		return;
	names = list_names(into, has_status, &worst);
	result_lower(into, worst);
	if (names)
		add_reason(notes, "%s on %s", result_status_name(worst), names);
	notes->failed |= !names;
	free(names);
}

/* The figure that is furthest from the others stands for the host. */
static void
note_outlier(struct notes *notes, const struct result *into, const struct result_member *host)
{
	size_t worst = 0, apart = 0;
	const struct result_figure *figure;
	char job[JOB_NAME_MAX + 16] = "";
	struct metric metric;
	struct why why;

	for (size_t i = 0; i < host->nfigures; i++) {
		if (!members_is_apart(&host->figures[i]))
			continue;
		if (!apart ||
		    fabs(host->figures[i].deviation) > fabs(host->figures[worst].deviation))
			worst = i;
		apart++;
	}
	if (!apart)
		return;
	figure = &host->figures[worst];
	if (metric_parse(&metric, figure->metric, &why))
		return;
	if (into->jobs.count > 1)
		snprintf(job, sizeof(job), "job '%s', ", figure->job->name);
	add_reason(
		notes,
		"host %s stands out in %zu of %zu figures, most in %s%s: %s, %.1f scaled MADs "
		"from the median of the %zu hosts, %s (noted beyond %.1f; beyond %.1f in 1 %% of "
		"cases by chance)",
		host->name, apart, host->nfigures, job, figure->metric,
		metric_human(&metric, figure->value).text, fabs(figure->deviation), into->nhosts,
		metric_human(&metric, members_median(into, worst)).text, RESULT_DEVIATION_MAX,
		members_chance(into->nhosts));
}

/* IOPS add, but the hosts reach the sum only while all of them run. The runs that differ most stand for all. */
static void
note_spans(struct notes *notes, const struct result *into)
{
	double shortest_s = 1, longest_s = 1;
	uint64_t apart_s = 0;

	for (size_t run = 0; run < into->nruns; run++) {
		double least_s = INFINITY, most_s = 0;
		uint64_t first = UINT64_MAX, last = 0;

		for (size_t i = 0; i < into->nhosts && !into->runs[run].settling; i++) {
			const struct result_span *span = &into->hosts[i].spans[run];

			least_s = fmin(least_s, span->elapsed_s);
			most_s = fmax(most_s, span->elapsed_s);
			first = span->started_at < first ? span->started_at : first;
			last = span->started_at > last ? span->started_at : last;
		}
		if (last > first && last - first > apart_s)
			apart_s = last - first;
		if (most_s * shortest_s > longest_s * least_s) {
			longest_s = most_s;
			shortest_s = least_s;
		}
	}
	if (apart_s > TOGETHER_S)
		add_reason(notes,
			   "the hosts did not run together: the last one started %" PRIu64
			   " s after the first one; the sum of their IOPS is not a rate of one "
			   "moment",
			   apart_s);
	if (longest_s > LENGTH_RATIO * shortest_s)
		add_reason(notes,
			   "measured phases took from %.3g s to %.3g s: IOPS is the sum of what "
			   "each host reached in its own time",
			   shortest_s, longest_s);
}

/* One line for each fact of the machines in which some host differs from the first one. */
struct differences {
	struct notes *notes;
	const struct result *into;
	const struct result_member *host;
	char *seen; /* subjects, each followed by a newline */
};

static int
note_difference(void *arg, const char *subject, const char *a, const char *b)
{
	struct differences *d = arg;
	char *seen, line[128];

	snprintf(line, sizeof(line), "%s\n", subject);
	if (!strcmp(subject, "host name") || (d->seen && strstr(d->seen, line)))
		return 0;
	if (asprintf(&seen, "%s%s", d->seen ? d->seen : "", line) < 0) {
		d->notes->failed = 1;
		return 0;
	}
	free(d->seen);
	d->seen = seen;
	add_reason(d->notes, "the hosts differ: %s: %.80s on %s, %.80s on %s", subject, a,
		   d->into->hosts[0].name, b, d->host->name);
	return 0;
}

static unsigned
count_workers(const struct result *into, size_t host)
{
	unsigned count = 0;

	for (size_t i = 0; i < into->nruns; i++)
		for (size_t k = 0; k < into->runs[i].nworkers; k++)
			count += into->runs[i].workers[k].host == host + 1;
	return count;
}

static void
note_differences(struct notes *notes, const struct result *into)
{
	struct differences d = {.notes = notes, .into = into};
	struct why why;
	const struct same same = {note_difference, &d, &why, .any_name = 1};

	for (size_t i = 1; i < into->nhosts; i++) {
		struct result a = {.host = into->hosts[0].host, .clock = into->clock};
		struct result b = {.host = into->hosts[i].host, .clock = into->clock};

		d.host = &into->hosts[i];
		same_machine(&same, &a, &b);
		same_settings(&same, &a, &b);
		same_number(&same, "number of workers, over all runs", count_workers(into, 0),
			    count_workers(into, i));
	}
	free(d.seen);
}

/* 1 when a host before this one has such a reason, or this host itself before its reason `index`. */
static int
is_noted(const struct result *into, size_t host, size_t index)
{
	const struct result_member *own = &into->hosts[host];

	for (size_t i = 0; i < host; i++)
		if (has_reason(&into->hosts[i], own->reasons[index]))
			return 1;
	for (size_t i = 0; i < index; i++)
		if (is_alike(own->reasons[i], own->reasons[index]))
			return 1;
	return 0;
}

/* 1 when a host has such a reason with other numbers. */
static int
has_other_numbers(const struct result_member *host, const char *reason)
{
	for (size_t i = 0; i < host->nreasons; i++)
		if (is_alike(host->reasons[i], reason))
			return strcmp(host->reasons[i], reason) != 0;
	return 0;
}

/* A reason that several hosts have is one line, with the numbers of the first of them. */
static void
note_reasons(struct notes *notes, const struct result *into)
{
	for (size_t i = 0; i < into->nhosts; i++)
		for (size_t k = 0; k < into->hosts[i].nreasons; k++) {
			const char *reason = into->hosts[i].reasons[k];
			int differs = 0;
			char *names;

			if (is_noted(into, i, k))
				continue;
			for (size_t other = i + 1; other < into->nhosts; other++)
				differs |= has_other_numbers(&into->hosts[other], reason);
			names = list_names(into, has_reason, reason);
			if (names && differs)
				add_reason(notes, "%s, here %s: %s", names, into->hosts[i].name,
					   reason);
			else if (names)
				add_reason(notes, "%s: %s", names, reason);
			notes->failed |= !names;
			free(names);
		}
}

int
merge_verdict(struct result *into)
{
	struct notes notes = {0};
	size_t shown;

	note_status(&notes, into);
	for (size_t i = 0; i < into->nhosts; i++)
		note_outlier(&notes, into, &into->hosts[i]);
	note_spans(&notes, into);
	note_differences(&notes, into);
	note_reasons(&notes, into);
	shown = notes.count > RESULT_REASONS_MAX ? RESULT_REASONS_MAX - 1 : notes.count;
	for (size_t i = 0; i < shown; i++)
		result_add_reason(into, "%s", notes.texts[i]);
	if (shown < notes.count)
		result_add_reason(into, "%zu more reasons have no room here: each host has its own",
				  notes.count - shown);
	for (size_t i = 0; i < notes.count; i++)
		free(notes.texts[i]);
	free(notes.texts);
	return notes.failed ? -1 : 0;
}
