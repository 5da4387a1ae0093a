/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * merge.c -- adds up results: clock, namespaces, steady states, and the runs that belong together.
 *
 * Run i of a job on one host belongs to run i of the same job on every other host. With steady_state, hosts may have
 * taken different numbers of rounds; their last rounds are those that count, so the runs are counted from the end, and
 * settling rounds that only some hosts had are left out.
 */
#include "merge.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/keys.h"
#include "measure/steady.h"
#include "merge_parts.h"

/* The names of a namespace on all hosts, each once: "/dev/dax0.0,/dev/dax1.0". NULL: no memory. */
static char *
join_specs(const struct merge *m, size_t index)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < m->count; i++) {
		const char *spec = m->parts[i].namespaces[index].spec;
		size_t before = 0;

		while (before < i && strcmp(m->parts[before].namespaces[index].spec, spec) != 0)
			before++;
		if (before == i)
			fprintf(out, "%s%s", i ? "," : "", spec);
	}
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

/* NULL when a host has another text; *failed is 1 when memory ran out. */
static char *
common_text(const char *text, int is_common, int *failed)
{
	char *copy = text && is_common ? strdup(text) : NULL;

	*failed |= text && is_common && !copy;
	return copy;
}

static int
is_equal(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static int
merge_namespaces(const struct merge *m)
{
	struct result *into = m->into;
	size_t count = m->parts[0].nnamespaces;
	int failed = 0;

	into->namespaces = calloc(count, sizeof(*into->namespaces));
	if (!into->namespaces)
		return -1;
	into->nnamespaces = count;
	for (size_t i = 0; i < count; i++) {
		const struct result_namespace *first = &m->parts[0].namespaces[i];
		struct result_namespace *ns = &into->namespaces[i];
		int domain = 1, health = 1, device = 1, file_system = 1;

		ns->spec = join_specs(m, i);
		ns->kind = strdup(first->kind);
		ns->size_bytes = first->size_bytes;
		ns->node = first->node;
		ns->is_pmem = first->is_pmem;
		ns->page_bytes = first->page_bytes;
		ns->map_sync = first->map_sync;
		/* modules, and what each source says about the node, are facts of one host */
		ns->nodes = (struct device_nodes)DEVICE_NODES_UNKNOWN;
		ns->node_source = first->node_source;
		for (size_t part = 1; part < m->count; part++) {
			const struct result_namespace *other = &m->parts[part].namespaces[i];

			domain &= is_equal(first->persistence_domain, other->persistence_domain);
			health &= is_equal(first->health, other->health);
			device &= is_equal(first->device, other->device);
			file_system &= is_equal(first->file_system, other->file_system);
			if (other->map_sync != first->map_sync)
				ns->map_sync = -1;
			if (other->node != first->node)
				ns->node = -1;
			if (ns->node < 0 || other->node_source != first->node_source)
				ns->node_source = DEVICE_NODE_UNKNOWN;
			if (other->page_bytes != first->page_bytes)
				ns->page_bytes = 0;
		}
		ns->persistence_domain = common_text(first->persistence_domain, domain, &failed);
		ns->health = common_text(first->health, health, &failed);
		ns->device = common_text(first->device, device, &failed);
		ns->file_system = common_text(first->file_system, file_system, &failed);
		failed |= !ns->spec || !ns->kind;
	}
	return failed ? -1 : 0;
}

static size_t
least_runs(const struct merge *m, size_t job)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < m->count; i++) {
		size_t n = merge_count_runs(&m->parts[i], job, 1);

		least = n < least ? n : least;
	}
	return least;
}

/* Run `number` of the last `kept` runs of a job; they are there. */
static const struct result_run *
find_run(const struct result *result, size_t job, size_t number, size_t kept)
{
	size_t skip = merge_count_runs(result, job, 1) - kept + number;
	const struct result_run *run = result->runs;

	while (run->job != &result->jobs.jobs[job] || skip--)
		run++;
	return run;
}

