/* SPDX-License-Identifier: BSD-3-Clause */
/* merge_hosts.c -- the list of hosts with their names and figures, and the facts that all of them share. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/robust.h"
#include "measured.h"
#include "merge_parts.h"
#include "result/members.h"

#define UNKNOWN_HOST "unknown"

/* The median over the runs that count; over all measured ones, if none does. */
static double
value_of(const struct result *part, const struct job *job, const struct metric *metric,
	 double *scratch)
{
	size_t count = measured_in_runs(part, job, metric, scratch);

	for (size_t i = 0; i < part->nruns && !count; i++) {
		const struct result_run *run = &part->runs[i];

		if (run->job == job && !run->settling)
			scratch[count] = metric_of(run, metric);
		count += run->job == job && !run->settling && isfinite(scratch[count]);
	}
	return robust_median(scratch, count);
}

static int
add_figures(struct result_member *member, const struct result *part, const struct job_list *jobs)
{
	double *scratch = calloc(part->nruns + 1, sizeof(*scratch));

	member->figures = calloc(jobs->count * MEMBERS_METRICS_MAX + 1, sizeof(*member->figures));
	if (!scratch || !member->figures) {
		free(scratch);
		return -1;
	}
	for (size_t i = 0; i < jobs->count; i++) {
		struct metric metrics[MEMBERS_METRICS_MAX];
		size_t count = members_metrics(&jobs->jobs[i], metrics);

		for (size_t k = 0; k < count; k++) {
			struct result_figure *figure = &member->figures[member->nfigures++];

			figure->job = &jobs->jobs[i];
			snprintf(figure->metric, sizeof(figure->metric), "%s",
				 metric_name(&metrics[k]).text);
			figure->value = value_of(part, &part->jobs.jobs[i], &metrics[k], scratch);
		}
	}
	free(scratch);
	return 0;
}

/* Moves the facts of a result that is of one host. */
static int
add_member(struct result *into, struct result *part)
{
	struct result_member *member = &into->hosts[into->nhosts++];

	memcpy(member->id, part->id, sizeof(member->id));
	member->started_at = part->started_at;
	member->host = part->host;
	member->namespaces = part->namespaces;
	member->nnamespaces = part->nnamespaces;
	member->status = part->status;
	memcpy(member->reasons, part->reasons, sizeof(member->reasons));
	member->nreasons = part->nreasons;
	part->host = (struct result_host){0};
	part->namespaces = NULL;
	part->nnamespaces = part->nreasons = 0;
	return add_figures(member, part, &into->jobs);
}

/* Moves the hosts of a result that is merged itself. */
static void
add_members(struct result *into, struct result *part)
{
	for (size_t i = 0; i < part->nhosts; i++) {
		struct result_member *member = &into->hosts[into->nhosts++];

		*member = part->hosts[i];
		free(member->name);
		member->name = NULL;
		for (size_t k = 0; k < member->nfigures; k++)
			member->figures[k].job =
				into->jobs.jobs + (member->figures[k].job - part->jobs.jobs);
	}
	part->nhosts = 0;
}

static const char *
host_name(const struct result_member *member)
{
	return member->host.hostname ? member->host.hostname : UNKNOWN_HOST;
}

static int
name_members(struct result *into)
{
	for (size_t i = 0; i < into->nhosts; i++) {
		const char *name = host_name(&into->hosts[i]);
		size_t before = 0, all = 0;

		for (size_t k = 0; k < into->nhosts; k++) {
			int is_same = !strcmp(host_name(&into->hosts[k]), name);

			all += is_same ? 1 : 0;
			before += is_same && k < i ? 1 : 0;
		}
		if (all == 1)
			into->hosts[i].name = strdup(name);
		else if (asprintf(&into->hosts[i].name, "%s/%zu", name, before + 1) < 0)
			into->hosts[i].name = NULL;
		if (!into->hosts[i].name)
			return -1;
	}
	return 0;
}

static int
take_spans(const struct merge *m)
{
	struct result *into = m->into;

	for (size_t i = 0; i < into->nhosts; i++) {
		struct result_member *member = &into->hosts[i];

		free(member->spans);
		member->nspans = 0;
		member->spans = calloc(into->nruns, sizeof(*member->spans));
		if (!member->spans)
			return -1;
		member->nspans = into->nruns;
		memcpy(member->spans, m->spans + i * m->parts[0].nruns,
		       into->nruns * sizeof(*member->spans));
	}
	return 0;
}

int
merge_hosts(const struct merge *m)
{
	struct result *into = m->into;
	size_t nhosts = 0;

	for (size_t i = 0; i < m->count; i++)
		nhosts += m->parts[i].nhosts ? m->parts[i].nhosts : 1;
	into->hosts = calloc(nhosts, sizeof(*into->hosts));
	if (!into->hosts)
		return -1;
	for (size_t i = 0; i < m->count; i++) {
		if (m->parts[i].nhosts)
			add_members(into, &m->parts[i]);
		else if (add_member(into, &m->parts[i]))
			return -1;
	}
	return take_spans(m) || name_members(into) || members_compare(into) ? -1 : 0;
}

/* A text that all hosts have; NULL: they differ, or none knows it. */
static int
share_text(const struct result *into, size_t offset, char **text)
{
	const char *first = *(char *const *)((const char *)&into->hosts[0].host + offset);

	*text = NULL;
	for (size_t i = 1; i < into->nhosts; i++) {
		const char *other = *(char *const *)((const char *)&into->hosts[i].host + offset);

		if (!first || !other || strcmp(first, other) != 0)
			return 0;
	}
	*text = first ? strdup(first) : NULL;
	return first && !*text ? -1 : 0;
}

/* The same for a number; `unknown` when they differ. */
static int
share_number(const struct result *into, size_t offset, int unknown)
{
	int first = *(const int *)((const char *)&into->hosts[0].host + offset);

	for (size_t i = 1; i < into->nhosts; i++)
		if (*(const int *)((const char *)&into->hosts[i].host + offset) != first)
			return unknown;
	return first;
}

static int
join_names(const struct result *into, char **names)
{
	size_t size;
	FILE *out = open_memstream(names, &size);

	if (!out)
		return -1;
	for (size_t i = 0; i < into->nhosts; i++)
		fprintf(out, "%s%s", i ? "," : "", into->hosts[i].name);
	return fclose(out) ? -1 : 0;
}

#define SHARE_TEXT(into, member) \
	share_text(into, offsetof(struct result_host, member), &(into)->host.member)
#define SHARE_NUMBER(into, member, unknown) \
	((into)->host.member = share_number(into, offsetof(struct result_host, member), unknown))

int
merge_environment(struct result *into)
{
	SHARE_NUMBER(into, turbo, -1);
	SHARE_NUMBER(into, smt, -1);
	SHARE_NUMBER(into, nodes, 0);
	SHARE_NUMBER(into, cpus, 0);
	return join_names(into, &into->host.hostname) || SHARE_TEXT(into, kernel) ||
			       SHARE_TEXT(into, cmdline) || SHARE_TEXT(into, cpu_model) ||
			       SHARE_TEXT(into, microcode) || SHARE_TEXT(into, governor) ||
			       SHARE_TEXT(into, thp) || SHARE_TEXT(into, libpmem_version) ||
			       SHARE_TEXT(into, libpmem_flush) || SHARE_TEXT(into, libpmem_store) ||
			       SHARE_TEXT(into, libpmem_wc_workaround)
		       ? -1
		       : 0;
}
