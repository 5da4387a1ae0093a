/* SPDX-License-Identifier: BSD-3-Clause */
#include "resume.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"

struct comparison {
	const struct job *other;
	const char *subject;
	struct why *why;
	int differs;
};

static int
error_differs(struct why *why, const char *subject, const char *then, const char *now)
{
	return why_say(why, "%s: was %.80s in the file, is %.80s now", subject,
		       then ? then : "unknown", now ? now : "unknown");
}

/* 0, or -1 with a line. NULL: unknown. */
static int
same_text(struct why *why, const char *subject, const char *then, const char *now)
{
	if (then && now ? !strcmp(then, now) : then == now)
		return 0;
	return error_differs(why, subject, then, now);
}

static int
same_number(struct why *why, const char *subject, uint64_t then, uint64_t now)
{
	char texts[2][24];

	if (then == now)
		return 0;
	snprintf(texts[0], sizeof(texts[0]), "%" PRIu64, then);
	snprintf(texts[1], sizeof(texts[1]), "%" PRIu64, now);
	return error_differs(why, subject, texts[0], texts[1]);
}

static int
same_machine(const struct result *old, const struct result *now, struct why *why)
{
	const struct result_host *a = &old->host, *b = &now->host;

	return same_text(why, "host name", a->hostname, b->hostname) ||
	       same_text(why, "CPU", a->cpu_model, b->cpu_model) ||
	       same_text(why, "microcode", a->microcode, b->microcode) ||
	       same_text(why, "kernel", a->kernel, b->kernel) ||
	       same_number(why, "number of CPUs", (uint64_t)a->cpus, (uint64_t)b->cpus) ||
	       same_number(why, "number of nodes", (uint64_t)a->nodes, (uint64_t)b->nodes) ||
	       same_text(why, "libpmem", a->libpmem_version, b->libpmem_version) ||
	       same_text(why, "flush of libpmem", a->libpmem_flush, b->libpmem_flush) ||
	       same_text(why, "store of libpmem", a->libpmem_store, b->libpmem_store) ||
	       same_text(why, "clock", clock_source_name(old->clock.source),
			 clock_source_name(now->clock.source)) ||
	       same_text(why, "version of bttbench", result_version(old), result_version(now)) ||
	       same_text(why, "commit of bttbench", result_commit(old), result_commit(now));
}

static int
same_namespaces(const struct result *old, const struct result *now, struct why *why)
{
	if (same_number(why, "number of namespaces", old->nnamespaces, now->nnamespaces))
		return -1;
	for (size_t i = 0; i < old->nnamespaces; i++) {
		const struct result_namespace *a = &old->namespaces[i], *b = &now->namespaces[i];

		if (same_text(why, "namespace", a->spec, b->spec) ||
		    same_text(why, "kind of the namespace", a->kind, b->kind) ||
		    same_number(why, "size of the namespace", a->size_bytes, b->size_bytes) ||
		    same_number(why, "is_pmem of the namespace", (uint64_t)a->is_pmem,
				(uint64_t)b->is_pmem))
			return -1;
	}
	return 0;
}

static void
compare_key(void *arg, const char *key, const char *value)
{
	struct comparison *c = arg;
	const struct job_key_text other = job_key_text(c->other, key);
	struct job_key_where where;

	if (c->differs || !other.text[0] || !strcmp(other.text, value) || !strcmp(key, "repeat") ||
	    strlen(value) >= sizeof(other.text))
		return;
	where = (struct job_key_where){""};
	snprintf(where.text, sizeof(where.text), "%s, key %s", c->subject, key);
	error_differs(c->why, where.text, value, other.text);
	c->differs = 1;
}

static int
same_jobs(const struct result *old, const struct result *now, struct why *why)
{
	for (size_t i = 0; i < old->jobs.count; i++) {
		const struct job *job = &old->jobs.jobs[i];
		const struct result_point_text point =
			result_point_name(old, result_point(old, job));
		struct comparison c = {
			.other = &now->jobs.jobs[i], .subject = point.text, .why = why};

		if (same_text(why, "name of a job", job->name, c.other->name))
			return -1;
		job_each_key(job, compare_key, &c);
		if (c.differs ||
		    same_number(why, "number of limits", job->nlimits, c.other->nlimits))
			return -1;
	}
	return 0;
}

static int
same_study(const struct result *old, const struct result *now, struct why *why)
{
	const struct result_study *a = &old->study, *b = &now->study;

	if (!a->npoints)
		return why_say(why, "no sweep (allowed: a result of 'bttbench sweep')");
	if (same_number(why, "number of swept keys", a->nkeys, b->nkeys) ||
	    same_number(why, "number of points", a->npoints, b->npoints) ||
	    same_number(why, "number of jobs", old->jobs.count, now->jobs.count) ||
	    same_number(why, "seed of the order", a->seed, b->seed))
		return -1;
	for (size_t k = 0; k < a->nkeys; k++)
		if (same_text(why, "swept key", a->keys[k], b->keys[k]))
			return -1;
	for (size_t i = 0; i < a->npoints * a->nkeys; i++)
		if (same_text(why, a->keys[i % a->nkeys], a->values[i], b->values[i]))
			return -1;
	return 0;
}

static void
move_run(struct result *result, struct result *old, struct result_run *run)
{
	run->job = result->jobs.jobs + (run->job - old->jobs.jobs);
	run->ns = result->namespaces + (run->ns - old->namespaces);
}

int
resume_adopt(struct result *result, struct result *old, struct why *why)
{
	if (same_study(old, result, why) || same_machine(old, result, why) ||
	    same_namespaces(old, result, why) || same_jobs(old, result, why))
		return -1;
	for (size_t i = 0; i < old->nruns; i++)
		move_run(result, old, &old->runs[i]);
	for (size_t i = 0; i < old->nsteady; i++)
		old->steady[i].job = result->jobs.jobs + (old->steady[i].job - old->jobs.jobs);
	result->runs = old->runs;
	result->nruns = old->nruns;
	result->steady = old->steady;
	result->nsteady = old->nsteady;
	old->runs = NULL;
	old->nruns = 0;
	old->steady = NULL;
	old->nsteady = 0;
	memcpy(result->id, old->id, sizeof(result->id));
	result->started_at = old->started_at;
	return 0;
}

int
resume_layout_differs(const struct result *result, const struct result_layout *now, size_t point,
		      struct why *why)
{
	for (size_t i = 0; i < result->nruns; i++) {
		const struct result_layout *then = &result->runs[i].layout;

		if (result_point(result, result->runs[i].job) != point || !then->valid ||
		    !now->valid)
			continue;
		return same_number(why, "start of the layout", then->start_off, now->start_off) ||
		       same_text(why, "flavour of the layout", then->flavour, now->flavour) ||
		       same_number(why, "sector size of the layout", then->lbasize, now->lbasize) ||
		       same_number(why, "blocks of the layout", then->nlba, now->nlba) ||
		       same_number(why, "nfree of the layout", then->nfree, now->nfree);
	}
	return 0;
}