static unsigned
hosts_of(const struct result *result)
{
	return result->nhosts ? (unsigned)result->nhosts : 1;
}

/* Notes when each host of a part measured a run that is now the last one of the sum. */
static void
note_spans(const struct merge *m, const struct result *part, const struct result_run *run,
	   unsigned host)
{
	size_t stride = m->parts[0].nruns, number = (size_t)(run - part->runs);
	struct result_span *spans = m->spans + (host - 1) * stride + m->into->nruns - 1;

	for (size_t i = 0; i < hosts_of(part); i++)
		spans[i * stride] = part->nhosts
					    ? part->hosts[i].spans[number]
					    : (struct result_span){run->started_at, run->elapsed_s};
}

static int
merge_one(const struct merge *m, size_t job, size_t number, size_t kept)
{
	struct result_run *into = &m->into->runs[m->into->nruns++];
	const struct result_run *first = find_run(&m->parts[0], job, number, kept);
	double harness_ns = 0, adjacent = 0;
	unsigned host = 1;

	*into = (struct result_run){.job = first->job,
				    .ns = m->into->namespaces +
					  (first->ns - m->parts[0].namespaces),
				    .repeat = (unsigned)number,
				    .settling = first->settling};
	for (size_t i = 0; i < m->count; i++) {
		const struct result_run *run = find_run(&m->parts[i], job, number, kept);

		note_spans(m, &m->parts[i], run, host);
		if (merge_add_run(into, run, host))
			return why_say(m->why, "merge: %s", strerror(ENOMEM));
		harness_ns += run->harness_ns_per_op * hosts_of(&m->parts[i]);
		adjacent += run->layout.adjacent * hosts_of(&m->parts[i]);
		if (merge_is_too_large(into))
			return why_say(m->why,
				       "%s: the sum with the results before it is too large for a "
				       "file (allowed: sums below 2^63)",
				       m->names[i]);
		host += hosts_of(&m->parts[i]);
	}
	into->harness_ns_per_op = harness_ns / (host - 1);
	into->layout.adjacent = adjacent / (host - 1);
	return 0;
}

/* In the order of the first result. */
static int
merge_runs(const struct merge *m)
{
	const struct result *first = &m->parts[0];
	size_t *numbers = calloc(first->jobs.count, sizeof(*numbers));
	int err = 0;

	m->into->runs = calloc(first->nruns, sizeof(*m->into->runs));
	if (!numbers || !m->into->runs)
		err = why_say(m->why, "merge: %s", strerror(ENOMEM));
	for (size_t i = 0; i < first->nruns && !err; i++) {
		size_t job = (size_t)(first->runs[i].job - first->jobs.jobs);
		size_t kept = least_runs(m, job), all = merge_count_runs(first, job, 1);
		size_t number = numbers[job]++;

		if (number + kept >= all)
			err = merge_one(m, job, number + kept - all, kept);
	}
	free(numbers);
	return err;
}

static const struct result_steady *
steady_of(const struct result *result, size_t job)
{
	for (size_t i = 0; i < result->nsteady; i++)
		if (result->steady[i].job == &result->jobs.jobs[job])
			return &result->steady[i];
	return NULL;
}

/* The sums of the last rounds; steady if every host was. */
static int
merge_steady(const struct merge *m)
{
	struct result *into = m->into;

	into->steady = calloc(m->parts[0].nsteady + 1, sizeof(*into->steady));
	if (!into->steady)
		return -1;
	for (size_t s = 0; s < m->parts[0].nsteady; s++) {
		const struct result_steady *first = &m->parts[0].steady[s];
		size_t job = (size_t)(first->job - m->parts[0].jobs.jobs);
		struct result_steady *sum = &into->steady[into->nsteady];
		unsigned window = first->job->steady.rounds;
		struct steady_figures figures;

		*sum = (struct result_steady){
			.job = first->job, .reached = 1, .nrounds = least_runs(m, job)};
		sum->range_percent = sum->slope_percent = NAN;
		sum->iops = calloc(sum->nrounds + 1, sizeof(*sum->iops));
		if (!sum->iops)
			return -1;
		into->nsteady++;
		for (size_t i = 0; i < m->count; i++) {
			const struct result_steady *one = steady_of(&m->parts[i], job);

			sum->reached &= one && one->reached;
			for (size_t r = 0; r < sum->nrounds; r++)
				sum->iops[r] += one && one->nrounds >= sum->nrounds
							? one->iops[one->nrounds - sum->nrounds + r]
							: NAN;
		}
		if (!window || sum->nrounds < window)
			continue;
		figures = steady_look(sum->iops + sum->nrounds - window, window);
		sum->range_percent = figures.range_percent;
		sum->slope_percent = figures.slope_percent;
	}
	return 0;
}

