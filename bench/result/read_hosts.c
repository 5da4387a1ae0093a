/* SPDX-License-Identifier: BSD-3-Clause */
#include "read_hosts.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "members.h"
#include "read_device.h"
#include "read_run.h"

void
read_host(struct field *of, struct result_host *host)
{
	struct field at = field_object(of, "host"), libpmem;

	host->hostname = field_copy_or_null(&at, "hostname");
	host->kernel = field_copy_or_null(&at, "kernel");
	host->cmdline = field_copy_or_null(&at, "cmdline");
	host->cpu_model = field_copy_or_null(&at, "cpu_model");
	host->microcode = field_copy_or_null(&at, "microcode");
	host->governor = field_copy_or_null(&at, "governor");
	host->turbo = field_flag_or_null(&at, "turbo");
	host->smt = field_flag_or_null(&at, "smt");
	host->thp = field_copy_or_null(&at, "thp");
	host->nodes = (int)field_count_or(&at, "nodes", 1, INT_MAX, 0);
	host->cpus = (int)field_count_or(&at, "cpus", 1, INT_MAX, 0);
	libpmem = field_object(&at, "libpmem");
	host->libpmem_version = field_copy_or_null(&libpmem, "version");
	host->libpmem_flush = field_copy_or_null(&libpmem, "flush");
	host->libpmem_store = field_copy_or_null(&libpmem, "store");
	host->libpmem_wc_workaround = field_copy_or_null(&libpmem, "wc_workaround");
	field_end(&libpmem);
	field_end(&at);
}

static void
read_namespace(struct field *at, struct result_namespace *ns)
{
	ns->spec = field_copy(at, "spec");
	ns->kind = field_copy(at, "kind");
	ns->size_bytes = field_count(at, "size_bytes", 0, FIELD_COUNT_MAX);
	ns->node = field_index(at, "node");
	ns->is_pmem = field_flag_or_null(at, "is_pmem");
	ns->persistence_domain = field_copy_or_null(at, "persistence_domain");
	ns->health = field_copy_or_null(at, "health");
	ns->page_bytes = field_count_or(at, "page_bytes", 1, FIELD_COUNT_MAX, 0);
	read_device(at, ns);
	ns->device = field_copy_or_null(at, "device");
	ns->file_system = field_copy_or_null(at, "file_system");
	ns->map_sync = field_flag_or_null(at, "map_sync");
	field_end(at);
}

/* An array of namespaces; NULL after an error. */
static struct result_namespace *
read_array(struct field *array, size_t *count)
{
	struct result_namespace *namespaces = calloc(field_length(array) + 1, sizeof(*namespaces));

	if (!namespaces) {
		field_error(array, "out of memory");
		return NULL;
	}
	*count = field_length(array);
	for (size_t i = 0; i < *count; i++) {
		struct field element = field_object_at(array, i);

		read_namespace(&element, &namespaces[i]);
	}
	return namespaces;
}

void
read_first_namespace(struct field *of, struct result *result)
{
	struct field first = field_object(of, "namespace");
	struct field array = field_array(of, "namespaces", 1, SIZE_MAX);

	result->namespaces = read_array(&array, &result->nnamespaces);
	if (first.value && array.value && !json_equal(first.value, json_array_get(array.value, 0)))
		field_error(&first, "differs from namespaces[0]");
}

/* The deviation follows from all hosts, so it is read and checked after them. */
static void
read_figure(struct field *at, const struct result *result, struct result_figure *figure)
{
	struct field name = field_member(at, "metric");
	struct metric metric;
	struct why why;

	figure->job = read_job_of(at, result);
	snprintf(figure->metric, sizeof(figure->metric), "%s", field_string(&name));
	if (!at->reading->failed && (metric_parse(&metric, figure->metric, &why) ||
				     strcmp(metric_name(&metric).text, figure->metric) != 0))
		field_error_value(&name, "the name of a metric");
	figure->value = field_amount(at, "value");
	figure->deviation = field_real(at, "deviation");
	field_end(at);
}

