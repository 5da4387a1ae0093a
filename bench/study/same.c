/* SPDX-License-Identifier: BSD-3-Clause */
#include "same.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/job_key.h"

int
same_text(const struct same *same, const char *subject, const char *a, const char *b)
{
	if (a && b ? !strcmp(a, b) : a == b)
		return 0;
	return same->found(same->arg, subject, a ? a : "unknown", b ? b : "unknown");
}

int
same_number(const struct same *same, const char *subject, uint64_t a, uint64_t b)
{
	char texts[2][24];

	if (a == b)
		return 0;
	snprintf(texts[0], sizeof(texts[0]), "%" PRIu64, a);
	snprintf(texts[1], sizeof(texts[1]), "%" PRIu64, b);
	return same->found(same->arg, subject, texts[0], texts[1]);
}

static const char *
switch_name(int state)
{
	return state < 0 ? NULL : state ? "on" : "off";
}

int
same_machine(const struct same *same, const struct result *a, const struct result *b)
{
	const struct result_host *x = &a->host, *y = &b->host;

	return same_text(same, "host name", x->hostname, y->hostname) ||
	       same_text(same, "CPU", x->cpu_model, y->cpu_model) ||
	       same_text(same, "microcode", x->microcode, y->microcode) ||
	       same_text(same, "kernel", x->kernel, y->kernel) ||
	       same_number(same, "number of CPUs", (uint64_t)x->cpus, (uint64_t)y->cpus) ||
	       same_number(same, "number of nodes", (uint64_t)x->nodes, (uint64_t)y->nodes) ||
	       same_text(same, "libpmem", x->libpmem_version, y->libpmem_version) ||
	       same_text(same, "flush of libpmem", x->libpmem_flush, y->libpmem_flush) ||
	       same_text(same, "store of libpmem", x->libpmem_store, y->libpmem_store) ||
	       same_text(same, "clock", clock_source_name(a->clock.source),
			 clock_source_name(b->clock.source)) ||
	       /* a file has the unit of its histograms once */
	       same_number(same, "unit of the clock in ns", a->clock.unit_ns, b->clock.unit_ns);
}

int
same_settings(const struct same *same, const struct result *a, const struct result *b)
{
	const struct result_host *x = &a->host, *y = &b->host;

	return same_text(same, "governor", x->governor, y->governor) ||
	       same_text(same, "turbo", switch_name(x->turbo), switch_name(y->turbo)) ||
	       same_text(same, "SMT", switch_name(x->smt), switch_name(y->smt)) ||
	       same_text(same, "THP", x->thp, y->thp) ||
	       same_text(same, "command line of the kernel", x->cmdline, y->cmdline) ||
	       same_text(same, "write-combining workaround of libpmem", x->libpmem_wc_workaround,
			 y->libpmem_wc_workaround);
}

int
same_build(const struct same *same, const struct result *a, const struct result *b)
{
	return same_text(same, "version of bttbench", result_version(a), result_version(b)) ||
	       same_text(same, "commit of bttbench", result_commit(a), result_commit(b));
}

int
same_namespaces(const struct same *same, const struct result *a, const struct result *b)
{
	int stop = same_number(same, "number of namespaces", a->nnamespaces, b->nnamespaces);

	for (size_t i = 0; i < a->nnamespaces && i < b->nnamespaces && !stop; i++) {
		const struct result_namespace *x = &a->namespaces[i], *y = &b->namespaces[i];

		stop = (!same->any_name && same_text(same, "namespace", x->spec, y->spec)) ||
		       same_text(same, "kind of the namespace", x->kind, y->kind) ||
		       same_number(same, "size of the namespace", x->size_bytes, y->size_bytes) ||
		       same_number(same, "is_pmem of the namespace", (uint64_t)x->is_pmem,
				   (uint64_t)y->is_pmem);
	}
	return stop;
}

int
same_points(const struct same *same, const struct result *a, const struct result *b)
{
	const struct result_study *x = &a->study, *y = &b->study;
	int stop = same_number(same, "number of swept keys", x->nkeys, y->nkeys) ||
		   same_number(same, "number of points", x->npoints, y->npoints) ||
		   same_number(same, "number of jobs", a->jobs.count, b->jobs.count);

	if (stop || x->nkeys != y->nkeys || x->npoints != y->npoints)
		return stop;
	for (size_t k = 0; k < x->nkeys && !stop; k++)
		stop = same_text(same, "swept key", x->keys[k], y->keys[k]);
	for (size_t i = 0; i < x->npoints * x->nkeys && !stop; i++)
		stop = same_text(same, x->keys[i % x->nkeys], x->values[i], y->values[i]);
	return stop;
}

