/* SPDX-License-Identifier: BSD-3-Clause */
#include "resume.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"

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
	       /* a file has the unit of its histograms once */
	       same_number(why, "unit of the clock in ns", old->clock.unit_ns,
			   now->clock.unit_ns) ||
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

/* The keys but `repeat`, a line each, or the limits. */
struct lines {
	FILE *out;
	int is_limits;
};

static void
print_key(void *arg, const char *key, const char *value)
{
	const struct lines *lines = arg;
	int is_limit = !strncmp(key, "limit.", 6);

	if (is_limit == lines->is_limits && strcmp(key, "repeat") != 0)
		fprintf(lines->out, "%s%s%s\n", key, job_key_sign(value), value);
}

/* The caller frees the text; NULL: no memory. */
static char *
text_of_job(const struct job *job, int is_limits)
{
	char *text = NULL;
	size_t size;
	struct lines lines = {open_memstream(&text, &size), is_limits};

	if (!lines.out)
		return NULL;
	job_each_key(job, print_key, &lines);
	if (!fclose(lines.out))
		return text;
	free(text);
	return NULL;
}

/* All jobs have the same keys in the same order, but any limits. */
static int
same_keys(struct why *why, const char *subject, char *const texts[4])
{
	char *keys[] = {texts[0], texts[1]}, *then, *now;

	for (size_t i = 0; i < 4; i++)
		if (!texts[i])
			return why_say(why, "out of memory");
	while ((then = strsep(&keys[0], "\n")) && (now = strsep(&keys[1], "\n")))
		if (same_text(why, subject, then, now))
			return -1;
	for (size_t i = 2; i < 4; i++)
		for (char *c = texts[i]; *c; c++)
			*c = *c != '\n' ? *c : c[1] ? ' ' : '\0';
	return strcmp(texts[2], texts[3])
		       ? error_differs(why, subject, *texts[2] ? texts[2] : "without limits",
				       *texts[3] ? texts[3] : "without limits")
		       : 0;
}

static int
same_jobs(const struct result *old, const struct result *now, struct why *why)
{
	int err = 0;

	for (size_t i = 0; i < old->jobs.count && !err; i++) {
		const struct job *then = &old->jobs.jobs[i], *job = &now->jobs.jobs[i];
		char *texts[] = {text_of_job(then, 0), text_of_job(job, 0), text_of_job(then, 1),
				 text_of_job(job, 1)};

		err = same_text(why, "name of a job", then->name, job->name) ||
		      same_keys(why, result_point_name(old, result_point(old, then)).text, texts);
		for (size_t k = 0; k < 4; k++)
			free(texts[k]);
	}
	return err;
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
resume_check(const struct result *result, const struct result *old, struct why *why)
{
	return same_study(old, result, why) || same_machine(old, result, why) ||
			       same_namespaces(old, result, why) || same_jobs(old, result, why)
		       ? -1
		       : 0;
}

void
resume_adopt(struct result *result, struct result *old)
{
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
}

int
resume_check_layout(const struct result *old, size_t point, const struct result_layout *now,
		    struct why *why)
{
	const struct job *first = &old->jobs.jobs[point * result_point_jobs(old)];

	for (size_t i = 0; i < old->nruns; i++) {
		const struct result_layout *then = &old->runs[i].layout;

		if (old->runs[i].job != first || !then->valid || !now->valid)
			continue;
		if (same_number(why, "start of the layout", then->start_off, now->start_off) ||
		    same_text(why, "flavour of the layout", then->flavour, now->flavour) ||
		    same_number(why, "sector size of the layout", then->lbasize, now->lbasize) ||
		    same_number(why, "blocks of the layout", then->nlba, now->nlba) ||
		    same_number(why, "nfree of the layout", then->nfree, now->nfree))
			return -1;
		break;
	}
	return 0;
}