static void
read_figures(struct field *of, struct result *result, struct result_member *member)
{
	struct field array = field_array(of, "figures", 0, SIZE_MAX);
	const struct result_member *first = result->hosts;

	member->figures = calloc(field_length(&array) + 1, sizeof(*member->figures));
	if (!member->figures) {
		field_error(&array, "out of memory");
		return;
	}
	member->nfigures = field_length(&array);
	for (size_t i = 0; i < member->nfigures && !of->reading->failed; i++) {
		struct field element = field_object_at(&array, i);

		read_figure(&element, result, &member->figures[i]);
		if (member->nfigures != first->nfigures ||
		    member->figures[i].job != first->figures[i].job ||
		    strcmp(member->figures[i].metric, first->figures[i].metric) != 0)
			field_error(&element, "is not the figure that hosts[0] has there");
	}
	if (member->nfigures != first->nfigures)
		field_error(&array, "are not as many as those of hosts[0]");
}

static void
read_spans(struct field *of, const struct result *result, struct result_member *member)
{
	struct field array = field_array(of, "runs", result->nruns, result->nruns);

	member->spans = calloc(field_length(&array) + 1, sizeof(*member->spans));
	if (!member->spans) {
		field_error(&array, "out of memory");
		return;
	}
	member->nspans = field_length(&array);
	for (size_t i = 0; i < member->nspans; i++) {
		struct field element = field_object_at(&array, i);

		member->spans[i].started_at = field_time(&element, "started_at");
		member->spans[i].elapsed_s = field_known(&element, "elapsed_s");
		field_end(&element);
	}
}

static void
read_member(struct field *at, struct result *result, struct result_member *member)
{
	struct field namespaces, reasons;

	member->name = field_copy(at, "name");
	field_fill_or_null(at, "id", member->id, sizeof(member->id));
	member->started_at = field_time(at, "started_at");
	read_host(at, &member->host);
	namespaces = field_array(at, "namespaces", result->nnamespaces, result->nnamespaces);
	member->namespaces = read_array(&namespaces, &member->nnamespaces);
	member->status = read_status(at, "status");
	reasons = field_array(at, "reasons", 0, RESULT_REASONS_MAX);
	for (size_t i = 0; i < field_length(&reasons); i++) {
		struct field reason = field_at(&reasons, i);

		member->reasons[i] = field_dup(&reason);
		member->nreasons = i + 1;
	}
	read_figures(at, result, member);
	read_spans(at, result, member);
	field_end(at);
}

static void
check_deviations(struct field *array, struct result *result)
{
	for (size_t i = 0; i < result->nhosts && !array->reading->failed; i++) {
		struct result_member *member = &result->hosts[i];
		struct field host = field_at(array, i), figures = field_member(&host, "figures");

		for (size_t k = 0; k < member->nfigures; k++) {
			struct field figure = field_at(&figures, k);

			field_check_real(&figure, "deviation", member->figures[k].deviation);
		}
	}
}

/* Workers and findings name their host by its number. */
static void
check_numbers(struct field *array, const struct result *result)
{
	for (size_t i = 0; i < result->nruns; i++) {
		const struct result_run *run = &result->runs[i];
		unsigned highest = 0;

		for (size_t k = 0; k < run->nworkers; k++)
			highest = run->workers[k].host > highest ? run->workers[k].host : highest;
		for (unsigned k = 0; k < run->verify.nfirst; k++)
			highest = run->verify.first[k].host > highest ? run->verify.first[k].host
								      : highest;
		if (highest > result->nhosts)
			field_error(array, "have no host %u, which runs[%zu] names", highest, i);
	}
}

void
read_hosts(struct field *of, struct result *result)
{
	struct field array = field_array(of, "hosts", 0, SIZE_MAX);

	result->hosts = calloc(field_length(&array) + 1, sizeof(*result->hosts));
	if (!result->hosts) {
		field_error(&array, "out of memory");
		return;
	}
	result->nhosts = field_length(&array);
	for (size_t i = 0; i < result->nhosts && !of->reading->failed; i++) {
		struct field element = field_object_at(&array, i);

		read_member(&element, result, &result->hosts[i]);
	}
	if (of->reading->failed)
		return;
	if (members_compare(result))
		field_error(&array, "out of memory");
	check_deviations(&array, result);
	check_numbers(&array, result);
}