/* The keys but `repeat`, a line each, or the limits in a line. */
struct lines {
	FILE *out;
	int is_limits;
	int any_name; /* like same.any_name */
};

static void
print_key(void *arg, const char *key, const char *value)
{
	const struct lines *lines = arg;
	int is_limit = !strncmp(key, "limit.", 6);

	if (lines->any_name && !strcmp(key, "namespace"))
		return;
	if (is_limit == lines->is_limits && strcmp(key, "repeat") != 0)
		fprintf(lines->out, "%s%s%s%s", key, job_key_sign(value), value,
			is_limit ? " " : "\n");
}

/* The caller frees the text; NULL: no memory. */
static char *
text_of_job(const struct same *same, const struct job *job, int is_limits)
{
	char *text = NULL;
	size_t size;
	struct lines lines = {open_memstream(&text, &size), is_limits, same->any_name};

	if (!lines.out)
		return NULL;
	job_each_key(job, print_key, &lines);
	if (!fclose(lines.out)) {
		if (is_limits && *text)
			text[strlen(text) - 1] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

/* All jobs have the same keys in the same order, but any limits. */
static int
same_lines(const struct same *same, const char *subject, char *a, char *b, int is_limits)
{
	const char *x, *y;
	int stop = 0;

	if (!a || !b)
		return why_say(same->why, "out of memory");
	if (is_limits)
		return same_text(same, subject, *a ? a : "without limits",
				 *b ? b : "without limits");
	while (!stop && (x = strsep(&a, "\n")) && (y = strsep(&b, "\n")))
		stop = same_text(same, subject, x, y);
	return stop;
}

static int
same_texts(const struct same *same, const struct result *a, const struct result *b, int is_limits)
{
	int stop = 0;

	for (size_t i = 0; i < a->jobs.count && !stop; i++) {
		const struct job *job = &a->jobs.jobs[i];
		struct result_point_text where = result_point_name(a, result_point(a, job));
		char *x = text_of_job(same, job, is_limits),
		     *y = text_of_job(same, &b->jobs.jobs[i], is_limits);

		if (!where.text[0])
			snprintf(where.text, sizeof(where.text), "job '%s'", job->name);
		stop = same_lines(same, where.text, x, y, is_limits);
		free(x);
		free(y);
	}
	return stop;
}

int
same_jobs(const struct same *same, const struct result *a, const struct result *b)
{
	int stop = 0;

	for (size_t i = 0; i < a->jobs.count && !stop; i++)
		stop = same_text(same, "name of a job", a->jobs.jobs[i].name, b->jobs.jobs[i].name);
	return stop || same_texts(same, a, b, 0);
}

int
same_limits(const struct same *same, const struct result *a, const struct result *b)
{
	return same_texts(same, a, b, 1);
}

int
same_layout(const struct same *same, const struct result_layout *a, const struct result_layout *b)
{
	if (!a->valid || !b->valid)
		return 0;
	return same_number(same, "start of the layout", a->start_off, b->start_off) ||
	       same_text(same, "flavour of the layout", a->flavour, b->flavour) ||
	       same_number(same, "sector size of the layout", a->lbasize, b->lbasize) ||
	       same_number(same, "blocks of the layout", a->nlba, b->nlba) ||
	       same_number(same, "nfree of the layout", a->nfree, b->nfree);
}

int
same_layouts(const struct same *same, const struct result *a, const struct result *b)
{
	int stop = 0;

	for (size_t job = 0; job < a->jobs.count && !stop; job++) {
		size_t x = 0, y = 0;

		while (x < a->nruns && a->runs[x].job != &a->jobs.jobs[job])
			x++;
		while (y < b->nruns && b->runs[y].job != &b->jobs.jobs[job])
			y++;
		if (x < a->nruns && y < b->nruns)
			stop = same_layout(same, &a->runs[x].layout, &b->runs[y].layout);
	}
	return stop;
}