/* The worst cost and error; the reader takes the unit from the step. */
static void
merge_clock(const struct merge *m)
{
	struct clock *clock = &m->into->clock;

	*clock = m->parts[0].clock;
	m->into->origin = m->parts[0].origin;
	m->parts[0].origin = (struct result_origin){0};
	for (size_t i = 1; i < m->count; i++) {
		const struct clock *other = &m->parts[i].clock;

		if (!(clock->ticks_per_s == other->ticks_per_s))
			clock->ticks_per_s = NAN;
		clock->cost_ns = fmax(clock->cost_ns, other->cost_ns);
		clock->step_ns = fmax(clock->step_ns, other->step_ns);
		clock->calibration_error_pm =
			fmax(clock->calibration_error_pm, other->calibration_error_pm);
	}
}

/* A name that only some hosts have would be wrong for the others. */
static void
merge_job_names(const struct merge *m)
{
	struct job_list *list = &m->into->jobs;
	unsigned index = keys_index(keys_find("namespace"));

	for (size_t job = 0; job < list->count; job++)
		for (size_t i = 1; i < m->count; i++)
			if (strcmp(list->jobs[job].ns_spec, m->parts[i].jobs.jobs[job].ns_spec)) {
				list->jobs[job].ns_spec[0] = '\0';
				list->jobs[job].key_line[index] = 0;
			}
}

static int
add_up(const struct merge *m)
{
	struct result *into = m->into;

	into->started_at = m->parts[0].started_at;
	for (size_t i = 1; i < m->count; i++)
		if (m->parts[i].started_at < into->started_at)
			into->started_at = m->parts[i].started_at;
	merge_clock(m);
	if (merge_namespaces(m))
		return why_say(m->why, "merge: %s", strerror(ENOMEM));
	if (merge_runs(m))
		return -1;
	if (merge_steady(m))
		return why_say(m->why, "merge: %s", strerror(ENOMEM));
	into->job_path = m->parts[0].job_path;
	m->parts[0].job_path = NULL;
	/* the runs of every part still point to its own jobs, which stay in memory */
	into->jobs = m->parts[0].jobs;
	merge_job_names(m);
	if (merge_hosts(m) || merge_environment(into) || merge_verdict(into))
		return why_say(m->why, "merge: %s", strerror(ENOMEM));
	m->parts[0].jobs = (struct job_list){0};
	result_name(into);
	return 0;
}

int
merge_results(struct result *into, struct result *parts, const char *const *names, size_t count,
	      struct why *why)
{
	struct merge m = {into, parts, names, count, why, NULL};
	size_t nhosts = 0;
	int err;

	*into = (struct result){0};
	if (merge_check(&m))
		return -1;
	for (size_t i = 0; i < count; i++)
		nhosts += hosts_of(&parts[i]);
	m.spans = calloc(nhosts * parts[0].nruns, sizeof(*m.spans));
	err = m.spans ? add_up(&m) : why_say(why, "merge: %s", strerror(ENOMEM));
	free(m.spans);
	if (!err)
		return 0;
	if (into->jobs.jobs)
		into->jobs = (struct job_list){0}; /* still those of the first part */
	result_free(into);
	return -1;
}
